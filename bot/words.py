"""Text as it may leave the house: without invisible characters, cut where it must be, numbers as people write them."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from coaching.language import number as written
from coaching.language import spoken

if TYPE_CHECKING:
    from coaching.card import Interval, Step

# Names and notes come from CRMs and from people. What can't be seen can reorder, hide or fake the rest of a line.
_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1, but tab and newline
    "\u00ad\u061c\u180e\u200b\u200e\u200f"  # soft hyphen, marks of direction, zero width
    "\u202a-\u202e\u2060-\u206f\ufeff"  # bidi overrides and isolates, word joiners, byte order mark
    "\ud800-\udfff\ufff9-\ufffb"  # half characters (they can't be encoded), interlinear notes
    "\U000e0000-\U000e0fff"  # tags and variation selectors: text no eye can read
    "]"
)
# The two joiners are spelling in some scripts and glue in emoji; anywhere else they only hide.
_JOINER = re.compile(
    "(?<![\u0600-\u0dff])\u200c|\u200c(?![\u0600-\u0dff])|\u200d(?![\u0600-\u0dff\u2190-\u2bff\U0001f000-\U0001faff])"
)
_BREAKS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_MANY_BREAKS = re.compile(r"\n{3,}")
_BEFORE_NUMBER = frozenset("$€£¥₹₩₪")


def clean(text: str) -> str:
    """The visible characters; each line break a newline, never more than one empty line."""
    if text.isascii() and text.isprintable():  # Most are; a card has seventy of them.
        return text
    text = _BREAKS.sub("\n", text).replace("\t", " ")
    return _MANY_BREAKS.sub("\n\n", _JOINER.sub("", _INVISIBLE.sub("", text)))


def line(text: str) -> str:
    """The same on one line, without white space at its ends or doubled inside."""
    words = clean(text)
    if words.isascii() and "  " not in words and words.isprintable() and words.strip(" ") == words:
        return words
    return " ".join(words.split())


def cut(text: str, limit: int) -> str:
    """At most `limit` characters; a cut is seen by its `…`."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def asked(label: str) -> str:
    """A label before its value: `Calls:`, but a question keeps its own mark."""
    words = line(label)
    return words if words.endswith(("?", ":", "…", "？")) else f"{words}:"


def compact(value: float, unit: str = "") -> str:
    """`1.2M`, `$120k`, `37.5 %`: a number small enough to stand on a bar. ValueError when it isn't one."""
    if not math.isfinite(value):
        raise ValueError(f"{value} can't be shown as a number")
    digits = _scaled(abs(value))
    sign = "-" if value < 0 and digits != "0" else ""
    if unit in _BEFORE_NUMBER:
        return spoken().money.format(sign=sign, symbol=unit, digits=digits)
    return f"{sign}{digits}{spoken().percent if unit == '%' else f' {unit}' if unit else ''}"


def between(low: float, high: float | None, unit: str = "") -> str:
    """`$95k – $140k`, `12 – 15 calls`: from one to the other, or the one when there is no other."""
    if high is None:
        return compact(low, unit)
    leads = unit in _BEFORE_NUMBER and not spoken().money.endswith("{symbol}")
    return f"{compact(low, unit if leads else '')} – {compact(high, unit)}"


def estimate(it: Interval, unit: str = "") -> str:
    """`25% (12 – 41%), n = 12`: with how far it may be off, and what stands behind it."""
    note = f", {line(it.note)}" if line(it.note) else ""
    return f"{compact(it.value, unit)} ({between(it.low, it.high, unit)}){note}"


def signed(it: Step, unit: str = "") -> str:
    """`$1.2M` for a total, `+$40k` or `-$12k` for what was added to it."""
    return compact(it.value, unit) if it.total or it.value < 0 else f"+{compact(it.value, unit)}"


def _scaled(size: float) -> str:
    for scale, letter in zip((1e12, 1e9, 1e6, 1e3), spoken().scales, strict=True):
        if size >= scale * 0.99995:  # 999,999 reads 1M, not 1000k
            return f"{_short(size / scale, exactly=scale > 1e3)}{letter}"
    return _short(size)


def _short(number: float, *, exactly: bool = False) -> str:
    if exactly and number < 10:
        # A tenth of a million is too much to lose: 1.05M isn't 1.1M.
        digits = Decimal(repr(float(number))).quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()
        return written(digits, max(0, -int(digits.as_tuple().exponent)))
    # Halves go up, as people round: 742.5 beside 485.5 would read 742 and 486.
    digits = Decimal(repr(float(number))).quantize(Decimal("0.1") if number < 100 else Decimal(1), ROUND_HALF_UP)
    return written(digits, 0 if digits == digits.to_integral_value() else 1)
