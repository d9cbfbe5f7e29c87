"""A question to the owner within a card, and who hears of its answer in which words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, assert_never

from coaching.card import Action, Bold, Buttons, Card, Element, Heading, Look, Spans, say
from coaching.escalation import EscalationKind
from coaching.language import t, ts
from coaching.mandate import About, Mandate, Word
from coaching.money import rough
from coaching.phrases import day, moment
from coaching.talk import talk

if TYPE_CHECKING:
    from coaching.company import Company
    from coaching.escalation import Escalation
    from coaching.opportunities import Opportunity

DECIDE = "digest.decide"


# --- the question --------------------------------------------------------------------------------------------------
def asked(it: Mandate, company: Company, today: date, *, answerable: bool) -> tuple[Element, ...]:
    """With its money, its date and its buttons; answered, with who and when in their place."""
    head = say(Bold(it.question), *_terms(it, today))
    if it.answered:
        return head, say(*outcome(it, company))
    return (head, Buttons(tuple(_buttons(it, company)))) if answerable else (head,)


def _terms(it: Mandate, today: date) -> Spans:
    by = day(it.by, today)
    if it.at_stake is None:
        return (f" {t('An answer by {day} helps.', day=by)}",)
    stake = rough(it.at_stake) if it.about is About.TARGET else it.at_stake
    return (f" {t('{amount} at stake; an answer by {day} helps.', amount=stake, day=by)}",)


def _buttons(it: Mandate, company: Company) -> Iterator[Action]:
    for word in it.words:
        if word is not Word.ASK or company.manager:
            look = Look.PRIMARY if word is it.words[0] else Look.PLAIN
            yield Action(DECIDE, label(it, word, company), {"id": it.id, "word": word.value}, look)


def label(it: Mandate, word: Word, company: Company) -> str:
    """What a button says."""
    match word:
        case Word.YES:
            return t("Yes, the target stays") if it.about is About.TARGET else t("Yes")
        case Word.NO:
            return t("No, plan anew") if it.about is About.TARGET else t("No")
        case Word.TAKE:
            return t("I take it")
        case Word.ASK:
            manager = company.manager
            return t("Ask {name}", name=company.called(manager)) if manager else t("Ask the manager")
        case _:
            assert_never(word)


def outcome(it: Mandate, company: Company) -> Spans:
    """Who said what, and when, by their own clock."""
    who = company.member(it.answered_by) if it.answered_by else None
    if it.word is None or it.answered_at is None:
        return ()
    said = Bold(label(it, it.word, company))
    if who is None:
        return ts("Answered: {word}.", word=said)
    return ts(
        "Answered: {word}. {name}, {moment}.", word=said, name=company.called(who), moment=moment(it.answered_at, who)
    )


def stands(it: Mandate, company: Company) -> Spans:
    """For whoever says something else afterwards."""
    return *outcome(it, company), f" {t('The first answer stands; whoever heard of it goes by it.')}"


def instead(card: Card, it: Mandate, shown: Spans) -> Card:
    """The same card, with that where the question's buttons were: figures stay as they were read."""
    elements = tuple(say(*shown) if _are_of(one, it) else one for one in card.elements)
    return replace(card, elements=elements)


def _are_of(element: Element, it: Mandate) -> bool:
    if not isinstance(element, Buttons):
        return False
    return any(one.name == DECIDE and one.args.get("id") == it.id for one in element.actions)


def too_late(it: Mandate, now: datetime) -> Spans:
    """Why nothing was decided."""
    if now >= it.expires_at:
        return (t("This question has run out. Where it still stands, a newer digest asks it again."),)
    return (t("This has settled itself meanwhile; there is nothing to decide any more."),)


# --- who hears of it -----------------------------------------------------------------------------------------------
def for_manager(it: Mandate, company: Company, deal: Opportunity | None) -> Card:
    """The question, the answer, and what follows from it."""
    who = _who(it, company)
    head = t("{name} has decided", name=who)
    follows = _for_manager(it, who)
    return Card(
        f"{head}: {it.question}",
        (
            Heading(head),
            say(it.question),
            say(*outcome(it, company)),
            *((say(follows),) if follows else ()),
            Buttons(tuple(_managers_buttons(it, deal))),
        ),
    )


