from datetime import date

import pytest

from bot.files.company import read_company
from bot.files.refusal import FileRefusedError
from bot.languages import CODES, language
from coaching.language import speaking, t, tn
from coaching.money import Money
from coaching.phrases import day

FILE = b"company: a\nname: A\ntimezone: UTC\ncurrency: EUR\nmembers: []\n"


def test_german_writes_days_numbers_and_money_its_own_way():
    with speaking(language("de")):
        assert day(date(2026, 11, 23)) == "Mo, 23. Nov"
        assert day(date(2026, 3, 3), date(2027, 1, 1)) == "Di, 3. März 2026"
        assert str(Money.of("-1234.50", "EUR")) == "-1.234,50\N{NO-BREAK SPACE}€"
        assert t("yesterday") == "gestern"
        assert [tn("{n} day ago", "{n} days ago", n) for n in (1, 2)] == ["vor 1 Tag", "vor 2 Tagen"]


def test_each_language_can_be_read():
    assert {language(code).code for code in CODES} == set(CODES)


def test_a_companys_file_names_its_language():
    assert read_company(FILE + b"language: de\n").language == "de"


def test_a_language_that_isnt_there_is_refused_with_those_that_are():
    with pytest.raises(FileRefusedError) as refused:
        read_company(FILE + b"language: fr\n")
    assert "allowed: en, de" in str(refused.value)
