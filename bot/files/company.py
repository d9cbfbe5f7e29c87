"""A company's file: YAML to `Company`, with every refusal at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TypedDict

from bot import holidays, languages
from bot.files import values as read
from bot.files.sheet import Once, Reader, Table, Value, WrongError, many, read_sheet
from coaching.company import (
    CheckInPlan,
    Company,
    DigestPlan,
    Effort,
    Engagement,
    EngagementType,
    EscalationPolicy,
    ForecastPlan,
    Qualification,
    Stage,
    Target,
    Weekday,
    Weekly,
)
from coaching.habits import Habit
from coaching.language import t
from coaching.money import Money
from coaching.people import Hours, Member, Reminders, Role, TimeOff
from coaching.periods import Period

MOST = Decimal(10) ** 12
LONGEST_CUE = 120
"""Larger amounts are a slip of the hand, in any currency."""
_PLAIN = Company(slug="-", name="-", zone="UTC", currency="USD")
"""Where the defaults are: the vocabulary's own."""


class Method(StrEnum):
    """The qualification methods there are."""

    MEDDICC = "meddicc"
    SPICED = "spiced"
    BANT = "bant"
    OWN = "own"


def read_company(content: bytes) -> Company:
    """A company as its file says; FileRefusedError with every fault."""
    return read_sheet(content, _company, "the file is empty; a company's file was expected")


def _company(value: Value) -> Company:
    with value.table() as it:
        slug = it.need("company", read.slug, "")
        name = it.need("name", read.text, "")
        zone = it.need("timezone", read.zone, "UTC")
        currency = it.need("currency", read.currency, "USD")
        quiet = it.get("quiet_hours", read.hours, _PLAIN.quiet_hours)
        checkin = it.get("checkin", _checkin, _PLAIN.checkin)
        defaults = _Defaults(zone, quiet, checkin.reminders)
        members = it.need("members", many(_member_reader(defaults)), ())
        ids = [member.id for member in members]
        steps = it.get("steps", many(Once("step").of(read.text)), _PLAIN.steps)
        return Company(
            slug=slug,
            name=name,
            zone=zone,
            currency=currency,
            country=it.get("country", _country, None),
            language=it.get("language", _language, _PLAIN.language),
            rewording=it.get("rewording", read.boolean, _PLAIN.rewording),
            fiscal_year_start=(fiscal := it.get("fiscal_year_start", read.whole(1, 12), 1)),
            engagement=it.get("engagement", _engagement, _PLAIN.engagement),
            **_places(it),
            members=members,
            steps=steps,
            habits=it.get("habits", many(_habit_reader(steps)), ()),
            quiet_hours=quiet,
            checkin=checkin,
            review=it.get("review", _review, _PLAIN.review),
            digest=it.get("digest", _digest_reader(ids), _PLAIN.digest),
            forecast=it.get("forecast", _forecast, _PLAIN.forecast),
            targets=it.get("targets", many(_target_reader(ids, currency, fiscal)), ()),
            stages=it.get("stages", many(_stage_reader()), ()),
            qualification=it.get("qualification", _qualification, _PLAIN.qualification),
            effort=it.get("effort", _effort, _PLAIN.effort),
            escalation=it.get("escalation", _escalation_reader(currency), _PLAIN.escalation),
        )


def _country(value: Value) -> str:
    written = read.text(value)
    wrong = holidays.problem(written)
    if wrong:
        raise WrongError(wrong)
    return written


def _language(value: Value) -> str:
    written = read.text(value)
    if written not in languages.CODES:
        raise WrongError(f"{written!r} isn't a language the coach speaks; allowed: {', '.join(languages.CODES)}")
    return written


class _Places(TypedDict):
    """Where the company is on the platforms."""

    slack_team: str | None
    slack_channel: str | None
    teams_tenant: str | None
    teams_team: str | None


def _places(it: Table) -> _Places:
    team, channel = it.get("slack", _slack, (None, None))
    tenant, teams_team = it.get("teams", _teams, (None, None))
    return {"slack_team": team, "slack_channel": channel, "teams_tenant": tenant, "teams_team": teams_team}


def _slack(value: Value) -> tuple[str | None, str | None]:
    with value.table() as it:
        return it.need("team", read.text, ""), it.get("channel", read.text, None)


