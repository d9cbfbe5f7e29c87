"""The majors as a rep gets them: three to work, up to three to drop, each with why, confirmed in one tap or argued."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
    Spans,
    note,
    quiet,
    say,
)
from coaching.chosen import CameOf, Choice, Pick, Ruling, Why, ended_as
from coaching.language import t, tn
from coaching.majors_answers import reason
from coaching.majors_words import came_words, freed, why_names
from coaching.phrases import capital, listed, quoted
from coaching.review_words import rough

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.majors import CompanyMajors
    from coaching.opportunities import Opportunity

MOST_SHOWN = 12
NONE: Mapping[str, str] = {}
NO_DEALS: Mapping[str, Opportunity] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A rep's: what was proposed, what became of the majors of the week before, and who hears of disagreements."""

    choices: tuple[Choice, ...] = ()
    before: tuple[tuple[Choice, CameOf], ...] = ()
    titles: Mapping[str, str] | None = None
    """Of the rep's open deals, by id, the largest first; read only where a deal is to be named or chosen."""
    takers: tuple[str, ...] = ()
    """Ids of those who may answer the rep's matters."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What the rep reads of everybody, by id."""
    deals: Mapping[str, Opportunity] = field(default_factory=dict)
    """Those that were proposed or asked about, by id, as they stand by now; one that is missing counts as open."""
    again: frozenset[str] = frozenset()
    """Ids of those that were dropped and count again."""

    def of(self, pick: Pick) -> tuple[Choice, ...]:
        """Those to work, or those to drop."""
        return tuple(it for it in self.choices if it.pick is pick)

    def one(self, opportunity: str) -> Choice | None:
        """By the deal."""
        return next((it for it in self.choices if it.opportunity == opportunity), None)

    @property
    def taking(self) -> str:
        """All who may answer the rep's matters, by name."""
        return listed([self.names.get(it, it) for it in self.takers], most=len(self.takers))

    def called(self, opportunity: str) -> str:
        """A deal that a rep would rather work; by its own name once it is no longer among the open ones."""
        deal = self.deals.get(opportunity)
        return (self.titles or NONE).get(opportunity) or (deal.title if deal else opportunity)

    @property
    def open(self) -> tuple[Choice, ...]:
        """Not answered yet, and still to be worked or dropped."""
        return tuple(it for it in self.choices if not it.answered and end_of(it.opportunity, self.deals) is None)


def end_of(opportunity: str, deals: Mapping[str, Opportunity]) -> CameOf | None:
    """How a deal has ended; None while it is open or nothing is known of it."""
    deal = deals.get(opportunity)
    return ended_as(deal) if deal else None


# --- the week's ----------------------------------------------------------------------------------------------------
def majors(week: Week, *, whole: bool = False) -> Card:
    """By themselves."""
    if not week.choices:
        return note(t("Nothing was chosen for this week: with so few open deals all of them are majors."))
    head = summary(week)
    return Card(head, (Heading(t("This week’s majors")), *part(week, whole=whole)))


def summary(week: Week) -> str:
    """In a line."""
    names = listed([it.title for it in week.of(Pick.MAJOR)])
    return t("To work this week: {names}", names=names) if names else t("Deals that you might drop this week")


def part(week: Week, *, whole: bool = False) -> tuple[Element, ...]:
    """All of it under a heading of its own; `whole`: on the card that the review is on, too."""
    majors_, dropping = week.of(Pick.MAJOR), week.of(Pick.DISTRACTION)
    return (
        *_before(week),
        *((Bullets(tuple(_line(it, week) for it in majors_)),) if majors_ else ()),
        *((say(Bold(t("You might drop"))), Bullets(tuple(_line(it, week) for it in dropping))) if dropping else ()),
        *_good(dropping, week.again),
        Buttons(_buttons(week, whole=whole)),
    )


def _before(week: Week) -> tuple[Element, ...]:
    """What came of last week's: the same deals that a rep chose to work."""
    if not week.before:
        return ()
    told = "; ".join(t("{deal}: {what}", deal=it.title, what=came_words(what)) for it, what in week.before)
    return (quiet(t("What came of the last majors. {told}.", told=told)),)


