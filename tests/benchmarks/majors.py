"""How the majors and distractions of a day did, beside each rep's other open deals: on any export, replayed weekly.

    python -m tests.benchmarks.majors FILE.csv --mapping FILE.yaml --on 2017-08-01 --until 2017-12-31

What an export tells of an open deal's amount is unknown until it closes, so amounts are the usual ones of won deals
like it; what came in is counted by the real ones.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.commands.files import contents, mapping_from
from bot.files.opportunities import Terms, read_export
from coaching.numbers.intervals import exact
from coaching.opportunities import Opportunity, Status
from coaching.owners import Owners
from coaching.review import Review
from tests.benchmarks import report
from tests.benchmarks.findings import company_of, reviewed


@dataclass(frozen=True)
class Came:
    """Of so many deals: won and lost by the end, and what was won."""

    n: int
    won: int
    lost: int
    amount: float


def came(ids: Iterable[str], rows: dict[str, Opportunity], until: date) -> Came:
    them = [rows[it] for it in ids]
    ended = [it for it in them if it.closed_on is not None and it.closed_on <= until]
    won = [it for it in ended if it.status is Status.WON]
    return Came(len(them), len(won), len(ended) - len(won), sum(float(it.amount.amount) for it in won if it.amount))


def groups(found: Review) -> dict[str, list[str]]:
    """Majors, distractions and the rest, of all reps."""
    sorts: dict[str, list[str]] = {"majors": [], "distractions": [], "others": [], "largest three": []}
    for rep in found.reps:
        majors = [it.seen.deal.id for it in rep.majors.majors]
        distractions = [it.worth.seen.deal.id for it in rep.majors.distractions]
        sorts["majors"] += majors
        sorts["distractions"] += distractions
        sorts["others"] += [one for it in rep.deals if (one := it.deal.id) not in {*majors, *distractions}]
        largest = sorted(rep.deals, key=lambda it: (-(it.worth or 0.0), it.deal.id))
        sorts["largest three"] += [it.deal.id for it in largest[:3]]
    return sorts


def told(found: Review, rows: dict[str, Opportunity], until: date) -> None:
    for sort, ids in groups(found).items():
        it = came(ids, rows, until)
        sure = exact(it.won, it.n)
        report(
            "majors", sort=sort, n=it.n, won=it.won, lost=it.lost, won_share=round(it.won / max(it.n, 1), 3),
            low=round(sure.low, 3), high=round(sure.high, 3), won_per_deal=round(it.amount / max(it.n, 1)),
            won_of_closed=round(it.won / max(it.won + it.lost, 1), 3),
        )  # fmt: skip


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
    found = reviewed(rows, company_of(rows, by.stages), it.on)
    told(found, {one.id: one for one in rows}, it.until)


if __name__ == "__main__":
    main()