def _teams(value: Value) -> tuple[str | None, str | None]:
    with value.table() as it:
        return it.need("tenant", read.entra_id, ""), it.get("team", read.text, None)


def _engagement(value: Value) -> Engagement:
    plain = Engagement()
    with value.table() as it:
        return Engagement(
            type=it.get("type", read.word(EngagementType, "a kind of engagement"), plain.type),
            days=it.get("days", _days, plain.days),
            hours=it.get("hours", read.working_hours, plain.hours),
            hours_per_week=it.get("hours_per_week", read.number(0, 168), None),
            start=it.get("start", read.day, None),
        )


def _days(value: Value) -> frozenset[Weekday]:
    named = many(read.weekday)(value)
    found = frozenset(named)
    if not found and not value.node.value:
        raise WrongError("names no day; leave it out for monday to friday")
    if len(found) < len(named):
        raise WrongError("names a day twice")
    return found


def _checkin(value: Value) -> CheckInPlan:
    plain = CheckInPlan()
    with value.table() as it:
        window = it.get("window_hours", read.number(Decimal("0.25"), 16), Decimal(plain.window.seconds) / 3600)
        return CheckInPlan(
            at=it.get("at", read.clock_time, plain.at),
            days=it.get("days", _days, plain.days),
            window=timedelta(seconds=int(window * 3600)),
            reminders=it.get("reminders", _reminders, plain.reminders),
        )


_reminders = read.word(Reminders, "a way to be reminded")


def _review(value: Value) -> Weekly:
    with value.table() as it:
        return it.get("at", read.weekly, _PLAIN.review)


def _digest_reader(members: Collection[str]) -> Reader[DigestPlan]:
    def digest(value: Value) -> DigestPlan:
        to = Once("member").of(read.known(members, "a member's id"))
        with value.table() as it:
            return DigestPlan(at=it.get("at", read.weekly, _PLAIN.digest.at), to=it.get("to", many(to), ()))

    return digest


def _forecast(value: Value) -> ForecastPlan:
    with value.table() as it:
        return ForecastPlan(lock=it.get("lock", read.weekly, None))


# --- members -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Defaults:
    """What a member has who says nothing else."""

    zone: str
    quiet_hours: Hours
    reminders: Reminders


def _member_reader(defaults: _Defaults) -> Reader[Member]:
    once = {key: Once(noun) for key, noun in _ONCE.items()}

    def member(value: Value) -> Member:
        with value.table() as it:
            kinds = {"slack": read.text, "teams": read.entra_id}
            handles = {name: it.get(name, once[name].of(kind), None) for name, kind in kinds.items()}
            return Member(
                id=it.need("id", once["id"].of(read.identifier), ""),
                name=it.need("name", read.text, ""),
                role=it.need("role", read.word(Role, "a role"), Role.REP),
                zone=it.get("timezone", read.zone, defaults.zone),
                email=it.get("email", once["email"].of(read.email), None),
                crm_owner=it.get("crm_owner", once["crm_owner"].of(read.text), None),
                handles={name: handle for name, handle in handles.items() if handle},
                reminders=it.get("reminders", _reminders, defaults.reminders),
                quiet_hours=it.get("quiet_hours", read.hours, defaults.quiet_hours),
                time_off=it.get("time_off", many(_time_off), ()),
            )

    return member


_ONCE = {
    "id": "member id",
    "slack": "Slack user",
    "teams": "Teams user",
    "email": "mail address",
    "crm_owner": "name in the CRM",
}


def _time_off(value: Value) -> TimeOff:
    with value.table() as it:
        first = it.need("from", read.day, date.min)
        last = it.need("to", read.day, date.max)
        if last < first:
            it.refuse("to", f"{last} is before {first}, where the time off begins")
        return TimeOff(first, last)


# --- the plan ------------------------------------------------------------------------------------------------------
def _habit_reader(steps: Collection[str]) -> Reader[Habit]:
    once = Once("habit")

    def habit(value: Value) -> Habit:
        with value.table() as it:
            found = Habit(
                id=it.need("id", once.of(read.identifier), ""),
                name=it.need("name", read.text, ""),
                unit=it.need("unit", read.text, ""),
                step=it.get("step", read.known(steps, "a step of this company"), None),
                per_day=it.get("per_day", read.whole(0, 100_000), None),
                per_week=it.get("per_week", read.whole(0, 100_000), None),
                cue=it.get("cue", _cue, ""),
                role=it.get("for", _practises, Role.REP),
            )
            if found.role is Role.MANAGER and found.step is not None:
                it.refuse("step", "a manager's habit feeds no step of the chain; only the reps' do")
            if it.has("per_day") == it.has("per_week"):
                raise WrongError("a habit has either per_day or per_week: one of the two")
            return found

    return habit


