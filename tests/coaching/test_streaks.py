from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from coaching.checkins import CheckIn, CheckInStatus
from coaching.streaks import Streak, in_words, streak
from tests.builders import MONDAY, a_checkin

LETTERS = {
    "a": CheckInStatus.ANSWERED,
    "m": CheckInStatus.MISSED,
    "o": CheckInStatus.DAY_OFF,
    "s": CheckInStatus.SKIPPED,
    ".": CheckInStatus.OPEN,
}
histories = st.text(alphabet="amos.", max_size=60)


def days(letters: str) -> tuple[CheckIn, ...]:
    """One check-in a day, oldest first: a(nswered), m(issed), o(ff), s(kipped), `.` open."""
    return tuple(a_checkin(MONDAY + timedelta(days=n), status=LETTERS[it]) for n, it in enumerate(letters))


def test_one_miss_is_forgiven():
    assert streak(days("aamaa")) == Streak(4, forgiven=1)


def test_two_misses_in_a_row_begin_anew():
    assert streak(days("aaaammaa")) == Streak(2)


def test_a_day_off_between_two_misses_does_not_part_them():
    assert streak(days("aamoma")) == Streak(1)


def test_the_latest_miss_does_not_break_the_run_yet():
    assert streak(days("aaam")) == Streak(3, forgiven=1)


def test_nobody_is_told_of_a_run_of_one():
    assert in_words(streak(days("a"))) == ""
    assert in_words(streak(days("aa"))) == "2 check-ins in a row."
    assert in_words(streak(days("ama"))) == "2 check-ins in a row; the one you missed doesn't break it."


@given(histories)
def test_without_two_misses_in_a_row_every_answer_counts(letters: str):
    asked = letters.translate(str.maketrans("", "", "os."))
    run = asked.rpartition("mm")[2]
    assert streak(days(letters)).days == run.count("a")


@given(histories, st.sampled_from("os."))
def test_days_off_and_days_not_asked_change_nothing(letters: str, neutral: str):
    assert streak(days("".join(f"{it}{neutral}" for it in letters))) == streak(days(letters))


@given(histories)
def test_one_more_answer_never_shortens_a_run(letters: str):
    assert streak(days(letters + "a")).days >= 1
    if not letters.translate(str.maketrans("", "", "os.")).endswith("mm"):
        assert streak(days(letters + "a")).days == streak(days(letters)).days + 1


@given(histories, st.randoms())
def test_the_order_they_come_in_does_not_matter(letters: str, random):
    shuffled = list(days(letters))
    random.shuffle(shuffled)
    assert streak(shuffled) == streak(days(letters))
