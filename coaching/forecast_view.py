"""A pipeline in a period as somebody looks at it, and the parts that every forecast card is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from coaching import deals_card
from coaching.card import Action, Card, Element, Facts, Heading, Spans, note, quiet
from coaching.categories import NAMES, category, in_period
from coaching.money import Money, total
from coaching.numbers.forecast import NoRange, Range, by_category
from coaching.numbers.outlook import Basis, Outlook, first_day_ahead, outlook
from coaching.opportunities import Book, Category, Change, Opportunity, Status
from coaching.outlook_words import in_words, outlook_maths
from coaching.people import Member
from coaching.phrases import count, day, listed

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.forecasts import Call
    from coaching.periods import Period
    from coaching.track_record import TrackRecord


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
    """Since the last call."""
    held: frozenset[str] = frozenset()
    """Ids of open deals that may not be in Commit until more is known; they are in Best case already."""
    book: Book | None = None
    """The whole company's; None where nothing is asked of it."""
    outlook: Outlook | None = None
    """The whole company's, where it is worked out already."""
    record: TrackRecord | None = None
    """Of the member, or of everybody."""
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


def committable(deals: Iterable[Opportunity], held: frozenset[str], company: Company) -> tuple[Opportunity, ...]:
    """With those in Best case that would be in Commit but may not."""
    return tuple(
        replace(it, category=Category.BEST_CASE) if it.id in held and category(it, company) is Category.COMMIT else it
        for it in deals
    )


def categories(view: View) -> tuple[Element, ...]:
    sums = by_category(in_period(view.open, view.period), view.company)
    pairs: tuple[tuple[str, Spans], ...] = tuple(
        (NAMES[it], (deals_card.sum_text(found),)) for it, found in sums.items() if found.n
    )
    return (Facts(pairs), *_held(view)) if pairs else ()


def _held(view: View) -> tuple[Element, ...]:
    names = [it.title for it in in_period(view.open, view.period) if it.id in view.held]
    if not names:
        return ()
    return (quiet(f"Out of Commit until more is known: {listed(names)}. “deal” and its name says what."),)


def expected(view: View) -> Outlook:
    """The company's: a member's part of it leans on how everybody's deals went."""
    if view.outlook is not None:
        return view.outlook
    book = view.book or Book(deals=(*view.open, *view.closed), open=view.open)
    return outlook(book, view.company, view.period, first_day_ahead(book.deals, view.today))


def odds(view: View, it: Outlook) -> tuple[Element, ...]:
    """What the coach itself expects, beside the calls."""
    match it.of(view.member.id if view.member else None):
        case NoRange(why):
            return (quiet(f"No range can be worked out: {why}."),)
        case Range() as found if not found.n and found.p10 == found.p90 and it.basis is not Basis.OVER:
            return ()
        case Range() as found:
            return (quiet(in_words(it, found)),)


def see_the_maths(view: View, it: Outlook) -> tuple[Action, ...]:
    """A button, where there is a range."""
    member = view.member.id if view.member else ""
    shown = outlook_maths(it, it.of(member or None), view.period)
    return (Action("forecast.maths", "See the maths", {"member": member}),) if shown else ()


def maths(view: View) -> Card:
    """How the coach's range was made, for whoever pressed for it."""
    it = expected(view)
    shown = outlook_maths(it, it.of(view.member.id if view.member else None), view.period)
    if not shown:
        return note(f"There is no range for {view.period} yet, so there is no maths to see.")
    title = f"The maths of the forecast {view.period}"
    return Card(title, (Heading(title), *shown))


def called_on(call: Call, view: View) -> str:
    """The day it was made, by the reader's clock."""
    return day(call.called_at.astimezone(view.reader.tz).date(), view.today)


def amounts(call: Call) -> str:
    """Both, in a line."""
    return f"commit {call.commit}, best case {call.best_case}"
