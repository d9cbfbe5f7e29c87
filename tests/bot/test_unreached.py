"""A check-in that came to nobody was missed by nobody: from the question to the end of its window, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.channel import Busy, Refused, Unknown
from coaching.checkins import CheckIn, CheckInStatus
from coaching.engine import Engine
from coaching.escalation import LIVE
from coaching.people import Reminders
from coaching.routines import checkin, escalate
from tests.builders import MONDAY, a_company, a_manager, a_member, at, days_later, planned, said
from tests.delivering import FakeChannel, World
from tests.fakes import no_holidays

if TYPE_CHECKING:
    from sqlalchemy import Engine as Database

    from coaching.people import Member

NOBODYS = a_member(handles={})
CARD = f"checkin:dana:{MONDAY}"


class Days(World):
    """A company as its days go by: what is due rings, and what may go is sent."""

    def __init__(self, database: Database, rep: Member, *channels: Any) -> None:
        super().__init__(database, a_company(rep, a_manager()), channels=channels or (FakeChannel(),))
        self.coach = Engine(self.store, no_holidays, (checkin.ROUTINE, escalate.ROUTINE))
        self.at(at("07:00"))
        self.coach.handle(planned(at("07:00")))

    def at(self, moment: datetime) -> None:
        """Whatever there is to do then."""
        self.real.move(seconds=(moment - self.clock.at).total_seconds())
        self.clock.at = moment
        self.coach.tick(moment)
        asyncio.run(self.delivery.step())

    def link(self, rep: Member) -> None:
        """Somebody is as they are from now on."""
        with self.store.work("acme") as work:
            work.keep_company(replace(work.company, members=(rep, a_manager())))
        asyncio.run(self.delivery.step())

    def checkin(self, day: date = MONDAY) -> CheckIn:
        with self.store.work("acme") as work:
            (found,) = work.checkins(day, day, "dana")
            return found

    def absent(self) -> frozenset[str]:
        with self.store.work("acme") as work:
            return work.absent()

    def raised(self) -> int:
        with self.store.work("acme") as work:
            return len(work.escalations(LIVE))


def test_a_week_of_questions_that_came_to_nobody_is_no_matter_for_the_manager(each_engine: Database) -> None:
    days = Days(each_engine, NOBODYS)
    for n in range(5):
        for clock in ("08:30", "10:30", "12:30", "12:31"):
            days.at(at(clock, days_later(n)))
        assert days.checkin(days_later(n)).status is CheckInStatus.SKIPPED
    assert days.raised() == 0


def test_whoever_was_reached_and_says_nothing_is_one(each_engine: Database) -> None:
    days = Days(each_engine, a_member())
    for n in range(3):
        for clock in ("08:30", "10:30", "12:30", "12:31"):
            days.at(at(clock, days_later(n)))
        assert days.checkin(days_later(n)).status is CheckInStatus.MISSED
    assert days.raised() == 1


def test_a_letter_reaches_as_a_chat_does(each_engine: Database) -> None:
    days = Days(each_engine, a_member(handles={}, email="dana@acme.example"), FakeChannel(), FakeChannel("mail"))
    days.at(at("08:30"))
    days.at(at("12:30"))
    assert days.checkin().status is CheckInStatus.MISSED


@pytest.mark.parametrize(
    "why",
    [
        Refused("they don't have the app", elsewhere=True),
        Refused("token_revoked", whole_company=True),
        Busy(timedelta(hours=9), "away"),
        Refused("channel_not_found"),
    ],
)
def test_what_no_channel_took_by_the_end_of_the_window_reached_nobody(each_engine: Database, why: Exception) -> None:
    slack = FakeChannel()
    days = Days(each_engine, a_member(), slack)
    for _ in range(9):
        slack.next(why)
    days.at(at("08:30"))
    days.at(at("12:30"))
    assert days.checkin().status is CheckInStatus.SKIPPED
    assert days.states()[CARD] in {"dead", "skipped_late", "withdrawn"}
    assert slack.said == []


def test_what_nobody_can_find_there_is_not_held_against_anybody(each_engine: Database) -> None:
    slack = FakeChannel()
    days = Days(each_engine, a_member(), slack)
    slack.next(Unknown("HTTP 503"))
    days.at(at("08:30"))
    assert days.states()[CARD] == "unknown"
    days.at(at("12:30"))
    assert days.checkin().status is CheckInStatus.SKIPPED


def test_who_isnt_here_yet_is_whom_something_was_for_and_nothing_reached(each_engine: Database) -> None:
    slack = FakeChannel()
    days = Days(each_engine, NOBODYS, slack)
    assert days.absent() == set()
    days.at(at("08:30"))
    assert days.absent() == {"dana"}
    days.link(a_member())
    assert days.absent() == set()


def test_whoever_has_no_way_to_the_coach_isnt_here_yet_either(each_engine: Database) -> None:
    slack = FakeChannel()
    days = Days(each_engine, a_member(), slack)
    slack.next(Refused("they don't have the app", elsewhere=True))
    days.at(at("08:30"))
    assert days.states()[CARD] == "queued"
    assert days.absent() == {"dana"}
    days.at(at("09:31"))
    assert (days.states()[CARD], days.absent()) == ("sent", set())


def test_whoever_is_linked_in_time_is_asked_and_may_miss_it(each_engine: Database) -> None:
    slack = FakeChannel()
    days = Days(each_engine, NOBODYS, slack)
    days.at(at("08:30"))
    days.at(at("09:30"))
    assert days.states()[CARD] == "dead"
    days.link(a_member())
    assert days.states()[CARD] == "sent"
    days.at(at("12:30"))
    assert days.checkin().status is CheckInStatus.MISSED


def test_a_reminder_asks_as_the_card_does(each_engine: Database) -> None:
    slack = FakeChannel()
    days = Days(each_engine, a_member(reminders=Reminders.STANDARD), slack)
    slack.next(Refused("too big"))
    days.at(at("08:30"))
    days.at(at("11:42"))
    assert days.states() == {CARD: "dead", f"{CARD}:remind": "sent"}
    days.at(at("12:30"))
    assert days.checkin().status is CheckInStatus.MISSED


def test_whoever_is_linked_too_late_for_the_card_can_still_answer(each_engine: Database) -> None:
    slack = FakeChannel()
    days = Days(each_engine, NOBODYS, slack)
    days.at(at("08:30"))
    days.at(at("12:30"))
    days.link(a_member())
    assert slack.said == []
    days.coach.handle(said("12 calls", at("13:00")))
    assert (days.checkin().status, days.checkin().late) == (CheckInStatus.ANSWERED, False)
