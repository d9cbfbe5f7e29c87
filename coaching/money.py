"""Money: exact, with its currency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from coaching.language import number, spoken

# ISO 4217: every currency has two decimals but these. Kept here because the core is plain Python.
_NO_DECIMALS = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
_THREE_DECIMALS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_SYMBOLS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
    "KRW": "₩",
    "ILS": "₪",
    "PLN": "zł",
    "CHF": "CHF ",
}


def decimals(currency: str) -> int:
    """How many digits the minor unit has: 2 for USD, 0 for JPY, 3 for KWD."""
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def symbol(currency: str) -> str:
    """`$` for USD; the code and a space where a currency has no sign of its own here."""
    return _SYMBOLS.get(currency, f"{currency} ")


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (cents for USD) of one currency."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Money:
        """From whole units, rounded half-even to the minor unit: `Money.of("12.50", "USD").minor == 1250`."""
        scaled = Decimal(amount).scaleb(decimals(currency))
        return cls(int(scaled.to_integral_value(rounding=ROUND_HALF_EVEN)), currency)

    @property
    def amount(self) -> Decimal:
        """In whole units, exact."""
        return Decimal(self.minor).scaleb(-decimals(self.currency))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        """As a person reads it: `$120,000`, `-$12.50`; cents only when there are any."""
        whole = self.amount == self.amount.to_integral_value()
        digits = number(abs(self.amount), 0 if whole else decimals(self.currency))
        sign = "-" if self.minor < 0 else ""
        return spoken().money.format(sign=sign, symbol=symbol(self.currency), digits=digits).strip()

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} can't be added or compared")
        return other.minor


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum; zero of that currency when there is nothing to add."""
    return sum(amounts, Money(0, currency))


def rough(it: Money) -> Money:
    """An estimate with three digits: more would promise more than is known."""
    whole = round(it.amount)
    scale = 10 ** max(0, len(str(abs(whole))) - 3)
    return Money.of(round(whole / scale) * scale, it.currency)
