"""The check-ins of the story's last weeks: who answers, who is silent, and what they promised."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.sample.luck import Luck
from coaching import cadence
from coaching.checkin_answer import Answer, kept
from coaching.checkin_plan import Facts, fresh
from coaching.checkins import CheckIn, CheckInStatus, Commitment, CommitmentState
from coaching.company import Company
from coaching.opportunities import Opportunity
from coaching.people import Member, Role

WEEKS = 8
BEFORE = 26
"""Weeks for which the reps have answered check-ins at all; before the last WEEKS, nothing is told of them but that."""
Pipeline = Callable[[date, str], Sequence[Opportunity]]
"""What a member has open on a morning."""
Day = CheckIn | Commitment


@dataclass(frozen=True, slots=True, kw_only=True)
class Habitude:
    """How somebody goes about their days. Shares are of the target; chances are of a day."""

    calls: tuple[float, float]
    others: float
    """Chance that an appointment of the plan happens."""
    answers: float
    keeps: float
    late: float = 0.05
    silent_from: int | None = None
    """The day, counted from the story's Monday, from which next to nothing is answered."""
    since: int = -7 * WEEKS
    notes: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    """Instead of the usual ones about deals."""


HABITUDES = {
    "priya": Habitude(calls=(0.9, 1.15), others=1.0, answers=1.0, keeps=0.9, notes=("Good week, three warm leads",)),
    "theo": Habitude(calls=(0.6, 1.0), others=0.8, answers=0.92, keeps=0.75, notes=("Keeping my powder dry",)),
    "dana": Habitude(
        calls=(0.5, 1.0), others=0.6, answers=0.9, keeps=0.5, notes=("All on Harbor & Pine this week", "Board again")
    ),
    "sam": Habitude(calls=(0.2, 0.7), others=0.4, answers=0.75, keeps=0.35, late=0.25, silent_from=-12),
    "lena": Habitude(
        calls=(0.7, 1.2), others=0.7, answers=0.96, keeps=0.7, since=-42, notes=("Still learning the price list",)
    ),
    "mara": Habitude(
        calls=(1.0, 1.0),
        others=0.85,
        answers=0.9,
        keeps=0.8,
        promises=("Sit in on Dana's next call", "Go through the early deals with Theo", "Ring Sam before lunch"),
    ),
}
ANSWERS = (
    "The plant manager promised numbers by Thursday",
    "They lose a shift a week to hand picking",
    "Purchasing, whom I have not met yet",
    "The one that went quiet: I call before ten",
    "A short video of the cell on their own parts",
    "Finance wants a two-year payback",
    "The referral from last month, they have a date",
    "That the service contract matters more than the price",
)
PROMISES = (
    "Send {deal} the proposal",
    "Call the plant manager at {deal}",
    "Get a date for the site visit at {deal}",
    "Ask {deal} who signs",
    "Send {deal} the payback sheet",
    "Meet finance at {deal}",
)


@dataclass(slots=True)
class _Diary:
    """One member's days so far."""

    checkins: list[CheckIn] = field(default_factory=list)
    commitments: dict[date, Commitment] = field(default_factory=dict)

    def keep(self, records: Sequence[Day]) -> None:
        for it in records:
            if isinstance(it, Commitment):
                self.commitments[it.made_on] = it
            else:
                self.checkins.append(it)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the days go by. None is told on or after `until`."""

    company: Company
    monday: date
    until: date
    holidays: frozenset[date]
    pipeline: Pipeline


def diary(setting: Setting, member_id: str) -> tuple[Day, ...]:
    """One member's check-ins and promises, by the very rules of the check-in."""
    company, monday = setting.company, setting.monday
    habitude, member = HABITUDES[member_id], company.member(member_id)
    assert member is not None
    first = monday + timedelta(days=habitude.since)
    told = _told(setting, member, (first, setting.until - timedelta(days=1)), Luck(f"days of {member_id}"))
    if habitude.since > -7 * WEEKS or member.role is not Role.REP:
        return told
    # With a luck of its own, so that the weeks that the story is about stay as they are.
    start, luck = monday - timedelta(weeks=BEFORE), Luck(f"earlier days of {member_id}")
    earlier = _told(setting, member, (start, first - timedelta(days=1)), luck)
    return (*(_settled_since(it) for it in earlier), *told)


def _told(setting: Setting, member: Member, stretch: tuple[date, date], luck: Luck) -> tuple[Day, ...]:
    """Both days of the stretch included."""
    company, monday, written = setting.company, setting.monday, _Diary()
    habitude = HABITUDES[member.id]
    for day in cadence.working_days(company, member, *stretch, setting.holidays):
        facts = Facts(
            company=company,
            member=member,
            today=day,
            holidays=setting.holidays,
            checkins=tuple(written.checkins[-20:]),
            commitments=tuple(written.commitments.values()),
            opportunities=tuple(setting.pipeline(day, member.id)),
        )
        written.keep(tuple(_day(facts, habitude, luck, (day - monday).days)))
    return (*written.checkins, *written.commitments.values())


def _settled_since(it: Day) -> Day:
    """What was promised last, too, was settled long before the story begins."""
    if isinstance(it, CheckIn) or it.state is not CommitmentState.OPEN:
        return it
    return replace(it, state=CommitmentState.KEPT, settled_on=it.due_on)


def _day(facts: Facts, habitude: Habitude, luck: Luck, offset: int) -> Iterator[Day]:
    asked_at = cadence.instant(facts.today, cadence.checkin_time(facts.company, facts.member), facts.member.tz)
    closes_at = cadence.window_end(facts.company, facts.member, asked_at)
    asked = replace(fresh(facts, facts.today), asked_at=asked_at, closes_at=closes_at)
    silent = habitude.silent_from is not None and offset >= habitude.silent_from
    answers, late = luck.chance(habitude.answers), luck.chance(habitude.late)
    answer, minutes = _answer(facts, asked, habitude, luck), luck.whole(1, 95, 2.2)
    if silent or not answers:
        yield replace(asked, status=CheckInStatus.MISSED)
    else:
        at = closes_at + timedelta(minutes=20 + minutes) if late else asked_at + timedelta(minutes=minutes)
        yield from kept(facts, asked, answer, _to_the_minute(at))


def _answer(facts: Facts, asked: CheckIn, habitude: Habitude, luck: Luck) -> Answer:
    week = len(cadence.days_of(facts.company, facts.member))
    counts = {
        it.id: round((it.per_day or 0) * luck.share(*habitude.calls))
        if it.per_day
        else sum(luck.chance(habitude.others * (it.per_week or 0) / week / 2) for _ in range(2))
        for it in facts.habits
    }
    promise = facts.promise_before(facts.today)
    before = _settled(habitude, luck) if promise else None
    deal = luck.one([it.account for it in facts.opportunities] or ["a new prospect"])
    return Answer(
        counts=counts,
        answer=luck.one(ANSWERS) if luck.chance(0.7) and asked.question else "",
        note=luck.one(habitude.notes) if habitude.notes and luck.chance(0.12) else "",
        commitment=luck.one(habitude.promises or PROMISES).replace("{deal}", deal) if luck.chance(0.85) else "",
        before=before,
    )


def _settled(habitude: Habitude, luck: Luck) -> CommitmentState:
    if luck.chance(habitude.keeps):
        return CommitmentState.KEPT
    return CommitmentState.MOVED if luck.chance(0.6) else CommitmentState.DROPPED


def _to_the_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
