"""The check-in as it runs: alarms ring, people press and write, through the engine on a memory store."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from coaching.card import Card, Text, plain
from coaching.checkins import CheckIn, CheckInStatus, CommitmentState
from coaching.company import CheckInPlan, Company
from coaching.decision import Kind, Message
from coaching.engine import Engine
from coaching.people import Hours, Reminders, Role, TimeOff
from coaching.routines.checkin import ROUTINE
from tests.builders import (
    CALLS,
    MONDAY,
    a_checkin,
    a_commitment,
    a_company,
    a_manager,
    a_member,
    an_opportunity,
    an_owner,
    at,
    commanded,
    days_later,
    planned,
    pressed,
    said,
    with_member,
)
from tests.fakes import Memory, MemoryStore, holidays_on, remember

TUESDAY, WEDNESDAY = days_later(1), days_later(2)
CARD = "checkin:dana:2026-11-23"
LONG_HERE = a_checkin(days_later(-10), status=CheckInStatus.DAY_OFF, targets={})
"""Of somebody whose check-in on Monday isn't their first."""


class Life:
    """One company's days: what happens, and what came of it."""

    def __init__(self, *things: Any, company: Company | None = None, holidays: tuple[date, ...] = ()) -> None:
        self.store = MemoryStore(company or a_company())
        remember(self.memory, *things)
        self.engine = Engine(self.store, holidays_on(*holidays), (ROUTINE,))
        self._seen = 0
        self._events = 0

    @property
    def memory(self) -> Memory:
        return self.store.of["acme"]

    def plan(self, now: datetime | None = None) -> "Life":
        self.engine.handle(planned(now or at("07:00")))
        return self

    def asked(self) -> "Life":
        """Monday morning, just asked."""
        self.plan()
        self.engine.tick(at("08:30"))
        assert self.news()[0].key == CARD
        return self

    def press(
        self,
        action: str,
        clock: str = "09:00",
        day: date = MONDAY,
        *,
        on: date | None = None,
        card: str = "",
        **fields: str,
    ) -> None:
        args = {"day": (on or day).isoformat()}
        message = card or f"checkin:dana:{(on or day).isoformat()}"
        self._events += 1
        key = f"e{self._events}"
        event = pressed(f"checkin.{action}", at(clock, day), args=args, message=message, key=key)
        self.engine.handle(replace(event, fields={_field(name): value for name, value in fields.items()}))

    def say(self, text: str, clock: str = "09:00", day: date = MONDAY, member: str = "dana") -> str:
        self._events += 1
        self.engine.handle(said(text, at(clock, day), member=member, key=f"s{self._events}"))
        return words(self.news()[0].card)

    def tick(self, clock: str, day: date = MONDAY) -> list[Message]:
        self.engine.tick(at(clock, day))
        return self.news()

    def news(self) -> list[Message]:
        """Messages since last asked."""
        messages = list(self.memory.messages.values())
        fresh, self._seen = messages[self._seen :], len(messages)
        return fresh

    def checkin(self, day: date = MONDAY) -> CheckIn:
        return self.memory.checkins["dana", day]

    def alarms(self, name: str) -> list[datetime]:
        return [when for (alarm, _), when in self.memory.alarms.items() if alarm == f"checkin.{name}"]


def _field(name: str) -> str:
    return name if name in {"answer", "note", "commitment", "before"} else f"count.{name}"


def words(card: Card) -> str:
    texts = [plain(it.spans) for it in card.elements if isinstance(it, Text)]
    lists = [plain(item) for it in card.elements if hasattr(it, "items") for item in it.items]
    return "\n".join((*texts, *lists))


def labels(card: Card) -> list[str]:
    return [it.label for it in card.actions]


def values(card: Card) -> dict[str, str]:
    return {it.name: it.value for it in card.fields}


# --- asking --------------------------------------------------------------------------------------------------------
def test_a_plan_sets_each_reps_next_check_in_in_their_own_morning():
    company = a_company(a_member(), a_member("sam", zone="Europe/Berlin"), a_manager(), an_owner())
    life = Life(company=company).plan(at("00:10"))
    assert life.memory.alarms == {
        ("checkin.ask", "dana"): at("08:30"),
        ("checkin.ask", "sam"): at("08:30", zone="Europe/Berlin"),
    }


def test_the_card_asks_for_each_habit_with_its_target_one_question_and_one_promise():
    life = Life(LONG_HERE)
    life.plan()
    (message,) = life.tick("08:30")
    assert (message.key, message.to, message.kind) == (CARD, "dana", Kind.CHECKIN)
    assert [it.name for it in message.card.fields] == [
        "count.calls", "count.appointments", "count.proposals", "answer", "commitment", "note",
    ]  # fmt: skip
    assert message.card.fields[0].hint == "Today's target: 20. Filled in: an ordinary day"
    assert labels(message.card) == ["Send", "Same as planned", "Day off", "Later"]
    assert life.checkin().status is CheckInStatus.OPEN
    assert life.checkin().asked_at == at("08:30")
    assert life.checkin().closes_at == at("12:30")
    assert life.checkin().targets == {"calls": 20, "appointments": 1, "proposals": 1}
    assert life.alarms("ask") == [at("08:30", TUESDAY)]


