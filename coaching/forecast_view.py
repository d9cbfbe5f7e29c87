"""A pipeline in a period as somebody looks at it, and the parts that every forecast card is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from coaching import deals_card
from coaching.card import Element, Facts, Spans, quiet
from coaching.categories import NAMES, in_period
from coaching.money import Money, total
from coaching.numbers.forecast import NoRange, Range, by_category, outlook
from coaching.opportunities import Change, Opportunity, Status
from coaching.people import Member
from coaching.phrases import count, day, percent

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.forecasts import Call
    from coaching.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A pipeline in a period. `member` is whose; None for the whole company's. `reader` is who will look at it."""

    company: Company
    reader: Member
    member: Member | None
    now: datetime
    today: date
    period: Period
    open: tuple[Opportunity, ...]
    closed: tuple[Opportunity, ...]
    """Won or lost in the period so far."""
    calls: tuple[Call, ...]
    """Of the period, overlays included, oldest first."""
    changes: tuple[Change, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    """What was typed into the fields, when it has to be shown again."""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def won(self) -> Money:
        """So far."""
        won = (it.amount for it in self.closed if it.status is Status.WON and it.amount)
        return total((it for it in won if it.currency == self.company.currency), self.company.currency)

    @property
    def target(self) -> Money | None:
        """The member's, or the company's."""
        return self.company.target(self.period, self.member.id if self.member else None)

    @property
    def own(self) -> tuple[Call, ...]:
        """Calls by the reps themselves."""
        return tuple(it for it in self.calls if not it.is_overlay)

    @property
    def last(self) -> Call | None:
        """The member's own last call."""
        return self.own[-1] if self.own else None

    @property
    def overlay(self) -> Call | None:
        """The manager's last call beside it."""
        return next((it for it in reversed(self.calls) if it.is_overlay), None)


def standing(view: View) -> tuple[Element, ...]:
    left = (view.period.end - view.today).days
    pairs: list[tuple[str, Spans]] = [("Won so far", (str(view.won),))]
    if view.target is not None:
        gap = view.target - view.won
        to_go = f"{gap} to go" if gap.minor > 0 else f"reached, {-gap} above it"
        pairs.append(("Target", (f"{view.target}, {to_go}",)))
    pairs.append(
        ("Ends", (f"{day(view.period.end, view.today)}, {'today' if not left else 'in ' + count(left, 'day')}",))
    )
    return (Facts(tuple(pairs)),)


def categories(view: View) -> tuple[Element, ...]:
    sums = by_category(in_period(view.open, view.period), view.company)
    pairs: tuple[tuple[str, Spans], ...] = tuple(
        (NAMES[it], (deals_card.sum_text(found),)) for it, found in sums.items() if found.n
    )
    return (Facts(pairs),) if pairs else ()


def odds(view: View) -> tuple[Element, ...]:
    deals = in_period(view.open, view.period)
    found = outlook(deals, view.company, won=view.won, target=view.target)
    match found:
        case NoRange(why):
            return (quiet(f"No range can be worked out: {why}."),)
        case Range(n=0):
            return ()
        case Range():
            return (quiet(_in_words(found)),)


def _in_words(it: Range) -> str:
    missing = it.n_without_amount + it.n_without_probability
    low_and_high = f"{it.p10} and {it.p90} in 8 of 10 cases, with {it.p50} in the middle."
    sentences = (
        f"By the odds of their stages, {count(it.n, 'deal')} and what is won end between {low_and_high}",
        _chance(it.chance),
        f"{count(missing, 'deal')} without an amount or a stage probability left out." if missing else "",
    )
    return " ".join(it for it in sentences if it)


def _chance(chance: float | None) -> str:
    if chance is None:
        return ""
    if chance <= 0:
        return "Even if all of them are won, that is below the target."
    share = "fewer than 1 %" if chance < 0.005 else "more than 99 %" if chance > 0.995 else percent(chance)
    return f"The target is reached in {share} of cases."


def called_on(call: Call, view: View) -> str:
    """The day it was made, by the reader's clock."""
    return day(call.called_at.astimezone(view.reader.tz).date(), view.today)


def amounts(call: Call) -> str:
    """Both, in a line."""
    return f"commit {call.commit}, best case {call.best_case}"