def _cue(value: Value) -> str:
    written = read.text(value)
    if len(written) > LONGEST_CUE:
        raise WrongError(f"a cue has at most {LONGEST_CUE} characters, this one {len(written)}; a moment will do")
    return written


def _practises(value: Value) -> Role:
    if value.scalar("str") not in {Role.REP.value, Role.MANAGER.value}:
        raise WrongError(f"{value} does not practise habits here; allowed: rep, manager")
    return Role(read.text(value))


def _target_reader(members: Collection[str], currency: str, fiscal_year_start: int) -> Reader[Target]:
    once = Once("target of")

    def period(value: Value) -> str:
        try:
            return str(Period.parse(read.text(value), fiscal_year_start))
        except ValueError as wrong:
            raise WrongError(str(wrong)) from None

    def target(value: Value) -> Target:
        faults = len(value.faults)
        with value.table() as it:
            found = Target(
                period=it.need("period", period, ""),
                amount=it.need("amount", _amount(currency), Money(0, currency)),
                member=it.get("member", read.known(members, "a member's id"), None),
            )
            # What couldn't be read stands for itself, not for the company's own target or for another of that kind.
            if len(value.faults) == faults:
                once.check(value, f"{found.period} for {found.member or 'the company'}")
            return found

    return target


def _stage_reader() -> Reader[Stage]:
    once = Once("stage")

    def stage(value: Value) -> Stage:
        with value.table() as it:
            return stage_of(it, it.need("name", once.of(read.text), ""))

    return stage


_HOURS = read.number(Decimal("0.1"), 100)
"""Of a week: none at all would make every deal worth any effort."""


def stage_of(it: Table, name: str) -> Stage:
    """What a company's file or a mapping says about a stage."""
    found = Stage(
        name=name,
        probability=it.get("probability", _probability, None),
        won=it.get("won", read.boolean, False),
        lost=it.get("lost", read.boolean, False),
        exit=it.get("exit", many(read.text), ()),
        hours_per_week=it.get("hours_per_week", _HOURS, None),
    )
    if found.won and found.lost:
        it.refuse("lost", t("a stage is won or lost, not both"))
    return found


def _probability(value: Value) -> float:
    return float(read.number(0, 1)(value))


def _amount(currency: str) -> Reader[Money]:
    number = read.number(0, MOST)

    def amount(value: Value) -> Money:
        found = Money.of(number(value), currency)
        if found.amount != number(value):
            raise WrongError(f"{value} is finer than {currency} can be paid in; write {_written(found)}")
        return found

    return amount


def _written(it: Money) -> str:
    return f"{it.amount:f}"


def _qualification(value: Value) -> Qualification:
    with value.table() as it:
        method = it.get("method", read.word(Method, "a qualification method"), Method.MEDDICC)
        criteria = it.get("criteria", many(Once("criterion").of(read.identifier)), ())
        if method is not Method.OWN and it.has("criteria"):
            it.refuse("criteria", f"belong to `method: own`; {method} brings its own")
        if method is Method.OWN and not it.has("criteria"):
            raise WrongError("`method: own` needs criteria, such as [problem, budget, decision_process]")
        return Qualification(method=method.value, criteria=criteria)


def _effort(value: Value) -> Effort:
    with value.table() as it:
        return Effort(hours_per_week=it.get("hours_per_week", _HOURS, None))


def _escalation_reader(currency: str) -> Reader[EscalationPolicy]:
    plain = EscalationPolicy()
    hours = read.number(0, 1000)

    def escalation(value: Value) -> EscalationPolicy:
        with value.table() as it:
            return EscalationPolicy(
                acknowledge_hours=it.get("acknowledge_hours", hours, plain.acknowledge_hours),
                owner_after_hours=it.get("owner_after_hours", hours, plain.owner_after_hours),
                overdue_amount=it.get("overdue_amount", _amount(currency), None),
            )

    return escalation
