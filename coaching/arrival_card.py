"""The brief before a visit, on one screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from coaching import streaks
from coaching.absent import not_here
from coaching.arrival import DEAL, MATTER, TALK, Brief, Praise
from coaching.card import Action, Bold, Bullets, Buttons, Card, Element, Heading, Look, Maths, Spans, quiet, say
from coaching.credits import told
from coaching.escalation import Escalation, EscalationKind
from coaching.language import precise, t, tn, ts
from coaching.money import Money
from coaching.phrases import day, weekday
from coaching.questions import shortened
from coaching.review import Entry
from coaching.told_apart import called

if TYPE_CHECKING:
    from coaching.opportunities import Opportunity

TITLE, SAID = 50, 150


def card(it: Brief, *, buttons: bool = True) -> Card:
    """For the manager alone."""
    company, visit = it.facts.company, it.facts.visit
    head = t("{weekday} at {company}", weekday=weekday(visit), company=company.name)
    elements: tuple[Element, ...] = (
        Heading(t("{head}, {day}", head=head, day=day(visit))),
        *_people(it),
        *(quiet(*line) for line in not_here(company, it.facts.absent)),
        *_deals(it),
        *_rest(it),
        quiet(_time(it)),
        *((Buttons(_buttons()),) if buttons else ()),
    )
    return Card(f"{head}: {_headline(it)}", elements)


def _headline(it: Brief) -> str:
    people = tn("{n} person to see", "{n} people to see", len(it.people))
    deals = tn("{n} deal", "{n} deals", len(it.deals))
    return t("{people}, {deals}", people=people, deals=deals)


def _people(it: Brief) -> Iterator[Element]:
    yield say(Bold(t("People to see")))
    lines = tuple((Bold(it.facts.company.called(one.member)), f": {shortened(one.words, SAID)}") for one in it.people)
    yield Bullets(lines) if lines else say(t("Nobody waits for you. A good day to look in on whoever you saw least."))


def _deals(it: Brief) -> Iterator[Element]:
    if it.deals:
        yield say(Bold(t("Deals to talk about")))
        yield Bullets(tuple(_deal(it, one) for one in it.deals))


def _deal(it: Brief, one: Entry) -> Spans:
    assert one.seen is not None
    deal, company = one.seen.deal, it.facts.company
    member = company.member(one.member) if one.member else None
    whose = it.facts.company.called(member) if member else deal.owner or t("nobody")
    worth = deal.amount or (Money.of(round(one.seen.worth), company.currency) if one.seen.worth else t("no amount"))
    return ts(
        "{deal} ({worth}, {name}): {said}",
        deal=Bold(_name(it, deal)),
        worth=worth,
        name=whose,
        said=shortened(one.main.said, SAID),
    )


def _name(it: Brief, deal: Opportunity) -> str:
    return called(deal, it.facts.week.facts.book.open, longest=TITLE)


def _rest(it: Brief) -> Iterator[Element]:
    lines: list[Spans] = []
    if it.praise:
        lines.append(ts("{what}: {words}", what=Bold(t("Praise")), words=_praise(it, it.praise)))
    if it.decision:
        lines.append(ts("{what}: {words}", what=Bold(t("Decide")), words=_decision(it, it.decision)))
    if it.worry:
        lines.append(ts("{what}: {words}", what=Bold(t("Worry")), words=it.worry.said))
    if lines:
        yield Bullets(tuple(lines))


def _decision(it: Brief, one: Escalation) -> str:
    """As a question: what it is about stands with whoever it is about."""
    member = it.facts.company.member(one.member)
    name = it.facts.company.called(member) if member else one.member
    deal = it.facts.queue.deals.get(one.subject)
    match one.kind:
        case EscalationKind.OVERDUE_OPPORTUNITY if deal:
            return t("Does {deal} stay in the forecast, and with which date?", deal=_name(it, deal))
        case EscalationKind.MISSED_CHECKINS:
            return t("How do you reach {name}, who hasn’t checked in for a while?", name=name)
        case EscalationKind.FORECAST_DROP:
            return t("Do you agree to {name}’s lower call for {period}?", name=name, period=one.subject)
        case _:
            return shortened(one.text, SAID)


def _praise(it: Brief, one: Praise) -> str:
    company, today = it.facts.company, it.facts.week.facts.today
    name = company.called(one.member)
    if one.won:
        before = told(one.won, company, today)
        return t("{name}, for {deal}. {before}", name=name, deal=one.won.deal.title, before=before)
    if one.kept:
        return tn("{name} kept {n} promise this week.", "{name} kept {n} promises this week.", one.kept, name=name)
    return t("{name}: {run}", name=name, run=streaks.in_words(one.run) if one.run else "")


def _time(it: Brief) -> str:
    """How it fits, and what else waits."""
    spent = t("About {minutes} minutes of your {hours} hours.", minutes=it.minutes, hours=precise(float(it.hours)))
    if not it.more:
        return spent
    others = tn(
        "{n} more matter is in the queue; there is time for {fit}.",
        "{n} more matters are in the queue; there is time for {fit}.",
        it.more,
        fit=it.fit,
    )
    return f"{spent} {others}"


def _buttons() -> tuple[Action, ...]:
    return (
        Action("escalate.queue", t("Open the queue"), look=Look.PRIMARY),
        Action("digest.show", t("The week")),
        Action("arrival.maths", t("See the maths")),
    )


def maths(it: Brief) -> Maths:
    """How the time was shared out."""
    return Maths(
        figure=t("the minutes of a visit"),
        value=str(it.minutes),
        formula=t("people x {talk} + deals x {deal} + the decision x {matter}", talk=TALK, deal=DEAL, matter=MATTER),
        inputs=(
            (t("people"), str(len(it.people))),
            (t("deals"), str(len(it.deals))),
            (t("a decision"), str(int(it.decision is not None))),
            (t("hours here"), precise(float(it.hours))),
            (t("other matters in the queue"), str(it.more)),
        ),
        n=t("minutes are what such things are held to take, not measured"),
    )
