"""A forecast call in words, understood without any AI."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from coaching.amounts import FOREIGN, SCALE, SIGNS, NotUnderstood, amount
from coaching.call_times import time_alone, times_in, without, year_in
from coaching.heard import ALL
from coaching.language import t
from coaching.money import Money
from coaching.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastWords:
    """A call as said. Either amount may be missing."""

    commit: Money | None = None
    best_case: Money | None = None
    reason: str = ""


_REASON = re.compile(rf"\b(?:{'|'.join(it.because for it in ALL)})\s?(?=\S)", re.IGNORECASE)
_FILLERS = "|".join(word for it in ALL for word in it.call_fillers)
_FILLER = re.compile(rf"[\s,;:=/|&+()–—.-]|\b(?:{_FILLERS})\b", re.IGNORECASE)
_COMMIT = "|".join(word for it in ALL for word in it.commit)
_BEST = "|".join(word for it in ALL for word in it.best_case)
_PAIR = re.compile(r"([1-9]\d{0,2}(?: \d{3})+) ([1-9]\d{0,2}(?: \d{3})+)")


def understand_forecast(text: str, currency: str) -> ForecastWords:
    """`commit 120k best 150k because Acme signed`, `120k 150k`, `120k/150k`, `150k best, 120k commit`.

    What comes after the amounts is the reason. NotUnderstood gives an example in the company's currency; nothing that
    looks like an amount is passed over in silence.
    """
    whole = " ".join(unicodedata.normalize("NFKC", text).split())
    found = _REASON.search(whole)
    said, reason = (whole[: found.start()], whole[found.end() :]) if found else (whole, "")
    pair = _PAIR.fullmatch(said.strip())
    items, rest = _items("/".join(pair.groups()) if pair else said, currency)
    slots = _slots(items)
    if not slots:
        raise NotUnderstood(t("I couldn't read a call in that. Write it like: {call}", call=example_call(currency)))
    amounts = {name: amount(it, currency) for name, it in slots.items()}
    return ForecastWords(
        commit=amounts.get("commit"), best_case=amounts.get("best"), reason=" ".join(it for it in (rest, reason) if it)
    )


NAMES = frozenset({"commit", "best"})
"""First words of a call that is said without “forecast” before it."""
THOUSAND = 1_000
_MONEY = re.compile(r"[^\d.,'’ ()−-]")
"""A sign, a currency or a scale."""


_LANDING = re.compile(
    r"(?:my guess is )?i(?: think| guess| believe| i|'m| am| will|'ll)*(?: (?:probably|likely|going to|to))*"
    r" (?:land|end up|finish|close|come in)(?:ing)?(?: (?:at|around|about|near|on|with|the|this|quarter|month))* ",
    re.IGNORECASE,
)


def landing(text: str) -> str | None:
    """A call that is said as a guess, as the call it would be: `I think I will land around 290k` is `commit 290k`."""
    flat = " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").split())
    found = _LANDING.match(flat)
    call = f"commit {flat[found.end() :]}" if found else ""
    bare = _bare(call) if call else None
    return call if bare and any(map(_is_money, bare[0])) else None


_CALLING = tuple(re.compile(pattern, re.IGNORECASE) for it in ALL for pattern in it.calling)
_LARGE = "|".join(it.large for it in ALL)
_SMALL = "|".join(it.small for it in ALL)
_NUMBERED = re.compile(rf"(?:{_LARGE}|{_SMALL}|[\s$€£¥-]|\d[\d.,'’]*+k?)+", re.IGNORECASE)
_SOME_LARGE = re.compile(rf"{_LARGE}|\d ?k\b|\d{{4}}|\d[., ]\d{{3}}\b", re.IGNORECASE)


def sentence(text: str) -> str | None:
    """A call that is said as a sentence, as the call it is: `my forecast is 50k` is `commit 50k`."""
    flat = " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").split())
    found = next((it for pattern in _CALLING if (it := pattern.match(flat))), None)
    if found is None:
        return None
    name = "best" if found.groupdict().get("best") else "commit"
    call = f"{name} {flat[found.end() :]}"
    return call if _is_bare_call(call) else None


def is_call(text: str) -> bool:
    """Whether words that don't begin with “forecast” are about one all the same: `commit 190k best 220k because …`.

    `commit to the demo` and `commit 3 proposals` are promises; `commit one hundred thousand` is a call that has to be
    asked about. Takes any text.
    """
    return _is_bare_call(text) or bool(landing(text) or sentence(text)) or agreeing_with(text) is not None


_WHO = r"(?:[^\W\d]|-){2,}(?: [^\W\d]\.)*(?: (?:[^\W\d]|-){2,})?"
_AGREEING = tuple(
    re.compile(it.replace("WHO", f"(?P<who>{_WHO})"), re.IGNORECASE) for heard in ALL for it in heard.agree
)
_ALONE = frozenset(it for heard in ALL for it in heard.agreeing)


def agreeing_with(text: str) -> str | None:
    """Whose call somebody would say yes to: `agree priya`, `stimme Priya zu`. The manager looks at it and taps."""
    flat = " ".join(text.split())
    found = next((it for pattern in _AGREEING if (it := pattern.fullmatch(flat))), None)
    return found["who"] if found else None


def is_agreeing(text: str) -> bool:
    """What says the same behind a name: `forecast priya agree`."""
    return " ".join(text.lower().split()).strip(".,! ") in _ALONE


def _is_bare_call(text: str) -> bool:
    found = _bare(text)
    if found is None:
        return _is_worded(text)
    amounts, rest = found
    return not rest or any(map(_is_money, amounts))


def _is_worded(text: str) -> bool:
    """Whether it names a call with nothing but an amount in words, which isn't read, or a time: no promise is that."""
    whole = " ".join(unicodedata.normalize("NFKC", text).split())
    if not whole.lower().startswith(tuple(NAMES)):
        return False
    reason = _REASON.search(whole)
    said = whole[: reason.start()] if reason else whole
    bare = _item("USD").sub(lambda it: " " if it["commit"] or it["best"] else it[0], without(said, times_in(said)))
    left = _FILLER.sub(" ", bare).strip()
    if not left or time_alone(left):
        return whole.lower().startswith("commit") and bool(left or any(times_in(said)))
    return bool(_NUMBERED.fullmatch(left) and _SOME_LARGE.search(left))


