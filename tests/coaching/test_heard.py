"""What people type in German is understood, in every company."""

from datetime import UTC, date, datetime, time

import pytest

from coaching.checkin_words import is_answer
from coaching.events import Commanded, Said
from coaching.habits import Habit
from coaching.heard import ALL, command
from coaching.money import Money
from coaching.people import Hours
from coaching.routine import after_phrase, asked
from coaching.routines import ROUTINES
from coaching.wishes import NO_QUIET, pause_until, quiet_hours
from coaching.words import amount, understand_checkin, understand_forecast, whole_number

HABITS = (
    Habit(id="calls", name="Anrufe", unit="Anrufe", per_day=20),
    Habit(id="appointments", name="Ersttermine", unit="Termine", per_week=5),
    Habit(id="proposals", name="Verschickte Angebote", unit="Angebote", per_week=2),
)
MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("12 Anrufe, 2 Termine", {"calls": 12, "appointments": 2}),
        ("12 Anrufe und 2 Termine gemacht", {"calls": 12, "appointments": 2}),
        ("ich habe 12 Anrufe geführt", {"calls": 12}),
        ("Anrufe: 12, Angebote 1", {"calls": 12, "proposals": 1}),
        ("ein Anruf, keine Termine", {"calls": 1, "appointments": 0}),
        ("zwölf Anrufe", {"calls": 12}),
        ("1.200 Anrufe", {"calls": 1200}),
    ],
)
def test_counts_are_read_from_german(text, counts):
    assert understand_checkin(text, HABITS).counts == counts


def test_a_whole_check_in_in_german():
    said = understand_checkin("12 Anrufe, 2 Termine. Erledigt. Heute rufe ich Globex an", HABITS)
    assert (said.counts, said.kept, said.commitment) == (
        {"calls": 12, "appointments": 2},
        "kept",
        "rufe ich Globex an",
    )


@pytest.mark.parametrize(
    ("text", "promise"),
    [
        ("heute werde ich Globex anrufen", "Globex anrufen"),
        ("ich werde Globex das Angebot schicken", "Globex das Angebot schicken"),
        ("Vorhaben: Angebot an Acme", "Angebot an Acme"),
    ],
)
def test_promises_are_read_from_german(text, promise):
    assert understand_checkin(text, HABITS).commitment == promise


def test_a_promise_for_today_may_stand_alone():
    text = "Heute werde ich Globex anrufen"
    assert is_answer(understand_checkin(text, HABITS), text)


@pytest.mark.parametrize("text", ["frei", "Krank.", "ich habe heute frei", "im Urlaub"])
def test_a_day_off_in_german(text):
    assert understand_checkin(text, HABITS).day_off


def test_later_and_as_planned_in_german():
    assert understand_checkin("Später", HABITS).later
    assert understand_checkin("Wie geplant!", HABITS).same_as_planned


@pytest.mark.parametrize(
    ("text", "became"),
    [("verschoben", "moved"), ("fallen gelassen", "dropped"), ("erledigt", "kept"), ("gestrichen", "dropped")],
)
def test_what_became_of_a_promise_in_german(text, became):
    assert understand_checkin(text, HABITS).kept == became


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("120 Tsd.", "120000"),
        ("120 Tausend", "120000"),
        ("1,2 Mio.", "1200000"),
        ("150.000", "150000"),
        ("1.234,50 €", "1234.50"),
        ("120.000\N{NO-BREAK SPACE}€", "120000"),
        ("3 Milliarden", "3000000000"),
    ],
)
def test_amounts_are_read_from_german(text, value):
    assert amount(text, "EUR") == Money.of(value, "EUR")


@pytest.mark.parametrize(
    "text",
    [
        "Zusage 120 Tsd., Best Case 150.000 weil Acme unterschrieben hat",
        "commit 120 Tsd. best case 150 Tsd. weil Acme unterschrieben hat",
        "120 Tsd. Zusage, 150 Tsd. bestenfalls, weil Acme unterschrieben hat",
        "meine Zusage ist 120.000 und im besten Fall 150.000, weil Acme unterschrieben hat",
    ],
)
def test_a_call_is_read_from_german(text):
    found = understand_forecast(text, "EUR")
    assert (found.commit, found.best_case) == (Money.of(120_000, "EUR"), Money.of(150_000, "EUR"))
    assert found.reason == "Acme unterschrieben hat"


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("bis Freitag", date(2026, 11, 27)),
        ("morgen", date(2026, 11, 24)),
        ("3 Tage", date(2026, 11, 26)),
        ("eine Woche", date(2026, 11, 30)),
        ("für zwei Wochen", date(2026, 12, 7)),
        ("bis 1.12.", date(2026, 12, 1)),
        ("bis 23.11.2027", date(2027, 11, 23)),
        ("bis zum nächsten Tag im Januar: 4.1.", None),
        ("4.1.", date(2027, 1, 4)),
    ],
)
def test_a_pause_is_read_from_german(text, until):
    if until is None:
        with pytest.raises(ValueError, match="Until when"):
            pause_until(text, MONDAY)
    else:
        assert pause_until(text, MONDAY) == until


def test_quiet_hours_are_read_from_german():
    assert quiet_hours("19 Uhr bis 7:30 Uhr") == Hours(time(19), time(7, 30))
    assert quiet_hours("keine") == NO_QUIET


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Hilfe", ("help", "")),
        ("Hallo, hilfe!", ("help", "")),
        ("/prognose zusage 120 Tsd.", ("forecast", "zusage 120 Tsd.")),
        ("Quoten dana", ("ratios", "dana")),
        ("frag die Vertriebsleitung nach Acme", ("ask", "die Vertriebsleitung nach Acme")),
        ("geschäfte", ("deals", "")),
    ],
)
def test_commands_are_heard_in_german(text, meant):
    assert asked(Said(company="a", member="dana", key="k", at=NOW, text=text)) == meant


def test_a_slash_command_takes_german_words():
    assert asked(Commanded(company="a", member="d", key="k", at=NOW, name="coach", text="warteschlange")) == (
        "queue",
        "",
    )


def test_each_word_leads_to_a_word_that_a_routine_has():
    known = {word for it in ROUTINES for word in it.words}
    assert {meant for heard in ALL for meant in heard.commands.values()} <= known


def test_no_word_is_a_command_in_one_language_and_something_else_in_english():
    known = {word for it in ROUTINES for word in it.words}
    assert not {word for heard in ALL for word, its in heard.commands.items() if word != its} & known


def test_english_words_stay_themselves():
    assert command("deals") == "deals"
    assert whole_number("twelve") == whole_number("zwölf") == 12


def test_talking_to_the_manager_in_german():
    phrases = tuple(it for heard in ALL for it in heard.to_the_manager)
    assert after_phrase("Ich möchte mit der Vertriebsleitung über Acme sprechen", phrases) == "über Acme sprechen"
