"""What people write, understood without any AI: amounts, counts, a check-in in words, a forecast call in words.

Nothing is ever lost: what isn't understood is handed back, so that the answer can say so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from coaching.habits import Habit
from coaching.money import Money, decimals, symbol

LONGEST = 10_000
MOST = 9_999
"""Of anything in one day; more is a slip of the finger."""
RICHEST = Decimal(10) ** 12


class NotUnderstood(ValueError):  # noqa: N818 - what a person is told, not a mistake of ours
    """A sentence that says what was expected instead."""


# --- amounts ------------------------------------------------------------
_SCALES = {"": 1, "k": 1_000, "t": 1_000, "m": 1_000_000, "mio": 1_000_000, "mn": 1_000_000, "b": 1_000_000_000}
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₪": "ILS", "zł": "PLN"}
_FOREIGN = frozenset(_SIGNS.values()) | {"CHF", "CAD", "AUD", "SEK", "NOK", "DKK"}
_SPACED = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?")
_AMOUNT = re.compile(r"(?P<digits>\d[\d.,'’ ]*)\s?(?P<scale>k|t|mio|mn|m|b)?", re.IGNORECASE)


def amount(text: str, currency: str) -> Money:
    """An amount as people write it: `120k`, `$120,000`, `120 000`, `€1.234,50`, `1'234.50`, `1.2m`.

    The last separator is the decimal one when it stands once and isn't followed by exactly three digits, or when both
    kinds occur; `1.234` is one thousand two hundred and thirty-four. NotUnderstood says what to write instead.
    """
    written = unicodedata.normalize("NFKC", text).strip()
    bare = _without_currency(written, currency)
    if bare.startswith(("-", "−", "(")):
        raise NotUnderstood(f"“{_short(text)}” is below zero; write an amount such as {_example(currency)}.")
    found = _AMOUNT.fullmatch(bare)
    if not found or (" " in found["digits"].strip() and not _SPACED.fullmatch(found["digits"].strip())):
        raise NotUnderstood(f"“{_short(text)}” is not an amount; write it like {_example(currency)}.")
    value = _decimal(found["digits"]) * _SCALES[(found["scale"] or "").lower()]
    if value > RICHEST:
        raise NotUnderstood(
            f"“{_short(text)}” is more than this company will ever sell; write it like {_example(currency)}."
        )
    return Money.of(value, currency)


def _without_currency(text: str, currency: str) -> str:
    """Without the company's own sign or code; another currency's is refused."""
    for sign, code in _SIGNS.items():
        if sign in text.lower() and not (code == currency or symbol(currency) == sign):
            raise NotUnderstood(f"This company counts in {currency}; write it like {_example(currency)}.")
    bare = text.replace(symbol(currency).strip(), "") if symbol(currency).strip() in text else text
    codes = re.findall(r"[A-Za-z]{3}", bare)
    foreign = [it for it in codes if it.upper() != currency and it.lower() not in _SCALES]
    if foreign and foreign[0].upper() in _FOREIGN:
        raise NotUnderstood(f"This company counts in {currency}, not {foreign[0].upper()}.")
    return re.sub(re.escape(currency), "", bare, flags=re.IGNORECASE).strip()


def _decimal(digits: str) -> Decimal:
    plain = re.sub(r"['’ ]", "", digits).rstrip(".,")
    last = max(plain.rfind("."), plain.rfind(","))
    if last < 0:
        return Decimal(plain)
    mark = plain[last]
    other = "," if mark == "." else "."
    grouped = plain.count(mark) > 1 or (len(plain) - last - 1 == 3 and other not in plain)
    if grouped:
        return _number(plain.replace(".", "").replace(",", ""))
    return _number(plain[:last].replace(",", "").replace(".", "") + "." + plain[last + 1 :])


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise NotUnderstood(f"“{_short(text)}” is not a number.") from None


def _example(currency: str) -> str:
    return str(Money.of(120_000, currency)) + (" or 120k" if decimals(currency) < 3 else "")


# --- counts -------------------------------------------------------------
_COUNTING = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty")
_NUMBER_WORDS = {word: n for n, word in enumerate(_COUNTING + _TEENS)} | {"zero": 0, "none": 0, "a": 1, "an": 1}
_WHOLE = re.compile(r"\d{1,3}(?:[,.' ]\d{3})+|\d+")


def whole_number(text: str) -> int:
    """A count of one day, 0 to 9999, in digits or in words up to twenty. NotUnderstood says what to write."""
    written = unicodedata.normalize("NFKC", text).strip().lower()
    if written in _NUMBER_WORDS:
        return _NUMBER_WORDS[written]
    if re.fullmatch(r"[-−]\s*\d+", written):
        raise NotUnderstood("That is below zero; write how many there were, such as 12.")
    if re.fullmatch(r"\d+[.,]0+", written) and not _WHOLE.fullmatch(written):
        written = re.split(r"[.,]", written)[0]
    if not _WHOLE.fullmatch(written):
        raise NotUnderstood("Write a whole number, such as 12.")
    return _in_range(int(re.sub(r"\D", "", written)[:20]))


def _in_range(n: int) -> int:
    if n > MOST:
        raise NotUnderstood(f"{n:,} in one day looks like a slip; the most I can keep is {MOST:,}.")
    return n


# --- a check-in in words ------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class UnderstoodCheckIn:
    """What a message says as a check-in. `kept` is `kept`, `moved` or `dropped`, of the last commitment."""

    counts: Mapping[str, int] = field(default_factory=dict)
    commitment: str = ""
    note: str = ""
    kept: str | None = None
    same_as_planned: bool = False
    day_off: bool = False
    later: bool = False
    leftovers: tuple[str, ...] = ()
    """Clauses with a number that fits no habit, or that fits one named twice."""


_SAME = frozenset({"same", "same as planned", "as planned", "same as usual", "all as planned"})
_OFF = frozenset({"day off", "off", "off today", "i'm off", "i am off", "i'm off today", "holiday", "vacation", "sick"})
_LATER = frozenset({"later", "not now", "in a bit", "ask me later", "remind me later"})
_SETTLED = {
    "kept": "kept",
    "kept it": "kept",
    "done": "kept",
    "did it": "kept",
    "moved": "moved",
    "moved it": "moved",
    "moved to tomorrow": "moved",
    "moved to today": "moved",
    "dropped": "dropped",
    "dropped it": "dropped",
}
_PROMISE = re.compile(
    r"(?:today(?: i(?:'ll| will)?)?|i'll|i will|will|plan(?:ning)?(?: to)?|(?:i'm )?going to|commit(?:ment)?)\b[:\s]+"
    r"(?P<what>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_CLAUSES = re.compile(rf"[,;\n]|\s&\s|\sand\s(?=\d|(?:{'|'.join(_COUNTING)})\s)", re.IGNORECASE)
_COUNT_FIRST = re.compile(r"(?P<n>[-−]?\d[\d.,']*|[a-z]{1,9})\s*[x×]?\s+(?P<what>\S.*)", re.IGNORECASE | re.DOTALL)
_GLUED = re.compile(r"(?P<n>\d{1,5})[x×]?(?P<what>[a-z]\S*)", re.IGNORECASE)
_COUNT_LAST = re.compile(r"(?P<what>[^\d:=]{1,60}?)\s*[:=]?\s*(?P<n>[-−]?\d[\d.']*)", re.DOTALL)


def understand_checkin(text: str, habits: tuple[Habit, ...]) -> UnderstoodCheckIn:
    """Clause by clause: `12 calls, 2 appointments, sent the Acme proposal`. Takes any text; linear in its length."""
    whole = unicodedata.normalize("NFC", text[:LONGEST]).strip()
    alone = whole.lower().replace("’", "'").strip(" .!")
    if alone in _SAME | _OFF | _LATER:
        return UnderstoodCheckIn(same_as_planned=alone in _SAME, day_off=alone in _OFF, later=alone in _LATER)
    counts: dict[str, int] = {}
    notes: list[str] = []
    leftovers: list[str] = []
    kept: str | None = None
    for clause, rest in _clauses(whole):
        bare = clause.lower().replace("’", "'").strip(" .!")
        promise = _PROMISE.fullmatch(rest)
        if promise:
            return _understood(counts, notes, leftovers, kept, promise["what"].strip())
        if bare in _SETTLED:
            kept = _SETTLED[bare]
            continue
        counted = _counted(clause, habits)
        if counted is None:
            notes.append(clause)
        elif counted.habit is None or counted.habit in counts or counted.n is None:
            leftovers.append(clause)
        else:
            counts[counted.habit] = counted.n
    return _understood(counts, notes, leftovers, kept, "")


def _understood(
    counts: dict[str, int], notes: list[str], leftovers: list[str], kept: str | None, commitment: str
) -> UnderstoodCheckIn:
    return UnderstoodCheckIn(
        counts=counts, note=", ".join(notes), leftovers=tuple(leftovers), kept=kept, commitment=commitment
    )


def _clauses(text: str) -> Iterator[tuple[str, str]]:
    """Each clause with the text from its beginning to the end: a promise goes on to the end."""
    start = 0
    for found in _CLAUSES.finditer(text):
        # A comma inside a number (1,200) is none between clauses.
        inside = found[0] == "," and text[max(0, found.start() - 1) : found.start()].isdigit()
        if inside and text[found.end() : found.end() + 3].isdigit():
            continue
        yield from _clause(text, start, found.start())
        start = found.end()
    yield from _clause(text, start, len(text))


def _clause(text: str, start: int, end: int) -> Iterator[tuple[str, str]]:
    clause = text[start:end].strip(" .!\t")
    if clause:
        yield clause, text[start:].strip()


@dataclass(frozen=True, slots=True)
class _Counted:
    habit: str | None
    n: int | None


def _counted(clause: str, habits: tuple[Habit, ...]) -> _Counted | None:
    """The habit and number of a clause; None when it isn't a count at all but words."""
    if len(clause) > 80:
        return None
    for pattern in (_COUNT_FIRST, _GLUED, _COUNT_LAST):
        found = pattern.fullmatch(clause)
        if not found or (pattern is _COUNT_FIRST and not _numeric(found["n"])):
            continue
        habit = _habit(found["what"], habits)
        if habit:
            return _Counted(habit, _n(found["n"]))
        if pattern is not _COUNT_LAST and found["n"].lstrip("-−")[:1].isdigit() and len(found["what"].split()) <= 2:
            return _Counted(None, None)
    return None


