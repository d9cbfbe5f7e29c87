"""The imperative shell: one event in, one transaction, what was decided out."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from coaching import cadence
from coaching.card import Card, note
from coaching.decision import NOTHING, Alarm, Decision, Kind, Message
from coaching.events import Happening, PersonEvent, Pressed, Rang, Said
from coaching.language import ENGLISH, Language, speaking, t, worded
from coaching.people import Role
from coaching.refusal import NOT_YOURS
from coaching.routine import Routine, chosen

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from coaching.company import Company
    from coaching.ports import Holidays, Store, Work

log = logging.getLogger(__name__)

Changed = Callable[[str, frozenset[str]], None]
"""A company, and its members of whom something changed."""
Begun = Callable[[Sequence[str]], "AbstractContextManager[Sequence[Work]]"]
"""Transactions' way into companies."""
Languages = Callable[[str], Language]
"""A language by its code."""
AT_ONCE = 500
"""Alarms per tick: a backlog is worked off over several, so that people's own events get a turn."""
TRY_AGAIN = timedelta(minutes=5)


def old_button() -> Card:
    """For what no routine knows any more."""
    return note(t("That button is from an earlier version and no longer does anything. Say “today” for a fresh card."))


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What was decided before the transaction, and what it rests on."""

    routine: Routine
    company: Company
    facts: Any
    decision: Decision

    def stands(self, work: Work) -> bool:
        """Whether nobody was quicker."""
        return work.company == self.company and (self.routine.still is None or self.routine.still(work, self.facts))


_Gathered = Decision | Sequence[tuple[Routine, Any]]
"""The facts for each routine that an event is for; what follows where none is asked."""


@dataclass(slots=True)
class _Doing:
    """What somebody does, on its way."""

    work: Work
    event: Happening
    ahead: _Ahead | None = None
    gathered: _Gathered = NOTHING
    decision: Decision = NOTHING


class _DoneBeforeError(Exception):
    """One of several; which, is found out one by one."""


class Engine:
    """Handles what people do and what comes due. Safe to call from several threads and processes."""

    def __init__(
        self,
        store: Store,
        holidays: Holidays,
        routines: tuple[Routine, ...],
        *,
        languages: Languages = lambda _: ENGLISH,
        changed: Changed = lambda *_: None,
    ) -> None:
        """`changed` is told of whom something was kept or said, once it is."""
        self._store = store
        self._changed = changed
        self._holidays = holidays
        self._routines = routines
        self._languages = languages

    def handle(self, event: Happening) -> Card | None:
        """Everything that follows from the event, kept; the card to answer a command with, if any.

        An event whose key was seen before changes nothing. KeyError for an unknown company.
        """
        ahead = self._ahead(event)
        with self._store.work(event.company) as work:
            (decision,) = self._handled((_Doing(work, event, ahead),))
        self._tell(event.company, decision)
        return decision.reply

    def handle_all(self, events: Sequence[Happening]) -> list[Card | Exception | None]:
        """Each as by itself, kept by one commit; when something fails, one by one, so that only the culprit does."""
        if any(self._takes_long(it) for it in events):
            return [self._outcome(it) for it in events]
        try:
            with self._store.together() as begun:
                decisions = self._in_waves(begun, events)
        except Exception as problem:  # noqa: BLE001 - handed to whoever did it
            if len(events) == 1:
                return [problem]
            return [outcome for it in events for outcome in self.handle_all((it,))]
        for event, decision in zip(events, decisions, strict=True):
            self._tell(event.company, decision)
        return [it.reply for it in decisions]

    def _outcome(self, event: Happening) -> Card | Exception | None:
        try:
            return self.handle(event)
        except Exception as problem:  # noqa: BLE001 - handed to whoever did it
            return problem

    def tick(self, now: datetime) -> int:
        """Ring what is due, oldest first, one transaction per company; how many alarms were taken care of."""
        due = sorted(self._store.due(now, AT_ONCE), key=lambda it: (it.company, it.due_at))
        return sum(self._ring(company, tuple(rung)) for company, rung in groupby(due, key=lambda it: it.company))

    def _tell(self, company: str, decision: Decision) -> None:
        members = decision.members
        if members:
            self._changed(company, members)

    def _in_waves(self, begun: Begun, events: Sequence[Happening]) -> list[Decision]:
        """What different companies' people do has nothing to do with each other, so it goes side by side."""
        decisions = [NOTHING] * len(events)
        for wave in _waves(events, self._store.abreast):
            with begun([events[it].company for it in wave]) as works:
                doings = [_Doing(work, events[it]) for work, it in zip(works, wave, strict=True)]
                for it, decision in zip(wave, self._handled(doings), strict=True):
                    decisions[it] = decision
        return decisions

    def _handled(self, doings: Sequence[_Doing]) -> list[Decision]:
        """Of different companies. Each step for all of them: a processor is faster at what it has just done."""
        new = self._new(doings)
        for it in new:
            it.gathered = self._gathered(it.work, it.event, it.ahead)
        for it in new:
            it.decision = self._decided(it.work, it.event, it.gathered)
        for it in new:
            if _to_be_mended(it.decision):
                it.work.release(*_names(it.event))
            it.work.apply(it.decision, it.event.at)
        return [it.decision for it in doings]

    @staticmethod
    def _new(doings: Sequence[_Doing]) -> Sequence[_Doing]:
        """Those that weren't done before."""
        first, *more = doings
        if first.work.claim(*_names(first.event), others=[(it.work, _names(it.event)) for it in more]):
            return doings
        if more:
            raise _DoneBeforeError
        return ()

    def _takes_long(self, event: Happening) -> Routine | None:
        """The routine that an event is for, if it is better decided before its transaction than within."""
        if isinstance(event, PersonEvent):
            for it in chosen(self._routines, event):
                if it.still is not None:
                    return it
        return None

    def _ahead(self, event: Happening) -> _Ahead | None:
        routine = self._takes_long(event)
        if routine is None:
            return None
        with self._store.look(event.company) as records:
            company, facts = records.company, routine.gather(records, event, self._holidays)
        with speaking(self._languages(company.language)):
            return _Ahead(routine, company, facts, routine.decide(facts, event))

    def _ring(self, company: str, rung: tuple[Rang, ...]) -> int:
        """All of one company at once; when something fails, one by one, so that only the culprit waits."""
        try:
            with self._store.work(company) as work:
                # Members before alarms, as people's own events lock them: the other way round they block each other.
                work.lock({it.subject.partition(":")[0] for it in rung})
                decisions = [self._rang(work, it) for it in rung]
        except Exception:
            if len(rung) > 1:
                return sum(self._ring(company, (it,)) for it in rung)
            log.exception("alarm %s of %s failed; it rings again in %s", rung[0].alarm, company, TRY_AGAIN)
            self._postpone(rung[0])
            return 0
        taken = [it for it in decisions if it is not None]
        self._tell(company, sum(taken, NOTHING))
        return len(taken)

    def _rang(self, work: Work, rang: Rang) -> Decision | None:
        """None when it was somebody else's to take."""
        if not work.take(rang):
            return None
        decision = self._decided(work, rang, self._gathered(work, rang))
        work.apply(decision, rang.at)
        return decision

    def _postpone(self, rang: Rang) -> None:
        """Later, if that can be kept; in any case the other companies' alarms go on."""
        again = Alarm(alarm=rang.alarm, subject=rang.subject, at=rang.at + TRY_AGAIN)
        try:
            with self._store.work(rang.company) as work:
                if work.take(rang):
                    work.apply(Decision(alarms=(again,)), rang.at)
        except Exception:
            log.exception("alarm %s of %s could not be put off either", rang.alarm, rang.company)

    def _gathered(self, work: Work, event: Happening, ahead: _Ahead | None = None) -> _Gathered:
        with speaking(self._languages(work.company.language)):
            if isinstance(event, Pressed) and _names_another(work.company, event):
                return Decision(reply=note(worded(NOT_YOURS)))
            if isinstance(event, PersonEvent):
                work.lock((event.member,))
            if ahead is not None and ahead.stands(work):
                return ahead.decision
            routines = chosen(self._routines, event)
            if not routines and isinstance(event, Pressed):
                return Decision(reply=old_button())
            return [(it, it.gather(work, event, self._holidays)) for it in routines]

    def _decided(self, work: Work, event: Happening, gathered: _Gathered) -> Decision:
        if isinstance(gathered, Decision):
            decision = gathered
        else:
            with speaking(self._languages(work.company.language)):
                decision = sum([it.decide(facts, event) for it, facts in gathered], NOTHING)
        return self._polite(work, _delivered(decision, event), event.at)

    def _polite(self, work: Work, decision: Decision, now: datetime) -> Decision:
        """Quiet hours, holidays and time off win over every routine, here, so that none can forget them."""
        messages = tuple([self._timed(work, it, now) for it in decision.messages])
        return decision if messages == decision.messages else replace(decision, messages=messages)

    def _timed(self, work: Work, message: Message, now: datetime) -> Message:
        if message.kind is Kind.REPLY or message.only_edit or message.at_once:
            return message
        member = work.company.member(message.to)
        if member is None:
            return message
        wanted = message.not_before or now
        far = (wanted + timedelta(days=400)).date()
        holidays = self._holidays(work.company.country, wanted.date() - timedelta(days=1), far)
        polite = cadence.polite_any_hour if message.any_hour else cadence.polite_from
        return replace(message, not_before=polite(work.company, member, wanted, holidays))


