from datetime import date

from coaching.card import Bold
from coaching.company import Company
from coaching.language import ENGLISH, Language, number, speaking, spoken, t, tn, tns, ts
from coaching.money import Money
from coaching.phrases import day, listed

BACKWARDS = Language(
    code="xx",
    words={"{a} before {b}": "{b} nach {a}", "today": "heute"},
    plurals={"{n} deal of {who}": ("{who}: {n} Deal", "{who}: {n} Deals")},
    group=".",
    point=",",
    money="{sign}{digits} {symbol}",
)


def test_without_a_language_texts_are_english():
    assert spoken() is ENGLISH
    assert t("{a} before {b}", a="x", b=1234) == "x before 1,234"


def test_a_language_puts_words_and_values_in_its_own_order():
    with speaking(BACKWARDS):
        assert t("{a} before {b}", a="x", b=1234) == "1.234 nach x"
        assert ts("{a} before {b}", a=Bold("x"), b="y") == ("y nach ", Bold("x"))
    assert t("{a} before {b}", a="x", b="y") == "x before y"


def test_the_number_chooses_the_form():
    assert [tn("{n} deal of {who}", "{n} deals of {who}", n, who="Dana") for n in (1, 2)] == [
        "1 deal of Dana",
        "2 deals of Dana",
    ]
    with speaking(BACKWARDS):
        assert tn("{n} deal of {who}", "{n} deals of {who}", 1, who="Dana") == "Dana: 1 Deal"
        assert tns("{n} deal of {who}", "{n} deals of {who}", 0, who=Bold("Dana")) == (Bold("Dana"), ": 0 Deals")


def test_what_has_no_translation_is_said_in_english():
    with speaking(BACKWARDS):
        assert t("tomorrow") == "tomorrow"


def test_braces_in_a_value_are_text():
    assert t("{name} is here", name="{b}") == "{b} is here"
    assert ts("{name} is here", name="{b}") == ("{b} is here",)


def test_the_language_is_put_back_after_an_error():
    try:
        with speaking(BACKWARDS):
            raise ValueError
    except ValueError:
        pass
    assert spoken() is ENGLISH


def test_numbers_and_money_follow_the_language():
    assert number(1234.5, 1) == "1,234.5"
    with speaking(BACKWARDS):
        assert number(1234.5, 1) == "1.234,5"
        assert str(Money.of("-1234.50", "EUR")) == "-1.234,50 €"
    assert str(Money.of("-1234.50", "EUR")) == "-€1,234.50"


def test_a_company_speaks_english_unless_its_file_says_otherwise():
    assert Company(slug="a", name="A", zone="UTC", currency="USD").language == "en"


def test_days_and_lists_in_english():
    assert day(date(2026, 11, 23)) == "Mon 23 Nov"
    assert listed(["A", "B", "C"]) == "A, B and C"
    assert listed(["A"]) == "A"
    assert listed([]) == ""
