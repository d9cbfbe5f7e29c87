"""A company: its people, its plan and its rules, as its file says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from coaching.habits import Habit
from coaching.money import Money
from coaching.people import QUIET_HOURS, Hours, Member, Reminders, Role
from coaching.periods import Period


class Weekday(IntEnum):
    """As `date.weekday()` counts."""

    MON = 0
    TUE = 1
    WED = 2
    THU = 3
    FRI = 4
    SAT = 5
    SUN = 6


_DAY = 24 * 60
WORKING_WEEK = frozenset(list(Weekday)[:5])
WORKING_HOURS = Hours(time(9, 0), time(17, 0))


class EngagementType(StrEnum):
    """How the manager is engaged."""

    PART_TIME = "part_time"
    INTERIM = "interim"
    CSO = "cso"
    CRO = "cro"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """The manager's own working hours here, in the manager's zone."""

    type: EngagementType = EngagementType.PART_TIME
    days: frozenset[Weekday] = WORKING_WEEK
    hours: Hours = WORKING_HOURS
    hours_per_week: Decimal | None = None
    start: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInPlan:
    """When reps are asked, in their own zone, and for how long an answer is in time."""

    at: time = time(8, 30)
    days: frozenset[Weekday] = WORKING_WEEK
    window: timedelta = timedelta(hours=4)
    reminders: Reminders = Reminders.STANDARD


@dataclass(frozen=True, slots=True)
class Weekly:
    """A moment of the week by the wall clock."""

    day: Weekday
    at: time

    def earlier(self, by: timedelta) -> Weekly:
        """So much before, by the wall clock; perhaps the day before."""
        minutes = self.day * _DAY + self.at.hour * 60 + self.at.minute - int(by.total_seconds()) // 60
        day, minute = divmod(minutes % (7 * _DAY), _DAY)
        return Weekly(Weekday(day), time(minute // 60, minute % 60))


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPlan:
    """When the owner's digest is written, in the company's zone, and to whom (member ids)."""

    at: Weekly = Weekly(Weekday.FRI, time(16, 0))
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastPlan:
    """When the week's forecast is locked, in the company's zone; None for LOCK_BEFORE the digest is written."""

    lock: Weekly | None = None


LOCK_BEFORE = timedelta(hours=4)
"""The digest tells the locked forecast, and the manager may still want a word about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An amount to win in a period, by the whole company or by one member."""

    period: str
    amount: Money
    member: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step of a deal. `probability` is the company's own belief, in 0..1, until its history says better."""

    name: str
    probability: float | None = None
    won: bool = False
    lost: bool = False
    exit: tuple[str, ...] = ()
    hours_per_week: Decimal | None = None
    """Of work on a deal in it, as the company says."""