def test_downtime_within_the_grace_asks_late_and_gives_the_whole_window():
    life = Life().plan()
    assert len(life.tick("10:15")) == 1
    assert life.checkin().closes_at == at("14:15")


def test_downtime_beyond_the_grace_skips_the_day_and_says_nothing():
    life = Life().plan()
    assert life.tick("10:31") == []
    assert life.checkin().status is CheckInStatus.SKIPPED
    assert life.checkin().asked_at is None
    assert life.alarms("ask") == [at("08:30", TUESDAY)]


def test_days_of_downtime_are_skipped_at_once_and_today_is_asked():
    life = Life(holidays=(TUESDAY,)).plan()
    life.tick("09:00", days_later(3))
    (message,) = life.tick("09:00", days_later(3))
    assert message.key == "checkin:dana:2026-11-26"
    skipped = [it.day for it in life.memory.checkins.values() if it.status is CheckInStatus.SKIPPED]
    assert skipped == [MONDAY, WEDNESDAY]


def test_nobody_is_asked_in_their_evening():
    evening = a_company(checkin=CheckInPlan(at=time(18, 30)))
    life = Life(company=evening).plan()
    assert life.tick("19:20") == []
    assert life.checkin().status is CheckInStatus.SKIPPED


def test_applying_the_plan_again_asks_nobody_twice_that_day():
    life = Life().asked()
    later = a_company(checkin=CheckInPlan(at=time(11, 0)))
    life.memory.company = later
    life.plan(at("09:00"))
    assert life.alarms("ask") == [at("11:00", TUESDAY)]


def test_applying_the_plan_between_the_hour_and_the_tick_loses_nobody():
    life = Life().plan().plan(at("08:31"))
    assert [it.key for it in life.tick("08:32")] == [CARD]


def test_a_move_to_another_zone_never_asks_twice_on_one_date():
    life = Life().asked()
    life.memory.company = with_member(life.memory.company, a_member(zone="Pacific/Honolulu"))
    life.plan(at("09:00"))
    assert life.alarms("ask") == [at("08:30", TUESDAY, "Pacific/Honolulu")]


def test_an_alarm_from_before_a_move_only_looks_again():
    life = Life().plan()
    life.memory.company = with_member(life.memory.company, a_member(zone="America/Los_Angeles"))
    assert life.tick("08:30") == []
    assert life.alarms("ask") == [at("08:30", zone="America/Los_Angeles")]


def test_whoever_is_away_is_next_asked_when_they_are_back():
    away = a_member(time_off=(TimeOff(MONDAY, WEDNESDAY),))
    life = Life(company=a_company(away)).plan()
    assert life.alarms("ask") == [at("08:30", days_later(3))]


def test_a_pause_begun_after_the_alarm_was_set_is_respected():
    life = Life().plan()
    life.memory.company = with_member(life.memory.company, a_member(paused_until=WEDNESDAY))
    assert life.tick("08:30") == []
    assert life.memory.checkins == {}
    assert life.alarms("ask") == [at("08:30", WEDNESDAY)]


def test_whoever_left_is_asked_no_more_and_nothing_of_theirs_rings():
    life = Life().asked()
    life.memory.company = with_member(life.memory.company, a_member(active=False))
    life.plan(at("09:00"))
    assert life.memory.alarms == {}
    assert life.checkin().status is CheckInStatus.SKIPPED
    assert CARD in life.memory.withdrawn


@pytest.mark.parametrize("habits", [(), (replace(CALLS, id="talks", role=Role.MANAGER),)])
def test_what_was_asked_of_a_rep_is_put_away_once_they_manage_and_its_card_says_so(habits):
    life = Life().asked()
    before = life.memory.company
    life.memory.company = replace(with_member(before, a_member(role=Role.MANAGER)), habits=(*before.habits, *habits))
    life.plan(at("09:00"))
    assert life.checkin().status is CheckInStatus.SKIPPED
    (shown,) = life.news()
    assert (shown.replaces, shown.only_edit) == (CARD, True)
    assert "needs no answer any more" in shown.card.summary
    assert not [it for it in life.memory.alarms if it[0] != "checkin.ask" and it[1].startswith("dana")]


def test_what_was_asked_stays_when_the_plan_changes_and_they_dont():
    life = Life().asked()
    life.plan(at("09:00"))
    assert life.checkin().status is CheckInStatus.OPEN
    assert not life.news()


def test_what_somebody_who_left_had_answered_stays_answered():
    life = Life().asked()
    life.press("send", calls="12")
    life.memory.company = with_member(life.memory.company, a_member(active=False))
    life.plan(at("10:00"))
    assert life.checkin().status is CheckInStatus.ANSWERED


# --- what is known beforehand --------------------------------------------------------------------------------------
def test_the_numbers_come_filled_in_as_planned_the_day_before():
    life = Life(a_checkin(days_later(-3), targets={"calls": 15, "appointments": 1})).asked()
    (card,) = (it.card for it in life.memory.messages.values())
    assert values(card)["count.calls"] == "15"
    assert card.fields[0].hint.endswith("Filled in: your plan for Friday")
    assert card.fields[0].label == "Calls on Friday"


