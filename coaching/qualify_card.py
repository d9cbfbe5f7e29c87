"""One question about one deal, and what was kept of the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from coaching import deals_card
from coaching.card import (
    Action,
    Bold,
    Bullets,
    Buttons,
    Card,
    Element,
    Field,
    Heading,
    Input,
    Look,
    loose,
    note,
    quiet,
    say,
)
from coaching.language import marked, t, tn, worded
from coaching.opportunities import Status
from coaching.phrases import day, inside, listed, quoted
from coaching.qualification import Answer, Deal, Item, Qualified, Standing
from coaching.questions import shortened
from coaching.told_apart import told_apart

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.opportunities import Opportunity
    from coaching.qualifying import Choice

MOST_TAPS = 5
"""Deals of one name that are shown as buttons; of more the whole name is asked for."""
ANSWERS = {
    Answer.YES: marked("Yes, they said so"),
    Answer.PARTLY: marked("Partly"),
    Answer.NO: marked("No, and I know why"),
    Answer.UNKNOWN: marked("I don't know yet"),
}
STANDINGS = {
    Standing.MET: marked("known"),
    Standing.PARTLY: marked("partly known"),
    Standing.OLD: marked("known, but a while ago"),
    Standing.NOT_MET: marked("a no"),
    Standing.UNKNOWN: marked("not known yet"),
}
LONGEST = 2000
"""Characters of a quote."""


def gone() -> Card:
    """What was pressed is about a deal that has ended."""
    return note(t("That deal is no longer open, so there is nothing to add. Say “deals” for those that are."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was filled in and has to be shown again, and what was wrong with it."""

    fields: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    tactics: bool = False
    """Whether the ways to find out are shown."""

    def into(self, it: Field) -> Field:
        """A field as it was filled in."""
        return replace(it, value=self.fields.get(it.name, it.value), error=self.errors.get(it.name, ""))


# --- the question --------------------------------------------------------------------------------------------------
def question(it: Choice, today: date, typed: Typed | None = None) -> Card:
    """What is missing, asked once; the ways to find out on request."""
    shown, deal, criterion = typed or Typed(), it.deal.opportunity, it.item.criterion
    asked = criterion.questions[it.times % len(criterion.questions)]
    args = {"deal": deal.id, "criterion": criterion.id, "times": str(it.times)}
    help_ = (
        () if shown.tactics or not criterion.tactics else (Action("qualify.help", t("How could I find out?"), args),)
    )
    return Card(
        f"{deal.title}: {asked}",
        (
            Heading(deal.title),
            quiet(in_a_line(deal, today)),
            loose(Bold(asked)),
            quiet(f"{criterion.name}: {criterion.means}.{_why(it)}"),
            *(_tactics(it) if shown.tactics else ()),
            *_fields(shown, it, chosen=shown.tactics),
            Buttons(
                (
                    Action("qualify.keep", t("Keep it"), args, Look.PRIMARY),
                    *help_,
                    Action("qualify.later", t("Not now"), args),
                )
            ),
        ),
    )


def in_a_line(deal: Opportunity, today: date, told: deals_card.Told = deals_card.NOTHING_TOLD) -> str:
    """`$40,000, Proposal, closes Fri 4 Dec`."""
    how = t("closes {closes}", closes=deals_card.closes(deal, today, told)) if deal.is_open else ended(deal, today)
    return f"{deals_card.amount(deal)}, {deal.stage}, {how}"


def ended(deal: Opportunity, today: date) -> str:
    """`won on Fri 4 Dec`, `no longer in the CRM since Mon 7 Dec`."""
    if deal.gone_on is not None:
        return t("no longer in the CRM since {day}", day=day(deal.gone_on, today))
    won = deal.status is Status.WON
    if deal.closed_on is None:
        return t("won") if won else t("lost")
    on = day(deal.closed_on, today)
    return t("won on {day}", day=on) if won else t("lost on {day}", day=on)


def _why(it: Choice) -> str:
    if it.item in it.found.missing:
        return t(" Until it is known, this deal can't be in Commit.")
    if it.item.standing is Standing.OLD and it.item.age_days is not None:
        return tn(
            " What you wrote about it is {n} day old.", " What you wrote about it is {n} days old.", it.item.age_days
        )
    return ""


def _tactics(it: Choice) -> tuple[Element, ...]:
    return say(t("What others do to find out:")), Bullets(tuple((one,) for one in it.item.criterion.tactics))


