"""`coach export` and `coach erase`: what is held about a person, and its removal."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from bot import opened
from bot.commands.reports import known_member
from bot.languages import speaking_to
from bot.problem import Problem
from bot.reports.personal import archive
from coaching.company import Company
from coaching.people import Member, Role
from coaching.phrases import count
from storage import person
from storage.person import Erased
from storage.store import SqlStore

# Each with its plural where that isn't made by an s at its end.
_WORDS = {
    "checkin": ("check-in", ""),
    "commitment": ("commitment", ""),
    "forecast_call": ("forecast call", ""),
    "forecast_remark": ("remark on a forecast", "remarks on forecasts"),
    "forecast_lock": ("locked forecast", ""),
    "asked": ("question about a deal", "questions about deals"),
    "reviewed": ("question of a review", "questions of reviews"),
    "choice": ("deal chosen for a week", "deals chosen for a week"),
    "mandate": ("decision", ""),
    "escalation": ("matter", ""),
    "delivery": ("message", ""),
    "chat_line": ("chat line", ""),
    "handle": ("chat account", ""),
    "address": ("Teams conversation", ""),
}
IN_USE = (
    "another process has the database open, so old bytes may be left in its files until that process is stopped; "
    "this command, run once more then, wipes them"
)
company_option = click.option("--company", "slug", metavar="SLUG", required=True, help="Which company.")
member_option = click.option("--member", "member_id", metavar="ID", required=True, help="Whose.")


@click.command("export")
@company_option
@member_option
@click.option(
    "--out", metavar="FILE.zip", required=True, type=click.Path(path_type=Path, dir_okay=False), help="Where to."
)
@click.option("--force", is_flag=True, help="Overwrite the file if it is there.")
def export_command(slug: str, member_id: str, out: Path, *, force: bool) -> None:
    """Everything held about a person, as JSON, CSV and a page to read."""
    chosen = opened.settings()
    store = opened.store(chosen)
    company, member = _person(store, slug, member_id)
    if out.exists() and not force:
        raise Problem(f"{out} is there already; choose another name, or overwrite it with --force")
    with store.work(slug) as work:
        kept = person.held(work, member)
    with speaking_to(company):
        _write(out, archive(kept, company, member, chosen.clock().now()))
    click.echo(f"{sum(map(len, kept.values())):,} entries about {member.name} are in {out}; hand it to nobody else")


@click.command("erase")
@company_option
@member_option
@click.option("--yes", is_flag=True, help="Don't ask; for scripts.")
def erase_command(slug: str, member_id: str, *, yes: bool) -> None:
    """Remove everything held about a person. It can't be undone."""
    chosen = opened.settings()
    store = opened.store(chosen)
    if opened.company(store, slug).member(member_id) is None:
        # They may be gone already, and another process have kept an earlier run from wiping the files.
        person.scrub(store.engine)
    company, member = _person(store, slug, member_id)
    for it in _warnings(company, member, opened.today(chosen, company)):
        click.echo(f"note: {it}", err=True)
    if not yes:
        _confirm(store, company, member)
    click.echo("\n".join(_told(_erased(store, company, member), company, member)))
    if not person.scrub(store.engine):
        click.echo(f"note: {IN_USE}", err=True)


def _person(store: SqlStore, slug: str, member_id: str) -> tuple[Company, Member]:
    company = opened.company(store, slug)
    member = company.member(known_member(company, member_id) or "")
    assert member is not None
    return company, member


def _write(out: Path, content: bytes) -> None:
    """All of it or nothing, readable by nobody else."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
        written = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            written.replace(out)
        except OSError:
            written.unlink(missing_ok=True)
            raise
    except OSError as problem:
        raise Problem(f"{out} can't be written: {problem.strerror}") from None


def _erased(store: SqlStore, company: Company, member: Member) -> Erased:
    with store.work(company.slug) as work:
        still = work.company.member(member.id)
        if still is None:
            raise Problem(f"{member.id} was erased by somebody else in the meantime")
        return person.erase(work, still)


# --- erasing -------------------------------------------------------------------------------------------------------
def _warnings(company: Company, member: Member, today: date) -> list[str]:
    """What will be missing."""
    found = []
    alone = [it for it in company.members if it.active and it.role is member.role] == [member]
    if alone and member.role in {Role.MANAGER, Role.OWNER}:
        found.append(f"{company.slug} has no other {member.role.value}")
    if company.digest.to == (member.id,):
        found.append("nobody else gets the digest")
    target = company.target(company.period(today), member.id)
    if target:
        found.append(f"their target of {target} goes too; the company's own stays")
    return found


def _confirm(store: SqlStore, company: Company, member: Member) -> None:
    if not sys.stdin.isatty():
        raise Problem("erasing can't be undone and there is nobody to ask here; say --yes")
    with store.work(company.slug) as work:
        kept = {table: len(found) for table, found in person.held(work, member).items()}
    click.echo(f"This removes {_listed(kept)} of {member.name} from {company.name}, for ever.", err=True)
    typed = click.prompt(f"Type {member.id} to go on", default="", show_default=False, err=True)
    if typed.strip() != member.id:
        raise Problem("nothing was erased")


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(["the profile", *(count(counts[table], *it) for table, it in _WORDS.items() if counts.get(table))])


def _told(done: Erased, company: Company, member: Member) -> list[str]:
    deals = f"{count(done.deals, 'deal')} of theirs now nobody's" if done.deals else "no deals were theirs"
    return [
        f"erased {member.id} from {company.slug}: {_listed(done.removed)}",
        f"{deals}; the name is taken out of {count(done.redacted, 'other entry', 'other entries')}",
        f"take {member.id} out of the company's file as well: coach apply would add them anew",
        "the CRM's next export may name them again as an owner; those deals stay nobody's here",
        "what was delivered to Slack, Teams and mailboxes, and backups of this database, are not in our hands",
    ]