@pytest.mark.parametrize("before", [(), (a_checkin(days_later(-3), status=CheckInStatus.SKIPPED),)])
def test_of_a_day_before_the_first_with_the_coach_nothing_is_filled_in(before):
    life = Life(*before).asked()
    (card,) = (it.card for it in life.memory.messages.values())
    assert [values(card)[f"count.{it}"] for it in ("calls", "appointments", "proposals")] == ["", "", ""]
    assert card.fields[0].hint == "Today's target: 20"
    assert words(card).startswith("Hello Dana. If you know Friday's numbers, write them down; what stays empty")
    assert "Same as planned" not in labels(card)
    assert "Same as planned" not in labels(life.tick("11:42")[0].card)
    life.press("send", "12:00", calls="12")
    assert life.checkin().counts == {"calls": 12}


def test_what_the_pipeline_shows_of_a_day_before_the_first_is_filled_in():
    created = an_opportunity("O-9", created_on=days_later(-3))
    opps = replace(CALLS, id="opps", name="Opportunities", unit="opportunities", step="opportunity")
    life = Life(created, company=a_company(habits=(opps, CALLS))).asked()
    (card,) = (it.card for it in life.memory.messages.values())
    assert (values(card)["count.opps"], values(card)["count.calls"]) == ("1", "")


def test_what_was_left_of_a_week_is_not_suggested_as_one_days_work():
    life = Life(a_checkin(days_later(-3), targets={"calls": 20, "appointments": 5})).asked()
    (card,) = (it.card for it in life.memory.messages.values())
    assert values(card)["count.appointments"] == "1"
    assert card.fields[1].hint.endswith("Filled in: an ordinary day")


def test_what_the_pipeline_shows_comes_before_what_was_planned():
    friday = days_later(-3)
    created = an_opportunity("O-9", created_on=friday)
    habit = a_company().habits[0]
    company = a_company(
        habits=(replace(habit, id="opps", name="Opportunities", unit="opportunities", step="opportunity"),)
    )
    life = Life(created, company=company).asked()
    (card,) = (it.card for it in life.memory.messages.values())
    assert values(card)["count.opps"] == "1"
    assert card.fields[0].hint.endswith("Filled in: the pipeline shows 1 since Friday")


def test_a_weekly_habit_wants_what_is_left_over_the_days_that_are_left():
    done = (
        a_checkin(MONDAY, counts={"appointments": 9}),  # Friday's: last week
        a_checkin(TUESDAY, counts={"appointments": 1}),
    )
    life = Life(*done, holidays=(days_later(3),)).plan(at("07:00", WEDNESDAY))
    life.tick("08:30", WEDNESDAY)
    assert life.checkin(WEDNESDAY).targets["appointments"] == 2  # 4 left over Wednesday and Friday


def test_after_a_day_off_the_last_day_worked_is_asked_about():
    life = Life(a_checkin(MONDAY, status=CheckInStatus.DAY_OFF)).plan(at("07:00", TUESDAY))
    (message,) = life.tick("08:30", TUESDAY)
    assert message.card.fields[0].label == "Calls on Friday"


def test_an_open_promise_is_asked_about_in_its_own_words():
    life = Life(a_commitment(days_later(-3), text="Call <!channel>")).asked()
    (card,) = (it.card for it in life.memory.messages.values())
    (promise,) = (it for it in card.fields if it.name == "before")
    assert promise.label == "On Friday you said “Call <!channel>”. What became of it?"
    assert [value for value, _ in promise.options] == ["kept", "moved", "dropped"]


# --- answering -----------------------------------------------------------------------------------------------------
def test_an_answer_is_kept_and_confirmed_in_place_with_its_yields():
    life = Life().asked()
    life.press("send", "08:31", calls="12", appointments="2", proposals="", commitment="Send Acme the proposal")
    kept = life.checkin()
    assert (kept.status, kept.answered_at, kept.late) == (CheckInStatus.ANSWERED, at("08:31"), False)
    assert kept.counts == {"calls": 12, "appointments": 2}
    assert life.memory.commitments["dana", MONDAY] == a_commitment(MONDAY)
    (message,) = life.news()
    assert (message.replaces, message.kind) == (CARD, Kind.REPLY)
    assert "12 calls → 2 appointments (17 %; before: not enough data yet, n = 0)" in words(message.card)
    assert "You'll do today: Send Acme the proposal" in words(message.card)
    assert labels(message.card) == ["Edit", "Talk to the manager"]
    assert not life.alarms("remind")
    assert not life.alarms("close")


def test_same_as_planned_is_one_tap():
    life = Life(a_checkin(days_later(-3), targets={"calls": 15, "appointments": 1, "proposals": 0})).asked()
    life.press("same", calls="nonsense")
    assert life.checkin().counts == {"calls": 15, "appointments": 1, "proposals": 0}


def test_a_field_that_the_channel_did_not_send_is_as_it_was_shown():
    life = Life(LONG_HERE).asked()
    life.press("send", calls="3")
    assert life.checkin().counts == {"calls": 3, "appointments": 1, "proposals": 1}


