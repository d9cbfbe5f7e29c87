"""Public holidays, looked up by country and part; a wrong country is refused helpfully."""

import re
import subprocess
import sys
from datetime import date

import pytest

from bot.holidays import known, problem, public_holidays

CHRISTMAS = date(2026, 12, 25)


def test_a_country_has_its_holidays_and_a_part_of_it_its_own_too():
    in_november = public_holidays("US", date(2026, 11, 1), date(2026, 11, 30))
    assert date(2026, 11, 26) in in_november
    lincoln = date(2027, 2, 12)
    assert lincoln in public_holidays("US-NY", lincoln, lincoln)
    assert lincoln not in public_holidays("US", lincoln, lincoln)


def test_a_stretch_over_new_year_has_the_holidays_of_both_years_and_none_outside_it():
    there = public_holidays("DE", CHRISTMAS, date(2027, 1, 1))
    assert there == {CHRISTMAS, date(2026, 12, 26), date(2027, 1, 1)}


def test_a_new_year_that_is_observed_in_december_counts_there():
    assert date(2027, 12, 31) in public_holidays("US", date(2027, 12, 31), date(2027, 12, 31))


@pytest.mark.parametrize("country", [None, "XX", "us", "US-XX", "US-", "", "-", "<!channel>"])
def test_an_unknown_country_has_no_holidays(country):
    assert public_holidays(country, date(2026, 1, 1), date(2027, 12, 31)) == frozenset()


@pytest.mark.parametrize("country", ["US", "US-NY", "GB-ENG", "DE-BY", "IN"])
def test_a_known_country_is_no_problem(country):
    assert known(country)


@pytest.mark.parametrize(
    ("country", "says"),
    [
        ("XX", r"'XX' is not a country with known holidays; write its ISO 3166 code, such as US.*did you mean .*MX"),
        ("us", "write US, in capitals"),
        ("de-by", "write DE-BY, in capitals"),
        ("Germany", "ISO 3166"),
        ("US-XX", "US has no part 'XX'; there are: AK, .*NY"),
        ("US-", "US has no part ''"),
        ("", "ISO 3166"),
    ],
)
def test_a_wrong_country_is_told_what_is_allowed(country, says):
    assert not known(country)
    assert re.search(says, problem(country)), problem(country)


def test_the_library_is_loaded_only_when_it_is_asked():
    code = "import sys, bot.holidays, bot.files.company; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
