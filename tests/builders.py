"""Values for tests, everything defaulted: a test names only what matters to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from coaching.checkins import CheckIn, CheckInStatus, Commitment
from coaching.chosen import Choice, Pick
from coaching.company import Company, EscalationPolicy, Stage, Target
from coaching.escalation import Escalation, EscalationKind, EscalationState
from coaching.events import Commanded, Imported, Planned, Pressed, Rang, Said
from coaching.forecasts import TEAM, Author, Call, Estimate, Locked, Remark, RemarkKind
from coaching.habits import Habit
from coaching.identity import Doubt, Newcomer, Standing
from coaching.mandate import About, Mandate
from coaching.money import Money
from coaching.numbers.forecast import Range
from coaching.numbers.outlook import Basis, Outlook
from coaching.opportunities import Change, Field, Opportunity, Status
from coaching.people import Member, Role
from coaching.reviewed import Reviewed, Rule
from storage.addresses import Address

MONDAY = date(2026, 11, 23)
"""An ordinary Monday; the Thursday after it is Thanksgiving."""
CALLS = Habit(id="calls", name="Calls", unit="calls", step="prospecting", per_day=20)
APPOINTMENTS = Habit(id="appointments", name="First appointments", unit="appointments", step="appointment", per_week=5)
PROPOSALS = Habit(id="proposals", name="Proposals sent", unit="proposals", step="proposal", per_week=2)
STAGES = (
    Stage(name="Discovery", probability=0.2),
    Stage(name="Proposal", probability=0.5, exit=("problem", "decision_process")),
    Stage(name="Won", won=True),
    Stage(name="Lost", lost=True),
)


def at(clock: str = "09:00", day: date = MONDAY, zone: str = "America/Chicago") -> datetime:
    """An instant in UTC, from what the wall clock shows in a zone."""
    hour, minute = clock.split(":")
    local = datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def days_later(days: int, day: date = MONDAY) -> date:
    """That many days on; negative for earlier."""
    return day + timedelta(days=days)


# --- people --------------------------------------------------------------------------------------------------------
def a_member(member_id: str = "dana", **more: Any) -> Member:
    """A rep in Chicago, named after the id."""
    name = {"dana": "Dana Reyes", "morgan": "Morgan Lee", "olivia": "Olivia Park"}.get(
        member_id, f"{member_id.title()} Smith"
    )
    usual: dict[str, Any] = {"name": name, "role": Role.REP, "zone": "America/Chicago", "crm_owner": name}
    return Member(id=member_id, **(usual | {"handles": {"slack": f"U0{member_id.upper()}"}} | more))


def a_manager(member_id: str = "morgan", **more: Any) -> Member:
    """The manager, in New York."""
    return a_member(member_id, **({"role": Role.MANAGER, "zone": "America/New_York", "crm_owner": None} | more))


def an_owner(member_id: str = "olivia", **more: Any) -> Member:
    """The owner, in New York."""
    return a_member(member_id, **({"role": Role.OWNER, "zone": "America/New_York", "crm_owner": None} | more))


def a_company(*members: Member, **more: Any) -> Company:
    """Acme Robotics; without members given: Dana the rep, Morgan the manager, Olivia the owner."""
    usual: dict[str, Any] = {
        "slug": "acme",
        "name": "Acme Robotics",
        "zone": "America/New_York",
        "currency": "USD",
        "country": "US",
        "members": members or (a_member(), a_manager(), an_owner()),
        "habits": (CALLS, APPOINTMENTS, PROPOSALS),
        "stages": STAGES,
        "targets": (
            Target(period="2026-Q4", amount=dollars(500_000)),
            Target(period="2026-Q4", amount=dollars(180_000), member="dana"),
        ),
        "escalation": EscalationPolicy(overdue_amount=dollars(50_000)),
    }
    return Company(**(usual | more))


def a_newcomer(handle: str = "U0NEW", **more: Any) -> Newcomer:
    """Somebody who wrote in Slack on Monday morning, and who has an address that no member has."""
    usual: dict[str, Any] = {
        "platform": "slack", "name": "Kim Novak", "standing": Standing.WAITING, "doubt": Doubt.STRANGE, "seen_at": at(),
    }  # fmt: skip
    return Newcomer(handle=handle, **(usual | more))


def an_address(member_id: str = "dana", **more: Any) -> Address:
    """Where that member is in Teams."""
    usual: dict[str, Any] = {
        "tenant": "5c0fb1de-aaaa-4bbb-8ccc-0000000acme1",
        "person": f"aad-{member_id}",
        "user": f"29:aad-{member_id}",
        "conversation": f"a:aad-{member_id}",
        "service_url": "https://smba.trafficmanager.net/emea/",
        "bot": "28:coach",
        "locale": "en-US",
        "zone": "America/Chicago",
    }
    return Address(**(usual | more))


# --- deals ---------------------------------------------------------------------------------------------------------
def dollars(amount: int) -> Money:
    """Whole dollars."""
    return Money.of(amount, "USD")


def an_opportunity(opportunity_id: str = "O-1", **more: Any) -> Opportunity:
    """Dana's open deal with Globex, in Discovery, healthy."""
    usual: dict[str, Any] = {
        "owner": "Dana Reyes",
        "member": "dana",
        "stage": "Discovery",
        "status": Status.OPEN,
        "name": "Globex robots",
        "account": "Globex",
        "amount": dollars(40_000),
        "created_on": date(2026, 10, 5),
        "close_date": date(2026, 12, 18),
        "next_step": "Demo for the plant manager",
        "next_step_on": date(2026, 12, 1),
    }
    return Opportunity(id=opportunity_id, **(usual | more))