@pytest.mark.parametrize("nonsense", ["-3", "many", "1.234,50", "999999", "=1+1", "12 😀", "x" * 10_000, "١٢٫٥"])
def test_a_number_that_cannot_be_read_is_shown_where_it_is_and_nothing_is_lost(nonsense: str):
    life = Life(a_commitment(days_later(-3))).asked()
    life.press("send", calls=nonsense, appointments="2", note="stuck at legal", commitment="Call Globex", before="kept")
    (message,) = life.news()
    shown = values(message.card)
    assert message.replaces == CARD
    assert [it.name for it in message.card.fields if it.error] == ["count.calls"]
    assert shown["count.calls"] == nonsense
    assert (shown["count.appointments"], shown["note"], shown["commitment"], shown["before"]) == (
        "2", "stuck at legal", "Call Globex", "kept",
    )  # fmt: skip
    assert life.checkin().status is CheckInStatus.OPEN
    assert set(life.memory.commitments) == {("dana", days_later(-3))}


@pytest.mark.parametrize(
    ("calls", "appointments", "said"),
    [("many", "2", "One thing below needs another look"), ("many", "-2", "2 things below need another look")],
)
def test_the_card_says_how_many_things_need_another_look(calls: str, appointments: str, said: str):
    life = Life().asked()
    life.press("send", calls=calls, appointments=appointments)
    (message,) = life.news()
    assert said in words(message.card)


def test_the_same_answer_from_a_second_device_changes_nothing_and_is_no_new_message():
    life = Life().asked()
    life.press("send", "08:31", calls="12")
    first, _ = life.checkin(), life.news()
    life.press("send", "08:40", calls="12")
    assert life.checkin() == first
    assert all(it.only_edit for it in life.news())


def test_another_answer_counts_as_an_edit_and_keeps_the_time_of_the_first():
    life = Life().asked()
    life.press("send", "08:31", calls="12")
    life.press("send", "13:40", calls="14")
    assert (life.checkin().counts["calls"], life.checkin().edits) == (14, 1)
    assert (life.checkin().answered_at, life.checkin().late) == (at("08:31"), False)


def test_editing_shows_the_answer_and_leaving_it_shows_the_confirmation_again():
    life = Life(LONG_HERE, a_commitment(days_later(-3))).asked()
    life.press("send", calls="12", note="hello", commitment="Call Globex", before="dropped")
    life.news()
    life.press("open")
    (form,) = life.news()
    assert values(form.card) == {
        "count.calls": "12", "count.appointments": "1", "count.proposals": "1",
        "answer": "", "note": "hello", "commitment": "Call Globex", "before": "dropped",
    }  # fmt: skip
    assert labels(form.card) == ["Save", "Leave it as it was"]
    life.press("keep")
    assert "Friday is kept" in words(life.news()[0].card)
    assert life.checkin().edits == 0


@pytest.mark.parametrize("state", ["kept", "moved", "dropped"])
def test_the_promise_of_the_day_before_is_settled(state: str):
    life = Life(a_commitment(days_later(-3))).asked()
    life.press("send", before=state, commitment="Call Globex")
    assert life.memory.commitments["dana", days_later(-3)] == a_commitment(
        days_later(-3), state=CommitmentState(state), settled_on=MONDAY
    )
    assert life.memory.commitments["dana", MONDAY].text == "Call Globex"


def test_a_moved_promise_is_promised_again_unless_another_takes_its_place():
    life = Life(a_commitment(days_later(-3))).asked()
    life.press("send", before="moved")
    assert life.memory.commitments["dana", MONDAY] == a_commitment(MONDAY)
    assert life.checkin().commitment == "Send Acme the proposal"


def promised_from_elsewhere() -> Life:
    life = Life().asked()
    life.press("promised", commitment="Send Globex the offer")
    return life


def test_a_promise_from_elsewhere_leaves_the_check_in_open_and_stands_in_it():
    life = promised_from_elsewhere()
    assert (life.checkin().status, life.checkin().counts) == (CheckInStatus.OPEN, {})
    life.press("send", calls="3")
    assert (life.checkin().commitment, life.checkin().counts["calls"]) == ("Send Globex the offer", 3)


def test_the_empty_line_of_a_card_older_than_the_promise_takes_nothing_back():
    life = promised_from_elsewhere()
    life.press("send", calls="3", commitment="")
    assert life.checkin().commitment == "Send Globex the offer"
    assert life.memory.commitments["dana", MONDAY].state is CommitmentState.OPEN
    life.press("send", "09:05", commitment="")
    assert life.memory.commitments["dana", MONDAY].state is CommitmentState.DROPPED, "in an edit it can be taken back"


def test_promised_before_the_check_in_is_asked_it_stands_in_the_card():
    life = Life(a_commitment(MONDAY, text="Send Globex the offer")).asked()
    (card,) = (it.card for it in life.memory.messages.values() if it.key == CARD)
    assert values(card)["commitment"] == "Send Globex the offer"


def test_another_promise_in_words_stands_beside_the_one_from_elsewhere():
    life = promised_from_elsewhere()
    life.say("12 calls, I will call Initech")
    assert life.checkin().commitment == "Send Globex the offer; call Initech"


def test_a_promise_taken_back_in_an_edit_is_dropped_not_deleted():
    life = Life().asked()
    life.press("send", commitment="Call Globex")
    life.press("send", commitment=" ")
    assert life.memory.commitments["dana", MONDAY].state is CommitmentState.DROPPED
    life.press("send", commitment="Call Globex")
    assert life.memory.commitments["dana", MONDAY].state is CommitmentState.OPEN


