"""A greeting, thanks, and what is for a human are answered kindly; a check-in is never taken for one of them."""

import pytest

from coaching.small_talk import Talk, talk
from tests.builders import pressed
from tests.coaching.routines.test_chat import Desk

TROUBLE = [
    "I want to quit", "I quit.", "I'm quitting", "i’m going to quit my job", "I really want to give up", "I am leaving this company",
    "I hate this job", "I can't do this any more", "I cant take it anymore", "I just can't cope", "I feel completely overwhelmed",
    "I'm burned out", "I have had enough of this", "Ich will kündigen", "Ich kann nicht mehr", "Ich bin völlig überfordert!",
]  # fmt: skip
DANGER = [
    "I want to die",
    "sometimes i think about suicide",
    "I could kill myself, 12 calls or not",
    "Ich will nicht mehr leben",
]
THANKS = [
    "thanks",
    "Thank you!",
    "thx",
    "ok thanks",
    "thanks a lot, coach",
    "Many thanks for your help",
    "danke",
    "Vielen Dank dir!",
    "Danke schön",
]
GREETINGS = [
    "hi",
    "Hi!",
    "hello there",
    "hey coach",
    "good morning",
    "Good morning, coach!",
    "hi, how are you?",
    "Hallo",
    "Guten Tag",
]
WORK = [
    "12 calls, 2 appointments", "thanks, 12 calls", "quit", "quit the Globex deal", "I quit the call early, 12 calls", "good", "morning calls 12",
    "today I will call Globex and thank them", "sent the Acme proposal", "the buyer wants to quit their contract", "I'm off", "Morgen 12 Anrufe",
    "they gave up on the pilot", "I can't reach Acme", "I had enough calls", "leave", "later", "done", "I am leaving early", "deal hi", "",
    "I will resign the contract with Acme on Monday", "hi " * 200,
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *((it, Talk.TROUBLE) for it in TROUBLE),
        *((it, Talk.DANGER) for it in DANGER),
        *((it, Talk.THANKS) for it in THANKS),
        *((it, Talk.GREETING) for it in GREETINGS),
        *((it, None) for it in WORK),
    ],
)
def test_what_a_message_is(text, found):
    assert talk(text) is found


def test_thanks_get_one_line():
    assert Desk().type("thanks!").summary == "You’re welcome, Dana."


@pytest.mark.parametrize("text", GREETINGS)
def test_a_greeting_is_greeted(text):
    assert Desk().type(text).summary.startswith("Hello Dana.")


def test_what_is_for_a_human_offers_one_and_keeps_nothing():
    desk = Desk()
    before = dict(vars(desk.memory))
    shown = desk.type("I want to quit")
    assert "That is for a human, not for me." in shown.summary
    assert [(it.name, dict(it.args)) for it in shown.actions] == [("escalate.talk", {})]
    after = vars(desk.memory)
    assert {it: after[it] for it in after if it != "claims"} == {it: before[it] for it in before if it != "claims"}
    assert "quit" not in str(after)


def test_one_tap_takes_it_to_the_manager_without_a_word_of_it():
    desk = Desk()
    desk.type("I can't do this any more")
    desk.engine.handle(pressed("escalate.talk", message="m1", key="slack:1"))
    (matter,) = desk.memory.escalations.values()
    assert matter.text == "Dana would like to talk to you."
    desk.engine.handle(pressed("escalate.talk", message="m1", key="slack:2"))
    assert len(desk.memory.escalations) == 1
    assert "any more" not in str(vars(desk.memory))


def test_who_may_be_in_danger_is_told_whom_to_call_now():
    assert "emergency number" in str(Desk().type("I want to die"))
    assert "emergency number" not in str(Desk().type("I want to quit"))


def test_a_manager_is_offered_the_owner():
    (button,) = Desk().type("I want to quit", "morgan").actions
    assert button.label == "Tell Olivia I’d like to talk"
