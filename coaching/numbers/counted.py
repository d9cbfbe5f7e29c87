"""What was counted, check-in by check-in: each habit's numbers, and what the CRM saw on the same days."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from coaching.checkins import CheckIn, CheckInStatus
from coaching.opportunities import Opportunity, Status

if TYPE_CHECKING:
    from coaching.company import Company

CREATED = frozenset({"opportunity", "opportunities", "deal", "deals", "verkaufschance", "verkaufschancen"})
"""Steps that a new opportunity in the CRM is one of, where no habit counts them."""
SOLD = frozenset(
    {
        "close",
        "closed",
        "closed won",
        "won",
        "win",
        "wins",
        "sale",
        "sales",
        "order",
        "orders",
        "abschluss",
        "abschlüsse",
        "gewonnen",
        "auftrag",
        "aufträge",
    }
)
"""Steps that a won opportunity is one of, likewise."""
FIRST_REACHES_BACK = 4
"""Days: what the CRM saw before somebody's first check-in belongs to it over a long weekend at most."""


@dataclass(frozen=True, slots=True)
class Worked:
    """An answered check-in: how many of each step were done since the one before it."""

    member: str
    day: date
    done: Mapping[str, int]


def counted_steps(company: Company, *, with_deals: bool) -> tuple[str, ...]:
    """The steps of the chain that something counts, in order."""
    fed = {it.step for it in company.team_habits}
    return tuple(it for it in company.steps if it in fed or (with_deals and _of_crm(it)))


def counted(company: Company, checkins: Iterable[CheckIn], deals: Iterable[Opportunity]) -> tuple[Worked, ...]:
    """The reps' answered check-ins by day.

    A step that a habit feeds is counted by it alone. What the CRM saw counts only on days that an answered check-in
    speaks of: of days that nobody wrote down the calls are missing, and the deals beside them would look like more.
    """
    theirs: dict[str, list[CheckIn]] = {}
    for it in sorted(checkins, key=lambda one: one.day):
        if it.member not in company.apart:
            theirs.setdefault(it.member, []).append(it)
    seen: dict[str, list[tuple[date, str]]] = {}
    for member, day, step in _seen(company, deals):
        seen.setdefault(member, []).append((day, step))
    found = (it for member, own in theirs.items() for it in _worked(company, own, seen.get(member, ())))
    return tuple(sorted(found, key=lambda it: (it.day, it.member)))


def _of_crm(step: str) -> bool:
    return step.casefold() in CREATED | SOLD


def _seen(company: Company, deals: Iterable[Opportunity]) -> Iterator[tuple[str, date, str]]:
    """Whose, when, and which step."""
    fed = {it.step for it in company.team_habits}
    steps = [it for it in company.steps if it not in fed]
    created = [it for it in steps if it.casefold() in CREATED]
    sold = [it for it in steps if it.casefold() in SOLD]
    for it in deals:
        if it.member and it.created_on:
            yield from ((it.member, it.created_on, step) for step in created)
        if it.member and it.closed_on and it.status is Status.WON:
            yield from ((it.member, it.closed_on, step) for step in sold)


def _worked(company: Company, own: Sequence[CheckIn], seen: Iterable[tuple[date, str]]) -> Iterator[Worked]:
    """A check-in on a day off asks nothing: the next one speaks of the days before it."""
    asked = [it for it in own if it.status is not CheckInStatus.DAY_OFF]
    days = [it.day for it in asked]
    done = [_by_step(company, it) for it in asked]
    for day, step in seen:
        at = bisect_right(days, day)
        if at < len(days) and (at or (days[0] - day).days <= FIRST_REACHES_BACK):
            done[at][step] += 1
    for it, counts in zip(asked, done, strict=True):
        if it.status is CheckInStatus.ANSWERED:
            yield Worked(it.member, it.day, counts)


def _by_step(company: Company, it: CheckIn) -> Counter[str]:
    found: Counter[str] = Counter()
    for habit in company.team_habits:
        if habit.step:
            found[habit.step] += it.counts.get(habit.id, 0)
    return found