def test_what_a_former_habit_counted_survives_an_edit():
    life = Life(LONG_HERE).asked()
    life.press("send", calls="12", proposals="2")
    life.memory.company = a_company(habits=a_company().habits[:1])
    life.press("send", calls="13")
    assert life.checkin().counts == {"calls": 13, "appointments": 1, "proposals": 2}


def test_an_answer_from_the_reminder_updates_the_first_card_too():
    life = Life().asked()
    key = f"{CARD}:remind"
    life.engine.handle(pressed("checkin.same", at("11:45"), args={"day": MONDAY.isoformat()}, message=key))
    assert [(it.replaces, it.only_edit) for it in life.news()] == [(key, False), (CARD, True)]


def test_a_slip_mended_on_the_card_itself_changes_it_once():
    life = Life().asked()
    life.press("send", calls="lots")
    slip = life.news()[-1].key
    life.press("send", calls="12", card=slip)
    assert [(it.replaces, it.only_edit) for it in life.news()] == [(slip, False)]


# --- late ----------------------------------------------------------------------------------------------------------
def test_an_answer_after_the_window_is_kept_as_late():
    life = Life().asked()
    life.tick("12:30")
    life.press("send", "15:00", calls="12")
    assert (life.checkin().status, life.checkin().late) == (CheckInStatus.ANSWERED, True)
    assert "answered late, and welcome" in words(life.news()[-1].card)


def test_yesterdays_is_still_welcome_the_next_day_without_a_promise_for_it():
    life = Life(LONG_HERE).asked()
    life.tick("12:30")
    life.tick("08:30", TUESDAY)
    life.press("open", "09:00", TUESDAY, on=MONDAY)
    form = life.news()[-1].card
    assert "commitment" not in values(form)
    assert "Day off" not in labels(form)
    assert form.fields[0].hint == "Monday's target: 20. Filled in: an ordinary day"
    life.press("send", "09:00", TUESDAY, on=MONDAY, calls="12")
    assert (life.checkin().status, life.checkin().late) == (CheckInStatus.ANSWERED, True)


def test_yesterdays_that_was_never_asked_is_late_too():
    life = Life(a_checkin(status=CheckInStatus.SKIPPED, asked_at=None, closes_at=None))
    life.press("send", "09:00", TUESDAY, on=MONDAY, calls="12")
    assert (life.checkin().status, life.checkin().late) == (CheckInStatus.ANSWERED, True)


def test_an_older_one_is_refused_and_todays_offered():
    life = Life().asked()
    life.press("send", "09:00", WEDNESDAY, on=MONDAY, calls="12")
    (message,) = life.news()
    assert "Monday 23 November is too far back" in words(message.card)
    assert dict(message.card.actions[0].args) == {"day": WEDNESDAY.isoformat()}
    assert life.checkin().status is CheckInStatus.OPEN


@pytest.mark.parametrize("day", ["", "yesterday", "2026-13-01", "2027-01-01"])
def test_a_button_with_a_day_that_makes_no_sense_offers_todays_card(day: str):
    life = Life().asked()
    life.engine.handle(pressed("checkin.send", args={"day": day}))
    (message,) = life.news()
    assert labels(message.card) == ["Open today's"]


def test_a_button_of_an_earlier_version_is_answered():
    life = Life().asked()
    life.press("teleport")
    assert "earlier version" in words(life.news()[0].card)


# --- later, day off, reminders, the end ----------------------------------------------------------------------------
def test_later_asks_once_more_within_the_hour_and_then_not_again():
    life = Life(LONG_HERE).asked()
    life.press("later", "08:35")
    (message,) = life.news()
    assert "I'll ask again at 09:35" in words(message.card)
    (again,) = life.tick("09:35")
    assert (again.key, labels(again.card)) == (f"{CARD}:again", ["Send", "Same as planned", "Day off"])


def test_later_keeps_what_was_typed():
    life = Life().asked()
    life.press("later", "08:35", calls="7", note="stuck at legal")
    (message,) = life.news()
    assert (values(message.card)["count.calls"], values(message.card)["note"]) == ("7", "stuck at legal")
    assert words(message.card) == "Fine. I'll ask again at 09:35. What you typed is still here."
    assert life.checkin().status is CheckInStatus.OPEN


def test_later_is_there_after_an_error_too_and_not_on_the_card_that_asks_again():
    life = Life(LONG_HERE).asked()
    buttons = ["Send", "Same as planned", "Day off", "Later"]
    life.press("send", "08:31", calls="lots", appointments="2.5")
    (wrong,) = life.news()
    assert labels(wrong.card) == buttons
    life.press("send", "08:32", card=wrong.key, calls="=1+1")
    (still,) = life.news()
    assert labels(still.card) == buttons
    life.press("later", "08:35", card=still.key, calls="7")
    assert "I'll ask again at 09:35" in words(life.news()[0].card)
    (again,) = life.tick("09:35")
    life.press("send", "09:36", card=again.key, calls="lots")
    assert labels(life.news()[0].card) == buttons[:3]


def test_later_near_the_end_of_the_window_says_that_late_is_fine():
    life = Life().asked()
    life.press("later", "12:00")
    assert "before this one closes at 12:30" in words(life.news()[0].card)
    assert not life.alarms("again")


def test_later_and_then_an_answer_asks_no_more():
    life = Life().asked()
    life.press("later", "08:35")
    life.press("send", "08:40")
    life.news()
    assert life.tick("09:35") == []


