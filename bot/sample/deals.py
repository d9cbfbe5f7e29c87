"""Deals as they went, day by day; what a CRM's export of any day would hold follows from it.

Days are counted from the story's Monday: -7 is the Monday before.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from coaching.money import Money
from coaching.opportunities import Category, Opportunity, Status

STATUS = {"Won": Status.WON, "Lost": Status.LOST}
CURRENCY = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What somebody wrote into the CRM on a day; None leaves a field as it was."""

    day: int
    stage: str | None = None
    close: int | None = None
    amount: int | None = None
    next_step: str | None = None
    next_step_on: int | None = None
    category: Category | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """One deal from its first day to its last; `moves` by day, the first creates it."""

    account: str
    product: str
    source: str
    owner: str
    member: str | None
    moves: tuple[Move, ...]
    id: str = ""

    @property
    def created(self) -> int:
        """Its first day."""
        return self.moves[0].day

    @property
    def closed(self) -> int | None:
        """The day it was won or lost, which may be ahead."""
        return next((it.day for it in self.moves if it.stage in STATUS), None)


def numbered(deals: Iterable[Deal]) -> tuple[Deal, ...]:
    """With ids in the order they were created, as a CRM gives them."""
    ordered = sorted(deals, key=lambda it: (it.created, it.account))
    return tuple(replace(it, id=f"Q-{1001 + n}") for n, it in enumerate(ordered))


class Crm:
    """The CRM of the story: what an export of any morning holds."""

    def __init__(self, deals: Sequence[Deal], monday: date) -> None:
        self._monday = monday
        self._histories = [([it.day for it in deal.moves], tuple(_history(deal, monday))) for deal in deals]

    def export(self, day: date) -> tuple[Opportunity, ...]:
        """All deals as they were on the morning of that day."""
        offset = (day - self._monday).days
        steps = ((history, bisect_left(days, offset)) for days, history in self._histories)
        return tuple(history[moves - 1] for history, moves in steps if moves)


def _history(deal: Deal, monday: date) -> Iterator[Opportunity]:
    """After each of its moves."""
    it = Opportunity(
        id=deal.id,
        owner=deal.owner,
        member=deal.member,
        name=f"{deal.account}: {deal.product}",
        account=deal.account,
        product=deal.product,
        source=deal.source,
        stage="",
        status=Status.OPEN,
        created_on=_on(monday, deal.created),
    )
    for move in deal.moves:
        it = _moved(it, move, monday)
        yield it


def _moved(it: Opportunity, move: Move, monday: date) -> Opportunity:
    ended = move.stage in STATUS
    return replace(
        it,
        stage=move.stage or it.stage,
        status=STATUS.get(move.stage or it.stage, Status.OPEN),
        close_date=it.close_date if move.close is None else _on(monday, move.close),
        amount=it.amount if move.amount is None else Money.of(move.amount, CURRENCY),
        next_step="" if ended else it.next_step if move.next_step is None else move.next_step,
        next_step_on=None if ended else _next_on(it, move, monday),
        category=None if ended else move.category or it.category,
        closed_on=_on(monday, move.day) if ended else it.closed_on,
        last_activity_on=_on(monday, move.day),
    )


def _next_on(it: Opportunity, move: Move, monday: date) -> date | None:
    if move.next_step is None:
        return it.next_step_on
    return None if move.next_step_on is None else _on(monday, move.next_step_on)


def _on(monday: date, day: int) -> date:
    return monday + timedelta(days=day)