def a_history(
    members: Sequence[str] = ("dana",), n: int = 60, until: date = date(2026, 9, 30)
) -> tuple[Opportunity, ...]:
    """A year of closed deals: two of three won, for 20,000 to 38,000, after 20 to 67 days."""
    found = []
    for at in range(n):
        closed, won = until - timedelta(days=at * 365 // n), at % 3 > 0
        usual = {"member": members[at % len(members)], "stage": "Won" if won else "Lost", "closed_on": closed}
        status = Status.WON if won else Status.LOST
        created = closed - timedelta(days=20 + at * 7 % 48)
        amount = dollars(20_000 + at * 3_000 % 20_000)
        found.append(an_opportunity(f"H-{at:03}", status=status, created_on=created, amount=amount, **usual))
    return tuple(found)


def a_change(opportunity: str = "O-1", **more: Any) -> Change:
    """A move from Discovery to Proposal on Monday."""
    usual: dict[str, Any] = {"on": MONDAY, "field": Field.STAGE, "before": "Discovery", "after": "Proposal"}
    return Change(opportunity=opportunity, **(usual | more))


# --- days ----------------------------------------------------------------------------------------------------------
def a_checkin(day: date = MONDAY, member: str = "dana", **more: Any) -> CheckIn:
    """Answered at nine with 12 calls and 2 appointments."""
    usual: dict[str, Any] = {
        "status": CheckInStatus.ANSWERED,
        "asked_at": at("08:30", day),
        "closes_at": at("12:30", day),
        "answered_at": at("09:00", day),
        "counts": {"calls": 12, "appointments": 2},
        "targets": {"calls": 20, "appointments": 1, "proposals": 1},
    }
    if more.get("status", CheckInStatus.ANSWERED) is not CheckInStatus.ANSWERED:
        usual |= {"answered_at": None, "counts": {}}
    return CheckIn(member=member, day=day, **(usual | more))


def a_commitment(made_on: date = MONDAY, member: str = "dana", **more: Any) -> Commitment:
    """To send Acme the proposal, that same day."""
    usual: dict[str, Any] = {"due_on": made_on, "text": "Send Acme the proposal"}
    return Commitment(member=member, made_on=made_on, **(usual | more))


def a_call(member: str = "dana", **more: Any) -> Call:
    """Dana's own call of the running period, on Monday morning."""
    usual: dict[str, Any] = {
        "period": "2026-Q4",
        "by": member,
        "commit": dollars(120_000),
        "best_case": dollars(150_000),
        "reason": "",
        "called_at": at("10:00"),
    }
    return Call(member=member, **(usual | more))


def a_remark(call: Call, kind: RemarkKind = RemarkKind.AGREED, **more: Any) -> Remark:
    """Morgan agreed to a call an hour after it was made; or what the rep says of it."""
    by = "morgan" if kind is RemarkKind.AGREED else call.member
    usual: dict[str, Any] = {"by": by, "at": call.called_at + timedelta(hours=1)}
    return Remark(member=call.member, period=call.period, call=call.id, kind=kind, **(usual | more))


def a_locked(member: str = "dana", **more: Any) -> Locked:
    """Dana's forecast as it stood on Friday at noon: called, not agreed to."""
    usual: dict[str, Any] = {
        "period": "2026-Q4",
        "on": date(2026, 11, 20),
        "at": at("12:00", date(2026, 11, 20), "America/New_York"),
        "won": dollars(96_000),
        "call": "0123456789abcdef",
        "commit": dollars(100_000),
        "best_case": dollars(140_000),
    }
    return Locked(member=member, **(usual | more))


def an_estimate(on: date = MONDAY, **more: Any) -> Estimate:
    """The coach's of the team's running period, on Monday morning."""
    usual: dict[str, Any] = {
        "period": "2026-Q4",
        "by": Author.COACH,
        "member": TEAM,
        "expected": dollars(400_000),
        "p10": dollars(300_000),
        "p50": dollars(390_000),
        "p90": dollars(500_000),
        "basis": "history",
    }
    return Estimate(on=on, **(usual | more))


def an_outlook(*members: str, on: date = MONDAY, basis: Basis = Basis.HISTORY, **more: Any) -> Outlook:
    """By history: dana's part is 120,000 to 260,000, everybody else's a tenth of it."""

    def range_(times: int, n: int, chance: float | None) -> Range:
        p10, p50, p90, expected = (dollars(it * times) for it in (12_000, 18_000, 26_000, 18_600))
        return Range(p10=p10, p50=p50, p90=p90, expected=expected, n=n, n_without_amount=1, chance=chance)

    parts = {it: range_(10 if it == "dana" else 1, 2, 0.62 if it == "dana" else None) for it in members}
    usual: dict[str, Any] = {"total": range_(16, 9, 0.17), "by_member": parts, "n_won": 41, "n_lost": 21}
    return Outlook(basis=basis, on=on, **(usual | more))


def an_escalation(escalation_id: str = "e-1", **more: Any) -> Escalation:
    """Dana asked for the manager, on Monday morning."""
    usual: dict[str, Any] = {
        "member": "dana",
        "kind": EscalationKind.ASKED,
        "subject": escalation_id,
        "text": "Dana asks for help.",
        "state": EscalationState.OPEN,
        "raised_at": at("10:00"),
        "policy": EscalationPolicy(),
    }
    return Escalation(id=escalation_id, **(usual | more))


def a_reviewed(**more: Any) -> Reviewed:
    """Dana was asked about Globex on Monday: its close date has passed."""
    usual: dict[str, Any] = {
        "member": "dana",
        "on": MONDAY,
        "opportunity": "O-1",
        "rule": Rule.CLOSE_DATE_PAST,
        "title": "Globex robots",
        "said": "It was to close on Fri 20 Nov, 3 days ago.",
        "question": "What is the buyer’s own date?",
        "at_stake": dollars(8_000),
    }
    return Reviewed(**(usual | more))


def a_choice(**more: Any) -> Choice:
    """Globex was proposed to Dana as one of Monday's majors."""
    usual: dict[str, Any] = {
        "member": "dana",
        "on": MONDAY,
        "opportunity": "O-1",
        "pick": Pick.MAJOR,
        "title": "Globex robots",
        "said": "$40,000, Discovery; 20 % likely.",
        "amount": dollars(40_000),
        "at_stake": dollars(8_000),
        "per_hour": dollars(400),
        "minutes": 120,
    }
    answered = {"answered_at": at("09:20")} if more.get("agrees") is not None else {}
    return Choice(**(usual | answered | more))


def a_mandate(**more: Any) -> Mandate:
    """Whether to go on counting on Globex, put on Friday."""
    friday = days_later(4)
    usual: dict[str, Any] = {
        "id": "overdue-261127-0a1b2c3d4e5f",
        "put_on": friday,
        "about": About.OVERDUE,
        "subject": "e-1",
        "opportunity": "O-1",
        "member": "dana",
        "question": "Globex robots was to close on Fri 20 Nov. Do we still count on it for 2026-Q4?",
        "at_stake": dollars(40_000),
        "by": days_later(8),
        "expires_at": at("16:00", days_later(11), "America/New_York"),
    }
    return Mandate(**(usual | more))


# --- events --------------------------------------------------------------------------------------------------------
def pressed(action: str, now: datetime | None = None, **more: Any) -> Pressed:
    """Dana pressed a button, Monday at nine."""
    return Pressed(**(_event("press", now) | {"member": "dana", "action": action} | more))


def said(text: str, now: datetime | None = None, **more: Any) -> Said:
    """Dana wrote something, Monday at nine."""
    return Said(**(_event("said", now) | {"member": "dana", "text": text} | more))


def commanded(name: str, text: str = "", now: datetime | None = None, **more: Any) -> Commanded:
    """Dana typed a slash command, Monday at nine."""
    return Commanded(**(_event("command", now) | {"member": "dana", "name": name, "text": text} | more))


def rang(alarm: str, subject: str, now: datetime | None = None, **more: Any) -> Rang:
    """An alarm rang on time."""
    usual = _event("rang", now) | {"alarm": alarm, "subject": subject}
    return Rang(**(usual | {"due_at": usual["at"]} | more))


def imported(now: datetime | None = None) -> Imported:
    """The pipeline was refreshed."""
    return Imported(**_event("import", now))


def planned(now: datetime | None = None) -> Planned:
    """The company's file was applied."""
    return Planned(**_event("plan", now))


def with_member(company: Company, member: Member) -> Company:
    """The same company with that member in place of who had their id."""
    return replace(company, members=tuple(member if it.id == member.id else it for it in company.members))


def _event(what: str, now: datetime | None) -> dict[str, Any]:
    now = now or at()
    return {"company": "acme", "key": f"{what}:{now:%d%H%M%S}", "at": now}
