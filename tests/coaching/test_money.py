"""Money is exact, keeps its currency, and reads as people write it."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coaching.money import Money, decimals, symbol, total

CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "KWD", "CHF", "SEK"])
MINOR = st.integers(-(10**15), 10**15)


@given(MINOR, CURRENCIES)
def test_whole_units_and_back_is_the_same_money(minor, currency):
    money = Money(minor, currency)
    assert Money.of(money.amount, currency) == money
    assert Money.of(str(money.amount), currency) == money


@given(MINOR, CURRENCIES)
def test_what_is_read_out_is_what_is_there(minor, currency):
    shown = str(Money(minor, currency))
    digits = shown.replace(symbol(currency), "").replace(",", "")
    assert Money.of(Decimal(digits), currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("120000", "USD", "$120,000"),
        ("-12.5", "USD", "-$12.50"),
        ("1234.5", "EUR", "€1,234.50"),
        ("1234567", "JPY", "¥1,234,567"),
        ("1.234", "KWD", "KWD 1.234"),
        ("0", "CHF", "CHF 0"),
        ("999999999999.99", "USD", "$999,999,999,999.99"),
    ],
)
def test_money_reads_as_people_write_it(amount, currency, shown):
    assert str(Money.of(amount, currency)) == shown


@pytest.mark.parametrize(("currency", "digits"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("HUF", 2), ("ISK", 0)])
def test_the_minor_unit_is_the_currencys_own(currency, digits):
    assert decimals(currency) == digits
    assert Money.of(1, currency).minor == 10**digits


@pytest.mark.parametrize(("amount", "minor"), [("0.005", 0), ("0.015", 2), ("0.025", 2), ("-0.005", 0), ("1.999", 200)])
def test_halves_are_rounded_to_the_even_cent(amount, minor):
    assert Money.of(amount, "USD").minor == minor


def test_an_amount_of_twenty_five_digits_is_kept_to_the_cent():
    assert Money.of("1234567890123456789012345.12", "USD").minor == 123456789012345678901234512


@given(st.lists(MINOR))
def test_a_total_is_the_sum_in_any_order(amounts):
    money = [Money(it, "USD") for it in amounts]
    assert total(money, "USD") == total(reversed(money), "USD") == Money(sum(amounts), "USD")


@given(MINOR, MINOR)
def test_it_adds_compares_and_turns_round_like_numbers(a, b):
    first, second = Money(a, "USD"), Money(b, "USD")
    assert first + second - second == first
    assert first - second == -(second - first)
    assert (first < second, first <= second, first > second, first >= second) == (a < b, a <= b, a > b, a >= b)
    assert bool(first) == (a != 0)


@given(CURRENCIES, CURRENCIES)
def test_two_currencies_are_never_added_or_compared(one, other):
    assume(one != other)
    for act in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: total([a, b], one)):
        with pytest.raises(ValueError, match=f"{one} and {other} can't be added or compared"):
            act(Money(1, one), Money(1, other))