def _line(it: Choice, week: Week) -> Spans:
    end = end_of(it.opportunity, week.deals)
    if end is not None:
        return Bold(it.title), f": {came_words(end)}."
    if not it.answered:
        return Bold(it.title), f": {it.said}"
    return Bold(f"{_mark(it, week)}{it.title}"), f": {answer(it, week)}"


def _mark(it: Choice, week: Week) -> str:
    """None on what isn't settled any more."""
    if it.opportunity in week.again:
        return ""
    return "✓ " if it.agrees else "✗ "


def answer(it: Choice, week: Week) -> str:
    """What was said to it, and how the manager sees it."""
    if it.opportunity in week.again:
        return t("dropped, but something newer is known of it, so it counts again.")
    if it.agrees:
        return t("you are on it.") if it.pick is Pick.MAJOR else t("dropped.")
    why = reason(it)
    instead = week.called(it.instead)
    told = t("you see it differently: {why}.", why=why)
    if instead:
        told = t("not this one: {why}. Rather {other}.", why=why, other=instead)
    if it.pick is Pick.DISTRACTION:
        told = t("kept: {why}.", why=why)
    return " ".join(part for part in (told, ruled(it, week)) if part)


def ruled(it: Choice, week: Week) -> str:
    """The manager's word, or that it is with them."""
    who = week.names.get(it.ruled_by or "") or week.taking
    match it.ruling:
        case Ruling.AGREED:
            return t("{name} agrees with you.", name=who)
        case Ruling.INSISTED:
            return t("{name} stands by the proposal: “{note}”", name=who, note=it.ruling_note)
        case _:
            return tn("{name} has it.", "{name} have it.", len(week.takers), name=week.taking) if week.takers else ""


def _good(dropping: Sequence[Choice], again: frozenset[str]) -> tuple[Element, ...]:
    gone = [it for it in dropping if it.dropped and it.opportunity not in again]
    if not gone:
        return ()
    minutes = sum(it.minutes or 0 for it in gone)
    if not minutes:
        return (say(t("A good call: that makes room for better ones.")),)
    return (say(t("A good call: {freed}, for deals that can be won.", freed=freed(minutes))),)


def _buttons(week: Week, *, whole: bool) -> tuple[Action, ...]:
    args = _args(week.choices[0], whole=whole)
    each = Action("majors.each", t("One by one…") if week.open else t("Change something…"), args)
    maths = Action("majors.maths", t("How it is worked out"), args)
    if not week.open:
        gone_for_good = (
            Action("majors.drop", t("Let {deal} go", deal=it.title), _args(it, whole=whole, about=True))
            for it in week.choices
            if it.opportunity in week.again or _lost(it, week)
        )
        return *gone_for_good, each, maths
    gone = sum(it.pick is Pick.DISTRACTION for it in week.open)
    label = t("Yes, that’s my week") if not gone else tn("Yes, and drop that one", "Yes, and drop those {n}", gone)
    return Action("majors.all", label, args, Look.PRIMARY), each, maths


def _lost(it: Choice, week: Week) -> bool:
    """A major that can't be won, as its rep says: then it can be let go where it was said."""
    argued = it.pick is Pick.MAJOR and it.agrees is False and it.why is Why.NOT_WINNABLE
    return argued and end_of(it.opportunity, week.deals) is None


def _args(it: Choice, *, whole: bool, about: bool = False) -> dict[str, str]:
    named = {"about": it.opportunity} if about else {}
    return {"on": it.on.isoformat(), **named, **({"whole": "1"} if whole else {})}


# --- one by one ----------------------------------------------------------------------------------------------------
def each(week: Week, *, whole: bool) -> Card:
    """Every deal with its own two answers."""
    back = Action("majors.show", t("Back"), _args(week.choices[0], whole=whole))
    parts = (element for it in week.choices for element in _asked(it, week, whole=whole))
    return Card(summary(week), (Heading(t("This week’s majors, one by one")), *parts, Buttons((back,))))


