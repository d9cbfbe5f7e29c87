"""Looking back under `today`: for a rep what goes together, for the manager their own ledger; only ever theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from coaching import cadence, yields
from coaching.actions_card import see_the_maths
from coaching.actions_words import standing_line
from coaching.card import Buttons, Card, Element, Text, quiet, say
from coaching.checkin_plan import Facts, an_ordinary_day
from coaching.checkins import CheckIn, CheckInStatus
from coaching.habits import Habit
from coaching.language import number, t, tn
from coaching.ledger import WEEKS, Entry, ledger
from coaching.numbers.links import Link, link

WINDOW = timedelta(weeks=WEEKS)


def with_a_look_back(facts: Facts, shown: Card) -> Card:
    """The same card with it above the buttons."""
    lines = tuple(_ledger(facts) if facts.manages else (*_toward_the_target(facts), *_linked(facts)))
    return replace(shown, elements=(*shown.elements[:-1], *lines, _with_the_maths(facts, shown.elements[-1])))


# --- what is left of a rep's target --------------------------------------------------------------------------------
def _toward_the_target(facts: Facts) -> Iterator[Text]:
    line = standing_line(facts.solution, facts.company) if facts.solution else ""
    if line:
        yield say(line)


def _with_the_maths(facts: Facts, buttons: Element) -> Element:
    maths = see_the_maths(facts.member.id)
    if facts.solution is None or not isinstance(buttons, Buttons) or maths in buttons.actions:
        return buttons
    return Buttons((*buttons.actions, maths))


def _answered(facts: Facts) -> Mapping[date, CheckIn]:
    """By the day that was counted."""
    found = (it for it in facts.checkins if it.status is CheckInStatus.ANSWERED)
    return {facts.day_before(it.day): it for it in found}


# --- the manager's ledger ------------------------------------------------------------------------------------------
def _ledger(facts: Facts) -> Iterator[Text]:
    counted = [it.counts for day, it in _answered(facts).items() if day >= facts.today - WINDOW]
    days_a_week = len(cadence.days_of(facts.company, facts.member))
    for it in ledger(facts.habits, counted, days_a_week):
        yield quiet(_kept(it))


def _kept(it: Entry) -> str:
    return tn(
        "{name}: {done} of {planned} planned, on {days} of {n} day here (n = {n}, the last {weeks} weeks).",
        "{name}: {done} of {planned} planned, on {days} of {n} days here (n = {n}, the last {weeks} weeks).",
        it.n,
        name=it.habit.name,
        done=it.done,
        planned=it.planned,
        days=it.days,
        weeks=WEEKS,
    )


# --- a rep's clearest link -----------------------------------------------------------------------------------------
def _linked(facts: Facts) -> Iterator[Text]:
    by_day = _answered(facts)
    pairs = ((*both, _seen(facts, by_day, *both)) for both in _followed(facts))
    found = [(habit, following, seen) for habit, following, seen in pairs if seen]
    if found:
        yield quiet(_together(facts, *max(found, key=lambda it: abs(it[2].t))))


def _followed(facts: Facts) -> Iterator[tuple[Habit, Habit]]:
    for it in facts.habits:
        following = yields.next_habit(facts.company, it)
        if following is not None:
            yield it, following


def _seen(facts: Facts, by_day: Mapping[date, CheckIn], habit: Habit, following: Habit) -> Link | None:
    """A check-in is of the working day after the one it counts, so its own day is the day after."""
    pairs = ((it, by_day[it.day]) for it in by_day.values() if it.day in by_day)
    both = ((one.counts.get(habit.id), after.counts.get(following.id)) for one, after in pairs)
    days = [(done, got) for done, got in both if done is not None and got is not None]
    return link(days, an_ordinary_day(facts, habit))


def _together(facts: Facts, habit: Habit, following: Habit, seen: Link) -> str:
    target = f"{an_ordinary_day(facts, habit)}+ {habit.unit}"
    return t(
        "On days after {target} you had {after_target} {unit}, after fewer {after_less} (n = {n_target} "
        "and {n_less}). It goes together; it need not be the cause.",
        target=target,
        after_target=number(seen.after_target, 1),
        unit=following.unit,
        after_less=number(seen.after_less, 1),
        n_target=seen.n_target,
        n_less=seen.n_less,
    )
