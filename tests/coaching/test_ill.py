"""Whoever writes that they are ill, and nothing else, has the day off; a customer who is ill is nobody's day off."""

import pytest

from coaching.checkins import CheckInStatus
from coaching.engine import Engine
from coaching.routines import ROUTINES
from tests.coaching.test_checkin import REST_WELL, Life
from tests.fakes import no_holidays


def asked() -> Life:
    life = Life().asked()
    life.engine = Engine(life.store, no_holidays, ROUTINES)
    return life


@pytest.mark.parametrize(
    "text",
    [
        "am sick", "I'm sick", "I’m sick today.", "I am sick", "I am ill", "im ill today", "I'm not well",
        "I am not feeling well today", "not feeling well", "feeling ill", "I feel sick", "I don't feel well",
        "ill", "unwell", "I'm off sick", "I'm really sick today!", "Sorry, I'm sick", "calling in sick", "sick day",
        "I'm home sick", "I'm sick at home", "Good morning, I'm ill",
        "Ich bin heute krank", "bin heute leider krank", "Ich bin krank heute", "ich fühle mich nicht wohl",
        "Mir geht es heute nicht gut", "mir geht's nicht gut", "liege krank im Bett", "Ich liege flach",
        "krankgemeldet", "Ich bin krankgeschrieben", "Sorry, ich bin krank",
    ],
)  # fmt: skip
def test_whoever_is_ill_has_the_day_off(text):
    life = asked()
    assert life.say(text).startswith("Enjoy your day off.")
    assert life.checkin().status is CheckInStatus.DAY_OFF


@pytest.mark.parametrize(
    "text",
    [
        "Theo is sick", "the buyer is ill", "I'm sick of this", "I am sick and tired of Globex", "I'm ill-prepared",
        "der Einkäufer ist krank", "Globex is not well", "feeling good", "I'm not sick", "I am not ill",
        "ich bin nicht krank", "the deal is not feeling well",
        "not well", "nicht gut", "flach", "the demo went not well",
    ],
)  # fmt: skip
def test_others_who_are_ill_and_those_who_are_not_have_none(text):
    life = asked()
    life.say(text)
    assert life.checkin().status is CheckInStatus.OPEN


@pytest.mark.parametrize("text", ["I'm sick until Friday", "krankgeschrieben bis Freitag", "I'm ill this week"])
def test_whoever_says_until_when_is_shown_where_to_say_it(text):
    life = asked()
    assert life.say(text).startswith(REST_WELL)


@pytest.mark.parametrize("text", ["I'm not well", "Mir geht es nicht gut"])
def test_whoever_has_no_check_in_is_wished_well(text):
    assert asked().say(text, member="morgan").startswith(REST_WELL)


def test_numbers_with_it_are_kept():
    life = asked()
    assert REST_WELL in life.say("12 calls, not feeling well")
    assert life.checkin().counts == {"calls": 12}