def _asked(it: Choice, week: Week, *, whole: bool) -> Iterator[Element]:
    args = _args(it, whole=whole, about=True)
    dropping = it.pick is Pick.DISTRACTION
    yes = Action("majors.yes", t("Drop it") if dropping else t("Yes, I’m on it"), args)
    no = Action("majors.argue", t("Keep it…") if dropping else t("Not this one…"), args)
    end = end_of(it.opportunity, week.deals)
    yield say(Bold(it.title))
    yield say(it.said)
    if end is not None:
        yield say(f"{capital(came_words(end))}.")
        return
    if it.answered:
        yield say(f"{_mark(it, week)}{capital(answer(it, week))}")
    drop = Action("majors.drop", t("Let it go"), args)
    yield Buttons(
        (
            *((yes,) if it.agrees is not True or it.opportunity in week.again else ()),
            *((no,) if it.agrees is not False else ()),
            *((drop,) if _lost(it, week) else ()),
        )
    )


def form(
    it: Choice, week: Week, *, whole: bool, typed: Mapping[str, str] = NONE, errors: Mapping[str, str] = NONE
) -> Card:
    """Why a rep sees it differently."""
    dropping = it.pick is Pick.DISTRACTION
    head = t("Keep {deal}: why?", deal=it.title) if dropping else t("Not {deal} this week: why?", deal=it.title)
    args = _args(it, whole=whole, about=True)
    label = t("Send to {name}", name=week.taking) if week.takers else t("Save")
    send, back = Action("majors.send", label, args, Look.PRIMARY), Action("majors.each", t("Back"), args)
    return Card(head, (say(Bold(head)), quiet(it.said), *_fields(it, week, typed, errors), Buttons((send, back))))


def _who_reads(week: Week) -> str:
    if not week.takers:
        return ""
    return tn("{name} reads it as you write it.", "{name} read it as you write it.", len(week.takers), name=week.taking)


def _fields(it: Choice, week: Week, typed: Mapping[str, str], errors: Mapping[str, str]) -> Iterator[Field]:
    filled = {"why": it.why.value if it.why else "", "words": it.words, "instead": it.instead, **typed}
    yield Field(
        name="why",
        label=t("Why"),
        input=Input.CHOICE,
        value=filled["why"],
        options=tuple((one.value, name) for one, name in why_names(it.pick).items()),
        error=errors.get("why", ""),
    )
    yield Field(
        name="words",
        label=t("In your words"),
        input=Input.LONG,
        value=filled["words"],
        hint=_who_reads(week),
        error=errors.get("words", ""),
    )
    others = [pair for pair in (week.titles or NONE).items() if week.one(pair[0]) is None]
    if it.pick is Pick.MAJOR and others:
        yield Field(
            name="instead",
            label=t("What would you rather work?"),
            input=Input.CHOICE,
            value=filled["instead"],
            options=tuple(others),
        )


def over() -> Card:
    """What was pressed is of an earlier week."""
    return note(t("That week is over. Say “majors” for those of this one."))


def ended(it: Choice, end: CameOf, as_it_is: Card) -> Card:
    """What was pressed, on a card from before, is about a deal that is no longer to be worked or dropped."""
    line = t("{deal} is no longer open ({end}), so I changed nothing.", deal=it.title, end=came_words(end))
    return Card(line, (say(line), *as_it_is.elements))


# --- once the manager has ruled ------------------------------------------------------------------------------------
def ruling_words(it: Choice) -> str:
    """What was decided, as both read it."""
    told = _decided(it)
    return f"{told} {quoted(it.ruling_note)}" if it.ruling_note else told


def _decided(it: Choice) -> str:
    if it.ruling is Ruling.AGREED:
        return t("agreed, it stays.") if it.pick is Pick.DISTRACTION else t("agreed, it is no major.")
    return t("please drop it.") if it.pick is Pick.DISTRACTION else t("please work it this week.")


def ways_on(it: Choice) -> tuple[Action, ...]:
    """What its rep can do about it in one tap."""
    if it.ruling is not Ruling.INSISTED:
        return ()
    label = t("Drop it") if it.pick is Pick.DISTRACTION else t("I’m on it")
    return (Action("majors.yes", label, _args(it, whole=False, about=True)),)


