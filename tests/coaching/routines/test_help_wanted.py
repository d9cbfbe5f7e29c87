"""Whoever writes that they need help or are stuck gets the way to a human, and nothing is sent without a tap."""

import pytest

from tests.builders import a_company, a_manager, a_member, an_opportunity, an_owner, pressed
from tests.coaching.routines.test_calls_in_words import Office
from tests.fakes import remember
from tests.forecasting import values, words


def asking(card):
    return [(it.label, dict(it.args)) for it in card.actions if it.name == "escalate.ask"]


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("I need help", ""),
        ("I really need some help!", ""),
        ("help me", ""),
        ("Need help", ""),
        ("brauche Hilfe", ""),
        ("Please help me", ""),
        ("can you help me?", ""),
        ("I am stuck", ""),
        ("I’m stuck.", ""),
        ("ich brauche Hilfe", ""),
        ("Ich brauche dringend deine Hilfe", ""),
        ("hilf mir bitte", ""),
        ("Kannst du mir helfen?", ""),
        ("ich stecke fest", ""),
        ("ich komme nicht weiter", ""),
        ("I need help with the pricing", "I need help with the pricing"),
        ("help with the pricing", "help with the pricing"),
        ("Hilfe bei der Kalkulation", "Hilfe bei der Kalkulation"),
        ("I am stuck at legal", "I am stuck at legal"),
    ],
)
def test_a_rep_who_needs_help_is_shown_the_way_to_the_manager(text, about):
    it = Office()
    shown = it.say(text)
    assert shown.summary.startswith("Thank you for saying so, Dana.")
    assert "nothing goes out before you send it" in shown.summary
    assert asking(shown) == [("Talk to the manager", {"about": about} if about else {})]
    assert it.memory.escalations == {}
    assert it.memory.checkins == {}


def test_the_way_leads_to_the_line_to_write():
    it = Office()
    it.say("I need help")
    event = pressed("escalate.ask", message="m1")
    it.engine.handle(event)
    shown = it.memory.messages[f"reply:{event.key}"].card
    assert [one.name for one in shown.fields] == ["request"]
    assert it.memory.escalations == {}


@pytest.mark.parametrize(
    "text", ["I need help with Globex robots", "I am stuck with Globex robots", "Hilfe bei Globex robots"]
)
def test_with_a_deals_name_its_card_comes_with_that_way_on_top(text):
    it = Office()
    remember(it.memory, an_opportunity())
    shown = it.say(text)
    assert asking(shown) == [("Talk to the manager", {"about": "Globex robots"})]
    assert shown.actions[0].name == "escalate.ask"
    assert "Globex robots" in words(shown)
    assert "qualify.add" in [one.name for one in shown.actions]
    assert values(shown)["quote"] == "", "a call for help is nothing that the buyer said"


@pytest.mark.parametrize("text", ["help", "Help!", "hilfe", "?", "help forecast"])
def test_help_alone_stays_the_help(text):
    assert Office().say(text).summary.startswith("Hello Dana")


@pytest.mark.parametrize(
    "text", ["12 calls, I need help with the pricing", "12 calls. stuck at legal", "today I will help Acme"]
)
def test_a_check_in_stays_one(text):
    it = Office()
    it.say(text)
    assert ("dana" in {who for who, _ in it.memory.checkins}) is True


def test_whoever_may_be_in_danger_is_told_whom_to_call_all_the_same():
    assert "emergency number" in words(Office().say("help me, I want to die"))


def test_a_manager_is_led_to_the_owner_and_an_owner_to_the_manager():
    it = Office(a_company(a_member(), a_manager(), an_owner()))
    assert asking(it.say("I need help", "morgan")) == [("Talk to Olivia", {})]
    assert asking(it.say("I need help", "olivia")) == [("Talk to the manager", {})]


def test_where_there_is_nobody_that_is_said():
    shown = Office(a_company(a_member())).say("I need help")
    assert "There is nobody yet to take this to" in words(shown)
    assert asking(shown) == []
