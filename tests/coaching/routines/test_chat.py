"""Help, settings, a pause, what is held, and the ratios."""

from dataclasses import replace
from datetime import time

import pytest

from coaching.card import Card, Maths, plain
from coaching.decision import NOTHING
from coaching.engine import Engine
from coaching.opportunities import Status
from coaching.people import Hours, Reminders, Role
from coaching.refusal import NOT_YOURS
from coaching.routine import asked, chosen
from coaching.routines import ROUTINES
from coaching.routines.chat import ROUTINE
from tests.builders import (
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
    pressed,
    rang,
    said,
)
from tests.fakes import MemoryStore, no_holidays, remember

QUIET = [("ruhezeiten 20:00-08:00", Hours(time(20), time(8))), ("Quiet hours from 20 to 7", Hours(time(20), time(7))),
         ("quiet 21:00-07:30.", Hours(time(21), time(7, 30))), ("quiet hours none", Hours(time(0), time(0)))]  # fmt: skip


@pytest.mark.parametrize(("text", "hours"), QUIET)
def test_quiet_hours_in_words_are_kept(text, hours):
    desk = Desk()
    assert "Saved." in words(desk.type(text))
    assert desk.dana.quiet_hours == hours


@pytest.mark.parametrize("text", ["quiet", "Ruhezeiten", "quiet hours", "quiet 25 to 7"])
def test_quiet_hours_that_are_none_open_the_settings(text):
    desk = Desk()
    before = desk.dana.quiet_hours
    shown = desk.type(text)
    assert [it.name for it in shown.fields] == ["reminders", "quiet", "until"]
    assert bool(shown.fields[1].error) is ("25" in text)
    assert desk.dana.quiet_hours == before


def test_a_quiet_day_is_no_wish_for_quiet_hours():
    event = said("quiet day, 12 calls")
    assert chosen(ROUTINES, event)[0].name == "checkin"


class Desk:
    def __init__(self, *things, company=None):
        self.store = MemoryStore(
            company or a_company(a_member(), a_manager(), an_owner(), a_member("adam", role=Role.ADMIN))
        )
        self.memory = remember(self.store.of["acme"], *things)
        self.engine = Engine(self.store, no_holidays, ROUTINES)

    def type(self, text, member="dana", now=None):
        return self.engine.handle(commanded("coach", text, now, member=member))

    def press(self, action, now=None, **more):
        event = pressed(action, now, **({"message": "m1"} | more))
        self.engine.handle(event)
        return self.memory.messages[f"reply:{event.key}"].card

    @property
    def dana(self):
        return self.memory.company.member("dana")


def words(card: Card) -> str:
    found = [card.summary]
    for it in card.elements:
        for part in ("spans", "text", "label"):
            value = getattr(it, part, None)
            found.append(plain(value) if isinstance(value, tuple) else value or "")
        found += [f"{name}: {plain(spans)}" for name, spans in getattr(it, "pairs", ())]
        found += [plain(spans) for spans in getattr(it, "items", ())]
        found += [" | ".join(plain(cell) for cell in row) for row in getattr(it, "rows", ())]
    return "\n".join(it for it in found if it)


def maths_of(card: Card) -> dict[str, str]:
    """The pairs of its first figure."""
    return dict(next(it for it in card.elements if isinstance(it, Maths)).pairs)


# --- help ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("member", "has", "lacks"),
    [("dana", "today", "digest"), ("morgan", "queue", "today’s"), ("olivia", "digest", "today’s")],
)
def test_help_tells_each_role_what_is_theirs(member, has, lacks):
    shown = words(Desk().type("help", member))
    assert has in shown
    assert lacks not in shown


@pytest.mark.parametrize("text", ["hi", "Hello!", "hey", "help", "/help"])
def test_a_greeting_is_answered(text):
    desk = Desk()
    desk.engine.handle(said(text))
    (reply,) = desk.memory.messages.values()
    assert reply.card.summary.startswith("Hello Dana.")


def test_a_greeting_before_other_words_is_only_a_greeting():
    assert asked(said("hi, queue please")) == ("queue", "please")
    (heard,) = chosen(ROUTINES, said("hello 12 calls, 2 appointments"))
    assert heard.name == "checkin"


def test_every_button_of_the_help_is_understood():
    for member in ("dana", "morgan", "olivia", "adam"):
        for action in Desk().type("help", member).actions:
            desk = Desk()
            desk.engine.handle(pressed(action.name, member=member, args=action.args))
            (reply,) = desk.memory.messages.values()
            assert "earlier version" not in words(reply.card)


# --- settings ------------------------------------------------------------------------------------------------------
def test_settings_show_what_is_and_keep_what_is_changed():
    desk = Desk()
    assert {it.name: it.value for it in desk.type("settings").fields} == {
        "reminders": "standard",
        "quiet": "19:00-07:30",
        "until": "",
    }
    fields = {"reminders": "light", "quiet": "18:00-08:00", "until": "2026-12-01"}
    shown = desk.press("chat.save", fields=fields)
    assert shown.summary == "Saved."
    assert (desk.dana.reminders, desk.dana.quiet_hours) == (Reminders.LIGHT, Hours(time(18), time(8)))
    assert desk.dana.paused_until == days_later(8)