HOURS_PER_WEEK = Decimal(20)
"""For all open deals of a rep, where the company says nothing: half of a usual week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Hours that a rep has for open deals in a week; without the company's word, HOURS_PER_WEEK."""

    hours_per_week: Decimal | None = None

    @property
    def hours(self) -> Decimal:
        """The company's, else the default."""
        return HOURS_PER_WEEK if self.hours_per_week is None else self.hours_per_week


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPolicy:
    """In the manager's working hours; `overdue_amount` raises an open opportunity past its close date."""

    acknowledge_hours: Decimal = Decimal(4)
    owner_after_hours: Decimal = Decimal(8)
    overdue_amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """Which method asks the questions; with `own`, the company's own criteria."""

    method: str = "meddicc"
    criteria: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Company:
    """One client. Everything its file says, parsed; members who left are kept with `active=False`.

    Who is who in it is asked with every answer and changes hardly ever, so it is worked out once; hence no slots.
    """

    slug: str
    name: str
    zone: str
    currency: str
    country: str | None = None
    language: str = "en"
    """What its people are spoken to in; a code of bot/languages."""
    rewording: bool = True
    """Whether a language model may put what the coach says into other words, where the deployment has one."""
    fiscal_year_start: int = 1
    engagement: Engagement = field(default_factory=Engagement)
    slack_team: str | None = None
    slack_channel: str | None = None
    teams_tenant: str | None = None
    teams_team: str | None = None
    members: tuple[Member, ...] = ()
    steps: tuple[str, ...] = ("prospecting", "appointment", "opportunity", "proposal", "close")
    habits: tuple[Habit, ...] = ()
    quiet_hours: Hours = QUIET_HOURS
    checkin: CheckInPlan = field(default_factory=CheckInPlan)
    review: Weekly = Weekly(Weekday.MON, time(9, 0))
    digest: DigestPlan = field(default_factory=DigestPlan)
    forecast: ForecastPlan = field(default_factory=ForecastPlan)
    targets: tuple[Target, ...] = ()
    stages: tuple[Stage, ...] = ()
    mapped_stages: tuple[Stage, ...] = ()
    """What the mappings of imports said about stages. The file doesn't own them; over its own word, theirs wins."""
    qualification: Qualification = field(default_factory=Qualification)
    effort: Effort = field(default_factory=Effort)
    escalation: EscalationPolicy = field(default_factory=EscalationPolicy)

    @property
    def tz(self) -> ZoneInfo:
        """The company's zone, ready for arithmetic."""
        return ZoneInfo(self.zone)

    @cached_property
    def lock(self) -> Weekly:
        """The moment of the week at which its forecast is locked."""
        return self.forecast.lock or self.digest.at.earlier(LOCK_BEFORE)

    @cached_property
    def reps(self) -> tuple[Member, ...]:
        """The active ones."""
        return self.with_role(Role.REP)

    @cached_property
    def manager(self) -> Member | None:
        """The first active manager of the file."""
        return next(iter(self.managers), None)

    @cached_property
    def managers(self) -> tuple[Member, ...]:
        """The active ones; each sees what one of them sees."""
        return self.with_role(Role.MANAGER)

    def takers(self, member: str) -> tuple[Member, ...]:
        """Who may answer a member's matter: every manager, or the owner where there is none or it is their own.

        First the one who is told of it.
        """
        first = next((it for it in (self.manager, self.owner) if it and it.id != member), None)
        if first is None or first.role is not Role.MANAGER:
            return (first,) if first else ()
        return tuple(it for it in self.managers if it.id != member)

    @cached_property
    def owner(self) -> Member | None:
        """The first active owner of the file."""
        return next(iter(self.with_role(Role.OWNER)), None)

    @cached_property
    def team_habits(self) -> tuple[Habit, ...]:
        """The reps' own; only these are in the team's figures."""
        return self._practised[Role.REP]

    @cached_property
    def following(self) -> Mapping[str, Habit]:
        """By step of the chain, the team's habit that counts the nearest later one; the last has none."""
        counted = {it.step: it for it in reversed(self.team_habits)}
        found: dict[str, Habit] = {}
        later = None
        for step in reversed(self.steps):
            if later is not None:
                found[step] = later
            later = counted.get(step, later)
        return found

    @cached_property
    def apart(self) -> frozenset[str]:
        """Members whose check-ins and promises are theirs alone, and in no figure of the team."""
        return frozenset(it.id for it in self.members if it.role is not Role.REP)

    def habits_of(self, member: Member) -> tuple[Habit, ...]:
        """What that member practises: owners and admins nothing."""
        return self._practised[member.role]

    @cached_property
    def _practised(self) -> Mapping[Role, tuple[Habit, ...]]:
        return {role: tuple(it for it in self.habits if it.role is role) for role in Role}

    def asks(self, member: Member) -> bool:
        """Whether they are asked for check-ins: every rep, and a manager with habits of their own."""
        manages = member.role is Role.MANAGER and bool(self.habits_of(member))
        return member.active and (member.role is Role.REP or manages)

    def with_role(self, role: Role) -> tuple[Member, ...]:
        """Active members with that role, in the file's order."""
        return tuple(it for it in self.members if it.active and it.role is role)

    def member(self, member_id: str) -> Member | None:
        """By id, whether active or not."""
        return self._known.get(member_id)

    @cached_property
    def _known(self) -> Mapping[str, Member]:
        # Of two with one id, which a file that isn't checked yet may have, the first.
        return {it.id: it for it in reversed(self.members)}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """By id, what others read of each: the first name; all of it where somebody else who is here has the same."""
        firsts = Counter(it.first_name.casefold() for it in self.members if it.active)
        others = {it.id: firsts[it.first_name.casefold()] - it.active for it in self.members}
        return {it.id: self.in_full(it) if others[it.id] else it.first_name for it in self.members}

    def called(self, member: Member) -> str:
        """What others read of that one."""
        return self.names.get(member.id) or member.first_name

    def day_of(self, at: datetime, member: str | None) -> date:
        """By the clock of whoever did it; by the company's, where that is nobody of it."""
        by = self.member(member) if member else None
        return at.astimezone(by.tz if by else self.tz).date()

    def in_full(self, member: Member) -> str:
        """Their name; with their id where it is another's, too, or no more than what others answer to as well."""
        name = member.name.casefold()
        alike = any(name in {it.name.casefold(), it.first_name.casefold()} for it in self._others(member))
        return f"{member.name} ({member.id})" if alike else member.name

    def _others(self, member: Member) -> Iterable[Member]:
        return (it for it in self.members if it.active and it.id != member.id)

    @property
    def all_stages(self) -> tuple[Stage, ...]:
        """The file's in its order, then those that only a mapping named. The case of letters makes no other stage."""
        said = {it.name.casefold(): it for it in self.mapped_stages}
        own = tuple(_overruled(it, said.pop(it.name.casefold(), None)) for it in self.stages)
        return (*own, *said.values())

    def stage(self, name: str) -> Stage | None:
        """By its name, in capitals or not."""
        wanted = name.casefold()
        return next((it for it in self.all_stages if it.name.casefold() == wanted), None)

    def mapping(self, stages: Iterable[Stage]) -> Company:
        """Knowing what a mapping says about these stages too; what earlier ones said about others stays."""
        said = {it.name.casefold(): it for it in (*self.mapped_stages, *stages)}
        return replace(self, mapped_stages=tuple(said.values()))

    def period(self, day: date) -> Period:
        """The fiscal quarter that `day` is in."""
        return Period.of(day, self.fiscal_year_start)

    def target(self, period: Period, member_id: str | None = None) -> Money | None:
        """The company's target of a period, or a member's; None when the file names none."""
        wanted = (str(period), member_id)
        return next((it.amount for it in self.targets if (it.period, it.member) == wanted), None)


def _overruled(own: Stage, said: Stage | None) -> Stage:
    """What a mapping leaves unsaid, the file still says."""
    if said is None:
        return own
    probability = own.probability if said.probability is None else said.probability
    hours = own.hours_per_week if said.hours_per_week is None else said.hours_per_week
    exits = said.exit or own.exit
    return replace(own, probability=probability, won=said.won, lost=said.lost, exit=exits, hours_per_week=hours)
