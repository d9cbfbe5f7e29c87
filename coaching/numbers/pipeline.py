"""A company's opportunities in columns, by member: what `coach analyze` sees in an export, and how it came to be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from coaching.money import decimals
from coaching.numbers.history import LOST, OPEN, WON, History, Spells
from coaching.numbers.known import Pipeline, pipeline
from coaching.opportunities import Change, Field, Opportunity, Snapshot, Status
from coaching.owners import Owners

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

    from coaching.company import Company

NOBODY = ""
"""The owner of deals that belong to no member."""
UNKNOWN = float("nan")
_STATUS = {Status.OPEN.value: OPEN, Status.WON.value: WON, Status.LOST.value: LOST}


def pipeline_of(
    opportunities: Iterable[Opportunity],
    changes: Iterable[Change],
    company: Company,
    snapshots: Iterable[Snapshot] = (),
) -> Pipeline:
    """Everything ever known of the company's deals, gone and closed ones included.

    `owners` are member ids, NOBODY for deals that are nobody's here. Amounts in another currency than the company's
    count as unknown. `snapshots` need not be complete; the earliest says since when deals have been watched.
    """
    deals = tuple(opportunities)
    moves, members = sorted(changes, key=lambda it: it.on), Owners(company.members)
    names = {name for it in moves if it.field is Field.OWNER for name in (it.before, it.after) if name}
    member = {name: members.member(name) or NOBODY for name in names}
    once = {*member.values(), NOBODY} if names else ()
    columns = pipeline(deals, lambda it: it.member or NOBODY, once, company.currency)
    columns = replace(columns, year_starts=company.fiscal_year_start)
    watched = _Watched.of(columns, deals, moves, tuple(snapshots))
    return replace(columns, history=_history(watched, columns, company, member))


@dataclass(frozen=True, slots=True)
class _Watched:
    """The deals of the columns, in their order: the day each was first looked at, how it is, how it moved."""

    begun: int
    first: NDArray[int64]
    deals: Sequence[Opportunity]
    place: Mapping[str, int]
    moves: Mapping[Field, Sequence[Change]]

    @classmethod
    def of(
        cls, columns: Pipeline, deals: Sequence[Opportunity], moves: Sequence[Change], snapshots: Sequence[Snapshot]
    ) -> _Watched:
        import numpy as np

        by_id = {it.id: it for it in deals}
        place = {name: at for at, name in enumerate(columns.ids)}
        since = _since(columns, moves, snapshots).toordinal()
        # What the first export held was so before anybody looked; what is new on a day is known after it.
        first = np.full(len(place), since - 1)
        earliest = {it.opportunity: it.day for it in sorted(snapshots, key=lambda it: it.day, reverse=True)}
        for name, day in earliest.items():
            if day.toordinal() > since and name in place:
                first[place[name]] = day.toordinal()
        by_field: dict[Field, list[Change]] = {field: [] for field in Field}
        for it in moves:
            if it.opportunity in place:
                by_field[it.field].append(it)
        for it in by_field[Field.CREATED]:
            first[place[it.opportunity]] = it.on.toordinal()
        return cls(since - 1, first, [by_id[name] for name in columns.ids], place, by_field)

    def spells(self, field: Field, read: Callable[[str | None], float], now: Sequence[float] | None = None) -> Spells:
        """At first sight as before its first change, else as `now`; without `now`, only of what changed."""
        import numpy as np

        moves = self.moves[field]
        row = np.array([self.place[it.opportunity] for it in moves], dtype=np.int64)
        day = np.array([it.on.toordinal() for it in moves], dtype=np.int64)
        after = np.array([read(it.after) for it in moves], dtype=float)
        before = np.full(len(self.deals), np.nan) if now is None else np.array(now, dtype=float)
        for at, it in zip(row[::-1], reversed(moves), strict=True):
            before[at] = read(it.before)
        at_first = np.unique(row) if now is None else np.arange(len(self.deals))
        return Spells.of(Spells(at_first, self.first[at_first], before[at_first]), Spells(row, day, after))


def _since(columns: Pipeline, moves: Sequence[Change], snapshots: Sequence[Snapshot]) -> date:
    """The first day that is remembered; without any, no earlier than the last that a deal speaks of."""
    days = [*(it.on for it in moves[:1]), *(it.day for it in snapshots)]
    return min(days, default=columns.last_day or date.max)


def _history(it: _Watched, columns: Pipeline, company: Company, member: Mapping[str, str]) -> History:
    stages, ordered = _stages(it, company)
    code = {name: float(at) for at, name in enumerate(stages)}
    owner = {name: float(at) for at, name in enumerate(columns.owners)}
    odds = {_same(stage.name): stage.probability for stage in company.all_stages}
    units, worth = 10 ** decimals(company.currency), columns.amount.tolist()
    stage = {name: code.get(_same(name), UNKNOWN) for name in _names(it)}
    return History(
        begun=it.begun,
        stages=stages,
        ordered=ordered,
        odds=tuple(odds.get(name) for name in stages),
        stage=it.spells(Field.STAGE, lambda name: stage[name or ""], [stage[deal.stage] for deal in it.deals]),
        close_date=it.spells(Field.CLOSE_DATE, _day, [_ordinal(deal.close_date) for deal in it.deals]),
        amount=it.spells(Field.AMOUNT, lambda minor: int(minor or 0) / units or UNKNOWN, worth),
        owner=it.spells(Field.OWNER, lambda name: owner[member.get(name or "", NOBODY)]),
        status=it.spells(Field.STATUS, lambda name: _STATUS.get(name or "", UNKNOWN)),
        left=it.spells(Field.GONE, _day),
    )


def _names(it: _Watched) -> set[str]:
    """Of stages, as they are written."""
    moves = it.moves[Field.STAGE]
    return {deal.stage for deal in it.deals} | {name or "" for one in moves for name in (one.before, one.after)}


def _stages(it: _Watched, company: Company) -> tuple[tuple[str, ...], int]:
    """Those in which a deal is open: the company's in their order, so many; then those it doesn't know, by name."""
    own = {_same(stage.name): stage for stage in company.all_stages}
    closed = {_same(name) for name in {deal.stage for deal in it.deals if deal.status is not Status.OPEN}}
    more = {_same(name) for name in _names(it)} - closed - own.keys() - {""}
    known = tuple(name for name, stage in own.items() if not stage.won and not stage.lost)
    return (*known, *sorted(more)), len(known)


@lru_cache(maxsize=4096)
def _same(name: str | None) -> str:
    return " ".join((name or "").casefold().split())


def _ordinal(it: date | None) -> float:
    return float(it.toordinal()) if it else UNKNOWN


def _day(text: str | None) -> float:
    return float(date.fromisoformat(text).toordinal()) if text else UNKNOWN