def test_a_wrong_setting_changes_none_and_keeps_what_was_typed():
    desk = Desk()
    fields = {"reminders": "light", "quiet": "at night", "until": "2020-01-01"}
    shown = desk.press("chat.save", fields=fields)
    assert {it.name for it in shown.fields if it.error} == {"quiet", "until"}
    assert {it.name: it.value for it in shown.fields} == fields
    assert desk.dana == a_member()


def test_emptying_the_pause_ends_it():
    desk = Desk(company=a_company(a_member(paused_until=days_later(9))))
    desk.press("chat.save", fields={"reminders": "standard", "quiet": "19:00-07:30", "until": ""})
    assert desk.dana.paused_until is None


def test_the_strength_of_reminders_can_be_said():
    desk = Desk()
    desk.type("reminders active")
    assert desk.dana.reminders is Reminders.ACTIVE
    assert desk.type("reminders please", now=at("09:05")).summary == "Your settings"


# --- a pause -------------------------------------------------------------------------------------------------------
def test_a_pause_moves_the_next_check_in_and_ending_it_brings_it_back():
    desk = Desk(a_checkin())
    shown = desk.type("pause until 2026-12-01")
    assert "I’m back on Tue 1 Dec" in words(shown)
    assert desk.memory.alarms["checkin.ask", "dana"] == at("08:30", days_later(8))
    desk.type("resume", now=at("09:10"))
    assert desk.dana.paused_until is None
    assert desk.memory.alarms["checkin.ask", "dana"] == at("08:30", days_later(1)), "Monday was answered already"


def test_a_pause_alone_asks_how_long_and_a_button_counts_from_the_day_it_was_shown():
    desk = Desk()
    three = desk.type("pause").actions[1]
    desk.press(three.name, at("09:05", days_later(1)), args=three.args)
    assert desk.dana.paused_until == days_later(3)


def test_a_pause_that_was_not_understood_says_how():
    desk = Desk()
    assert "Until when?" in words(desk.type("pause a bit"))
    assert desk.dana.paused_until is None


def test_new_quiet_hours_move_the_next_check_in():
    desk = Desk()
    desk.press("chat.save", at("06:00"), fields={"quiet": "18:00-09:30"})
    assert desk.memory.alarms["checkin.ask", "dana"] == at("09:30")


def test_a_managers_pause_sets_no_check_in():
    desk = Desk()
    desk.type("pause a week", "morgan")
    assert desk.memory.company.member("morgan").paused_until == days_later(7)
    assert desk.memory.alarms == {}


# --- what is held --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["data", "my data", "What do you know about me?"])
def test_everybody_can_see_what_is_held_about_them(text):
    desk = Desk(a_checkin(), a_checkin(days_later(-30)), a_checkin(member="bob"), a_commitment(), an_opportunity())
    shown = words(desk.type(text))
    assert "Check-ins: 2, since Sat 24 Oct" in shown
    assert "Commitments: 1" in shown
    assert "Open deals from the CRM: 1" in shown
    assert "Morgan sees your check-ins" in shown
    assert "coach export --company acme --member dana" in shown


# --- ratios --------------------------------------------------------------------------------------------------------
def test_a_rep_sees_their_own_steps_with_what_they_yield():
    desk = Desk(a_checkin(counts={"calls": 40, "appointments": 4}), a_checkin(member="bob", counts={"calls": 1000}))
    shown = words(desk.type("ratios"))
    assert "Prospecting | 40 | " in shown
    assert "Appointment | 4 | 10 % of 40" in shown
    assert "Proposal | 0 | not enough data (n = 4)" in shown


def test_what_a_sale_takes_is_said_in_actions():
    won = [an_opportunity(f"O-{it}", status=Status.WON, closed_on=days_later(-1)) for it in range(2)]
    company = a_company(steps=("prospecting", "appointment", "proposal", "close"))
    counts = {"calls": 40, "appointments": 8, "proposals": 4}
    shown = words(Desk(a_checkin(counts=counts), *won, company=company).type("ratios"))
    assert "For one more sale, plan about 20 calls (" in shown
    assert "4 appointments (" in shown
    assert "2 proposals (" in shown


def test_what_is_no_sale_is_never_called_one():
    """Here the last step that is counted is a proposal."""
    shown = words(Desk(a_checkin(counts={"calls": 40, "appointments": 8, "proposals": 4})).type("ratios"))
    assert "No close is counted yet" in shown


