"""What people write is understood, and what isn't gets an answer that helps."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.forecast_words import is_call, unsure
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
        ("0.500", "USD", "0.50"),
        ("1.234", "KWD", "1.234"),
        ("1,234", "KWD", "1234"),
        ("$120k", "CAD", "120000"),
        ("US$120k", "USD", "120000"),
        ("¥500", "CNY", "500"),
        ("120k €", "EUR", "120000"),
        ("1,23,456.5", "INR", "123456.5"),
        ("120k.", "USD", "120000"),
        ("+120k", "USD", "120000"),
    ],
)
def test_an_amount_is_read_in_all_usual_notations(text, currency, value):
    assert amount(text, currency) == Money.of(Decimal(value), currency)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lots",
        "=1+1",
        "-5",
        "(500)",
        "12 apples",
        "€500",
        "500 EUR",
        "9" * 30,
        "1e9",
        "<!channel>",
        "12,5,0",
        "1.2.3k",
        "1 2 3",
        "12USD0k",
        "-$5",
        "$-5",
        "½",
    ],
)
def test_what_is_no_amount_is_refused_with_what_to_write(text):
    with pytest.raises(NotUnderstood, match=r"USD|\$"):
        amount(text, "USD")


@pytest.mark.parametrize("text", ["1.250k", "1,250k", "1.250m"])
def test_an_amount_that_could_be_a_thousand_times_another_is_not_guessed(text):
    with pytest.raises(NotUnderstood, match="can be read in two ways here; write it out"):
        amount(text, "EUR")


@given(st.integers(0, 10**12), st.sampled_from(["USD", "EUR", "JPY", "KWD", "CHF", "INR", "SEK", "CAD"]))
def test_what_the_coach_writes_it_also_reads(minor, currency):
    assert amount(str(Money(minor, currency)), currency) == Money(minor, currency)


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
        (
            "12 calls. 2 appointments. Sent Acme the proposal.",
            {"calls": 12, "appointments": 2},
            "Sent Acme the proposal",
        ),
        ("12 calls 2 appointments", {"calls": 12, "appointments": 2}, ""),
        ("calls 12 appointments 2", {"calls": 12, "appointments": 2}, ""),
        ("12 calls + 2 appts", {"calls": 12, "appointments": 2}, ""),
        ("12 calls and sent the proposal", {"calls": 12}, "sent the proposal"),
        ("I made 12 calls and two appointments", {"calls": 12, "appointments": 2}, ""),
        ("2 appointments with Acme", {"appointments": 2}, "2 appointments with Acme"),
        ("🎉 12 calls 🎉", {"calls": 12}, ""),
        ("１２ calls", {"calls": 12}, ""),
        ("saw Acme, Bolt and Globex; 3 calls", {"calls": 3}, "saw Acme, Bolt and Globex"),
        ("call 3 people back", {}, "call 3 people back"),
        ("meeting at 3", {}, "meeting at 3"),
        ("Will Smith called back", {}, "Will Smith called back"),
        ("=cmd|' /C calc'!A0", {}, "=cmd|' /C calc'!A0"),
    ],
)
def test_a_check_in_in_words_is_understood(text, counts, note):
    understood = understand_checkin(text, HABITS)
    assert (dict(understood.counts), understood.note, understood.leftovers) == (counts, note, ())


@pytest.mark.parametrize(
    "text",
    [
        "correction: 19 calls, 3 proposals",
        "actually 19 calls and 3 proposals",
        "Sorry, it was 19 calls, 3 proposals",
        "make it 19 calls, 3 proposals",
        "Korrektur: 19 calls, 3 proposals",
        "korrigiert: es waren 19 calls, 3 proposals",
        "doch 19 calls, 3 proposals",
        "corrected\n19 calls, 3 proposals",
    ],
)
def test_a_correction_is_taken_whole(text):
    assert understand_checkin(text, HABITS).counts == {"calls": 19, "proposals": 3}


def test_a_promise_runs_to_the_end_of_the_message():
    understood = understand_checkin("12 calls, today I'll call Acme, Bolt and 3 others", HABITS)
    assert dict(understood.counts) == {"calls": 12}
    assert understood.commitment == "call Acme, Bolt and 3 others"


@pytest.mark.parametrize("text", ["will send Acme the offer; 12 calls", "plan: send Acme the offer\n12 calls"])
def test_a_promise_ends_where_a_sentence_of_its_own_has_a_count(text):
    understood = understand_checkin(text, HABITS)
    assert dict(understood.counts) == {"calls": 12}
    assert understood.commitment == "send Acme the offer"


def test_a_number_alone_is_clear_only_where_one_habit_is_counted():
    assert understand_checkin("12", HABITS).leftovers == ("12",)
    assert understand_checkin("12, 2", HABITS).leftovers == ("12", "2")
    assert dict(understand_checkin("12", HABITS[:1]).counts) == {"calls": 12}


def test_a_habit_whose_id_has_an_underscore_is_known_by_its_words():
    habits = (Habit(id="cold_calls", name="Dials", unit="dials", per_day=5), *HABITS)
    assert dict(understand_checkin("7 cold calls, 3 calls", habits).counts) == {"cold_calls": 7, "calls": 3}


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


PIECES = [
    "12",
    "calls",
    "Acme",
    "2",
    "appts",
    ",",
    ";",
    "\n",
    ". ",
    "and",
    "today",
    "I'll",
    "kept",
    "Bolt",
    "5 demos",
    "-3",
    "no",
    "שלום",
    "&",
]
HEARD = {"12", "2", "no", "calls", "appts", "and", "today", "kept", "I'll", "&", ",", ";", ".", ""}
"""Of those, what may be understood as a count, a break or an opener, and then isn't repeated."""


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_no_word_is_lost_whatever_is_written(pieces):
    it = understand_checkin(" ".join(pieces), HABITS)
    there = " ".join([it.note, it.commitment, *it.leftovers])
    lost = [piece for piece in pieces if piece.strip() not in HEARD and piece.strip() not in there]
    assert lost == []


