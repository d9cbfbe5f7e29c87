"""All that is known of a deal, in one place: what the buyer said, what is missing, how it moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, assert_never

from coaching import deals_card
from coaching.card import (
    Action,
    Bold,
    Bullets,
    Buttons,
    Card,
    Element,
    Facts,
    Field,
    Heading,
    Input,
    Look,
    Maths,
    Spans,
    Table,
    say,
)
from coaching.money import Money
from coaching.opportunities import Field as Watched
from coaching.people import Member, Role
from coaching.phrases import ago, count, day, percent
from coaching.qualification import FRESH_DAYS, Answer, Deal, Item, Qualified
from coaching.qualify_card import ANSWERING, STANDINGS, Typed, ended, gates_in_words, in_a_line
from coaching.questions import shortened

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.opportunities import Change, Opportunity

MOVES = 12
"""The latest that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DealView:
    """One deal as somebody looks at it."""

    company: Company
    reader: Member
    today: date
    deal: Deal
    found: Qualified
    changes: tuple[Change, ...] = ()
    typed: Typed = field(default_factory=Typed)
    chance: tuple[Element, ...] = ()
    """How likely it is won, with its maths, where that was worked out."""


def deal_card(view: DealView, *, whole: bool = False) -> Card:
    """Everything in one place: how it stands, what is known and from whom, what is missing, how it moved.

    `whole` has the maths in it; in a chat a button asks for it.
    """
    it = view.deal.opportunity
    return Card(
        f"{it.title}: {in_a_line(it, view.today)}",
        (
            Heading(it.title),
            Facts(_facts(view)),
            *view.chance,
            say(
                Bold(f"{percent(view.found.score)} qualified"),
                f" by {view.found.playbook.name}.",
                gates_in_words(view.found) if it.is_open else "",
            ),
            _standing(view),
            *((maths(view.found),) if whole else ()),
            *_moved(view),
            *(() if whole else _add(view)),
        ),
    )


def _facts(view: DealView) -> tuple[tuple[str, Spans], ...]:
    it = view.deal.opportunity
    member = view.company.member(it.member) if it.member else None
    known: tuple[tuple[str, Spans], ...] = (("Amount", (deals_card.amount(it),)), ("Stage", (it.stage,)))
    whose: tuple[str, Spans] = ("Whose", (member.name if member else it.owner or "nobody's",))
    if not it.is_open:
        return (*known, ("Ended", (ended(it, view.today),)), whose)
    step = it.next_step or "none yet: what would the buyer agree to do next?"
    return (*known, ("Closes", (deals_card.closes(it, view.today),)), ("Next step", (step,)), whose)


def _standing(view: DealView) -> Table:
    rows = tuple(_row(it, view) for it in view.found.items)
    return Table(("What", "Stands", "In whose words"), rows)


def _row(it: Item, view: DealView) -> tuple[Spans, ...]:
    gate = it in view.found.missing and view.found.held_back and view.deal.opportunity.is_open
    missing = " (keeps it out of Commit)" if gate else ""
    return (it.criterion.name,), (f"{STANDINGS[it.standing]}{missing}",), (_said(it, view),)


def _said(it: Item, view: DealView) -> str:
    found = it.evidence
    if found is None or found.answer is Answer.UNKNOWN:
        return ""
    by = view.company.member(found.by)
    who = found.source or "the buyer"
    when = ago((view.today - found.at.astimezone(view.company.tz).date()).days)
    words = f"“{shortened(found.quote, 160)}”, {who}, " if found.quote else f"{who}, " if found.source else ""
    return f"{words}{when}{f', written by {by.first_name}' if by else ''}"


def maths(found: Qualified) -> Maths:
    """Of the share that is qualified."""
    inputs = tuple((it.criterion.name, f"{it.worth:g} of weight {it.criterion.weight}") for it in found.items)
    return Maths(
        figure="qualified",
        value=percent(found.score),
        formula="sum of (how far it is known x weight) / sum of weights",
        inputs=inputs,
        n=count(len(found.items), "criterion", "criteria"),
        uncertainty="a stated weighting, not a chance: it becomes one when enough closed deals carry these answers",
        source=f"{found.playbook.name}; partly known or older than {FRESH_DAYS} days counts half",
    )


def _moved(view: DealView) -> tuple[Element, ...]:
    it = view.deal.opportunity
    lines = [(moved(one, it, view.today),) for one in view.changes if one.opportunity == it.id]
    return (say(Bold("How it moved")), Bullets(tuple(lines[-MOVES:]))) if lines else ()


def moved(it: Change, deal: Opportunity, today: date) -> str:
    """`Mon 23 Nov: stage Discovery to Proposal`."""
    return f"{day(it.on, today)}: {_move(it, deal)}"


def _move(it: Change, deal: Opportunity) -> str:
    match it.field:
        case Watched.CREATED:
            return "first seen"
        case Watched.GONE:
            return "no longer in the CRM" if it.after else "in the CRM again"
        case Watched.STAGE:
            return f"stage {it.before or 'unknown'} to {it.after or 'unknown'}"
        case Watched.STATUS:
            return f"{it.before or 'open'} to {it.after or 'open'}"
        case Watched.CLOSE_DATE:
            return f"close date {_date(it.before)} to {_date(it.after)}"
        case Watched.AMOUNT:
            return f"amount {_money(it.before, deal)} to {_money(it.after, deal)}"
        case Watched.OWNER:
            return f"from {it.before or 'nobody'} to {it.after or 'nobody'}"
        case _:
            assert_never(it.field)


def _date(text: str | None) -> str:
    return day(date.fromisoformat(text)) if text else "none"


def _money(minor: str | None, deal: Opportunity) -> str:
    if minor is None:
        return "unknown"
    return str(Money(int(minor), deal.amount.currency)) if deal.amount else minor


def _add(view: DealView) -> tuple[Element, ...]:
    """Whoever works on it can write something down; the manager can let it pass."""
    it = view.deal.opportunity
    args = {"deal": it.id}
    see = Action("qualify.maths", "See the maths", args)
    if not it.is_open or view.reader.role not in {Role.REP, Role.MANAGER}:
        return (Buttons((see,)),)
    options = tuple((one.criterion.id, one.criterion.name) for one in view.found.items)
    about = Field(name="criterion", label="About", input=Input.CHOICE, options=options)
    passing = view.reader.role is Role.MANAGER and view.found.held_back
    return (
        say(Bold("Learned something?")),
        *map(view.typed.into, (about, *ANSWERING)),
        Buttons(
            (
                Action("qualify.add", "Write it down", args, Look.PRIMARY),
                *((Action("qualify.pass", "Let it into Commit anyway", args),) if passing else ()),
                see,
            )
        ),
    )
