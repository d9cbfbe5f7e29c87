"""What is said like a call, through all routines: another time is never read as an amount, nor an amount as a promise."""

import pytest

from coaching.engine import Engine
from coaching.routines import ROUTINES
from tests.builders import a_company, a_manager, a_member, at, dollars, pressed, said
from tests.fakes import MemoryStore, no_holidays
from tests.forecasting import errors, values, words


class Office:
    """One company in memory and everything the coach does."""

    def __init__(self, company=None):
        self.store = MemoryStore(company or a_company(a_member(), a_manager()))
        self.memory = self.store.of["acme"]
        self.engine = Engine(self.store, no_holidays, ROUTINES)

    def say(self, text, member="dana"):
        key = f"s{len(self.memory.messages)}"
        self.engine.handle(said(text, at(), member=member, key=key))
        return self.memory.messages[f"reply:{key}"].card

    def press(self, action, member="dana", **args):
        event = pressed(action, member=member, args=args, message="m1", key=f"p{len(self.memory.messages)}")
        self.engine.handle(event)
        return self.memory.messages[f"reply:{event.key}"].card

    @property
    def calls(self):
        return [(it.period, it.commit, it.best_case, it.reason) for it in self.memory.calls]


# --- a time ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("forecast 2027-Q1", "2027-Q1"),
        ("forecast 2027", "2027"),
        ("forecast commit 2027", "2027"),
        ("forecast Q1", "Q1"),
        ("forecast Q1/2027", "Q1/2027"),
        ("forecast next quarter", "next quarter"),
        ("forecast commit 250k for Q1", "Q1"),
        ("commit 250k for Q1/2027", "Q1/2027"),
        ("forecast commit 200k next quarter", "next quarter"),
        ("commit 200k for next year", "next year"),
        ("commit 200k next month", "next month"),
        ("forecast commit 200k for January", "January"),
        ("forecast commit 200k best 250k for the year", "the year"),
        ("forecast commit 250k for 2027", "2027"),
        ("forecast commit 250k in Q1 2027", "Q1 2027"),
        ("commit 300k in 2027-Q1", "2027-Q1"),
        ("commit next quarter", "next quarter"),
        ("my forecast for Q1 is 50k", "Q1"),
        ("forecast commit 120k nächstes Quartal", "nächstes Quartal"),
        ("Prognose nächstes Quartal Zusage 120k", "nächstes Quartal"),
        ("forecast commit 120k im nächsten Quartal", "nächsten Quartal"),
        ("forecast commit 120k im 1. Quartal", "1. Quartal"),
        ("forecast commit 120k im Januar", "Januar"),
    ],
)
def test_a_call_for_another_time_is_asked_back_and_nothing_is_kept(text, time):
    it = Office()
    shown = it.say(text)
    said_back = f"Only 2026-Q4, the quarter that runs, can be called; I read “{time}” in that, and nothing is kept."
    more = " Send it if it is for 2026-Q4." if values(shown)["commit"] else ""
    assert errors(shown)["commit"] == said_back + more
    assert time not in values(shown)["reason"]
    assert "2,027" not in str(values(shown))
    assert it.calls == []


def test_the_amounts_beside_another_time_stand_in_the_fields():
    shown = Office().say("forecast commit 250k best 300k for Q1 because Acme signs then")
    assert values(shown) == {"commit": "$250,000", "best": "$300,000", "reason": "Acme signs then"}


@pytest.mark.parametrize("time", ["this quarter", "for 2026-Q4", "for Q4", "in Q4 2026", "dieses Quartal"])
def test_the_quarter_that_runs_may_be_named(time):
    it = Office()
    it.say(f"forecast commit 250k {time}")
    assert it.calls == [("2026-Q4", dollars(250_000), dollars(250_000), "")]


