"""The manager's week: the owner's rows with names, and the manager's own habits, which nobody else sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coaching import digest_card, tactics_card
from coaching.absent import not_here
from coaching.arrival import practice_of
from coaching.card import Action, Bold, Bullets, Buttons, Card, Element, Heading, Look, Spans, Table, quiet, say
from coaching.checkins import CheckInStatus
from coaching.digest import last_calls
from coaching.escalation import EscalationState
from coaching.escalation_card import triaged
from coaching.language import number, t, tn, ts
from coaching.ledger import WEEKS, Entry
from coaching.mandate_card import outcome
from coaching.needs import Need, needs
from coaching.phrases import day, percent
from coaching.playbooks import playbook
from coaching.questions import shortened
from coaching.tactics import tried

if TYPE_CHECKING:
    from coaching import arrival
    from coaching.digest import Digest
    from coaching.people import Member

LINE = 160
WAITING = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagersWeek:
    """What the page is made from; `ledger` holds the manager's own habits."""

    facts: arrival.Facts
    ledger: tuple[Entry, ...] = ()

    @property
    def week(self) -> Digest:
        """The owner's."""
        return self.facts.week


def card(it: ManagersWeek, *, buttons: bool = True) -> Card:
    """One page, for the manager alone."""
    week = it.week
    company, today = week.facts.company, week.facts.today
    head = t("{company}: your team’s week to {day}", company=company.name, day=day(today))
    elements: tuple[Element, ...] = (
        Heading(head),
        *digest_card.stale(week),
        say(*digest_card.landing(week)),
        *digest_card.picture(week, managers=True),
        *_team(it),
        *_needs(it),
        *digest_card.changed_part(week),
        *digest_card.risks_part(week),
        *_owners(it),
        *_queue(it),
        *_wins(it),
        *_tactics(it),
        *_undone(it),
        *_ledger(it),
        *((Buttons(_buttons(week)),) if buttons else ()),
    )
    return Card(f"{head}: {_headline(it)}", elements)


def _headline(it: ManagersWeek) -> str:
    found = it.facts.queue.items
    unseen = sum(one.state is EscalationState.OPEN for one in found)
    return tn(
        "{n} matter in your queue, {unseen} not seen yet", "{n} matters in your queue, {unseen} not seen yet",
        len(found), unseen=unseen,
    )  # fmt: skip


# --- the team ------------------------------------------------------------------------------------------------------
def _team(it: ManagersWeek) -> Iterator[Element]:
    company = it.week.facts.company
    if not company.reps:
        return
    done = practice_of(it.facts)
    habits = [
        habit for habit in company.team_habits if any(one.habit == habit.id for its in done.values() for one in its)
    ]
    head = (t("Rep"), t("Check-ins"), *(habit.name for habit in habits), t("In a row"), t("Commit"))
    rows = []
    for rep in company.reps:
        of = {one.habit: one for one in done[rep.id]}
        shares = tuple((percent(of[habit.id].share) if habit.id in of else "–",) for habit in habits)
        rows.append(((rep.name,), (_answered(it, rep),), *shares, (_run(it, rep),), (_commit(it, rep),)))
    yield Heading(t("The team"))
    yield Table(head, tuple(rows), frozenset(range(1, len(head))))
    yield quiet(t("Shares are of the plan of the days that were counted."))
    yield from (say(*line) for line in not_here(company, it.facts.absent))


def _answered(it: ManagersWeek, rep: Member) -> str:
    week = it.week.facts
    mine = [one for one in week.checkins if one.member == rep.id and week.in_week(one.day)]
    asked = {CheckInStatus.ANSWERED, CheckInStatus.MISSED, CheckInStatus.OPEN}
    n = sum(one.status in asked for one in mine)
    return t("{k} of {n}", k=sum(one.status is CheckInStatus.ANSWERED for one in mine), n=n) if n else "–"


def _run(it: ManagersWeek, rep: Member) -> str:
    return number(it.facts.run(rep.id).days)


def _commit(it: ManagersWeek, rep: Member) -> str:
    call = last_calls(it.week.facts).get(rep.id)
    return str(call.commit) if call else t("none yet")


def needed(it: ManagersWeek) -> tuple[Need, ...]:
    """Of each rep who needs something one."""
    company, facts = it.week.facts.company, it.facts
    return needs(company, facts.queue.items, facts.reviewed, practice_of(facts))


def _needs(it: ManagersWeek) -> tuple[Element, ...]:
    lines = tuple((Bold(it.facts.company.called(one.member)), f": {shortened(one.words, LINE)}") for one in needed(it))
    return Heading(t("Who needs what")), Bullets(lines) if lines else say(t("Nobody waits for you."))


# --- what waits ----------------------------------------------------------------------------------------------------
def _owners(it: ManagersWeek) -> tuple[Element, ...]:
    """What was put to the owner, and what they said."""
    company = it.week.facts.company
    lines: list[Spans] = []
    for one in it.week.decisions:
        state = outcome(one, company) if one.answered else (t("Not answered yet."),)
        lines.append((f"{shortened(one.question, LINE)} ", *state))
    return (Heading(t("With the owner")), Bullets(tuple(lines))) if lines else ()


def _queue(it: ManagersWeek) -> tuple[Element, ...]:
    head = Heading(t("Your queue"))
    found = triaged(it.facts.queue, it.facts.clock)
    if not found:
        return head, say(t("It is empty."))
    late = sum(it.facts.clock.late(one) for one in found)
    words = tn("{n} matter, {late} past its time.", "{n} matters, {late} past their time.", len(found), late=late)
    lines: tuple[Spans, ...] = tuple((shortened(one.text, LINE),) for one in found[:WAITING])
    more = (quiet(t("And {n} more.", n=len(found) - WAITING)),) if len(found) > WAITING else ()
    return head, say(words), Bullets(lines), *more


def _wins(it: ManagersWeek) -> tuple[Element, ...]:
    return digest_card.wins_part(it.week)


def _tactics(it: ManagersWeek) -> tuple[Element, ...]:
    found = it.week.facts.review
    return tactics_card.part(tried(found), playbook(it.week.facts.company)) if found else ()


def _undone(it: ManagersWeek) -> tuple[Element, ...]:
    """With their words: these are the manager's own."""
    week = it.week
    lines: list[Spans] = [(t("Put off: {text}", text=shortened(one.text, LINE)),) for one in week.undone]
    lines += [line for line in (digest_card.let_go(week), digest_card.dropped(week)) if line]
    return (Heading(t("Left undone on purpose")), Bullets(tuple(lines))) if lines else ()


def _ledger(it: ManagersWeek) -> tuple[Element, ...]:
    if not it.ledger:
        return ()
    lines: tuple[Spans, ...] = tuple(
        ts(
            "{habit}: {done} of {planned} planned, on {days} of {n} days here",
            habit=one.habit.name,
            done=one.done,
            planned=one.planned,
            days=one.days,
            n=one.n,
        )
        for one in it.ledger
    )
    note = quiet(t("The last {n} weeks; nobody else sees this.", n=WEEKS))
    return Heading(t("Your own habits")), Bullets(lines), note


def _buttons(week: Digest) -> tuple[Action, ...]:
    return (
        Action("escalate.queue", t("Open the queue"), look=Look.PRIMARY),
        Action("arrival.show", t("Brief for the next visit")),
        Action("digest.maths", t("See the maths"), {"on": str(week.facts.today)}),
    )