# --- the manager's -------------------------------------------------------------------------------------------------
def summed(
    choices: Sequence[Choice],
    names: Mapping[str, str],
    before: Sequence[CameOf],
    deals: Mapping[str, Opportunity] = NO_DEALS,
    again: frozenset[str] = frozenset(),
) -> tuple[Element, ...]:
    """How the week's majors were taken, rep by rep, in the manager's summary; `deals` as they stand by now.

    `again` were dropped and count again.
    """
    if not choices:
        return ()
    members = dict.fromkeys(it.member for it in choices)
    lines: tuple[Spans, ...] = tuple(
        (Bold(f"{names.get(who, who)}: "), _of_rep([it for it in choices if it.member == who], deals))
        for who in members
    )
    gone = [it for it in choices if it.dropped and it.opportunity not in again]
    minutes = sum(it.minutes or 0 for it in gone)
    dropped = t("Dropped: {names}; {freed}.", names=listed([it.title for it in gone]), freed=freed(minutes))
    return (
        Heading(t("Majors")),
        Bullets(lines),
        *((say(dropped),) if gone and minutes else ()),
        *_came(before),
    )


def _of_rep(mine: Sequence[Choice], deals: Mapping[str, Opportunity]) -> str:
    majors = [with_end(it.title, it.opportunity, deals) for it in mine if it.pick is Pick.MAJOR]
    names = listed(majors) if majors else t("No deal left")
    left = [it for it in mine if end_of(it.opportunity, deals) is None]
    if not left:
        return f"{names}."
    argued = [it.title for it in left if it.argued and it.ruling is None]
    if argued:
        return t("{names}. Sees {others} differently; it is in your queue.", names=names, others=listed(argued))
    if any(not it.answered for it in left):
        return t("{names}. Not confirmed yet.", names=names)
    return t("{names}. Confirmed.", names=names)


def with_end(title: str, opportunity: str, deals: Mapping[str, Opportunity]) -> str:
    """`Elmstead (lost)`; of an open deal its title alone."""
    end = end_of(opportunity, deals)
    return t("{title} ({end})", title=title, end=came_words(end)) if end is not None else title


def _came(before: Sequence[CameOf]) -> tuple[Element, ...]:
    if not before:
        return ()
    counts = [(before.count(it), came_words(it)) for it in CameOf if it in before]
    told = listed([t("{n} {what}", n=n, what=what) for n, what in counts])
    return (quiet(tn("Of the {n} major before: {told}.", "Of the {n} majors before: {told}.", len(before), told=told)),)


# --- the owner's ---------------------------------------------------------------------------------------------------
def of_all(found: CompanyMajors, company: Company) -> tuple[Element, ...]:
    """Deals, what is at stake in them and what came of it; nobody's name."""
    if not found.majors:
        return ()
    estimated = any(it.choice.estimated for it in found.open)
    head = (
        t("What came of the deals that the team worked first this week:")
        if not found.open
        else tn(
            "{n} deal that the team works first this week: {amount} in all, about {stake} of it to be expected.",
            "{n} deals that the team works first this week: {amount} in all, about {stake} of it to be expected.",
            len(found.open),
            amount=rough(float(found.amount.amount), company) if estimated else found.amount,
            stake=rough(float(found.at_stake.amount), company),
        )
    )
    lines: tuple[Spans, ...] = tuple(
        (Bold(f"{it.title}: "), t("{amount}; {what}.", amount=_worth(it.choice), what=came_words(it.came_of)))
        for it in found.majors[:MOST_SHOWN]
    )
    gone = tn("{n} deal was dropped to make room.", "{n} deals were dropped to make room.", len(found.dropped))
    return say(head), Bullets(lines), *((say(gone),) if found.dropped else ())


def _worth(it: Choice) -> str:
    if it.amount is None:
        return t("no amount yet")
    return t("about {amount}", amount=it.amount) if it.estimated else str(it.amount)
