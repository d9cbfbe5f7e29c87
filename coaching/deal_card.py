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
from coaching.language import precise, t, tn, ts, worded
from coaching.money import Money
from coaching.opportunities import Field as Watched
from coaching.opportunities import Status
from coaching.people import Member, Role
from coaching.phrases import ago, day, percent, quoted
from coaching.qualification import FRESH_DAYS, Answer, Deal, Item, Qualified, age
from coaching.qualify_card import STANDINGS, Typed, answering, ended, gates_in_words, in_a_line
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
    told: deals_card.Told = deals_card.NOTHING_TOLD
    """What its rep has said of it and the CRM doesn't know yet."""
    chance: tuple[Element, ...] = ()
    """How likely it is won, with its maths, where that was worked out."""


def deal_card(view: DealView, *, whole: bool = False) -> Card:
    """Everything in one place: how it stands, what is known and from whom, what is missing, how it moved.

    `whole` has the maths in it; in a chat a button asks for it.
    """
    it = view.deal.opportunity
    return Card(
        f"{it.title}: {in_a_line(it, view.today, view.told)}",
        (
            Heading(it.title),
            Facts(_facts(view)),
            *view.chance,
            say(
                *ts(
                    "{share} by {method}.",
                    share=Bold(t("{share} qualified", share=percent(view.found.score))),
                    method=view.found.playbook.name,
                ),
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
    known: tuple[tuple[str, Spans], ...] = ((t("Amount"), (deals_card.amount(it),)), (t("Stage"), (it.stage,)))
    whose: tuple[str, Spans] = (t("Whose"), (member.name if member else it.owner or t("nobody's"),))
    if not it.is_open:
        return (*known, (t("Ended"), (ended(it, view.today),)), whose)
    gone = deals_card.let_go(it, view.company, view.today, view.told)
    step = (
        gone or deals_card.next_step(it, view.today, view.told) or t("none yet: what would the buyer agree to do next?")
    )
    return (*known, (t("Closes"), (deals_card.closes(it, view.today, view.told),)), (t("Next step"), (step,)), whose)


def _standing(view: DealView) -> Table:
    rows = tuple(_row(it, view) for it in view.found.items)
    return Table((t("What"), t("Stands"), t("In whose words")), rows)


def _row(it: Item, view: DealView) -> tuple[Spans, ...]:
    gate = it in view.found.missing and view.found.held_back and view.deal.opportunity.is_open
    missing = t(" (keeps it out of Commit)") if gate else ""
    return (it.criterion.name,), (f"{worded(STANDINGS[it.standing])}{missing}",), (_said(it, view),)


def _said(it: Item, view: DealView) -> str:
    found = it.evidence
    if found is None or found.answer is Answer.UNKNOWN:
        return ""
    by = view.company.member(found.by)
    who = found.source or t("the buyer")
    when = ago(age(found, view.company, view.today))
    words = f"{quoted(shortened(found.quote, 160))}, {who}, " if found.quote else f"{who}, " if found.source else ""
    written = t(", written by {name}", name=view.company.called(by)) if by else ""
    return f"{words}{when}{written}"


def maths(found: Qualified) -> Maths:
    """Of the share that is qualified."""
    inputs = tuple(
        (it.criterion.name, t("{worth} of weight {weight}", worth=precise(it.worth), weight=it.criterion.weight))
        for it in found.items
    )
    return Maths(
        figure=t("qualified"),
        value=percent(found.score),
        formula=t("sum of (how far it is known x weight) / sum of weights"),
        inputs=inputs,
        n=tn("{n} criterion", "{n} criteria", len(found.items)),
        uncertainty=t("a stated weighting, not a chance: it becomes one when enough closed deals carry these answers"),
        source=t(
            "{name}; partly known or older than {fresh_days} days counts half",
            name=found.playbook.name,
            fresh_days=FRESH_DAYS,
        ),
    )


def _moved(view: DealView) -> tuple[Element, ...]:
    it = view.deal.opportunity
    lines = [(moved(one, it, view.today),) for one in view.changes if one.opportunity == it.id]
    return (say(Bold(t("How it moved"))), Bullets(tuple(lines[-MOVES:]))) if lines else ()


def moved(it: Change, deal: Opportunity, today: date) -> str:
    """`Mon 23 Nov: stage Discovery to Proposal`."""
    return f"{day(it.on, today)}: {_move(it, deal)}"


def _move(it: Change, deal: Opportunity) -> str:
    match it.field:
        case Watched.CREATED:
            return t("first seen")
        case Watched.GONE:
            return t("no longer in the CRM") if it.after else t("in the CRM again")
        case Watched.STAGE:
            unknown = t("unknown")
            return t("stage {before} to {after}", before=it.before or unknown, after=it.after or unknown)
        case Watched.STATUS:
            return t("{before} to {after}", before=_status(it.before), after=_status(it.after))
        case Watched.CLOSE_DATE:
            return t("close date {before} to {after}", before=_date(it.before), after=_date(it.after))
        case Watched.AMOUNT:
            return t("amount {before} to {after}", before=_money(it.before, deal), after=_money(it.after, deal))
        case Watched.OWNER:
            nobody = t("nobody")
            return t("from {before} to {after}", before=it.before or nobody, after=it.after or nobody)
        case _:
            assert_never(it.field)


def _date(text: str | None) -> str:
    return day(date.fromisoformat(text)) if text else t("none")


def _status(it: str | None) -> str:
    return t("won") if it == Status.WON else t("lost") if it == Status.LOST else t("open")


def _money(minor: str | None, deal: Opportunity) -> str:
    if minor is None:
        return t("unknown")
    return str(Money(int(minor), deal.amount.currency)) if deal.amount else minor


def _add(view: DealView) -> tuple[Element, ...]:
    """Whoever works on it can write something down; the manager can let it pass."""
    it = view.deal.opportunity
    args = {"deal": it.id}
    see = Action("qualify.maths", t("See the maths"), args)
    if not it.is_open or view.reader.role not in {Role.REP, Role.MANAGER}:
        return (Buttons((see,)),)
    options = tuple((one.criterion.id, one.criterion.name) for one in view.found.items)
    about = Field(name="criterion", label=t("About"), input=Input.CHOICE, options=options)
    passing = view.reader.role is Role.MANAGER and view.found.held_back
    resuming = it.id in view.told.let_go and it.member == view.reader.id
    return (
        say(Bold(t("Learned something?"))),
        *map(view.typed.into, (about, *answering())),
        Buttons(
            (
                Action("qualify.add", t("Write it down"), args, Look.PRIMARY),
                *((Action("qualify.resume", t("Keep working it"), args),) if resuming else ()),
                *((Action("qualify.pass", t("Let it into Commit anyway"), args),) if passing else ()),
                see,
            )
        ),
    )