def _who(it: Mandate, company: Company) -> str:
    member = company.member(it.answered_by) if it.answered_by else None
    return company.called(member) if member else t("The owner")


def _for_manager(it: Mandate, who: str) -> str:
    match it.about, it.word:
        case About.OVERDUE, Word.YES:
            return t("It stays in the plan. It needs a date that the buyer named.")
        case About.OVERDUE, Word.NO:
            return t("Nobody counts on it for this period any more. The CRM should say so, too.")
        case About.TARGET, Word.NO:
            return t("The plan is to be made anew: what can be reached stands under “what the target asks for”.")
        case _, Word.TAKE:
            return t("{name} sees to it.", name=who)
        case _:
            return ""


def _managers_buttons(it: Mandate, deal: Opportunity | None) -> Iterator[Action]:
    if it.about is About.TARGET:
        yield Action("actions.show", t("What the target asks for"))
    if deal is not None:
        yield Action("qualify.deal", t("The deal"), {"deal": deal.id})
    yield Action("escalate.queue", t("Open the queue"))


def for_member(it: Mandate, company: Company, deal: Opportunity | None) -> Card | None:
    """For whoever's deal or request it is: what to do now, and no sums; None where nothing follows for them."""
    who = _who(it, company)
    title = deal.title if deal else ""
    match it.about, it.word:
        case About.OVERDUE, Word.YES if deal:
            words = t(
                "{name} counts on {deal}. What is the next step, and which day has the buyer named?",
                name=who,
                deal=title,
            )
        case About.OVERDUE, Word.NO if deal:
            words = t(
                "{name} no longer counts on {deal} for this period: you may put it down. Do you see it differently?",
                name=who,
                deal=title,
            )
        case About.REQUEST, Word.YES:
            words = t("{name} says yes to: {question}", name=who, question=it.question)
        case About.REQUEST, Word.NO:
            words = t("{name} says no to: {question}", name=who, question=it.question)
        case About.WAITING, Word.TAKE if deal:
            words = t("{name} sees to it and will come to you about {deal}.", name=who, deal=title)
        case _:
            return None
    return Card(words, (say(words), *_members_buttons(it, company, deal)))


def _members_buttons(it: Mandate, company: Company, deal: Opportunity | None) -> tuple[Element, ...]:
    if it.about is not About.OVERDUE or deal is None:
        return ()
    step = Action("checkin.promise", t("Promise a step"), {"words": deal.title})
    found = ((step,) if it.word is Word.YES else ()) + talk(company, it.member or "", deal.id)
    return (Buttons(found),) if found else ()


def question_to_manager(it: Mandate, owner: str, matter: str) -> str:
    """What an owner who would rather hear the manager first asks, in words for the manager.

    What waited is asked about as `matter` says it: the question itself was put to the owner.
    """
    if it.about is About.WAITING and matter:
        return t("{name} asks about: {matter}", name=owner, matter=matter)
    return t("{name} asks: {question}", name=owner, question=it.question)


def named_for_manager(raised: Escalation, matter: Escalation, owner: str) -> Card:
    """What the owner asked about without knowing whose it is, as the manager knows it, with a way to answer."""
    text = t("{name} asks about: {matter}", name=owner, matter=matter.text)
    answer = Action(
        "escalate.open",
        t("Answer {name}", name=owner),
        {"id": raised.id, "member": raised.member},
        Look.PRIMARY,
    )
    look = Action("forecast.show", t("Look at the forecast"), {"member": matter.member})
    ways = (answer, look) if matter.kind is EscalationKind.FORECAST_DROP else (answer,)
    return Card(text, (say(text), Buttons(ways)))


def for_asker(it: Mandate, shown: Spans) -> Card:
    """In short, where the card that was pressed isn't known."""
    return Card(it.question, (say(it.question), say(*shown)))
