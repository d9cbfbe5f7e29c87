"""What became of the last promise is understood where it is named among the numbers."""

import pytest

from coaching.became import became_of
from coaching.checkins import CommitmentState
from tests.builders import a_commitment, days_later
from tests.coaching.test_checkin import Life

FRIDAY = days_later(-3)
PROMISE = "Meet finance at Harbor & Pine Logistics"


def promised(text: str = PROMISE) -> Life:
    return Life(a_commitment(FRIDAY, text=text)).asked()


def state(life: Life) -> CommitmentState:
    return life.memory.commitments["dana", FRIDAY].state


@pytest.mark.parametrize(
    ("words", "became"),
    [
        ("19 calls, 2 appointments, 1 proposal, meet finance kept", CommitmentState.KEPT),
        ("19 calls, kept: meet finance at Harbor & Pine", CommitmentState.KEPT),
        ("19 calls. Harbor Pine is done", CommitmentState.KEPT),
        ("19 calls, meet finance moved to today", CommitmentState.MOVED),
        ("19 Anrufe, Harbor & Pine Logistics verschoben", CommitmentState.MOVED),
        ("19 calls, dropped meet finance", CommitmentState.DROPPED),
    ],
)
def test_a_promise_that_is_named_is_settled(words, became):
    life = promised()
    life.say(words)
    assert state(life) is became
    assert life.checkin().note == ""


def test_what_became_of_it_is_said():
    assert "“Meet finance at Harbor & Pine Logistics” is kept." in promised().say("19 calls, meet finance kept")


@pytest.mark.parametrize(
    "said", ["meet finance not kept", "Globex done", "finance done", "demo kept", "kept", "is kept"]
)
def test_of_anything_else_it_is_no_word(said):
    assert became_of(PROMISE, said) is None


def test_a_promise_of_one_word_is_named_by_it():
    assert became_of("Globex", "Globex done") == "kept"
    assert became_of("", "Globex done") is None


def test_where_it_may_have_been_meant_the_answer_says_how():
    life = promised()
    reply = life.say("19 calls, the thing with finance is done")
    assert "Noted: the thing with finance is done." in reply
    assert "“Meet finance at Harbor & Pine Logistics” is still open; say “kept”, “moved” or “dropped”." in reply
    assert "still open" not in life.say("kept")
    assert state(life) is CommitmentState.KEPT


def test_a_note_stays_on_the_card_after_a_correction():
    life = promised()
    life.say("19 calls, saw the plant")
    assert "Noted: saw the plant." in life.say("18 calls")
