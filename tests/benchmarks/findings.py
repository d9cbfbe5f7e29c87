"""What became of the deals that a review of a day found something about: on any export, replayed as weekly ones.

    python -m tests.benchmarks.findings FILE.csv --mapping FILE.yaml --on 2017-08-01 --until 2017-09-01

Every Monday up to `--on` an export is made as it would have been on that morning (nothing dated on or after it) and
imported, so that stays in a stage and changes are seen; then the day is reviewed. Precision is the share of found deals
that were not won by `--until`, beside the same share of all open deals.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from bot.commands.files import contents, mapping_from
from bot.files.opportunities import Terms, read_export
from coaching.company import Company
from coaching.importing import plan_import
from coaching.numbers.intervals import exact
from coaching.opportunities import Book, Change, Opportunity, Status
from coaching.owners import Owners, rematched
from coaching.people import Member, Role
from coaching.review import Facts, Review, review
from tests.benchmarks import report

WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Found:
    """Deals that a rule found, and how many of them were won, and lost, by the end."""

    n: int
    won: int
    lost: int

    @property
    def precision(self) -> float:
        return 1 - self.won / self.n if self.n else float("nan")


def as_known(rows: Iterable[Opportunity], day: date) -> Iterator[Opportunity]:
    """On the morning of that day: nothing dated on or after it."""
    for it in rows:
        if it.created_on is None or it.created_on >= day:
            continue
        if it.closed_on is not None and it.closed_on >= day:
            yield replace(it, status=Status.OPEN, stage=OPEN_STAGE, closed_on=None, amount=None)
        else:
            yield it


OPEN_STAGE = "Engaging"


def replayed(rows: Sequence[Opportunity], first: date, last: date) -> tuple[dict[str, Opportunity], list[Change]]:
    known: dict[str, Opportunity] = {}
    changes: list[Change] = []
    imported: date | None = None
    days = [first + WEEK * n for n in range((last - first).days // 7 + 1)]
    for day in sorted({*days, last}):
        plan = plan_import(known, tuple(as_known(rows, day)), day, complete=True, imported_on=imported)
        known |= {it.id: it for it in plan.upserts}
        changes += plan.changes
        imported = day
    return known, changes


def company_of(rows: Sequence[Opportunity], stages: Sequence) -> Company:
    owners = sorted({it.owner for it in rows})
    members = tuple(Member(id=f"m{n}", name=name, role=Role.REP, zone="UTC") for n, name in enumerate(owners))
    return Company(
        slug="hindsight", name="Hindsight", zone="UTC", currency="USD", members=members, stages=tuple(stages)
    )


def reviewed(rows: Sequence[Opportunity], company: Company, on: date) -> Review:
    owned = rematched(rows, company.members)
    mondays = min(it.created_on for it in owned if it.created_on)
    first = mondays + timedelta(days=7 - mondays.weekday())
    known, changes = replayed(owned, first, on)
    deals = tuple(known.values())
    book = Book(deals=deals, open=tuple(it for it in deals if it.is_open), changes=tuple(changes))
    return review(Facts(company=company, today=on, book=book))


def outcome(ids: Iterable[str], rows: dict[str, Opportunity], until: date) -> Found:
    them = [rows[it] for it in ids]
    ended = [it for it in them if it.closed_on is not None and it.closed_on <= until]
    won = sum(it.status is Status.WON for it in ended)
    return Found(len(them), won, len(ended) - won)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("file", type=Path)
    asked.add_argument("--mapping", type=Path, required=True)
    asked.add_argument("--on", type=date.fromisoformat, required=True)
    asked.add_argument("--until", type=date.fromisoformat, required=True)
    it = asked.parse_args()
    by = mapping_from(it.mapping)
    stages = {one.name.casefold(): one for one in by.stages}
    terms = Terms(mapping=by, currency=by.currency or "USD", stages=stages, owners=Owners(()))
    rows = read_export(contents(it.file), terms).rows
    company = company_of(rows, by.stages)
    found = reviewed(rows, company, it.on)
    told(found, {one.id: one for one in rows}, it.until)


def told(found: Review, rows: dict[str, Opportunity], until: date) -> None:
    opened = [it.deal.id for rep in found.reps for it in rep.deals]
    every = outcome(opened, rows, until)
    report(
        "findings", rule="all open deals", n=every.n, won=every.won, lost=every.lost, not_won=round(every.precision, 3)
    )
    by_rule: dict[str, list[str]] = {}
    for rep in found.reps:
        for entry in rep.found:
            for one in entry.findings:
                by_rule.setdefault(one.rule.value, []).append(entry.subject)
        for entry in rep.asked:
            by_rule.setdefault(f"asked: {entry.main.rule.value}", []).append(entry.subject)
    for rule, ids in sorted(by_rule.items()):
        deals = [it for it in ids if it]
        if not deals:
            report("findings", rule=rule, reps=len(ids))
            continue
        known = outcome(deals, rows, until)
        sure = exact(known.n - known.won, known.n)
        report(
            "findings", rule=rule, n=known.n, won=known.won, lost=known.lost, not_won=round(known.precision, 3),
            low=round(sure.low, 3), high=round(sure.high, 3),
        )  # fmt: skip


if __name__ == "__main__":
    main()
