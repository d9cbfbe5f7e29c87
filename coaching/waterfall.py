"""What changed in the open pipeline between two days, as steps that add up to the unit.

    opening + new + back + moved in + from colleagues + grown
            - shrunk - won - lost - let go - gone - moved out - to colleagues = closing

Each deal counts with its amount at the opening where it left, at the closing where it came; a won one with what it was
won for, the difference being grown or shrunk. An unknown amount, or one in another currency, counts nothing until it
is known: a first amount is growth. A deal ends on its own day, however late an export told of it, so that what was won
or lost is the same here as where it is counted by close day. What that takes out of an opening that was told otherwise
is kept beside it: the closing of the page before = opening + `told_late`. What its rep let go is open on neither day
for as long as that stands, as in the forecast, though the export has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from coaching.language import marked
from coaching.money import Money
from coaching.opportunities import Field, Status

if TYPE_CHECKING:
    from coaching.opportunities import Change, Opportunity, Snapshot
    from coaching.periods import Period


class Why(StrEnum):
    """Why a part of it came or went; in the order in which it is told."""

    NEW = "new"
    BACK = "back"
    MOVED_IN = "moved_in"
    FROM_COLLEAGUES = "from_colleagues"
    GROWN = "grown"
    SHRUNK = "shrunk"
    WON = "won"
    LOST = "lost"
    LET_GO = "let_go"
    GONE = "gone"
    MOVED_OUT = "moved_out"
    TO_COLLEAGUES = "to_colleagues"


NAMES = {
    Why.NEW: marked("New"),
    Why.BACK: marked("Open again"),
    Why.MOVED_IN: marked("Moved into the period"),
    Why.FROM_COLLEAGUES: marked("From colleagues"),
    Why.GROWN: marked("Grown"),
    Why.SHRUNK: marked("Shrunk"),
    Why.WON: marked("Won"),
    Why.LOST: marked("Lost"),
    Why.LET_GO: marked("Let go"),
    Why.GONE: marked("No longer in the CRM"),
    Why.MOVED_OUT: marked("Moved out of the period"),
    Why.TO_COLLEAGUES: marked("To colleagues"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """What one deal added, or took away when below zero."""

    why: Why
    opportunity: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """From the end of one day to the end of another. `period` is None where no deal has a close date."""

    first: date
    last: date
    period: Period | None
    opening: Money
    closing: Money
    n_opening: int
    n_closing: int
    unknown: int
    """Deals at the closing without an amount."""
    parts: tuple[Part, ...]
    told_late: tuple[Part, ...] = ()
    """Deals that had ended by the first day, though that was told only later: a page of that day had them open.

    They are in no sum here. As in `parts`, what left is below zero.
    """
    new_later: tuple[str, ...] = ()
    """Ids of deals that are as new as those in `parts` and not due in the period; in no sum here."""
    behind: bool = False
    """Whether the second day is a week ago or more, as nothing newer has come."""

    @property
    def opening_as_told(self) -> Money:
        """What a page of the first day called open, its closing."""
        return sum((-it.amount for it in self.told_late), self.opening)

    def of(self, why: Why) -> tuple[Part, ...]:
        """Those parts."""
        return tuple(it for it in self.parts if it.why is why)

    @property
    def new(self) -> frozenset[str]:
        """Ids of all that came since the first day, due in the period or not."""
        return frozenset(it.opportunity for it in self.of(Why.NEW)).union(self.new_later)

    def sum(self, why: Why) -> Money:
        """Signed."""
        return sum((it.amount for it in self.of(why)), Money(0, self.opening.currency))

    @property
    def left_over(self) -> Money:
        """Zero: opening and parts make the closing."""
        return self.closing - sum((it.amount for it in self.parts), self.opening)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipelines:
    """What a waterfall is made from: the open pipeline of two days, and what is known of the deals since.

    `member` narrows it to one's own; `period` to what is due in it, or before and still open.
    """

    before: tuple[Snapshot, ...]
    after: tuple[Snapshot, ...]
    changes: tuple[Change, ...]
    """Seen after the first day, up to the second."""
    deals: Mapping[str, Opportunity]
    currency: str
    period: Period
    member: str | None = None
    let_go_before: frozenset[str] = frozenset()
    """Deals that were let go as of the first day, by id."""
    let_go: frozenset[str] = frozenset()
    """As of the second."""


def waterfall(it: Pipelines) -> Waterfall | None:
    """None without two days to compare."""
    if not it.before or not it.after or it.before[0].day >= it.after[0].day:
        return None
    dated = any(one.close_date for one in (*it.before, *it.after))
    here = _Scope(it, it.period if dated else None)
    opening, closing = here.opening, here.closing
    parts = tuple(part for name in sorted({*opening, *closing, *here.passing()}) for part in here.parts(name))
    return Waterfall(
        first=it.before[0].day,
        last=it.after[0].day,
        period=here.period,
        opening=_total((one for one in opening.values()), it.currency),
        closing=_total((one for one in closing.values()), it.currency),
        n_opening=len(opening),
        n_closing=len(closing),
        unknown=sum(here.unpriced(one) for one in closing.values()),
        parts=tuple(one for one in parts if one.amount or one.why is not Why.GROWN),
        told_late=tuple(here.told_late()),
        new_later=tuple(_new_later(it, parts)) if here.period else (),
    )


def _new_later(it: Pipelines, due: Iterable[Part]) -> Iterator[str]:
    """What is new by the same rule, whenever it is due."""
    every, known = _Scope(it, None), {one.opportunity for one in due if one.why is Why.NEW}
    for name in sorted({*every.opening, *every.closing, *every.passing()} - known):
        if any(one.why is Why.NEW for one in every.parts(name)):
            yield name


class _Scope:
    """Which deals count on either day, and what became of each."""

    def __init__(self, it: Pipelines, period: Period | None) -> None:
        self.period = period
        self._its = it
        self._before = _still_open(it, it.before, it.let_go_before)
        self._exported = _still_open(it, it.after, frozenset())
        self._after = {name: one for name, one in self._exported.items() if name not in it.let_go}
        self._status = _status(it)
        self._gone = {one.opportunity: one.after for one in it.changes if one.field is Field.GONE}

    @property
    def opening(self) -> dict[str, Snapshot]:
        """What was open on the first day, of those in question."""
        return self._in_question(self._before)

    @property
    def closing(self) -> dict[str, Snapshot]:
        """On the second."""
        return self._in_question(self._after)

    def _in_question(self, found: Mapping[str, Snapshot]) -> dict[str, Snapshot]:
        return {name: one for name, one in found.items() if self._mine(one) and self._due(one)}

    def passing(self) -> Iterator[str]:
        """Deals that came and ended between the two days, and those won ahead of their period."""
        for name, status in self._status.items():
            deal = self._its.deals.get(name)
            ended = status in {Status.WON, Status.LOST} and deal is not None and name not in self._after
            if status == Status.LOST and name in self._its.let_go_before:
                continue
            own = ended and deal is not None and self._its.member in {None, deal.member}
            if own and (name not in self._before or (status == Status.WON and self._mine(self._before[name]))):
                yield name
        known = {*self._before, *self._after, *self._its.let_go_before}
        yield from (name for name in self._in_question(self._exported) if name not in known)

    def told_late(self) -> Iterator[Part]:
        """Of what was kept as open on the first day, that which had ended by then."""
        for one in self._its.before:
            deal = self._its.deals.get(one.opportunity)
            if one.opportunity in self._its.let_go_before:
                continue
            if deal is not None and _ended_by(deal, one) and self._mine(one) and self._due(one):
                yield Part(Why.WON if deal.status is Status.WON else Why.LOST, one.opportunity, -self._worth(one))

    def parts(self, name: str) -> Iterator[Part]:
        """Why this deal's share of the sum changed."""
        before, after = self._before.get(name), self._after.get(name)
        was = before if before and self._mine(before) and self._due(before) else None
        now = after if after and self._mine(after) and self._due(after) else None
        if was and now:
            yield from self._changed(name, self._worth(now) - self._worth(was))
        elif now:
            yield Part(self._came(name, before), name, self._worth(now))
        elif was:
            yield from self._left(name, was, after)
        else:
            yield from self._passed(name, before)

    def unpriced(self, it: Snapshot) -> bool:
        return it.amount is None or it.amount.currency != self._its.currency

    def _came(self, name: str, before: Snapshot | None) -> Why:
        if before is None:
            known = name in self._status or name in self._gone or name in self._its.let_go_before
            return Why.BACK if known else Why.NEW
        return Why.MOVED_IN if self._mine(before) else Why.FROM_COLLEAGUES

    def _left(self, name: str, was: Snapshot, after: Snapshot | None) -> Iterator[Part]:
        amount = self._worth(was)
        if after is not None:
            yield Part(Why.MOVED_OUT if self._mine(after) else Why.TO_COLLEAGUES, name, -amount)
            return
        why = self._ended(name)
        if why is Why.WON:
            final = self._final(name, was)
            yield from self._changed(name, final - amount)
            amount = final
        yield Part(why, name, -amount)

    def _passed(self, name: str, before: Snapshot | None) -> Iterator[Part]:
        """In neither sum: it came and went meanwhile."""
        amount, ended = self._final(name, before), self._ended(name)
        came = Why.BACK if name in self._its.let_go_before else Why.NEW if before is None else Why.MOVED_IN
        yield Part(came, name, amount)
        yield Part(ended, name, -amount)

    def _ended(self, name: str) -> Why:
        """By the changes of these days; else as the deal is now."""
        deal = self._its.deals.get(name)
        status = self._status.get(name) or (deal.status.value if deal else None)
        if status in {Status.WON, Status.LOST}:
            return Why.WON if status == Status.WON else Why.LOST
        return Why.LET_GO if name in self._its.let_go and name in self._exported else Why.GONE

    def _final(self, name: str, before: Snapshot | None) -> Money:
        """What it closed with."""
        deal = self._its.deals.get(name)
        amount = deal.amount if deal and deal.amount else before.amount if before else None
        zero = Money(0, self._its.currency)
        return amount if amount is not None and amount.currency == self._its.currency else zero

    def _changed(self, name: str, by: Money) -> Iterator[Part]:
        if by:
            yield Part(Why.GROWN if by.minor > 0 else Why.SHRUNK, name, by)

    def _worth(self, it: Snapshot) -> Money:
        zero = Money(0, self._its.currency)
        return it.amount if it.amount is not None and not self.unpriced(it) else zero

    def _mine(self, it: Snapshot) -> bool:
        return self._its.member in {None, it.member}

    def _due(self, it: Snapshot) -> bool:
        return self.period is None or (it.close_date is not None and it.close_date <= self.period.end)