def test_a_day_off_is_neither_counted_nor_reminded_of():
    life = Life().asked()
    life.press("off")
    assert life.checkin().status is CheckInStatus.DAY_OFF
    assert "your run stays as it is" in words(life.news()[0].card)
    assert life.tick("13:00") == []


def test_a_day_off_after_the_answer_loses_nothing():
    life = Life().asked()
    life.press("send", calls="12")
    life.press("off")
    assert life.checkin().counts["calls"] == 12
    assert "stays as you sent it" in words(life.news()[-1].card)


@pytest.mark.parametrize(
    ("wish", "keys"),
    [
        (Reminders.LIGHT, []),
        (Reminders.STANDARD, [f"{CARD}:remind"]),
        (Reminders.ACTIVE, [f"{CARD}:remind", f"{CARD}:last"]),
    ],
)
def test_reminders_are_as_many_as_the_person_wants(wish: Reminders, keys: list[str]):
    life = Life(company=a_company(a_member(reminders=wish))).asked()
    rung = [it.key for clock in ("11:41", "11:42", "12:17", "12:18", "12:29") for it in life.tick(clock)]
    assert rung == keys


def test_a_reminder_is_dropped_when_it_was_answered_or_is_late():
    life = Life().asked()
    assert life.tick("12:29")[0].kind is Kind.REMINDER
    answered = Life().asked()
    answered.press("send")
    answered.news()
    assert answered.tick("11:42") == []
    slow = Life(company=a_company(checkin=CheckInPlan(window=timedelta(hours=8)))).asked()
    assert slow.tick("16:29") == []


def test_whoever_turns_reminders_off_after_being_asked_gets_none():
    life = Life().asked()
    life.memory.company = with_member(life.memory.company, a_member(reminders=Reminders.LIGHT))
    assert life.tick("11:42") == []


def test_a_queued_reminder_is_taken_back_by_an_answer():
    life = Life().asked()
    life.tick("11:42")
    life.press("send", "11:43")
    assert f"{CARD}:remind" in life.memory.withdrawn


def test_the_end_of_the_window_is_quiet_and_blames_nobody():
    life = Life().asked()
    life.tick("11:42")
    (message,) = life.tick("12:30")
    assert life.checkin().status is CheckInStatus.MISSED
    assert (message.replaces, message.only_edit) == (CARD, True)
    assert "No harm done" in words(message.card)
    assert life.memory.alarms["escalate.check", "dana"] == at("12:30")


def test_whom_nothing_reached_has_missed_nothing():
    life = Life().asked()
    life.memory.unreached.add("dana")
    assert life.tick("12:30") == []
    skipped = life.checkin()
    assert (skipped.status, skipped.asked_at, skipped.closes_at) == (CheckInStatus.SKIPPED, None, None)
    assert skipped.question == ""
    assert CARD in life.memory.withdrawn
    assert ("escalate.check", "dana") not in life.memory.alarms


def test_whoever_answers_what_never_came_is_as_welcome_as_ever():
    life = Life().asked()
    life.memory.unreached.add("dana")
    life.tick("12:30")
    life.memory.unreached.clear()
    life.say("12 calls", "15:00")
    assert (life.checkin().status, life.checkin().late) == (CheckInStatus.ANSWERED, False)


def test_a_day_taken_off_after_being_asked_is_not_missed():
    life = Life().asked()
    life.memory.company = with_member(life.memory.company, a_member(time_off=(TimeOff(MONDAY, MONDAY),)))
    life.tick("12:30")
    assert life.checkin().status is CheckInStatus.DAY_OFF


def test_a_window_never_reaches_into_the_evening():
    early = a_company(a_member(quiet_hours=Hours(time(11, 0), time(7, 0))))
    life = Life(company=early).asked()
    assert life.checkin().closes_at == at("11:00")


# --- today's targets, once it is answered --------------------------------------------------------------------------
FRIDAY = days_later(4)


def on_friday(*, appointments: int = 1, proposals: int = 1):
    """Three appointments of five, and no proposal of two, when Thursday's are asked for."""
    days = [
        a_checkin(days_later(n), targets={"calls": 20}, counts={"calls": 20, "appointments": 1, "proposals": 0})
        for n in (1, 2, 3)
    ]
    targets = {"calls": 20, "appointments": appointments, "proposals": proposals}
    life = Life(*days, a_checkin(FRIDAY, status=CheckInStatus.OPEN, targets=targets))
    life.news()
    return life


def test_todays_targets_after_an_answer_are_what_it_leaves_of_the_week():
    life = on_friday(appointments=2, proposals=2)
    life.press("send", day=FRIDAY, calls="18", appointments="3", proposals="1")
    assert life.checkin(FRIDAY).targets == {"calls": 20, "appointments": 0, "proposals": 1}
    assert "Today's targets: 20 calls, 1 proposal." in words(life.news()[-1].card)


def test_a_corrected_answer_gives_back_what_it_had_taken_off_the_targets():
    life = on_friday(appointments=2, proposals=2)
    life.press("send", day=FRIDAY, calls="18", appointments="3", proposals="2")
    life.press("send", "09:05", day=FRIDAY, calls="18", appointments="1", proposals="2")
    assert life.checkin(FRIDAY).targets == {"calls": 20, "appointments": 1, "proposals": 0}


