"""Until when something waits for whom, on the manager's own working hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from coaching import cadence
from coaching.escalation import UNHURRIED, Escalation, EscalationKind, EscalationState
from coaching.language import t
from coaching.people import Role
from coaching.phrases import moment, stretch

if TYPE_CHECKING:
    from datetime import date

    from coaching.company import Company
    from coaching.people import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The manager's, at an instant."""

    company: Company
    now: datetime
    holidays: frozenset[date]

    def handler(self, member: str) -> Member | None:
        """Who is told of a member's matter: the first of those who may answer it."""
        return next(iter(self.company.takers(member)), None)

    def fallback(self, it: Escalation) -> Member | None:
        """Whom it goes to when it has waited too long; None when the owner has it already, or it is theirs."""
        if it.kind in UNHURRIED:
            return None
        owner, handler = self.company.owner, self.handler(it.member)
        return owner if owner and handler and owner.id not in {handler.id, it.member} else None

    def told_at(self, it: Escalation) -> datetime:
        """When the handler may hear of it: what a rule raised, not before the member can have read it."""
        member = self.company.member(it.member)
        if it.kind in {EscalationKind.ASKED, EscalationKind.MAJORS} or member is None:
            return it.raised_at
        return cadence.polite_from(self.company, member, it.raised_at, self.holidays)

    def brief_at(self, it: Escalation) -> datetime:
        """When the handler hears of it: in their own hours, and not before the member could."""
        told, handler = self.told_at(it), self.handler(it.member)
        return cadence.polite_from(self.company, handler, told, self.holidays) if handler else told

    def acknowledge_by(self, it: Escalation) -> datetime:
        """After that, one reminder."""
        return cadence.manager_hours_later(self.company, self.told_at(it), it.policy.acknowledge_hours, self.holidays)

    def owner_by(self, it: Escalation) -> datetime:
        """After that, the owner."""
        hours = max(it.policy.owner_after_hours, it.policy.acknowledge_hours)
        return cadence.manager_hours_later(self.company, self.told_at(it), hours, self.holidays)

    def late(self, it: Escalation) -> bool:
        """Not seen in time."""
        hurried = it.kind not in UNHURRIED
        return hurried and it.state is EscalationState.OPEN and self.acknowledge_by(it) <= self.now

    def next_in(self) -> datetime:
        """When the manager works next; now, when they do."""
        in_a_minute = cadence.manager_hours_later(self.company, self.now, Decimal(1) / 60, self.holidays)
        return max(self.now, in_a_minute - timedelta(minutes=1))

    def next_day(self) -> datetime | None:
        """The beginning of the manager's next working day after today; None when none is known."""
        zone = cadence.manager_zone(self.company)
        tomorrow = cadence.local_day(self.now, zone) + cadence.DAY
        found = cadence.next_manager_day(self.company, tomorrow, self.holidays)
        return cadence.instant(found, self.company.engagement.hours.start, zone) if found else None

    def visit(self, reader: Member) -> str:
        """When the manager is in next, in a sentence by the reader's clock; empty where there is no manager."""
        manager = self.company.manager
        if manager is None:
            return ""
        mine, name = reader.role is Role.MANAGER, self.company.called(manager)
        found = cadence.visits(self.company, self.now, self.holidays)
        if not found:
            return t("You have no day here in the year ahead.") if mine else t("{name} has no day here yet.", name=name)
        (begin, end), *later = found
        if begin > self.now:
            when = stretch(begin, end, reader)
            yours = t("You’re next in on {when}.", when=when)
            return yours if mine else t("{name} is next in on {when}.", name=name, when=when)
        return self._in_now(end, later, reader, "" if mine else name)

    def _in_now(self, end: datetime, later: list[tuple[datetime, datetime]], reader: Member, name: str) -> str:
        """`name` is empty for the manager."""
        until = f"{end.astimezone(reader.tz):%H:%M}"
        if name:
            return t("{name} is in now, until {until}.", name=name, until=until)
        if not later:
            return t("You are in now, until {until}.", until=until)
        return t("You are in now, until {until}; next on {when}.", until=until, when=stretch(*later[0], reader))

    def presence(self, member: str, reader: Member) -> str:
        """A sentence for somebody who waits for the manager; empty when it isn't the manager who takes it."""
        manager = self.company.manager
        if manager is None or self.handler(member) != manager or reader.id == manager.id:
            return ""
        at = self.next_in()
        if at <= self.now:
            return t("{name} is working right now.", name=self.company.called(manager))
        return t("{name} is next in on {at}.", name=self.company.called(manager), at=moment(at, reader))