def _still_open(it: Pipelines, shots: Iterable[Snapshot], let_go: frozenset[str]) -> dict[str, Snapshot]:
    """By id, of what was kept of a day that which is open by all that is known since."""
    return {
        one.opportunity: one
        for one in shots
        if one.opportunity not in let_go and not _ended_by(it.deals.get(one.opportunity), one)
    }


def _ended_by(deal: Opportunity | None, shot: Snapshot) -> bool:
    """What had ended by then, though it was told only later."""
    return (
        deal is not None
        and deal.status is not Status.OPEN
        and deal.closed_on is not None
        and deal.closed_on <= shot.day
    )


def _status(it: Pipelines) -> dict[str, str | None]:
    """What became of deals in between: by their own days where they have one, else by when it was seen."""
    first, last = it.before[0].day, it.after[0].day
    found = {one.opportunity: one.after for one in it.changes if one.field is Field.STATUS}
    for name, deal in it.deals.items():
        if deal.status is Status.OPEN or deal.closed_on is None:
            continue
        if first < deal.closed_on <= last:
            found[name] = deal.status.value
        elif deal.closed_on <= first and found.get(name) in {Status.WON, Status.LOST}:
            del found[name]
    return found


def _total(snapshots: Iterable[Snapshot], currency: str) -> Money:
    known = (it.amount for it in snapshots if it.amount is not None and it.amount.currency == currency)
    return sum(known, Money(0, currency))