def test_where_more_than_the_plan_was_asked_for_what_is_left_of_that_stays_asked_for():
    life = on_friday(appointments=6, proposals=2)
    life.press("send", day=FRIDAY, calls="18", appointments="4", proposals="2")
    assert life.checkin(FRIDAY).targets["appointments"] == 2
    life.press("send", "09:05", day=FRIDAY, calls="18", appointments="3", proposals="2")
    assert life.checkin(FRIDAY).targets["appointments"] == 3


def test_what_was_done_on_friday_is_of_last_week_on_monday():
    life = Life().asked()
    before = life.checkin().targets
    life.press("send", calls="18", appointments="5", proposals="2")
    assert life.checkin().targets == before


def test_a_late_answer_leaves_the_targets_of_its_day_as_they_were_shown():
    life = on_friday(appointments=2, proposals=2)
    life.press("send", "09:00", day=days_later(5), on=FRIDAY, calls="18", appointments="3", proposals="1")
    assert life.checkin(FRIDAY).targets["appointments"] == 2


# --- in words ------------------------------------------------------------------------------------------------------
def test_a_check_in_in_words_is_kept_and_says_what_was_understood():
    life = Life().asked()
    reply = life.say("12 calls, 2 appointments, sent the Acme proposal, 4 widgets")
    assert life.checkin().counts == {"calls": 12, "appointments": 2}
    assert life.checkin().note == "sent the Acme proposal"
    assert "Noted: sent the Acme proposal. If it counts, add “1 proposal”." in reply
    assert "I couldn't place “4 widgets”, so it isn't counted." in reply
    assert "12 calls → 2 appointments" in reply


REST_WELL = "If you are ill or away: rest well. Say until when in the settings"


@pytest.mark.parametrize(
    "text", ["12 calls, am sick", "12 calls, sick", "12 calls. Ich bin leider krank", "12 calls, krank"]
)
def test_whoever_writes_with_their_numbers_that_they_are_ill_is_asked_for_nothing_more_today(text):
    life = Life().asked()
    life.say(text)
    shown = list(life.memory.messages.values())[-1].card
    assert life.checkin().counts == {"calls": 12}
    assert REST_WELL in words(shown)
    assert "Today's targets" not in words(shown)
    assert labels(shown) == ["Edit", "Settings", "Talk to the manager"]


def test_a_customer_who_is_away_is_a_note_like_any_other():
    reply = Life().asked().say("12 calls, the buyer is on vacation")
    assert "Today's targets" in reply
    assert REST_WELL not in reply


@pytest.mark.parametrize(
    "text",
    [
        "urlaub 24.12. bis 31.12.",
        "Ich bin ab morgen im Urlaub",
        "frei vom 24.12. bis 31.12.",
        "krankgeschrieben bis Freitag",
        "time off 24 dec to 31 dec",
        "I'm on vacation from Thursday",
        "away until friday",
    ],
)
@pytest.mark.parametrize("member", ["dana", "morgan", "olivia"])
def test_words_about_time_off_lead_to_the_settings(text, member):
    life = Life()
    assert life.say(text, member=member).startswith(REST_WELL)
    assert labels(list(life.memory.messages.values())[-1].card) == ["Settings"]
    assert not life.memory.checkins


def test_a_number_among_other_words_is_what_is_offered_to_be_added():
    life = Life().asked()
    assert "If it counts, add “19 calls”." in life.say("the plain truth: 19 calls, 3 appointments")
    assert "add" not in life.say("the plain truth, 19 calls")


def test_a_correction_takes_the_place_of_what_stood_there():
    life = Life().asked()
    life.say("18 calls, 2 appointments")
    life.say("correction: 19 calls, 3 appointments")
    assert life.checkin().counts == {"calls": 19, "appointments": 3}


def test_words_before_being_asked_are_a_check_in_by_hand_and_nobody_is_asked_again():
    life = Life().plan()
    life.say("12 calls", "07:45")
    assert (life.checkin().status, life.checkin().asked_at) == (CheckInStatus.ANSWERED, None)
    assert life.tick("08:30") == []


def test_later_words_change_only_what_they_name():
    life = Life().asked()
    life.say("12 calls, 2 appointments, met the plant manager")
    life.say("3 appointments")
    assert life.checkin().counts == {"calls": 12, "appointments": 3}
    assert (life.checkin().note, life.checkin().edits) == ("met the plant manager", 1)


def test_the_same_words_again_change_nothing_and_say_so():
    life = Life().asked()
    life.say("12 calls")
    assert life.say("12 calls").startswith("That is what I have already. Friday is kept")
    assert life.checkin().edits == 0


def test_words_settle_the_first_card_in_place():
    life = Life().asked()
    life.engine.handle(said("12 calls", key="s"))
    assert [(it.key, it.replaces, it.only_edit) for it in life.news()] == [
        (f"{CARD}:over:s", CARD, True),
        ("reply:s", None, False),
    ]


def test_words_that_are_no_check_in_get_an_example():
    life = Life().asked()
    reply = life.say("<!channel> مرحبا 😀")
    assert "12 calls, 2 appointments" in reply
    assert life.checkin().status is CheckInStatus.OPEN


