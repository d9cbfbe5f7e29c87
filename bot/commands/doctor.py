"""`coach doctor`: what is wrong, and what mends it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import click

from bot import opened, wrap
from bot.checkup import companies, machine, services, teams
from bot.checkup.finding import Finding, fail, ok
from bot.checkup.undelivered import undelivered
from bot.problem import Problem
from bot.settings import Settings
from storage.store import SqlStore

COLUMNS = 100


@click.command("doctor")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to write it.")
@click.pass_context
def command(ctx: click.Context, form: str) -> None:
    """Check settings, database, tokens, mail and each company; say what to mend."""
    found, store, chosen = _examined()
    click.echo(_json(found, store, chosen) if form == "json" else "\n".join(map(_line, found)))
    if not companies.healthy(found):
        ctx.exit(1)


def _examined() -> tuple[list[Finding], SqlStore | None, Settings | None]:
    try:
        chosen = opened.settings()
    except Problem as problem:
        return [fail("settings", str(problem))], None, None
    found, store = machine.database(chosen)
    return [*machine.settings(chosen), *machine.zones(), *found, *_rest(chosen, store)], store, chosen


def _none_yet(chosen: Settings) -> Finding:
    """What a chat sets up needs no file."""
    if chosen.microsoft_setup_tenants or chosen.many_workspaces:
        return ok("companies", "there is none yet; whoever brings the app in may set one up there")
    return fail("companies", "there is none yet; create one with: coach apply FILE.yaml")


def _rest(chosen: Settings, store: SqlStore | None) -> Iterator[Finding]:
    yield from machine.keys(chosen, store)
    there = [opened.company(store, slug) for slug in store.companies()] if store else []
    yield from services.slack(chosen, there if store else None)
    brought = list(services.installs(chosen, store))
    yield from brought
    own_teams = teams.brought(chosen, store)
    yield from teams.teams(chosen, there if store else None, own_teams)
    yield from services.mail(chosen)
    yield from services.model(chosen)
    yield from services.reach(chosen, chat=chosen.slack or bool(brought) or chosen.teams or bool(own_teams))
    if store is None:
        return
    if not there:
        yield _none_yet(chosen)
    on_teams = {it.company for it in own_teams}
    for it in there:
        in_teams = chosen.teams or it.slug in on_teams
        with store.work(it.slug) as work:
            imported_on = work.imported_on()
        yield from companies.company(
            companies.Facts(
                company=it,
                today=opened.today(chosen, it),
                imported_on=imported_on,
                chat=chosen.slack or bool(brought),
                teams=in_teams,
                mail=chosen.coach_smtp_url is not None,
            )
        )
        yield from services.unspoken(chosen, store, it)
        if in_teams:
            yield from teams.without_the_app(store, it)
    yield from machine.undelivered(store, chosen)


def _line(it: Finding) -> str:
    head = f"{it.verdict:<5} {it.what:<12} "
    return head + wrap.hanging(it.text, COLUMNS - len(head), " " * len(head))


def _json(found: list[Finding], store: SqlStore | None, chosen: Settings | None) -> str:
    return json.dumps(
        {
            "ok": companies.healthy(found),
            "checks": [{"what": it.what, "verdict": it.verdict.value.lower(), "text": it.text} for it in found],
            "undelivered": list(_undelivered(store, chosen)) if store and chosen else [],
        },
        ensure_ascii=False,
        indent=2,
    )


def _undelivered(store: SqlStore, chosen: Settings) -> Iterator[Mapping[str, Any]]:
    for it in undelivered(store, chosen):
        yield {"company": it.company, "member": it.member, "kind": it.kind, "key": it.key, "reason": it.reason}
