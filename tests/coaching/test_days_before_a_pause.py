"""A pause begins on the day it is asked for: the days before it stay what they were."""

from coaching.engine import Engine
from coaching.routines import ROUTINES
from tests.builders import MONDAY, a_checkin, a_company, a_member, at, days_later
from tests.coaching.test_checkin import Life, values
from tests.fakes import no_holidays

FRIDAY, THURSDAY_AFTER = days_later(-3), days_later(10)
ASKED_ON_FRIDAY = a_checkin(FRIDAY)


def everything(*things, company=None) -> Life:
    """Not the check-in alone: the settings are another's."""
    life = Life(*things, company=company)
    life.engine = Engine(life.store, no_holidays, ROUTINES)
    return life


def test_a_pause_does_not_rename_the_day_that_is_kept():
    life = everything(ASKED_ON_FRIDAY)
    assert "Friday is kept" in life.say("yesterday 15 calls")
    life.say("pause until 2026-12-03", "09:10")
    said = life.say("17 calls", "09:20")
    assert said.startswith("Changed; before it said 15 calls. Friday is kept:")


def test_after_a_pause_the_last_working_day_before_it_is_asked_about():
    life = everything(ASKED_ON_FRIDAY)
    life.say("pause until 2026-12-03", "07:00")
    life.engine.tick(at("08:30", THURSDAY_AFTER))
    asked = life.memory.messages[f"checkin:dana:{THURSDAY_AFTER}"]
    assert asked.card.fields[0].label == "Calls on Friday"
    assert values(asked.card)["count.calls"]


def test_a_pause_that_is_made_longer_began_when_it_began():
    life = everything()
    life.say("pause until 2026-12-01", "07:00")
    life.say("pause until 2026-12-03", "07:00", days_later(1))
    dana = life.memory.company.member("dana")
    assert (dana.paused_from, dana.paused_until) == (MONDAY, THURSDAY_AFTER)
    life.say("resume", "08:00", days_later(1))
    dana = life.memory.company.member("dana")
    assert (dana.paused_from, dana.paused_until) == (None, None)


def test_of_a_pause_kept_before_its_beginning_was_nobody_is_asked_in_it():
    old = a_member(paused_until=days_later(2))
    assert old.away(MONDAY)
    assert not old.away(days_later(2))
    began = a_member(paused_from=MONDAY, paused_until=days_later(2))
    assert began.away(MONDAY)
    assert not began.away(FRIDAY)
    assert a_company(began).member("dana") == began
