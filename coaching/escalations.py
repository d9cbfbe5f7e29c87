"""When something is raised, when it has resolved itself, and what may become of it: functions of the facts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import takewhile, zip_longest
from typing import TYPE_CHECKING

from coaching.checkins import CheckIn, CheckInStatus
from coaching.decision import Alarm
from coaching.escalation import LIVE, Escalation, EscalationKind, EscalationState

if TYPE_CHECKING:
    from coaching.company import Company, EscalationPolicy
    from coaching.forecasts import Call
    from coaching.money import Money
    from coaching.opportunities import Opportunity
    from coaching.people import Member

MISSED_IN_A_ROW = 3
DROP_OVER = 0.15
SLIP = timedelta(minutes=10)
WEEK = timedelta(days=7)
QUIET_AFTER = WEEK
"""What was settled isn't raised again for that long, unless something new happened."""
CHECK = "escalate.check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a rule noticed. `since` is when its facts came about: later than a settlement, they are news."""

    member: str
    kind: EscalationKind
    subject: str
    text: str
    since: date


# --- rules ---------------------------------------------------------------------------------------------------------
def missed(checkins: Iterable[CheckIn]) -> tuple[CheckIn, ...]:
    """One member's latest run of missed check-ins, newest first; what wasn't asked neither counts nor breaks it."""
    asked = [it for it in checkins if it.status in {CheckInStatus.MISSED, CheckInStatus.ANSWERED}]
    newest_first = sorted(asked, key=lambda it: it.day, reverse=True)
    return tuple(takewhile(lambda it: it.status is CheckInStatus.MISSED, newest_first))


def overdue(it: Opportunity, today: date, least: Money | None) -> bool:
    """An open deal of at least `least` whose close date has passed; no amount set means that nothing is raised."""
    if least is None or it.amount is None or it.amount.currency != least.currency:
        return False
    return it.is_open and it.close_date is not None and it.close_date < today and it.amount >= least


def answers_for(company: Company, it: Opportunity) -> Member | None:
    """The rep whose deal it is; the manager, or without one the owner, for a deal that no rep works on."""
    rep = next((one for one in company.reps if one.id == it.member), None)
    return rep or company.manager or company.owner


@dataclass(frozen=True, slots=True)
class Drop:
    """A commit that fell within a week. `since` is the day it first was as low as it is now."""

    before: Call
    now: Call
    since: date

    @property
    def share(self) -> float:
        """Of what it was, in 0..1."""
        return fallen(self.before.commit, self.now.commit)


def drop(calls: Sequence[Call], now: datetime) -> Drop | None:
    """The last commit of one member's period against the highest that stood within the week before `now`.

    `calls` are the member's own, oldest first. What was replaced within minutes was a slip of the finger: nothing falls
    from it.
    """
    if not calls:
        return None
    *earlier, last = (it for it, after in zip_longest(calls, calls[1:]) if after is None or _stood(it, after))
    stood = [it for it in earlier if it.called_at <= now - WEEK][-1:]
    recent = [it for it in earlier if it.called_at > now - WEEK]
    before = max((*stood, *recent), key=lambda it: it.commit.minor, default=last)
    if fallen(before.commit, last.commit) <= DROP_OVER:
        return None
    low = next(it for it in calls if it.called_at >= before.called_at and it.commit.minor <= last.commit.minor)
    return Drop(before, last, low.called_at.date())


def _stood(it: Call, after: Call) -> bool:
    return after.called_at - it.called_at > SLIP


def recovered(calls: Sequence[Call], raised_at: datetime) -> bool:
    """Whether a drop raised then no longer stands: the last commit is back within reach of what it had fallen from."""
    then = drop([it for it in calls if it.called_at <= raised_at], raised_at)
    return then is None or fallen(then.before.commit, calls[-1].commit) <= DROP_OVER


def fallen(before: Money, after: Money) -> float:
    """By which share of `before`; 0 when there was nothing to fall from, or it was in another currency."""
    if before.currency != after.currency:
        return 0.0
    return (before - after).minor / before.minor if before.minor > 0 else 0.0


