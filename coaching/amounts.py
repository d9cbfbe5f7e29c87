"""Amounts and counts as people write them, read exactly or refused with what to write instead."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from coaching.heard import ALL
from coaching.language import spoken, t
from coaching.money import Money, decimals, symbol

MOST = 9_999
"""Of anything in one day; more is a slip of the finger."""
RICHEST = Decimal(10) ** 12


class NotUnderstood(ValueError):  # noqa: N818 - what a person is told, not a mistake of ours
    """A sentence that says what was expected instead."""


# --- amounts
_SCALES = {"": 1} | {word: scale for heard in ALL for word, scale in heard.scales.items()}
SCALE = "|".join(sorted((it for it in _SCALES if it), key=len, reverse=True))
"""For patterns: the longest first, so that `million` isn't read as `m`."""
SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₪": "ILS", "zł": "PLN"}
_DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS"})
SHARED_SIGNS = {"$": _DOLLARS, "¥": frozenset({"JPY", "CNY"})}
FOREIGN = frozenset(SIGNS.values()) | _DOLLARS | {"CHF", "CNY", "SEK", "NOK", "DKK", "BRL", "ZAR", "AED"}
_AMOUNT = re.compile(rf"(?P<digits>\d[\d.,'’ ]*?)\s?(?P<scale>{SCALE})?\.?", re.IGNORECASE)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?P<mark>[.,'’ ])\d{3}(?:(?P=mark)\d{3})*(?:(?!(?P=mark))[.,](?P<part>\d+))?")
_EITHER = re.compile(r"(?<![\d.,])(?P<whole>[1-9]\d{0,2})(?P<mark>[.,])(?P<part>\d{3})(?![\d.,])")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.(?P<part>\d+))?")
_PLAIN = re.compile(r"\d+(?:[.,](?P<part>\d+))?")


def amount(text: str, currency: str) -> Money:
    """An amount as people write it: `120k`, `$120,000`, `120 000`, `€1.234,50`, `1'234.50`, `₹1,20,000`, `1.2m`.

    One mark before exactly three digits groups them (`1.234` is 1,234), but where the currency has three decimals, and
    never after a leading zero. With a scale it could be either (`1.250k`), and a guess could be wrong a thousandfold:
    refused, as is everything that isn't clear. NotUnderstood says what to write instead.
    """
    bare = _without_currency(unicodedata.normalize("NFKC", text).strip(), currency)
    if bare.startswith(("-", "−", "(")):
        raise NotUnderstood(
            t(
                "“{short}” is below zero; write an amount such as {example}.",
                short=_short(text),
                example=example(currency),
            )
        )
    found = _AMOUNT.fullmatch(bare)
    if not found:
        raise NotUnderstood(
            t("“{short}” is not an amount; write it like {example}.", short=_short(text), example=example(currency))
        )
    scale = (found["scale"] or "").lower()
    value = _decimal(found["digits"], currency, scaled=bool(scale)) * _SCALES[scale]
    if value > RICHEST:
        raise NotUnderstood(
            t(
                "“{short}” is more than this company will ever sell; write it like {example}.",
                short=_short(text),
                example=example(currency),
            )
        )
    return Money.of(value, currency)


def unmistakable(text: str, currency: str) -> Money:
    """The same for what nobody looks at twice: `1.234` only where the language that is spoken groups with that mark."""
    value = amount(text, currency)
    either = _EITHER.search(text)
    if either and either["mark"] != spoken().group and decimals(currency) < 3:
        digits = either["whole"] + either["part"]
        other = Money.of(Decimal(f"{either['whole']}.{either['part']}"), currency)
        raise NotUnderstood(
            t(
                "“{short}” may be {one} or {other}; write {digits} if it is the first.",
                short=_short(text),
                one=value,
                other=other,
                digits=digits,
            )
        )
    return value


def _without_currency(text: str, currency: str) -> str:
    """Without the company's own sign or code; another currency's is refused."""
    own = {sign for sign, code in SIGNS.items() if currency in SHARED_SIGNS.get(sign, {code})}
    if any(sign in text.lower() for sign in SIGNS.keys() - own):
        raise NotUnderstood(
            t(
                "This company counts in {currency}; write it like {example}.",
                currency=currency,
                example=example(currency),
            )
        )
    foreign = next((it.upper() for it in re.findall(r"[A-Za-z]{3,}", text) if it.upper() in FOREIGN - {currency}), None)
    if foreign:
        raise NotUnderstood(
            t(
                "This company counts in {currency}, not {foreign}; write it like {example}.",
                currency=currency,
                foreign=foreign,
                example=example(currency),
            )
        )
    signs = "|".join(re.escape(it) for it in (currency, f"{currency[:2]}$", symbol(currency).strip(), *sorted(own)))
    bare = re.sub(rf"^([-−(]?)\s*(?:{signs})", r"\1", text, flags=re.IGNORECASE)
    return re.sub(rf"(?:{signs})$", "", bare, flags=re.IGNORECASE).strip().removeprefix("+")


def _decimal(digits: str, currency: str, *, scaled: bool) -> Decimal:
    grouped = _GROUPED.fullmatch(digits)
    either = grouped and grouped["part"] is None and grouped["mark"] in ".," and digits.count(grouped["mark"]) == 1
    if either and scaled:
        raise NotUnderstood(
            t(
                "“{short}” can be read in two ways here; write it out, like {example}.",
                short=_short(digits),
                example=example(currency),
            )
        )
    if either and decimals(currency) == 3 and "." in digits:
        grouped = None
    found = grouped or _INDIAN.fullmatch(digits) or _PLAIN.fullmatch(digits)
    if not found:
        raise NotUnderstood(
            t("“{short}” is not an amount; write it like {example}.", short=_short(digits), example=example(currency))
        )
    part = found["part"] or ""
    whole = digits[: len(digits) - len(part)]
    return Decimal(re.sub(r"\D", "", whole) + "." + (part or "0"))


def example(currency: str) -> str:
    """An amount as it may be written in that currency."""
    written = str(Money.of(120_000, currency))
    return t("{amount} or 120k", amount=written) if decimals(currency) < 3 else written


# --- counts -------------------------------------------------------------
NUMBER_WORDS = {word: n for heard in ALL for word, n in heard.numbers.items()}
_WHOLE = re.compile(r"\d{1,3}(?:[,.' ]\d{3})+|\d+")


def whole_number(text: str) -> int:
    """A count of one day, 0 to 9999, in digits or in words up to twenty. NotUnderstood says what to write."""
    if text.isascii() and text.isdigit():  # what almost everybody writes
        return _in_range(int(text[:20]))
    written = unicodedata.normalize("NFKC", text).strip().lower()
    if written in NUMBER_WORDS:
        return NUMBER_WORDS[written]
    if re.fullmatch(r"[-−]\s*\d+", written):
        raise NotUnderstood(t("That is below zero; write how many there were, such as 12."))
    if re.fullmatch(r"\d+[.,]0+", written) and not _WHOLE.fullmatch(written):
        written = re.split(r"[.,]", written)[0]
    if not _WHOLE.fullmatch(written):
        raise NotUnderstood(t("Write a whole number, such as 12."))
    return _in_range(int(re.sub(r"\D", "", written)[:20]))


def _in_range(n: int) -> int:
    if n > MOST:
        raise NotUnderstood(t("{n} in one day looks like a slip; the most I can keep is {most}.", n=n, most=MOST))
    return n


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else flat[:39] + "…"
