"""A mistyped word gets a guess, where nothing else was understood, and what a button is called is a word, too."""

import pytest

from bot.languages import language
from coaching.heard import ENGLISH, GERMAN
from coaching.language import speaking
from coaching.near import near
from coaching.routine import GREETINGS, asked
from coaching.routines import ROUTINES
from tests.builders import a_company, a_manager, a_member, an_owner, said
from tests.coaching.test_checkin import Life


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("forcast 100k", "forecast 100k"),
        ("foercast", "forecast"),
        ("/Forcast commit 100k because Acme", "forecast commit 100k because Acme"),
        ("mydata", "my data"),
        ("setings", "settings"),
        ("einstelungen", "einstellungen"),
        ("warteschlage", "warteschlange"),
        ("the weak", "the week"),
        ("Sales were slow today", ""),
        ("nothing to report", ""),
        ("a", ""),
        ("", ""),
        ("x" * 100_000, ""),
    ],
)
def test_a_near_miss_is_guessed_and_other_words_are_not(text, meant):
    assert near(text) == meant


def test_ones_own_language_is_looked_at_first():
    assert near("prognosen") == "prognose"
    with speaking(language("de")):
        assert near("forcast") == "forecast"
        assert near("meinedaten") == "meine daten"


def test_every_word_of_a_routine_can_be_guessed():
    words = {word for it in ROUTINES for word in it.words} - {""} - GREETINGS
    assert words <= set(ENGLISH.commands)
    assert set(GERMAN.commands.values()) | set(GERMAN.named.values()) | set(ENGLISH.named.values()) <= words


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("?", "help"),
        ("??", "help"),
        ("The week", "week"),
        ("woche", "week"),
        ("Die Woche", "week"),
        ("team", "digest"),
        ("Was das Ziel verlangt?", "actions"),
        ("This week’s majors", "majors"),
        ("Open the queue.", "queue"),
    ],
)
def test_what_a_button_is_called_is_understood(text, word):
    assert asked(said(text)) == (word, "")


def test_a_sentence_that_begins_like_a_button_is_still_a_check_in():
    assert asked(said("the week was long: 12 calls"))[0] == "the"


def test_a_rep_and_who_has_no_check_in_read_what_they_may_have_meant():
    assert Life().say("forcast 100k").startswith("Did you mean “forecast 100k”?")
    life = Life(company=a_company(a_member(), a_manager(), an_owner()))
    assert life.say("setings", member="morgan").startswith("Did you mean “settings”? I didn't follow that.")