# --- raising -------------------------------------------------------------------------------------------------------
def worth_raising(finding: Finding, live: Iterable[Escalation], settled: Iterable[Escalation], now: datetime) -> bool:
    """Once while it lives, and not again within a week of being settled unless its facts are newer than that."""
    name = (finding.member, finding.kind, finding.subject)
    if any((it.member, it.kind, it.subject) == name for it in live):
        return False
    ended = [it.settled_at for it in settled if (it.member, it.kind, it.subject) == name and it.settled_at]
    return all(at <= now - QUIET_AFTER or finding.since > at.date() for at in ended)


def raised(finding: Finding, policy: EscalationPolicy, now: datetime) -> Escalation:
    """The policy as it is now goes with it."""
    return Escalation(
        id=_name(finding, now),
        member=finding.member,
        kind=finding.kind,
        subject=finding.subject,
        text=finding.text,
        state=EscalationState.OPEN,
        raised_at=now,
        policy=policy,
    )


def _name(finding: Finding, now: datetime) -> str:
    """The same from any process, at most 64 characters."""
    digest = hashlib.sha256(f"{finding.member}\n{finding.subject}\n{now.isoformat()}".encode()).hexdigest()
    return f"{finding.member[:24]}-{finding.kind}-{digest[:8]}"


def check_soon(member: str, now: datetime) -> Alarm:
    """For whoever changed a fact that a rule looks at: the rules look at that member again at the next tick."""
    return Alarm(alarm=CHECK, subject=member, at=now)


# --- what may become of it -----------------------------------------------------------------------------------------
def acknowledged(it: Escalation, by: str, now: datetime) -> Escalation:
    """Seen; the first to see it stays named."""
    if it.state is not EscalationState.OPEN:
        return it
    return replace(it, state=EscalationState.ACKNOWLEDGED, acknowledged_at=now, acknowledged_by=by)


def snoozed(it: Escalation, by: str, until: datetime, now: datetime) -> Escalation:
    """Seen, and put off to an instant."""
    if it.state not in LIVE:
        return it
    seen = acknowledged(it, by, now)
    return replace(seen, state=EscalationState.SNOOZED, snoozed_until=until)


def awake(it: Escalation) -> Escalation:
    """Back after a snooze; it has been seen before, so nobody else is called."""
    if it.state is not EscalationState.SNOOZED:
        return it
    return replace(it, state=EscalationState.ACKNOWLEDGED, snoozed_until=None)


def resolved(it: Escalation, by: str, note: str, now: datetime) -> Escalation:
    """Done, with what was agreed."""
    if it.state not in LIVE:
        return it
    seen = acknowledged(it, by, now)
    return replace(seen, state=EscalationState.RESOLVED, settled_at=now, resolution=note, snoozed_until=None)


def withdrawn(it: Escalation, why: str, now: datetime) -> Escalation:
    """It resolved itself."""
    if it.state not in LIVE:
        return it
    return replace(it, state=EscalationState.WITHDRAWN, settled_at=now, resolution=why, snoozed_until=None)


def live_at(found: Iterable[Escalation], at: datetime) -> tuple[Escalation, ...]:
    """What was waiting at an instant, as it stood then, as far as its instants tell."""
    return tuple(_as_of(it, at) for it in found if it.raised_at <= at and (it.settled_at is None or it.settled_at > at))


def _as_of(it: Escalation, at: datetime) -> Escalation:
    if it.owner_told_at is not None and it.owner_told_at > at:
        it = replace(it, owner_told_at=None)
    if it.acknowledged_at is None or it.acknowledged_at > at:
        return replace(it, state=EscalationState.OPEN, acknowledged_at=None, acknowledged_by=None, snoozed_until=None)
    put_off = it.snoozed_until is not None and it.snoozed_until > at
    return replace(it, state=EscalationState.SNOOZED if put_off else EscalationState.ACKNOWLEDGED)