def _numeric(text: str) -> bool:
    return text.lstrip("-−")[:1].isdigit() or text.lower() in _NUMBER_WORDS


def _n(text: str) -> int | None:
    try:
        return whole_number(text)
    except NotUnderstood:
        return None


def _habit(text: str, habits: tuple[Habit, ...]) -> str | None:
    """By id, name or unit, in singular or plural, or a clear beginning of one (`appts`)."""
    wanted = _stem(text)
    for habit in habits:
        names = {_stem(habit.id), _stem(habit.name), _stem(habit.unit)}
        if wanted in names:
            return habit.id
    begun = [
        it.id
        for it in habits
        if len(wanted) >= 3 and any(_abbreviates(wanted, _stem(n)) for n in (it.id, it.name, it.unit))
    ]
    return begun[0] if len(begun) == 1 else None


def _stem(text: str) -> str:
    words = re.sub(r"[^\w\s]", " ", text.lower()).split()
    return " ".join(it[:-1] if len(it) > 3 and it.endswith("s") else it for it in words)


def _abbreviates(short: str, name: str) -> bool:
    """`appt` for `appointment`, `prop` for `proposal`: the same first letter, and all letters in order."""
    if " " in short or short[:1] != name[:1] or name.startswith(short):
        return name.startswith(short)
    letters = iter(name.split(maxsplit=1)[0] if name else "")
    return all(it in letters for it in short) and len(short) >= 4