def _waves(events: Sequence[Happening], abreast: int) -> Iterator[Sequence[int]]:
    """Their places, so many at once: of one company one after the other, in the order in which they came."""
    nth: dict[str, int] = defaultdict(int)
    waves: dict[int, list[int]] = defaultdict(list)
    for place, event in enumerate(events):
        waves[nth[event.company]].append(place)
        nth[event.company] += 1
    for wave in waves.values():
        for start in range(0, len(wave), abreast):
            yield wave[start : start + abreast]


def _names_another(company: Company, event: Pressed) -> bool:
    """No button of a rep's names anybody but them, so that one which does was made up, or is of another's card."""
    whose = event.args.get("member")
    if not whose or whose == event.member:
        return False
    presser = company.member(event.member)
    return presser is not None and presser.role is Role.REP


def _names(event: Happening) -> tuple[str, ...]:
    """All are taken, whichever of them a redelivery will carry."""
    return (event.key, *event.again) if isinstance(event, PersonEvent) else (event.key,)


def _to_be_mended(decision: Decision) -> bool:
    """Whether a form came back for what is wrong in it: nothing happened, so the same again is told again."""
    reply = decision.reply
    return reply is not None and decision == Decision(reply=reply) and any(it.error for it in reply.fields)


def _delivered(decision: Decision, event: Happening) -> Decision:
    """A command is answered within its request; to anything else a person did, the reply is a message of its own."""
    if not isinstance(event, Pressed | Said) or (isinstance(event, Pressed) and event.direct):
        return decision
    if decision.reply is not None:
        reply = Message(key=f"reply:{event.key}", to=event.member, card=decision.reply, kind=Kind.REPLY)
        decision = replace(decision, messages=(*decision.messages, reply), reply=None)
    return _on_its_page(decision, event) if isinstance(event, Pressed) and event.on_page else decision


def _on_its_page(decision: Decision, event: Pressed) -> Decision:
    """A page shows its own message as it became, or else the one answer to the press: a letter would only repeat it."""
    key = f"reply:{event.key}"
    answers = [it for it in decision.messages if it.kind is Kind.REPLY and it.to == event.member]
    shown = any(it.key == key or it.replaces == event.message for it in answers)
    there = {it.key: _there(it, key, shown=shown) for it in answers}
    messages = (there.get(it.key, it) for it in decision.messages)
    return replace(decision, messages=tuple(it for it in messages if it is not None))


def _there(answer: Message, key: str, *, shown: bool) -> Message | None:
    """As the page has it; None for what goes without saying beside what it shows."""
    if answer.replaces is not None:
        return replace(answer, only_edit=True)
    if answer.key == key:
        return answer
    return None if shown else replace(answer, key=key)
