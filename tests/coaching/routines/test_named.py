"""Naming somebody whose figures aren't one's own to see is answered, not passed over; and a call that isn't kept is said."""

import pytest

from tests.builders import a_company, a_manager, a_member, an_owner
from tests.coaching.routines.test_calls_in_words import Office
from tests.forecasting import words

TEAM = a_company(a_member(), a_member("priya", name="Priya Rao"), a_manager(), an_owner())
WORDS = ["review", "ratios", "majors", "actions", "recap", "accuracy"]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("name", ["priya", "Priya Rao"])
def test_a_rep_who_names_somebody_else_is_told_that_they_see_their_own(word, name):
    shown = Office(TEAM).say(f"{word} {name}")
    assert words(shown).startswith(f"You see your own only; “{word}” alone shows it.")


@pytest.mark.parametrize("word", WORDS)
def test_a_rep_may_name_themselves(word):
    assert "You see your own only" not in words(Office(TEAM).say(f"{word} dana"))


@pytest.mark.parametrize("word", [it for it in WORDS if it != "recap"])
def test_an_owner_who_names_a_rep_is_told_that_it_is_the_teams(word):
    alone, named = (words(Office(TEAM).say(text, "olivia")) for text in (word, f"{word} priya"))
    said = "Who is behind a figure stays between the reps and Morgan; what I show you is the team’s."
    assert said not in alone
    assert named.startswith(said)
    assert alone.splitlines()[-1] in named


def test_without_a_manager_it_stays_with_the_reps():
    it = Office(a_company(a_member(), a_member("priya", name="Priya Rao"), an_owner()))
    assert words(it.say("review priya", "olivia")).startswith(
        "Who is behind a figure stays with the reps; what I show you is the team’s."
    )


@pytest.mark.parametrize("word", ["review", "ratios", "majors", "actions"])
def test_the_manager_sees_whom_they_name(word):
    assert "stays between" not in words(Office(TEAM).say(f"{word} priya", "morgan"))


@pytest.mark.parametrize(
    "text", ["forecast commit 100k", "forecast priya commit 100k", "commit 100k", "forecast one hundred thousand"]
)
def test_an_owner_who_calls_is_told_that_nothing_is_kept_and_whose_it_is(text):
    it = Office(TEAM)
    assert words(it.say(text, "olivia")).startswith(
        "Nothing is kept: a call is its rep’s, and a figure beside it Morgan’s. This is how the team stands."
    )
    assert it.calls == []


def test_an_owner_who_agrees_is_told_whose_yes_it_is():
    shown = words(Office(TEAM).say("agree priya", "olivia"))
    assert shown.startswith("A call is agreed when its rep has made it and the manager says yes.")


@pytest.mark.parametrize("text", ["forecast", "forecast priya", "forecast this quarter"])
def test_an_owner_who_only_looks_reads_nothing_of_it(text):
    assert "Nothing is kept" not in words(Office(TEAM).say(text, "olivia"))


def test_an_owner_reads_which_quarter_there_is():
    assert words(Office(TEAM).say("forecast 2027-Q1", "olivia")).startswith("Only 2026-Q4")
