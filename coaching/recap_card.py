"""A rep's own week in plain words, on one screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_never

from coaching import streaks, yields
from coaching.card import Action, Bold, Bullets, Buttons, Card, Element, Heading, Spans, note, quiet, say
from coaching.chat_card import settings_button
from coaching.checkins import Commitment
from coaching.language import t, tn, ts
from coaching.phrases import day, listed, percent, quoted
from coaching.practice import Practice, maths
from coaching.questions import shortened
from coaching.recap import Moved, Promise, Question, Recap
from coaching.told_apart import called

if TYPE_CHECKING:
    from coaching.habits import Habit
    from coaching.opportunities import Opportunity

WORDS = 100
MOST = 4


def card(it: Recap, *, buttons: bool = True) -> Card:
    """For the rep alone."""
    head = t("Your week, {name}", name=it.facts.member.first_name)
    if it.empty:
        return note(t("There is nothing of this week to look back on yet. A check-in is where it begins."))
    elements: tuple[Element, ...] = (
        Heading(head),
        *_run(it),
        *_practice(it),
        *_promises(it),
        *_moved(it),
        *_won(it),
        say(Bold(t("One thing for next week"))),
        say(_next(it)),
        quiet(t("Only you see this. It is made of your own check-ins, promises and answers.")),
        *((_buttons(it),) if buttons else ()),
    )
    return Card(f"{head}: {_headline(it)}", elements)


def _buttons(it: Recap) -> Buttons:
    """With its day: whoever presses it in the week after is shown the maths of this one."""
    see = Action("recap.maths", t("See the maths"), {"on": str(it.facts.today)})
    return Buttons((see, Action("chat.ratios", t("Ratios")), settings_button()))


def _headline(it: Recap) -> str:
    return tn("{k} of {n} check-in answered", "{k} of {n} check-ins answered", it.asked, k=it.answered)


def _run(it: Recap) -> tuple[Element, ...]:
    words = f"{_headline(it)}. {streaks.in_words(it.streak)}".strip()
    return (say(words),) if it.asked else ()


def _practice(it: Recap) -> Iterator[Element]:
    """Each count with its yield, and against the plan of the days that were counted."""
    company = it.facts.company
    before = [one for one in it.facts.checkins if one.day < it.facts.monday]
    lines: list[Spans] = []
    counts = {one.habit: one.done for one in it.practice}
    for one in it.practice:
        habit = next(habit for habit in company.habits_of(it.facts.member) if habit.id == one.habit)
        done = yields.line(company, habit, counts, {one.habit: _plan(one, habit)}, before)
        lines.append((t("{line}; {share} of your plan", line=done, share=percent(one.share)),))
    if lines:
        yield say(Bold(t("What you did")))
        yield Bullets(tuple(lines))
    if lines and any(counts.get(habit) != count for habit, count in it.counts.items()):
        yield quiet(t("Only answers about days that had a plan are counted here."))


def _plan(one: Practice, habit: Habit) -> str:
    """Of a habit by the week with what it is a share of, where that isn't the whole week's."""
    if habit.per_week is None or one.planned == habit.per_week:
        return one.plan
    return tn(
        "{plan}, {n} day’s share of {goal} a week",
        "{plan}, {n} days’ share of {goal} a week",
        one.days,
        plan=one.plan,
        goal=habit.per_week,
    )


def _promises(it: Recap) -> Iterator[Element]:
    lines = [
        *_told(t("Kept"), it.kept),
        *_told(t("Moved"), it.moved_on),
        *_told(t("Dropped to make room"), it.dropped),
        *_told(t("Still open"), it.open[-MOST:]),
    ]
    if lines:
        yield say(Bold(t("What you promised")))
        yield Bullets(tuple(lines))


def _told(what: str, found: tuple[Commitment, ...]) -> Iterator[Spans]:
    if found:
        texts = listed(list(dict.fromkeys(quoted(shortened(one.text, WORDS)) for one in found)), MOST)
        yield (t("{what}, {n}: {texts}", what=what, n=len(found), texts=texts),)


def _moved(it: Recap) -> Iterator[Element]:
    if it.moved:
        yield say(Bold(t("What moved after an answer of yours")))
        yield Bullets(tuple(_move(it, one) for one in it.moved[:MOST]))


def _move(it: Recap, one: Moved) -> Spans:
    answered, today = one.answered, it.facts.today
    said = answered.next_step or answered.words
    on = day(answered.answered_at.astimezone(it.facts.member.tz).date(), today) if answered.answered_at else ""
    values = {"deal": Bold(_name(it, one.deal)), "answered": on, "day": day(one.on, today), "stage": one.to}
    if one.to and said:
        return ts("{deal}: you answered “{words}” on {answered}; on {day} it moved to {stage}.", **values, words=said)
    if one.to:
        return ts("{deal}: you answered on {answered}; on {day} it moved to {stage}.", **values)
    if said:
        return ts("{deal}: you answered “{words}” on {answered}; on {day} it was won.", **values, words=said)
    return ts("{deal}: you answered on {answered}; on {day} it was won.", **values)


def _name(it: Recap, deal: Opportunity) -> str:
    return called(deal, it.facts.deals.values(), money=False)


def _won(it: Recap) -> Iterator[Element]:
    if not it.won:
        return
    before = {one.deal.id: one for one in it.credited}
    lines: list[Spans] = []
    for deal in it.won:
        act = before.get(deal.id)
        went = t("; before it: “{words}”", words=shortened(act.words, WORDS)) if act else ""
        lines.append((Bold(_name(it, deal)), went))
    yield say(Bold(t("Won")))
    yield Bullets(tuple(lines))


def _next(it: Recap) -> str:
    match it.next:
        case Promise(text=text):
            return t("Begin with what you promised: “{text}”", text=shortened(text, WORDS))
        case Question(title=title, question=question):
            return t("A question waits about {deal}: {question}", deal=title, question=question)
        case Practice() as one:
            habit = next(habit for habit in it.facts.company.habits_of(it.facts.member) if habit.id == one.habit)
            values = {"habit": one.name, "share": percent(one.share)}
            if habit.cue:
                return t("{habit}: they came to {share} of your plan. Your cue: {cue}.", **values, cue=habit.cue)
            return t("{habit}: they came to {share} of your plan. When in the day would they be easiest?", **values)
        case None if not it.as_planned:
            return t("Answer the check-ins: then there are counts to set beside a plan.")
        case None:
            return t("More of the same: you did what you had planned.")
        case _:
            assert_never(it.next)


def maths_card(it: Recap) -> Card:
    """How the shares were made."""
    title = t("The maths of your week to {day}", day=day(it.facts.today))
    parts: tuple[Element, ...] = tuple(maths(one) for one in it.practice)
    return Card(title, (Heading(title), *(parts or (quiet(t("There is nothing to work out yet.")),))))