def _fields(shown: Typed, it: Choice, *, chosen: bool) -> tuple[Element, ...]:
    tactics = tuple((one, shortened(one, 70)) for one in it.item.criterion.tactics)
    tried = Field(name="tactic", label=t("What did you try?"), input=Input.CHOICE, options=tactics)
    return tuple(map(shown.into, (*answering(), *((tried,) if chosen and tactics else ()))))


def answering() -> tuple[Field, ...]:
    """What is asked about any criterion."""
    return (
        Field(
            name="answer",
            label=t("Do you know it?"),
            input=Input.CHOICE,
            options=tuple((one.value, worded(words)) for one, words in ANSWERS.items()),
        ),
        Field(name="quote", label=t("In the buyer's words"), input=Input.LONG),
        Field(name="source", label=t("Who said it?"), input=Input.LINE),
    )


def kept(deal: Deal, found: Qualified, item: Item) -> Card:
    """What is known now, and what it opens."""
    title, known = deal.opportunity.title, sum(it.worth > 0 for it in found.items)
    evidence = item.evidence
    words = f" {quoted(shortened(evidence.quote, 200))}" if evidence and evidence.quote else ""
    learned = f"{item.criterion.name}: {worded(STANDINGS[item.standing])}."
    return Card(
        t("Kept for {title}: {learned}", title=title, learned=learned),
        (
            say(Bold(t("Kept for {title}. ", title=title)), learned, words),
            quiet(
                t(
                    "{known} of {n} things are known about it.{gates}",
                    known=known,
                    n=len(found.items),
                    gates=gates_in_words(found),
                )
            ),
            Buttons((Action("qualify.deal", t("All that is known"), {"deal": deal.opportunity.id}),)),
        ),
    )


def later(deal: Opportunity) -> Card:
    """Left in peace."""
    return note(
        t(
            "Fine. {title} is left in peace for a week; “deal {name}” opens it any time.",
            title=deal.title,
            name=shortened(deal.title, 40),
        )
    )


def gates_in_words(found: Qualified) -> str:
    """A sentence, after a space: what keeps a deal out of Commit."""
    if not found.missing:
        return t(" Nothing of it keeps the deal out of Commit.")
    names = listed([inside(it.criterion.name) for it in found.missing])
    if found.let_pass:
        return t(" It may be in Commit without {names}, by the manager's word.", names=names)
    return t(" Out of Commit until known: {names}.", names=names)


def dropped(it: Opportunity, as_it_is: Card) -> Card:
    """Its rep has just let it go."""
    line = t(
        "You let {deal} go: it is out of the forecast until you keep working it or it moves in the CRM.", deal=it.title
    )
    return Card(line, (say(line), *as_it_is.elements))


def not_yours_to_drop(it: Opportunity, company: Company) -> Card:
    """Only whoever works on a deal lets it go."""
    whose = company.member(it.member) if it.member else None
    if whose is None:
        return note(t("{deal} is nobody’s here, so nobody can let it go here.", deal=it.title))
    return note(t("{deal} is {name}’s, so only {name} lets it go.", deal=it.title, name=company.called(whose)))


def which(found: Iterable[Opportunity], wanted: str, *, dropping: bool = False) -> Card:
    """Several deals are called like that, or none. A tap opens one; while `dropping`, it lets it go."""
    deals = tuple(found)
    names = list(told_apart(deals).values())
    if not names:
        what = (
            t("I know no open deal of yours called “{wanted}”.", wanted=shortened(wanted, 60))
            if wanted
            else t("Which deal? Write “deal” and its name.")
        )
        return note(t("{what} “deals” lists them.", what=what))
    if len(names) == 1 and not dropping:
        return note(t("Do you mean {name}? Write “deal” and a little more of its name.", name=names[0]))
    if len(names) > MOST_TAPS:
        return note(t("Which of them do you mean: {names}? Write “deal” and the whole name.", names=listed(names, 8)))
    action, ask = "qualify.deal", t("Which of them do you mean?")
    head = t("Which of them do you mean: {names}?", names=listed(names))
    if dropping:
        action, ask = "qualify.drop", t("Which one do you let go?")
        head = t("Which one do you let go: {names}?", names=listed(names))
    taps = (Action(action, name, {"deal": it.id}) for it, name in zip(deals, names, strict=True))
    return Card(head, (say(ask), Buttons(tuple(taps))))
