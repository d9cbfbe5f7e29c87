"""The maths of a recap are those of the week that its card tells, also in the week after."""

import pytest

from tests.builders import a_checkin, at, days_later, planned, pressed
from tests.coaching.routines.test_calls_in_words import Office
from tests.fakes import remember
from tests.forecasting import words

FRIDAY, NEXT_MONDAY, NEXT_TUESDAY = days_later(4), days_later(7), days_later(8)
CALLS = [12, 13, 14, 15, 16]


def an_office_with_a_recap():
    it = Office()
    remember(it.memory, *(a_checkin(days_later(n), counts={"calls": calls}) for n, calls in enumerate(CALLS)))
    it.engine.handle(planned(at("07:00")))
    it.memory.alarms = {key: when for key, when in it.memory.alarms.items() if key[0].startswith("recap")}
    it.engine.tick(at("16:00", FRIDAY))
    [recap] = [one for one in it.memory.messages.values() if one.key.startswith("recap:dana")]
    [see] = [one for one in recap.card.actions if one.name == "recap.maths"]
    return it, see


def maths(it, args, now):
    event = pressed("recap.maths", now, args=dict(args), message="m1", key=f"p{now}")
    it.engine.handle(event)
    return it.memory.messages[f"reply:{event.key}"].card


def figures(card):
    return [(one.figure, one.value) for one in card.elements if hasattr(one, "formula")]


@pytest.mark.parametrize("later", [FRIDAY, NEXT_MONDAY, NEXT_TUESDAY, days_later(20)])
def test_last_weeks_card_has_last_weeks_maths(later):
    it, see = an_office_with_a_recap()
    remember(it.memory, a_checkin(NEXT_TUESDAY, counts={"calls": 99}))
    shown = maths(it, see.args, at("17:00", later))
    assert figures(shown)[0] == ("Calls", "72 %")
    assert "The maths of your week to Fri 27 Nov" in words(shown)


@pytest.mark.parametrize("on", ["", "nonsense", "2027-05-01", "0001-01-01"])
def test_a_day_that_no_card_has_shows_the_running_week(on):
    it, _ = an_office_with_a_recap()
    assert "to Fri 27 Nov" in words(maths(it, {"on": on}, at("17:00", FRIDAY)))