@dataclass(frozen=True, slots=True)
class Timed:
    """A call without the time it names, and the words of that where it isn't the quarter that runs."""

    text: str
    other: str = ""


def timed(text: str, period: Period, currency: str) -> Timed:
    """Nothing that names a time is an amount. One that a sentence behind the amounts names stays in that."""
    whole = " ".join(unicodedata.normalize("NFKC", text).split())
    reason = _REASON.search(whole)
    said, why = (whole[: reason.start()], whole[reason.start() :]) if reason else (whole, "")
    found = tuple(times_in(said, period))
    other = next((it.words for it in found if not it.runs), "")
    bare = without(said, found)
    _, rest = _items(bare, currency)
    alone, head = time_alone(rest), bare[: len(bare) - len(rest)] if bare.endswith(rest) else bare
    year = year_in(head) if bare.endswith(rest) else None
    if year:
        head = without(head, (year,))
    in_a_sentence = found and rest and not alone and _slots(_items(said, currency)[0])
    kept = said if in_a_sentence else f"{head} {'' if alone else rest}"
    return Timed(f"{kept.strip()} {why}".strip(), other or alone or (year.words if year else ""))


def unsure(text: str) -> bool:
    """Whether such words may be meant otherwise: a bare small number, or something else said with it."""
    found = _bare(text)
    return found is None or bool(found[1]) or not all(map(_is_money, found[0]))


def _bare(text: str) -> tuple[tuple[str, ...], str] | None:
    """The amounts, and what else is said without being called a reason; None for what doesn't begin as a call."""
    whole = " ".join(unicodedata.normalize("NFKC", text).split())
    found = _REASON.search(whole)
    said = whole[: found.start()] if found else whole
    items, rest = _items(without(said, times_in(said)), "USD")
    if not items or items[0][0] != "name" or not whole.lower().startswith(tuple(NAMES)):
        return None
    amounts = tuple(_slots(items).values())
    return (amounts, rest) if amounts else None


def _is_money(written: str) -> bool:
    """Or a thousand and more: nobody promises that many things for a day."""
    digits = re.sub(r"\D", "", written)
    return bool(_MONEY.search(written)) or int(digits[:9] or 0) >= THOUSAND


def example_call(currency: str) -> str:
    """What to type, in the company's currency."""
    commit, best = Money.of(120_000, currency), Money.of(150_000, currency)
    return t("/forecast commit {commit} best {best}", commit=commit, best=best)


@cache
def _item(currency: str) -> re.Pattern[str]:
    """A name (`commit`, `best case`) or an amount with its sign, scale and currency."""
    codes = "|".join(sorted(FOREIGN | {currency}))
    signs = "|".join(re.escape(it) for it in SIGNS)
    return re.compile(
        rf"\b(?:(?P<commit>{_COMMIT})|(?P<best>{_BEST}))\b(?:[ _-]?(?:case|fall)\b)?"
        rf"|(?P<amount>(?<![^\s:=/,;])[-−(] ?(?=[\d$€£¥])|)(?:(?:(?:\b[a-z]{{2}})?(?:{signs})|\b(?:{codes})) ?[-−]?)?"
        r"(?:\d{1,3}(?: \d{3})+(?![\d.,]*\d)(?:[.,]\d{1,2}\b)?|\d(?:[\d.,'’]*\d)?)"
        rf"(?: ?(?:{SCALE})\b)?(?: ?(?:{codes})\b)?(?: ?(?:{signs})(?! ?\d))?",
        re.IGNORECASE,
    )


def _items(said: str, currency: str) -> tuple[list[tuple[str, str]], str]:
    """Names and amounts in order, as (`name` or `amount`, which of the two or text), and the words after them.

    None at all when there are other words before or between them.
    """
    items: list[tuple[str, str]] = []
    end = 0
    for found in _item(currency).finditer(said):
        if _FILLER.sub("", said[end : found.start()]):
            named = any(it["commit"] or it["best"] for it in _item(currency).finditer(said, found.start()))
            return ([], "") if named or not items else (items, said[end:].strip(" ,;:.-/"))
        name = "commit" if found["commit"] else "best" if found["best"] else ""
        items.append(("name", name) if name else ("amount", found[0]))
        end = found.end()
    rest = said[end:].strip(" ,;:.-/")
    return items, rest if _FILLER.sub("", rest) else ""


def _slots(items: list[tuple[str, str]]) -> dict[str, str]:
    """Which amount is the commit and which the best case; empty when that isn't clear.

    A name is before its amount, or, when the last word is a name, after it. An amount without one takes what is left,
    the commit first.
    """
    ordered = items[::-1] if items and items[-1][0] == "name" else items
    slots: dict[str, str] = {}
    unnamed: list[str] = []
    name = ""
    for kind, it in ordered:
        if kind == "name" and not name:
            name = it
        elif kind == "name" or name in slots:
            return {}
        elif name:
            slots[name], name = it, ""
        else:
            unnamed.append(it)
    free = [it for it in ("commit", "best") if it not in slots]
    clear = not name and len(unnamed) <= len(free)
    return slots | dict(zip(free, unnamed, strict=False)) if clear else {}