# --- a forecast call in words -------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastWords:
    """A call as said. Either amount may be missing."""

    commit: Money | None = None
    best_case: Money | None = None
    reason: str = ""


_REASON = re.compile(
    r"[\s,;.]*\b(?:because(?: of)?|reason\s*[:=]?|as|since)\s+(?P<reason>\S.*)", re.IGNORECASE | re.DOTALL
)
_NAMED = re.compile(r"\b(?P<name>commit(?:ted)?|best(?:[ _-]?case)?)\b\s*(?:is|of|at|to|[:=])?\s*", re.IGNORECASE)


def understand_forecast(text: str, currency: str) -> ForecastWords:
    """`commit 120k best 150k because Acme signed`, `120k 150k`, `120k/150k`, `best case 150k, commit 120k`.

    NotUnderstood gives an example in the company's currency.
    """
    whole = unicodedata.normalize("NFKC", text[:LONGEST]).strip()
    found = _REASON.search(" " + whole)
    said, reason = (whole[: max(0, found.start() - 1)], found["reason"].strip()) if found else (whole, "")
    named = list(_NAMED.finditer(said))
    amounts = _named_amounts(said, named, currency) if named else _two_amounts(said, currency)
    if not amounts:
        raise NotUnderstood(f"I couldn't read a call in that. Write it like: {example_call(currency)}")
    return ForecastWords(commit=amounts.get("commit"), best_case=amounts.get("best"), reason=reason)


def example_call(currency: str) -> str:
    """What to type, in the company's currency."""
    return f"/forecast commit {Money.of(120_000, currency)} best {Money.of(150_000, currency)}"


def _named_amounts(said: str, named: list[re.Match[str]], currency: str) -> dict[str, Money]:
    ends = [it.start() for it in named[1:]] + [len(said)]
    parts = ((it["name"].lower()[:4], said[it.end() : end].strip(" ,;./")) for it, end in zip(named, ends, strict=True))
    return {"commit" if name == "comm" else "best": amount(part, currency) for name, part in parts}


def _two_amounts(said: str, currency: str) -> dict[str, Money]:
    parts = re.split(
        r"\s*[/;|]\s*|,\s+|\s+(?=[$€£¥₹]?\d{1,3}(?:[.,]\d+)?\s?(?:k|m|mio)\b)|\s+(?=[$€£¥₹])", said.strip()
    )
    if len(parts) == 1 and len(said.split()) == 2 and not re.fullmatch(r"\d{1,3}\s\d{3}", said.strip()):
        parts = said.split()
    parts = [it.strip(" ,") for it in parts if it.strip(" ,")]
    if not 1 <= len(parts) <= 2 or not any(ch.isdigit() for ch in said):
        return {}
    return dict(zip(("commit", "best"), (amount(it, currency) for it in parts), strict=False))


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else flat[:39] + "…"