def test_the_maths_come_with_a_button_and_only_for_whom_one_may_see():
    reps = [a_member(it) for it in ("dana", "bob", "eve", "kim")]
    days = [a_checkin(member=it.id, counts={"calls": 40 + at, "appointments": 4}) for at, it in enumerate(reps)]
    team = a_company(*reps, a_manager(), an_owner())
    assert [it.name for it in Desk(*days, company=team).type("ratios").actions] == ["chat.maths"]
    desk = Desk(*days, company=team)
    assert words(desk.press("chat.maths", args={"member": "bob"})).startswith(NOT_YOURS)
    own = maths_of(desk.press("chat.maths", at("09:02"), args={"member": "dana"}))
    assert own["own counts"] == "4 appointments of 40 calls"
    assert own["team’s ratio"] == "9.6 %"
    managers = maths_of(desk.press("chat.maths", at("09:05"), member="morgan", args={"member": "bob"}))
    assert managers["own counts"] == "4 appointments of 41 calls"
    alone = Desk(*days[:2], company=a_company(*reps[:2], a_manager()))
    assert "fewer than four" in maths_of(alone.press("chat.maths"))["team’s ratio"]


def test_the_manager_sees_the_team_or_one():
    team = a_company(a_member(), a_member("bob"), a_manager())
    desk = Desk(a_checkin(counts={"calls": 40}), a_checkin(member="bob", counts={"calls": 60}), company=team)
    assert "Prospecting | 100" in words(desk.type("ratios", "morgan"))
    assert "Prospecting | 60" in words(desk.type("ratios Bob", "morgan", at("09:05")))


def test_the_owner_sees_the_team_from_four_people_on():
    reps = [a_member(it) for it in ("dana", "bob", "eve", "kim")]
    days = [a_checkin(member=it.id, counts={"calls": 10}) for it in reps]
    team = a_company(*reps, an_owner())
    assert "Prospecting | 40" in words(Desk(*days, company=team).type("ratios", "olivia"))
    few = words(Desk(*days[:3], company=team).type("ratios", "olivia"))
    assert "from 4 people on" in few
    assert "30" not in few


def test_a_colleagues_ratio_can_be_told_from_no_word_of_a_small_team():
    days = [
        a_checkin(days_later(-it), member=who, counts={"calls": 40, "appointments": n})
        for who, n in (("dana", 20), ("bob", 1))
        for it in range(9)
    ]
    team = a_company(a_member(), a_member("bob"), a_manager())
    assert "others" not in words(Desk(*days, company=team).type("ratios")).replace("from the others or", "")
    assert "the others together have 2.5 %" in words(Desk(*days, company=team).type("ratios dana", "morgan"))


def test_what_is_older_than_thirteen_weeks_does_not_count():
    desk = Desk(a_checkin(days_later(-91), counts={"calls": 40}))
    assert "No check-in has been answered" in words(desk.type("ratios"))
    desk = Desk(a_checkin(days_later(-91), counts={"calls": 40}), a_checkin(counts={"calls": 2}))
    assert "Prospecting | 2" in words(desk.type("ratios"))


def test_an_alarm_or_a_stranger_gets_nothing():
    desk = Desk(company=replace(a_company(), members=()))
    assert desk.engine.handle(commanded("coach", "help")) is None
    assert ROUTINE.decide(None, rang("chat.nothing", "dana")) == NOTHING


def test_the_day_is_the_readers_own():
    desk = Desk(company=a_company(a_member(zone="Pacific/Auckland")))
    desk.type("pause tomorrow", now=at("20:00"))
    assert desk.dana.paused_until == days_later(2, MONDAY)


# --- where they are --------------------------------------------------------------------------------------------------
class Traveller(Desk):
    """Dana, whose chat says where she is."""

    def __init__(self):
        super().__init__()
        self.n = 0

    def heard(self, zone, now=None):
        """By which clock she is asked then, and whether she read of it."""
        self.n += 1
        event = pressed("chat.zone", now or at("09:00"), args={"zone": zone}, key=f"z{self.n}")
        self.engine.handle(event)
        return self.dana.zone, f"reply:{event.key}" in self.memory.messages

    def stays(self, zone):
        self.press("chat.stay", args={"zone": zone}, key="stay")


CHICAGO, BERLIN, TOKYO = "America/Chicago", "Europe/Berlin", "Asia/Tokyo"


def test_two_devices_in_two_zones_are_followed_and_told_of_once():
    dana = Traveller()
    assert dana.heard(CHICAGO) == (CHICAGO, False)
    assert dana.heard(BERLIN) == (BERLIN, True)
    later = [dana.heard(it, at("09:00", days_later(n))) for n in range(1, 9) for it in (CHICAGO, BERLIN)]
    assert later == [(CHICAGO, False), (BERLIN, False)] * 8


def test_another_zone_is_told_of_once_a_day_at_most():
    dana = Traveller()
    assert dana.heard(BERLIN, at("09:00")) == (BERLIN, True)
    assert dana.heard(TOKYO, at("20:00")) == (TOKYO, False)
    assert dana.heard("Asia/Seoul", at("21:00", days_later(1))) == ("Asia/Seoul", True)


def test_who_stays_with_one_is_not_taken_to_the_other_when_that_device_speaks_again():
    dana = Traveller()
    dana.heard(BERLIN)
    dana.stays(CHICAGO)
    assert [dana.heard(it) for it in (CHICAGO, BERLIN, CHICAGO, BERLIN)] == [(CHICAGO, False)] * 4
    assert dana.heard(TOKYO, at("10:00", days_later(2))) == (TOKYO, True)
