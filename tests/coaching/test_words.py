"""What people write is understood, and what isn't gets an answer that helps."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.habits import Habit
from coaching.money import Money
from coaching.words import NotUnderstood, amount, understand_checkin, understand_forecast, whole_number

HABITS = (
    Habit(id="calls", name="Calls", unit="calls", per_day=20),
    Habit(id="appointments", name="First appointments", unit="appointments", per_week=5),
    Habit(id="proposals", name="Proposals sent", unit="proposals", per_week=2),
)


@pytest.mark.parametrize(
    ("text", "currency", "value"),
    [
        ("120k", "USD", "120000"),
        ("$120,000", "USD", "120000"),
        ("120 000", "USD", "120000"),
        ("1.2m", "USD", "1200000"),
        ("€1.234,50", "EUR", "1234.50"),
        ("1,234.50", "USD", "1234.50"),
        ("1.234,50", "EUR", "1234.50"),
        ("1'234.50", "CHF", "1234.50"),
        ("CHF 1’234.50", "CHF", "1234.50"),
        ("120K USD", "USD", "120000"),
        ("usd120k", "USD", "120000"),
        ("₹1,20,000", "INR", "120000"),
        ("１２０", "USD", "120"),
        ("1.234", "USD", "1234"),
        ("1.234.567", "EUR", "1234567"),
        ("12.5", "USD", "12.5"),
        ("0", "USD", "0"),
        ("1.5 mio", "EUR", "1500000"),
    ],
)
def test_an_amount_is_read_in_all_usual_notations(text, currency, value):
    assert amount(text, currency) == Money.of(Decimal(value), currency)


@pytest.mark.parametrize(
    "text", ["", "lots", "=1+1", "-5", "(500)", "12 apples", "€500", "500 EUR", "9" * 30, "1e9", "<!channel>"]
)
def test_what_is_no_amount_is_refused_with_what_to_write(text):
    with pytest.raises(NotUnderstood, match=r"USD|\$"):
        amount(text, "USD")


@pytest.mark.parametrize(
    ("text", "n"), [("12", 12), (" 12 ", 12), ("twelve", 12), ("none", 0), ("1,200", 1200), ("12.0", 12)]
)
def test_a_count_is_read_in_digits_and_words(text, n):
    assert whole_number(text) == n


@pytest.mark.parametrize("text", ["-3", "1.5", "many", "", "99999999", "=2", "9" * 5000])
def test_a_count_that_cannot_be_is_refused(text):
    with pytest.raises(NotUnderstood):
        whole_number(text)


@pytest.mark.parametrize(
    ("text", "counts", "note"),
    [
        (
            "12 calls, 2 appointments, sent the Acme proposal",
            {"calls": 12, "appointments": 2},
            "sent the Acme proposal",
        ),
        ("calls: 12; appts 2", {"calls": 12, "appointments": 2}, ""),
        ("12x calls and 1 proposal", {"calls": 12, "proposals": 1}, ""),
        ("twelve calls & two appointments", {"calls": 12, "appointments": 2}, ""),
        ("calls 12\nproposals sent 1", {"calls": 12, "proposals": 1}, ""),
        ("no calls", {"calls": 0}, ""),
        ("1,200 calls", {"calls": 1200}, ""),
        ("12calls", {"calls": 12}, ""),
    ],
)
def test_a_check_in_in_words_is_understood(text, counts, note):
    understood = understand_checkin(text, HABITS)
    assert (dict(understood.counts), understood.note, understood.leftovers) == (counts, note, ())


def test_a_promise_runs_to_the_end_of_the_message():
    understood = understand_checkin("12 calls, today I'll call Acme, Bolt and 3 others", HABITS)
    assert dict(understood.counts) == {"calls": 12}
    assert understood.commitment == "call Acme, Bolt and 3 others"


def test_what_became_of_the_last_promise_is_heard():
    assert understand_checkin("kept, 12 calls", HABITS).kept == "kept"
    assert understand_checkin("12 calls, moved to tomorrow", HABITS).kept == "moved"


def test_a_number_without_a_habit_and_a_habit_named_twice_are_handed_back():
    assert understand_checkin("5 demos", HABITS).leftovers == ("5 demos",)
    assert understand_checkin("12 calls, 3 calls", HABITS).leftovers == ("3 calls",)
    assert understand_checkin("-3 calls", HABITS).leftovers == ("-3 calls",)


def test_the_short_answers_are_heard():
    assert understand_checkin("Same as planned!", HABITS).same_as_planned
    assert understand_checkin("day off", HABITS).day_off
    assert understand_checkin("later", HABITS).later


@given(st.text(max_size=300))
def test_any_text_is_taken_and_none_of_its_words_is_lost(text):
    it = understand_checkin(text, HABITS)
    assert len(it.note) + len(it.commitment) <= len(text) * 2 + 10


def test_ten_thousand_characters_are_taken():
    assert understand_checkin("💬 <!channel> שלום " * 600, HABITS).note


@pytest.mark.parametrize(
    ("text", "commit", "best", "reason"),
    [
        ("commit 120k best 150k", 120_000, 150_000, ""),
        ("120k 150k", 120_000, 150_000, ""),
        ("120k/150k", 120_000, 150_000, ""),
        ("best case 150k, commit 120k because Acme signed", 120_000, 150_000, "Acme signed"),
        ("commit=120k", 120_000, None, ""),
        ("$120,000 $150,000", 120_000, 150_000, ""),
        ("Commit: 120,000 Best case: 150,000 reason: two are verbal", 120_000, 150_000, "two are verbal"),
        ("120000 150000", 120_000, 150_000, ""),
        ("120 000", 120_000, None, ""),
    ],
)
def test_a_forecast_call_is_understood(text, commit, best, reason):
    said = understand_forecast(text, "USD")
    assert said.commit == Money.of(commit, "USD")
    assert said.best_case == (Money.of(best, "USD") if best else None)
    assert said.reason == reason


@pytest.mark.parametrize("text", ["", "banana", "commit lots", "because I say so", "<!channel>", "1 2 3 4"])
def test_a_call_that_is_none_gets_an_example(text):
    with pytest.raises(NotUnderstood, match="120"):
        understand_forecast(text, "USD")


@given(st.text(max_size=200))
def test_nothing_but_not_understood_comes_of_any_text(text):
    for read in (lambda: amount(text, "EUR"), lambda: understand_forecast(text, "EUR"), lambda: whole_number(text)):
        assert _told(read) != ""


def _told(read):
    try:
        return read()
    except NotUnderstood as told:
        return str(told)