@given(st.text(max_size=300))
def test_any_text_is_taken(text):
    it = understand_checkin(text, HABITS)
    assert it == understand_checkin(text, HABITS)
    assert len(it.note) + len(it.commitment) <= len(text) * 3


@pytest.mark.parametrize(
    "piece",
    ["💬 <!channel> שלום ", "a, ", "will, ", "1'", " ", "12 calls, ", "because ", "us$ ", "commit ", "1 ", "\n", ","],
)
def test_ten_thousand_characters_take_a_moment_and_are_all_kept(piece):
    text = "x" + piece * (10_000 // len(piece)) + "end"
    began = time.thread_time()
    understood = understand_checkin(text, HABITS)
    for read in (lambda: understand_forecast(text, "USD"), lambda: amount(text, "USD"), lambda: whole_number(text)):
        _told(read)
    assert time.thread_time() - began < 1
    assert (
        understood.leftovers[-1] if understood.leftovers and "end" in understood.leftovers[-1] else understood.note
    ).endswith("end")


def test_a_message_longer_than_any_is_kept_to_its_end():
    assert understand_checkin("word " * 8_000 + "end", HABITS).note.endswith("end")


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
        ("120 000 150 000", 120_000, 150_000, ""),
        ("120k best 150k", 120_000, 150_000, ""),
        ("150k best, 120k commit", 120_000, 150_000, ""),
        ("commit 120k - best 150k", 120_000, 150_000, ""),
        ("120k-150k", 120_000, 150_000, ""),
        ("commit 120k best 150k Acme signed 50k", 120_000, 150_000, "Acme signed 50k"),
        ("commit 120k\nbest 150k\nAcme signed", 120_000, 150_000, "Acme signed"),
        ("I commit to US$120k", 120_000, None, ""),
        ("commit $1,200,000 best $1.5m", 1_200_000, 1_500_000, ""),
    ],
)
def test_a_forecast_call_is_understood(text, commit, best, reason):
    said = understand_forecast(text, "USD")
    assert said.commit == Money.of(commit, "USD")
    assert said.best_case == (Money.of(best, "USD") if best else None)
    assert said.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "banana",
        "commit lots",
        "because I say so",
        "<!channel>",
        "1 2 3 4",
        "commit 120k commit 130k",
        "commit 120k for sure best 150k",
        "about 3 deals",
        "commit -5 best 4",
        "commit €120k",
    ],
)
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


@pytest.mark.parametrize(
    ("text", "value"),
    [("120 thousand", "120000"), ("1.2 million", "1200000"), ("2 millions", "2000000"), ("1,5 Mio.", "1500000")],
)
def test_a_scale_may_be_spelled_out(text, value):
    assert amount(text, "EUR") == Money.of(Decimal(value), "EUR")


def test_a_spelled_out_scale_is_not_taken_for_the_reason():
    said = understand_forecast("commit 120 thousand best 1.5 million because two are verbal", "USD")
    assert (said.commit, said.best_case) == (Money.of(120_000, "USD"), Money.of(1_500_000, "USD"))
    assert said.reason == "two are verbal"


@pytest.mark.parametrize("text", ["1.234,50 calls", "12,5 calls"])
def test_a_fraction_is_never_cut_into_a_count(text):
    understood = understand_checkin(text, HABITS)
    assert dict(understood.counts) == {}
    assert understood.leftovers == (text,)


def test_a_comma_without_a_blank_still_parts_two_clauses():
    assert dict(understand_checkin("12 calls,2 appointments", HABITS).counts) == {"calls": 12, "appointments": 2}


@pytest.mark.parametrize("call", ["commit 190k", "commit 190k best 220k", "best $220,000", "commit: 190,000"])
def test_a_forecast_call_among_counts_is_handed_back_and_promised_to_nobody(call):
    said = understand_checkin(f"12 calls, {call}; sent Acme the proposal", HABITS)
    assert said.counts == {"calls": 12}
    assert said.leftovers == (call,)
    assert said.commitment == ""
    assert said.note == "sent Acme the proposal"


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("commit 190k", True),
        ("Best case 220k, commit 190k", True),
        ("commit 190k because Acme signed", True),
        ("commit 3 proposals", False),
        ("commit to the demo on friday", False),
        ("commitment: call Globex", False),
        ("commit", False),
        ("forecast commit 190k", False),
        ("", False),
        ("😀 commit 190k", False),
    ],
)
def test_a_call_is_told_from_a_promise_by_what_is_said(text, call):
    assert is_call(text) == call


@given(st.text(max_size=80))
def test_any_text_is_a_call_or_none(text):
    assert is_call(f"commit {text}") in {True, False}
    assert unsure(f"commit {text}") in {True, False}
