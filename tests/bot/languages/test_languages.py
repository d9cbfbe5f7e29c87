import re
from datetime import date

import pytest

from bot.files.company import read_company
from bot.files.refusal import FileRefusedError
from bot.languages import CODES, language, preferred
from bot.plain import text
from bot.words import between, compact
from coaching.digest import digest
from coaching.digest_rows import maths_card
from coaching.language import number, precise, speaking, t, tn
from coaching.money import Money
from coaching.phrases import day, quoted, weekday, whole_day
from coaching.yields import amount
from tests.golden_cards.digest import a_full_week

FILE = b"company: a\nname: A\ntimezone: UTC\ncurrency: EUR\nmembers: []\n"


def test_german_writes_days_numbers_and_money_its_own_way():
    with speaking(language("de")):
        assert day(date(2026, 11, 23)) == "Mo, 23. Nov"
        assert day(date(2026, 3, 3), date(2027, 1, 1)) == "Di, 3. März 2026"
        assert str(Money.of("-1234.50", "EUR")) == "-1.234,50\N{NO-BREAK SPACE}€"
        assert t("yesterday") == "gestern"
        assert [tn("{n} day ago", "{n} days ago", n) for n in (1, 2)] == ["vor 1 Tag", "vor 2 Tagen"]


def test_the_maths_of_a_week_have_german_decimals_and_days():
    with speaking(language("de")):
        said = text(maths_card(digest(a_full_week())))
    assert re.search(r"\d,\d-mal die Lücke, von \d,\d-mal", said)
    assert not re.search(r"\d{4}-\d{2}-\d{2}", said)


def test_german_writes_numbers_on_charts_its_own_way():
    with speaking(language("de")):
        assert [compact(120_000, "€"), compact(1_250_000, "€"), compact(-12.5, "%")] == [
            "120\N{NO-BREAK SPACE}Tsd.\N{NO-BREAK SPACE}€",
            "1,25\N{NO-BREAK SPACE}Mio.\N{NO-BREAK SPACE}€",
            "-12,5\N{NO-BREAK SPACE}%",
        ]
        assert between(1_500, 9_500, "€") == (
            "1,5\N{NO-BREAK SPACE}Tsd. – 9,5\N{NO-BREAK SPACE}Tsd.\N{NO-BREAK SPACE}€"
        )
        assert between(1.5, 12, "Anrufe") == "1,5 – 12 Anrufe"
        assert [number(1234.5, 1), number(-1234), precise(0.2564), precise(12.5)] == [
            "1.234,5",
            "-1.234",
            "0,256",
            "12,5",
        ]
    assert [compact(120_000, "€"), between(1_500, 9_500, "€"), precise(0.2564)] == ["€120k", "€1.5k – €9.5k", "0.256"]


def test_german_names_days_in_full_and_quotes_below_and_above():
    with speaking(language("de")):
        assert [weekday(date(2026, 11, 23)), whole_day(date(2026, 3, 3))] == ["Montag", "3. März"]
        assert quoted("Bis „morgen“") == "„Bis ‚morgen‘“"


@pytest.mark.parametrize(
    ("unit", "one"),
    [
        ("Anrufe", "1 Anruf"),
        ("Termine", "1 Termin"),
        ("Angebote", "1 Angebot"),
        ("Präsentationen", "1 Präsentation"),
        ("Demos", "1 Demo"),
        ("Abschlüsse", "1 Abschluss"),
        ("Besuche", "1 Besuch"),
    ],
)
def test_german_units_are_named_for_one_too(unit, one):
    with speaking(language("de")):
        assert [amount(1, unit), amount(1200, unit)] == [one, f"1.200 {unit}"]


def test_each_language_can_be_read():
    assert {language(code).code for code in CODES} == set(CODES)


def test_a_companys_file_names_its_language():
    assert read_company(FILE + b"language: de\n").language == "de"


def test_a_language_that_isnt_there_is_refused_with_those_that_are():
    with pytest.raises(FileRefusedError) as refused:
        read_company(FILE + b"language: fr\n")
    assert "allowed: en, de" in str(refused.value)


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ("de-AT, de;q=0.9, en;q=0.5", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("fr, en;q=0.2, de;q=0.4", "de"),
        ("de;q=0, en", "en"),
        ("DE", "de"),
        ("", "en"),
        ("*", "en"),
        ("de;q=x, ;;,", "en"),
    ],
)
def test_of_what_there_is_a_browser_gets_what_it_likes_best(accepted, code):
    assert preferred(accepted).code == code
