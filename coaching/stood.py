"""Deals as they stood at the end of a day: by their own days, and by what was seen to change since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, assert_never

from coaching.money import Money
from coaching.opportunities import Change, Field, Opportunity, Status
from coaching.owners import Owners

if TYPE_CHECKING:
    from coaching.company import Company


def as_stood(
    deals: Iterable[Opportunity], changes: Iterable[Change], company: Company, day: date
) -> tuple[Opportunity, ...]:
    """Those that had begun by then. `changes` are all that were ever seen.

    A deal's own days say when it began and ended, however late that was told. What is watched stands as it did before
    the first change after that day, so before the first import as it was first seen. Of a deal that ended since and
    was never seen open, the stage, amount and close date of that day are unknown. What isn't watched is as it is now.
    """
    seen: defaultdict[str, list[Change]] = defaultdict(list)
    for it in sorted(changes, key=lambda it: it.on):
        seen[it.opportunity].append(it)
    owners = Owners(company.members)
    return tuple(
        it if _as_now(it, seen.get(it.id, ()), day) else _Rewound(it, seen.get(it.id, ()), day, company, owners).deal()
        for it in deals
        if _begun(it, day)
    )


def _as_now(it: Opportunity, seen: Sequence[Change], day: date) -> bool:
    """Whether nothing about it is dated later, as nothing is of most deals on most days that are asked about."""
    moved = bool(seen) and seen[-1].on > day
    ends_later = it.status is not Status.OPEN and (it.closed_on is None or it.closed_on > day)
    return not moved and not ends_later and (it.gone_on is None or it.gone_on <= day)


def _begun(it: Opportunity, day: date) -> bool:
    return min((on for on in (it.created_on, it.closed_on) if on), default=day) <= day


class _Rewound:
    """One deal on its way back."""

    def __init__(self, now: Opportunity, seen: Sequence[Change], day: date, company: Company, owners: Owners) -> None:
        self._now, self._seen, self._day = now, seen, day
        self._company, self._owners = company, owners

    def deal(self) -> Opportunity:
        """As it stood."""
        now, day = self._now, self._day
        ended = now.status is not Status.OPEN and now.closed_on is not None and now.closed_on <= day
        status = self._first(Field.STATUS, day)
        if ended:
            # An export that tells the end late tells what it ended with, too: that is the end's, and stays.
            closed = Status.OPEN.value if status is None else status.before
            outcome = now.status if closed in {None, Status.OPEN.value} else Status(closed)
            return replace(self._watched(status.on if status else day), status=outcome)
        then = self._watched(day)
        if status is not None and status.before:
            before = Status(status.before)
            return replace(then, status=before, closed_on=None if before is Status.OPEN else self._ended_on())
        if now.status is Status.OPEN or now.closed_on is None:
            return then
        return replace(then, status=Status.OPEN, closed_on=None, stage="", amount=None, close_date=None, category=None)

    def _watched(self, after: date) -> Opportunity:
        """Without what was seen to change after a day."""
        it = self._now
        if it.gone_on is not None and it.gone_on > self._day:
            it = replace(it, gone_on=None)
        for change in self._undone(after):
            it = self._without(it, change)
        return it

    def _undone(self, after: date) -> Iterator[Change]:
        return (it for field in Field if (it := self._first(field, after)) is not None)

    def _without(self, it: Opportunity, change: Change) -> Opportunity:
        before = change.before
        match change.field:
            case Field.STAGE:
                return replace(it, stage=before or "", category=None)
            case Field.CLOSE_DATE:
                return replace(it, close_date=date.fromisoformat(before) if before else None)
            case Field.GONE:
                return replace(it, gone_on=date.fromisoformat(before) if before else None)
            case Field.AMOUNT:
                currency = it.amount.currency if it.amount else self._company.currency
                return replace(it, amount=Money(int(before), currency) if before else None)
            case Field.OWNER:
                return replace(it, owner=before or "", member=self._owners.member(before or ""))
            case Field.STATUS | Field.CREATED:
                return it
            case _:
                assert_never(change.field)

    def _first(self, field: Field, after: date) -> Change | None:
        return next((it for it in self._seen if it.field is field and it.on > after), None)

    def _ended_on(self) -> date | None:
        """Of one that was taken up again since: the day it was seen to end, for its own day is no longer kept."""
        ends = [it.on for it in self._seen if it.field is Field.STATUS and it.on <= self._day]
        return ends[-1] if ends else None
