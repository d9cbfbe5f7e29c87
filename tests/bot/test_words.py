import pytest

from bot.words import asked, clean, compact, cut, line


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("A\U000e0041\U000e007f", "A"),
        ("\x1b[31mred\x9b", "[31mred"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("ad\u200dmin", "admin"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("pay\u200cpal", "paypal"),
        ("\ud83d!", "!"),
        ("a\n\n\n\nb", "a\n\nb"),
    ],
)
def test_only_what_can_be_seen_stays(written, seen):
    assert clean(written) == seen


def test_one_line_is_one_line():
    assert line(" a \n\t b\u00a0c ") == "a b c"


def test_a_question_keeps_its_own_mark():
    assert asked("Calls") == "Calls:"
    assert asked("What will you do today?") == "What will you do today?"


def test_a_cut_is_seen():
    assert cut("abcdef", 6) == "abcdef"
    assert cut("abc defg", 5) == "abc…"


@pytest.mark.parametrize(
    ("value", "unit", "read"),
    [
        (0, "", "0"), (12, "calls", "12 calls"), (37.5, "%", "37.5%"), (120_000, "$", "$120k"), (-1_250, "$", "-$1.3k"),
        (999_999, "", "1M"), (1_050_000, "$", "$1.05M"), (1_117_500, "$", "$1.12M"), (12_340_000, "", "12.3M"), (9_999_000, "", "10M"),
        (999.6, "", "1,000"), (2.5e9, "€", "€2.5B"), (-0.04, "", "0"),
    ],
)  # fmt: skip
def test_numbers_are_short_enough_for_a_bar(value, unit, read):
    assert compact(value, unit) == read


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="can't be shown"):
        compact(value)
