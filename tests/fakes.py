"""Fakes of what we own: a company's memory in plain dicts, with the same promises as the storage."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from copy import copy
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from typing import assert_never

from coaching.card import Card
from coaching.checkins import CheckIn, Commitment, CommitmentState
from coaching.chosen import Choice, Pick
from coaching.company import Company
from coaching.decision import Alarm, Decision, Message, Record
from coaching.escalation import Escalation, EscalationState
from coaching.events import Rang
from coaching.forecasts import TEAM, Author, Call, Estimate, Locked, Remark
from coaching.identity import Newcomer, Standing
from coaching.mandate import Mandate
from coaching.opportunities import Change, Opportunity, Snapshot, Status
from coaching.people import Member
from coaching.qualification import Asked, Evidence
from coaching.reviewed import Reviewed


def no_holidays(country: str | None, first: date, last: date) -> frozenset[date]:
    """Every day is an ordinary day."""
    del country, first, last
    return frozenset()


def holidays_on(*days: date) -> Callable[[str | None, date, date], frozenset[date]]:
    """These days, in every country."""
    return lambda _country, first, last: frozenset(it for it in days if first <= it <= last)


@dataclass
class Memory:
    """What is kept of one company."""

    company: Company
    checkins: dict[tuple[str, date], CheckIn] = field(default_factory=dict)
    commitments: dict[tuple[str, date], Commitment] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    locks: dict[tuple[date, str], Locked] = field(default_factory=dict)
    estimates: dict[tuple[date, Author, str], Estimate] = field(default_factory=dict)
    escalations: dict[str, Escalation] = field(default_factory=dict)
    opportunities: dict[str, Opportunity] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    asked: dict[tuple[str, date], Asked] = field(default_factory=dict)
    reviewed: dict[tuple[str, date, str, str], Reviewed] = field(default_factory=dict)
    choices: dict[tuple[str, date, str], Choice] = field(default_factory=dict)
    mandates: dict[str, Mandate] = field(default_factory=dict)
    imported_on: date | None = None
    newcomers: dict[tuple[str, str], Newcomer] = field(default_factory=dict)
    unreached: set[str] = field(default_factory=set)
    alarms: dict[tuple[str, str], datetime] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    claims: set[str] = field(default_factory=set)

    def copied(self) -> Memory:
        """What is kept never changes, only which of it is kept: a copy of each thing would be the same thing."""
        return Memory(
            **{it.name: copy(getattr(self, it.name)) for it in fields(self) if it.name != "company"},
            company=self.company,
        )


class MemoryWork:
    """Implements `coaching.ports.Work`."""

    def __init__(self, memory: Memory) -> None:
        self._its = memory

    @property
    def company(self) -> Company:
        return self._its.company

    def lock(self, members: Collection[str]) -> None:
        del members

    def checkins(self, first: date, last: date, member: str | None = None) -> tuple[CheckIn, ...]:
        found = (it for it in self._its.checkins.values() if first <= it.day <= last and member in {None, it.member})
        return tuple(sorted(found, key=lambda it: it.day))

    def checkins_and_before(self, first: date, last: date, member: str) -> tuple[CheckIn, ...]:
        before = self.checkins(date.min, first - timedelta(days=1), member)[-1:]
        return (*before, *self.checkins(first, last, member))

    def commitments(self, first: date, last: date, member: str | None = None) -> tuple[Commitment, ...]:
        found = (
            it for it in self._its.commitments.values() if first <= it.made_on <= last and member in {None, it.member}
        )
        return tuple(sorted(found, key=lambda it: it.made_on))

    def open_commitments(self, member: str) -> tuple[Commitment, ...]:
        return tuple(it for it in self.commitments(date.min, date.max, member) if it.state is CommitmentState.OPEN)

    def open_opportunities(self, member: str | None = None) -> tuple[Opportunity, ...]:
        return tuple(it for it in self._deals(member) if it.is_open)

    def closed_opportunities(self, first: date, last: date, member: str | None = None) -> tuple[Opportunity, ...]:
        closed = (it for it in self._deals(member) if it.status is not Status.OPEN and it.closed_on)
        return tuple(it for it in closed if it.closed_on and first <= it.closed_on <= last)

    def opportunities(self) -> tuple[Opportunity, ...]:
        return tuple(self._deals(None))

    def opportunity(self, opportunity_id: str) -> Opportunity | None:
        return self._its.opportunities.get(opportunity_id)

    def changes(self, first: date, last: date) -> tuple[Change, ...]:
        return tuple(sorted((it for it in self._its.changes if first <= it.on <= last), key=lambda it: it.on))

    def snapshot(self, day: date) -> tuple[Snapshot, ...]:
        latest = max((it.day for it in self._its.snapshots if it.day <= day), default=None)
        return tuple(sorted((it for it in self._its.snapshots if it.day == latest), key=lambda it: it.opportunity))

    def imported_on(self) -> date | None:
        return self._its.imported_on

    def calls(self, period: str, member: str | None = None) -> tuple[Call, ...]:
        return self.calls_of((period,), member)

    def calls_of(self, periods: Collection[str], member: str | None = None) -> tuple[Call, ...]:
        found = (it for it in self._its.calls if it.period in periods and member in {None, it.member})
        return tuple(sorted(found, key=lambda it: it.called_at))

    def remarks(self, period: str, member: str | None = None) -> tuple[Remark, ...]:
        found = (it for it in self._its.remarks if it.period == period and member in {None, it.member})
        return tuple(sorted(found, key=lambda it: it.at))

    def locks(self, period: str, member: str | None = None) -> tuple[Locked, ...]:
        found = (it for it in self._its.locks.values() if it.period == period and member in {None, it.member})
        return tuple(sorted(found, key=lambda it: it.at))

    def estimate_days(self, first: date, last: date) -> tuple[date, ...]:
        kept = self._its.estimates
        return tuple(sorted(on for on, by, who in kept if first <= on <= last and (by, who) == (Author.COACH, TEAM)))

    def estimates(self, days: Collection[date], member: str | None = None) -> tuple[Estimate, ...]:
        found = (it for it in self._its.estimates.values() if it.on in days and member in {None, it.member})
        return tuple(sorted(found, key=lambda it: it.on))

    def escalations(self, states: Collection[EscalationState], member: str | None = None) -> tuple[Escalation, ...]:
        found = (it for it in self._its.escalations.values() if it.state in states and member in {None, it.member})
        return tuple(sorted(found, key=lambda it: it.raised_at))

    def escalation(self, escalation_id: str) -> Escalation | None:
        return self._its.escalations.get(escalation_id)

    def settled_escalations(self, since: datetime) -> tuple[Escalation, ...]:
        found = (it for it in self._its.escalations.values() if it.settled_at and it.settled_at >= since)
        return tuple(sorted(found, key=lambda it: it.settled_at or since))

    def evidence(self, opportunity: str | None = None) -> tuple[Evidence, ...]:
        found = (it for it in self._its.evidence if opportunity in {None, it.opportunity})
        return tuple(sorted(found, key=lambda it: it.at))

    def asked(self, since: date, member: str | None = None) -> tuple[Asked, ...]:
        found = (it for it in self._its.asked.values() if it.on >= since and member in {None, it.member})
        return tuple(sorted(found, key=lambda it: it.on))

    def reviewed(self, first: date, last: date, member: str | None = None) -> tuple[Reviewed, ...]:
        found = (it for it in self._its.reviewed.values() if first <= it.on <= last and member in {None, it.member})
        return tuple(sorted(found, key=lambda it: (it.on, it.place)))

    def choices(self, first: date, last: date, member: str | None = None) -> tuple[Choice, ...]:
        found = (it for it in self._its.choices.values() if first <= it.on <= last and member in {None, it.member})
        return tuple(sorted(found, key=lambda it: (it.on, it.member, it.pick is Pick.DISTRACTION, it.place)))

    def mandates(self, since: date) -> tuple[Mandate, ...]:
        return tuple(sorted((it for it in self._its.mandates.values() if it.put_on >= since), key=lambda it: it.put_on))

    def mandate(self, mandate_id: str) -> Mandate | None:
        return self._its.mandates.get(mandate_id)

    def message(self, member: str, key: str) -> Card | None:
        versions = [it for it in self._its.messages.values() if it.to == member and key in {it.key, it.replaces}]
        return versions[-1].card if versions else None

    def holder(self, platform: str, handle: str) -> str | None:
        found = (it.id for it in self.company.members if it.active and it.open_handles.get(platform) == handle)
        return next(found, None)

    def newcomer(self, platform: str, handle: str) -> Newcomer | None:
        return self._its.newcomers.get((platform, handle))

    def arrived(self, keys: Collection[str]) -> bool:
        found = (self._its.messages[it] for it in keys if it in self._its.messages)
        return any(it.to not in self._its.unreached for it in found)

    def unmet(self) -> frozenset[str]:
        written_to = {it.to for it in self._its.messages.values()}
        return frozenset(it.id for it in self.company.members if it.active and it.id not in written_to)

    def absent(self) -> frozenset[str]:
        return frozenset(it.id for it in self.company.members if it.active and it.id in self._its.unreached)

    def unreached(self) -> frozenset[str]:
        return frozenset(self._its.unreached)

    def newcomers(self, standing: Standing) -> tuple[Newcomer, ...]:
        return tuple(it for it in self._its.newcomers.values() if it.standing is standing)

    def take(self, rang: Rang) -> bool:
        stands = self._its.alarms.get((rang.alarm, rang.subject)) == rang.due_at
        if stands:
            del self._its.alarms[rang.alarm, rang.subject]
        return stands

    def claim(self, *keys: str, others: Sequence[tuple[MemoryWork, Sequence[str]]] = ()) -> bool:
        fresh = not self._its.claims & set(keys)
        self._its.claims |= set(keys)
        return all([fresh, *(work.claim(*theirs) for work, theirs in others)])

    def release(self, *keys: str) -> None:
        self._its.claims -= set(keys)

    def apply(self, decision: Decision, now: datetime) -> None:
        del now
        for record in decision.records:
            self._keep(record)
        self._its.withdrawn |= set(decision.withdraw) & set(self._its.messages)
        for message in decision.messages:
            self._its.messages.setdefault(message.key, message)
        for alarm in decision.alarms:
            self._set(alarm)

    def _keep(self, record: Record) -> None:
        match record:
            case CheckIn():
                self._its.checkins[record.member, record.day] = record
            case Commitment():
                self._its.commitments[record.member, record.made_on] = record
            case Call():
                self._its.calls.append(record)
            case Remark():
                self._its.remarks.append(record)
            case Locked():
                self._its.locks.setdefault((record.on, record.member), record)
            case Estimate():
                self._its.estimates.setdefault((record.on, record.by, record.member), record)
            case Escalation():
                self._its.escalations[record.id] = record
            case Evidence():
                self._its.evidence.append(record)
            case Asked():
                self._its.asked[record.opportunity, record.on] = record
            case Reviewed():
                self._its.reviewed[record.member, record.on, record.opportunity, record.rule] = record
            case Choice():
                self._its.choices[record.member, record.on, record.opportunity] = record
            case Mandate():
                self._its.mandates[record.id] = record
            case Newcomer():
                self._its.newcomers[record.platform, record.handle] = record
            case Member():
                members = tuple(record if it.id == record.id else it for it in self.company.members)
                self._its.company = replace(self.company, members=members)
            case _:
                assert_never(record)

    def _set(self, alarm: Alarm) -> None:
        if alarm.at is None:
            self._its.alarms.pop((alarm.alarm, alarm.subject), None)
        else:
            self._its.alarms[alarm.alarm, alarm.subject] = alarm.at

    def _deals(self, member: str | None) -> Iterable[Opportunity]:
        return sorted(
            (it for it in self._its.opportunities.values() if member in {None, it.member}), key=lambda it: it.id
        )


class MemoryStore:
    """Implements `coaching.ports.Store`. `of[slug]` is the memory itself, to arrange and to look at."""

    def __init__(self, *companies: Company) -> None:
        self.of = {it.slug: Memory(it) for it in companies}
        self.abreast = 100

    @contextmanager
    def work(self, company: str) -> Iterator[MemoryWork]:
        before = self.of[company].copied()
        try:
            yield MemoryWork(self.of[company])
        except BaseException:
            self.of[company] = before
            raise

    @contextmanager
    def look(self, company: str) -> Iterator[MemoryWork]:
        yield MemoryWork(self.of[company].copied())

    @contextmanager
    def together(self) -> Iterator[Callable[[Sequence[str]], AbstractContextManager[Sequence[MemoryWork]]]]:
        before = {slug: it.copied() for slug, it in self.of.items()}
        try:
            yield self._begun
        except BaseException:
            self.of = before
            raise

    @contextmanager
    def _begun(self, companies: Sequence[str]) -> Iterator[Sequence[MemoryWork]]:
        assert len(set(companies)) == len(companies) <= self.abreast
        yield [MemoryWork(self.of[it]) for it in companies]

    def due(self, now: datetime, limit: int) -> tuple[Rang, ...]:
        waiting = (
            (when, slug, name)
            for slug, memory in self.of.items()
            for name, when in memory.alarms.items()
            if when <= now
        )
        return tuple(_rang(slug, alarm, subject, when, now) for when, slug, (alarm, subject) in sorted(waiting)[:limit])


def remember(memory: Memory, *things: Record | Opportunity | Change | Snapshot) -> Memory:
    """Put things there as if they had always been; the same memory, for a one-line arrangement."""
    for thing in things:
        match thing:
            case Opportunity():
                memory.opportunities[thing.id] = thing
            case Change():
                memory.changes.append(thing)
            case Snapshot():
                memory.snapshots.append(thing)
            case _:
                MemoryWork(memory).apply(Decision(records=(thing,)), datetime.min)
    return memory


def _rang(company: str, alarm: str, subject: str, due_at: datetime, now: datetime) -> Rang:
    key = f"alarm:{alarm}:{subject}:{due_at.isoformat()}"
    return Rang(company=company, key=key, at=now, alarm=alarm, subject=subject, due_at=due_at)