def test_a_number_that_fits_nothing_is_named():
    assert "I couldn't place “4 widgets”" in Life().asked().say("4 widgets")


def test_ten_thousand_characters_are_kept_and_shown_short():
    life = Life().asked()
    reply = life.say("12 calls, " + "blah " * 2000)
    assert life.checkin().counts == {"calls": 12}
    assert len(reply) < 600


def test_single_words_do_what_the_buttons_do():
    same, off, later = Life(LONG_HERE).asked(), Life().asked(), Life().asked()
    same.say("same as planned")
    off.say("day off")
    assert "I'll ask again at 10:00" in later.say("later")
    assert same.checkin().counts == {"calls": 20, "appointments": 1, "proposals": 1}
    assert off.checkin().status is CheckInStatus.DAY_OFF
    assert "Nothing is waiting" in Life().say("later")


def test_today_shows_the_card_or_what_was_answered():
    life = Life().asked()
    life.engine.handle(said("today", key="t1"))
    assert labels(life.news()[0].card)[0] == "Send"
    life.press("send", calls="12")
    life.news()
    reply = life.say("Today!")
    assert reply.startswith("You are checked in for today, Dana. Friday is kept:")
    assert "Today's targets: 20 calls" in reply


def test_today_by_command_is_answered_within_the_request():
    life = Life()
    card = life.engine.handle(commanded("coach", "today"))
    assert card is not None
    assert labels(card)[0] == "Send"
    assert life.memory.checkins == {}


def test_managers_and_owners_are_pointed_to_what_is_theirs():
    life = Life().asked()
    assert "“queue”" in life.say("today", member="morgan")
    assert "didn't follow" in life.say("blah", member="olivia")
    life.engine.handle(pressed("checkin.send", member="morgan", args={"day": MONDAY.isoformat()}))
    assert "for the reps" in words(life.news()[0].card)
    assert set(life.memory.checkins) == {("dana", MONDAY)}


def test_a_stranger_and_a_former_rep_are_no_reps():
    life = Life(company=a_company(a_member(active=False)))
    assert "didn't follow" in life.say("12 calls")
    assert "didn't follow" in life.say("12 calls", member="nobody")


def test_a_run_forgives_one_miss():
    days = [
        a_checkin(days_later(-n), status=CheckInStatus.MISSED if n == 4 else CheckInStatus.ANSWERED) for n in (3, 4, 5)
    ]
    life = Life(*days).asked()
    life.press("send")
    assert "3 check-ins in a row; the one you missed doesn't break it." in words(life.news()[0].card)


def test_no_message_blames():
    life = Life().asked()
    life.tick("11:42")
    life.tick("12:30")
    life.press("send", "15:00")
    said_so_far = " ".join(words(it.card) for it in life.memory.messages.values()).lower()
    assert not any(it in said_so_far for it in ("failed", "forgot", "should have", "must", "overdue check-in", "!"))


def test_instants_are_kept_in_utc():
    life = Life().asked()
    asked_at = life.checkin().asked_at
    assert asked_at is not None
    assert asked_at.tzinfo is UTC


@pytest.mark.parametrize("event", [commanded("coach", "frobnicate"), said("/frobnicate")])
def test_an_unknown_command_is_named_and_what_works_is_said(event):
    store = MemoryStore(a_company())
    engine = Engine(store, holidays_on(), (ROUTINE,))
    reply = engine.handle(event) or next(iter(store.of["acme"].messages.values())).card
    assert "I don't know “" in reply.summary
    assert "frobnicate" in reply.summary
    assert "help" in reply.summary


def test_an_answer_from_a_second_device_says_what_it_changed():
    life = Life().asked()
    life.say("11 calls")
    assert life.say("22 calls").startswith("Changed; before it said 11 calls.")


def test_what_it_said_before_is_said_of_one_as_of_one():
    life = Life(LONG_HERE).asked()
    life.say("11 calls, 1 appointment")
    assert life.say("12 calls, 2 appointments").startswith("Changed; before it said 11 calls and 1 appointment.")


@pytest.mark.parametrize(
    "text",
    [
        "drop Thornbury",
        "Thornbury: they want it by 15 December because their lease ends",
        "What should I do about thornbury foods?",
        "Thornbury Foods asked for a discount",
    ],
)
def test_words_about_one_deal_open_its_card_with_the_words_ready_to_be_kept(text):
    theirs = an_opportunity("O-1", name="Thornbury Foods", stage="Proposal")
    life = Life(theirs, an_opportunity("O-2", name="Larkfield"))
    life.engine.handle(said(text))
    [shown] = life.memory.messages.values()
    fields = {it.name: it.value for it in shown.card.elements if hasattr(it, "input")}
    assert shown.card.summary.startswith("Thornbury Foods")
    assert fields["quote"] == text


@pytest.mark.parametrize("text", ["drop Thornbury or Larkfield", "What should I do about Foxhollow?"])
def test_words_about_several_deals_or_none_of_theirs_open_no_deal(text):
    theirs = an_opportunity("O-1", name="Thornbury Foods", stage="Proposal")
    life = Life(theirs, an_opportunity("O-2", name="Larkfield"), an_opportunity("O-3", name="Foxhollow", member="bob"))
    life.engine.handle(said(text))
    [shown] = life.memory.messages.values()
    assert "recognise a check-in" in shown.card.summary
