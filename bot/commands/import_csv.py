"""`coach import`: opportunities from an export. All or nothing."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import opened
from bot.commands.files import contents, mapping_from, problem_of
from bot.files.mapping import ColumnMapping
from bot.files.opportunities import Export, Progress, read_opportunities
from bot.files.refusal import FileRefusedError
from bot.problem import Problem
from coaching.events import Imported
from coaching.importing import Counts, ImportRefusedError, plan_import
from coaching.language import t, tn
from coaching.phrases import listed

if TYPE_CHECKING:
    from coaching.company import Company, Stage
    from coaching.opportunities import Opportunity
    from storage.store import SqlStore


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--company", "slug", required=True, help="The company's short name.")
@click.option("--mapping", type=click.Path(path_type=Path), help="How the export names its columns and stages.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    show_default="today in the company's zone",
    help="The day the export was made.",
)
@click.option("--complete", is_flag=True, help="The export holds everything: what it lacks is marked gone.")
def command(file: Path, *, slug: str, mapping: Path | None, on: datetime | None, complete: bool) -> None:
    """Opportunities from a CSV export."""
    chosen = opened.settings()
    store = opened.store(chosen)
    company = opened.company(store, slug)
    day = _day(on.date() if on else None, opened.today(chosen, company), company)
    by = mapping_from(mapping)
    export = export_of(file, company, by, _progress(sys.stderr.isatty()))
    now = chosen.clock().now()
    told = import_rows(store, slug, export.rows, day, complete=complete, stages=by.stages, at=now, unsaid=export.unsaid)
    opened.engine(store).handle(Imported(company=slug, key=f"imported:{now.isoformat()}", at=now))
    click.echo(told)


def _day(on: date | None, today: date, company: Company) -> date:
    """Problem for one that is still to come."""
    if on is not None and on > today:
        raise Problem(
            f"nothing was imported: --on {on} is after today, {today} in {company.zone}, and would hold up every "
            "import until then. Give the day on which the export was made, or leave --on out for today"
        )
    return on or today


def export_of(file: Path, company: Company, by: ColumnMapping, progress: Progress) -> Export:
    """Problem, with every bad row."""
    try:
        return read_opportunities(contents(file), company, by, progress)
    except FileRefusedError as refused:
        raise problem_of(file, refused, "nothing was changed") from None


def import_rows(
    store: SqlStore,
    slug: str,
    rows: Sequence[Opportunity],
    on: date,
    *,
    complete: bool = False,
    stages: Sequence[Stage] = (),
    at: datetime | None = None,
    unsaid: Collection[str] = (),
) -> str:
    """In one transaction, with the stages its mapping named; a line about what was found. `at`: the moment of it.

    Of the fields that are `unsaid`, what is known stays.

    Problem when the export as a whole can't be right.
    """
    with store.work(slug) as work:
        work.hold()
        # Whoever was erased while the file was being read isn't brought back by it.
        here = {it.id for it in work.company.members}
        rows = [it if it.member is None or it.member in here else replace(it, member=None) for it in rows]
        try:
            plan = plan_import(
                {it.id: it for it in work.opportunities()},
                rows,
                on,
                complete=complete,
                imported_on=work.imported_on(),
                earlier_today=work.changes(on, on),
                at=at,
                unsaid=unsaid,
            )
        except ImportRefusedError as refused:
            raise Problem(t("nothing was imported: {why}", why=refused)) from None
        work.keep_stages(stages)
        work.keep_pipeline(opportunities=plan.upserts, changes=plan.changes, snapshots=plan.snapshots, on=on)
    return _told(plan.counts, len(plan.snapshots), on) + _nobodys(rows)


def _nobodys(rows: Iterable[Opportunity]) -> str:
    """Whose open deals nobody here works on; empty where there are none."""
    found = Counter(it.owner for it in rows if it.is_open and it.member is None)
    if not found:
        return ""
    names = listed([name or t("no owner") for name, _ in found.most_common()])
    said = tn(
        "{n} open one is nobody’s here: {names}",
        "{n} open ones are nobody’s here: {names}",
        found.total(),
        names=names,
    )
    return f"; {said}"


def _told(it: Counts, in_play: int, on: date) -> str:
    found = (
        (it.new, t("{n} new", n=it.new)),
        (it.updated, t("{n} updated", n=it.updated)),
        (it.unchanged, t("{n} unchanged", n=it.unchanged)),
        (it.gone, t("{n} gone", n=it.gone)),
        (it.back, t("{n} back", n=it.back)),
        (it.moved, t("{n} moved to another stage", n=it.moved)),
        (it.pushed, t("{n} pushed", n=it.pushed)),
        (it.won, t("{n} won", n=it.won)),
        (it.lost, t("{n} lost", n=it.lost)),
    )
    return tn(
        "{n} opportunity as of {on}: {found}; {in_play} in play",
        "{n} opportunities as of {on}: {found}; {in_play} in play",
        it.rows,
        on=on,
        found=", ".join(said for n, said in found if n) or t("nothing in it"),
        in_play=in_play,
    )


def _progress(terminal: bool) -> Progress:  # noqa: FBT001 - one question, asked in one place
    def tell(done: int, of: int) -> None:
        click.echo(f"\rreading {done:,} of {of:,} rows", nl=done == of, err=True)

    return tell if terminal else lambda _done, _of: None
