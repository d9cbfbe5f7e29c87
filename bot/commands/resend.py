"""`coach resend`: what could not be delivered, once what was in the way is mended."""

from __future__ import annotations

from datetime import datetime

import click

from bot import opened
from bot.problem import Problem
from storage.deliveries import State, Undelivered
from storage.outbox import Outbox

GIVEN_UP = frozenset({State.DEAD, State.SKIPPED_LATE})


@click.command("resend")
@click.option("--company", metavar="SLUG", required=True, help="Whose messages.")
@click.option(
    "--key", "keys", metavar="KEY", multiple=True, help="A message to send again; may be given several times."
)
@click.option("--all", "everything", is_flag=True, help="Send all of them again.")
def command(company: str, keys: tuple[str, ...], *, everything: bool) -> None:
    """Messages that could not be delivered: list them, or send them again.

    Also lets a company go on whose deliveries were paused because its credentials were refused.
    """
    chosen = opened.settings()
    store = opened.store(chosen)
    opened.company(store, company)
    now, outbox = chosen.clock().now(), Outbox(store)
    stuck = outbox.undelivered(now, company)
    wanted = tuple(it.key for it in stuck if it.state in GIVEN_UP) if everything else keys
    for key in wanted:
        _again(outbox, company, key, now)
    if wanted or everything:
        outbox.resume(company)
        click.echo(f"{len(wanted)} to be sent again; a running coach serve takes them up within a second")
    else:
        click.echo("\n".join(_line(it) for it in stuck) or "nothing is undelivered")


def _again(outbox: Outbox, company: str, key: str, now: datetime) -> None:
    if not outbox.requeue(company, key, now):
        raise Problem(f"no undelivered message '{key}'; list them with: coach resend --company {company}")


def _line(it: Undelivered) -> str:
    return f"{it.since:%Y-%m-%d %H:%M}  {it.member}  {it.kind}  {it.state}  {it.key}: {it.reason}"
