"""The colleagues whom nobody plays: in the demo they answer their check-ins by themselves, each in their own way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.sample.luck import Luck
from coaching import cadence
from coaching.checkins import CheckIn, CheckInStatus
from coaching.company import Company
from coaching.engine import Engine
from coaching.events import Pressed
from coaching.people import Role
from storage.store import SqlStore

# How often each answers, and how much of the plan they do. Sam is the silent one of the story.
WAYS: Mapping[str, tuple[float, float]] = {
    "priya": (0.97, 1.1),
    "theo": (0.9, 0.85),
    "dana": (0.92, 0.95),
    "sam": (0.0, 0.4),
    "lena": (0.95, 0.7),
}
PROMISES = (
    "Call the economic buyer at my largest deal and agree the next step.",
    "Send the revised proposal before noon.",
    "Book two first appointments for next week.",
    "Ask my champion who signs, and by when.",
    "Get a date for the security review.",
)
FOR_THE_TEAM = (
    "Go through the early deals with Theo.",
    "Join one customer call of Dana's.",
    "Praise one thing in public.",
)
THINKING = timedelta(minutes=4)


def answered(store: SqlStore, engine: Engine, company: str, viewer: str, now: datetime) -> int:
    """Answer what is open and not the viewer's; how many answers that made."""
    with store.work(company) as work:
        today = now.date()
        waiting = [it for it in work.checkins(today - timedelta(days=1), today + timedelta(days=1)) if _waits(it, now)]
        plan = work.company
    pressed = [it for it in (_answer(plan, it, now) for it in waiting if it.member != viewer) if it]
    for it in pressed:
        engine.handle(it)
    return len(pressed)


def _waits(it: CheckIn, now: datetime) -> bool:
    return it.status is CheckInStatus.OPEN and it.asked_at is not None and now - it.asked_at >= THINKING


def _answer(company: Company, it: CheckIn, now: datetime) -> Pressed | None:
    member = company.member(it.member)
    answers, effort = WAYS.get(it.member, (0.9, 0.9))
    luck = Luck(f"{it.member} {it.day}")
    if member is None or it.day != cadence.local_day(now, member.tz) or not luck.chance(answers):
        return None
    counts = {
        f"count.{habit.id}": str(round((it.targets.get(habit.id) or 1) * effort * luck.share(0.6, 1.2)))
        for habit in company.habits_of(member)
    }
    promises = FOR_THE_TEAM if member.role is Role.MANAGER else PROMISES
    before = "kept" if luck.chance(0.75) else "moved"
    return Pressed(
        company=company.slug,
        member=it.member,
        key=f"actor:{it.member}:{it.day}",
        at=now,
        action="checkin.send",
        args={"day": it.day.isoformat()},
        fields={
            **counts,
            "commitment": luck.one(promises),
            "before": before,
        },
    )
