"""`coach apply`: a company from its file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy.exc import IntegrityError

from bot import opened
from bot.commands.files import contents, problem_of
from bot.files.company import read_company
from bot.files.diff import changes, doubts, stays
from bot.files.refusal import FileRefusedError
from bot.greeting import introduce
from bot.holidays import public_holidays
from bot.problem import Problem
from coaching.events import Planned
from coaching.identity import Standing
from coaching.owners import rematched
from coaching.revision import revised
from storage import hometabs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coaching.company import Company
    from coaching.people import Member
    from coaching.ports import Holidays
    from storage.store import SqlStore
    from storage.work import CompanyWork


NO_DIGEST = (
    "Nobody gets the weekly digest: name an owner (a member with role: owner) and list them under digest: to:, then "
    "apply the file again."
)


@click.command("apply")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
def command(file: Path, *, dry_run: bool) -> None:
    """Create or update one company from its file. Prints what changes; nobody's history is deleted."""
    company = company_from(file)
    chosen = opened.settings()
    store = opened.store(chosen)
    now = chosen.clock().now()
    new = company.slug not in store.companies()
    told = differences(store, company) if dry_run else apply(store, company, now, public_holidays)
    if not dry_run:
        # Also when nothing changed: an earlier run may have been cut off between the two. Planning again is harmless.
        opened.engine(store).handle(Planned(company=company.slug, key=f"planned:{now.isoformat()}", at=now))
    beside = kept_ids(store, company)
    if told:
        click.echo("\n".join([*told, *beside, *doubts(company)]))
        if new and not company.digest.to:  # later it is for coach doctor to say
            click.echo(NO_DIGEST, err=True)
        return
    click.echo("no changes")
    # What stays is no change, and must not look like one to a program.
    for line in beside:
        click.echo(line, err=True)


def company_from(file: Path) -> Company:
    """Problem, with every fault of the file."""
    try:
        return read_company(contents(file))
    except FileRefusedError as refused:
        raise problem_of(file, refused, "nothing was changed") from None


def differences(store: SqlStore, company: Company) -> list[str]:
    """What applying it would change."""
    before = known(store, company.slug)
    return changes(before, revised(before, company))


def kept_ids(store: SqlStore, file: Company) -> list[str]:
    """Ids in chat that the file leaves out, and that stay all the same."""
    if file.slug not in store.companies():
        return []
    with store.work(file.slug) as work:
        return stays(file, revised(work.company, file), work.newcomers(Standing.KNOWN))


def apply(store: SqlStore, file: Company, now: datetime, holidays: Holidays | None = None) -> list[str]:
    """All of it or nothing; what it changed. Deals of members who are new, or renamed in the CRM, become theirs.

    With `holidays`, the coach introduces itself to whoever has never heard of it.
    """
    try:
        return _applied(store, file, now, holidays)
    except IntegrityError:
        pass
    # Somebody may have created the very same company in that moment; then a second try finds it there.
    try:
        return _applied(store, file, now, holidays)
    except IntegrityError:
        raise Problem(
            f"the Slack workspace or Teams tenant of '{file.slug}' belongs to another company here; "
            "each company needs its own"
        ) from None


def known(store: SqlStore, slug: str) -> Company | None:
    """The company as it is; None when there is none of that slug."""
    if slug not in store.companies():
        return None
    with store.work(slug) as work:
        return work.company


def _applied(store: SqlStore, file: Company, now: datetime, holidays: Holidays | None) -> list[str]:
    with store.opened(file, now) as work:
        before = None if work.new else work.company
        after = revised(before, file)
        told = changes(before, after)
        if told or after != before:
            keep(work, before, after, now)
        if holidays is not None:
            introduce(work, before, after, holidays, now)
    return told


def keep(work: CompanyWork, before: Company | None, after: Company, now: datetime) -> None:
    """The company, and what follows from who is new in it."""
    work.keep_company(after)
    work.keep_opportunities(rematched(work.opportunities(), after.members))
    hometabs.expected(work, [it.id for it in after.members if it.active and "slack" in _new_handles(before, it)], now)


def _new_handles(before: Company | None, now: Member) -> Mapping[str, str]:
    was = before.member(now.id) if before else None
    known = was.open_handles if was and was.active else {}
    return {platform: it for platform, it in now.open_handles.items() if known.get(platform) != it}