@pytest.mark.parametrize("text", ["forecast this quarter", "forecast 2026-Q4", "forecast for Q4"])
def test_naming_the_quarter_that_runs_and_nothing_else_shows_it(text):
    shown = Office().say(text)
    assert (shown.summary, errors(shown)) == ("Forecast 2026-Q4", {})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("forecast commit 250k because Globex slipped to next quarter", "Globex slipped to next quarter"),
        ("forecast commit 250k because Q1 is where Acme went", "Q1 is where Acme went"),
        ("forecast commit 250k, Acme signs in December", "Acme signs in December"),
        ("forecast commit 250k, Q4 is strong at Acme", "Q4 is strong at Acme"),
        ("forecast commit 250k, Acme has 2,027 seats", "Acme has 2,027 seats"),
    ],
)
def test_a_time_within_a_reason_is_the_reasons_own(text, reason):
    it = Office()
    it.say(text)
    assert it.calls == [("2026-Q4", dollars(250_000), dollars(250_000), reason)]


def test_another_quarter_within_a_sentence_is_asked_about_and_stays_in_that():
    it = Office()
    shown = it.say("forecast commit 250k Globex slipped to next quarter")
    assert "I read “next quarter”" in errors(shown)["commit"]
    assert values(shown)["reason"] == "Globex slipped to next quarter"
    assert it.calls == []


def test_the_manager_is_told_the_same_of_a_figure_beside_a_reps_and_of_everybodys():
    it = Office()
    assert "I read “next quarter”" in errors(it.say("forecast dana commit 100k next quarter", "morgan"))["commit"]
    assert "I read “2027-Q1”" in words(it.say("forecast 2027-Q1", "morgan"))
    assert it.calls == []


# --- an amount -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "commit"),
    [
        ("my commit is 95 thousand", 95_000),
        ("my forecast is 50k", 50_000),
        ("My call is $50,000", 50_000),
        ("I commit to 50k", 50_000),
        ("I’ll commit to 50k", 50_000),
        ("I commit 50k", 50_000),
        ("meine Zusage ist 95 Tausend", 95_000),
        ("Meine Prognose liegt bei 50.000", 50_000),
        ("Zusage 50k", 50_000),
        ("Ich sage 50k zu", 50_000),
    ],
)
def test_a_call_may_be_said_as_a_sentence(text, commit):
    it = Office()
    it.say(text)
    assert [one[1] for one in it.calls] == [dollars(commit)]


@pytest.mark.parametrize(
    "text",
    [
        "commit one hundred thousand",
        "my commit is ninety-five thousand dollars",
        "I commit to fifty thousand because Acme signed",
        "best case half a million",
        "forecast one hundred thousand",
        "my forecast is a hundred thousand",
        "my commit is about 95k",
        "commit seventeen thousand",
        "commit around $95,000",
        "meine Zusage ist etwa 95k",
        "commit achtzigtausend",
        "Zusage hundertzwanzigtausend Euro",
        "meine Prognose ist eine Million",
    ],
)
def test_an_amount_in_words_is_asked_back_as_a_call_and_promised_to_nobody(text):
    it = Office()
    shown = it.say(text)
    assert "/forecast commit $120,000 best $150,000" in errors(shown)["commit"]
    assert "  " not in values(shown)["commit"]
    assert it.calls == []
    assert it.memory.commitments == {}
    assert it.memory.checkins == {}


def test_an_amount_in_words_among_counts_is_handed_back():
    it = Office()
    shown = it.say("12 calls, commit one hundred thousand")
    assert "A forecast call is a message of its own: “commit one hundred thousand”." in words(shown)
    assert it.memory.commitments == {}


@pytest.mark.parametrize(
    "text",
    [
        "commit to the demo on friday",
        "commit 3 proposals",
        "commit to one hundred calls",
        "commitment: call Globex",
        "commit to a million-dollar deal with Acme",
    ],
)
def test_a_promise_that_begins_with_commit_stays_one(text):
    it = Office()
    it.say(text)
    assert len(it.memory.commitments) == 1
    assert it.calls == []


@pytest.mark.parametrize(
    "text",
    ["my forecast is good", "I commit to 3 proposals", "Zusage von Globex über 120k erhalten", "my call is at 3"],
)
def test_other_words_are_no_call(text):
    it = Office()
    it.say(text)
    assert it.calls == []
