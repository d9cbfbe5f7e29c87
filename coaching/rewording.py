"""What a language model may be shown of a paragraph, and whether what it says of it may be believed.

It is shown words with numbered holes: what is marked, and every figure, never leaves. Its answer is taken when nothing
in it could have come from elsewhere, and refused on any doubt; the paragraph then stays as it was.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from coaching.card import Bold, Bullets, Card, Element, Figure, Mention, Page, Span, Spans, Text, plain, quiet, say
from coaching.language import t
from coaching.rewording_words import AMOUNTS, DAYS, NEGATIONS, SMALL

LONGEST = 600
"""Letters of a paragraph, either way. What is longer isn't one paragraph."""
LONGEST_SUMMARY = 300
LEAST_KEPT = 0.5
"""Of the words with a meaning in the original, how many must come again, by their stems: else it is another text."""
MOST_NEW = 0.4
"""Of the words with a meaning in the answer, how many may be new: a synonym is, a story is too."""

_HOLE = re.compile(r"\[(\d+)\]")
_PIECE = re.compile(r"\S+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_OPEN = "([{“„\"'‘"
_CLOSE = ".,;:!?)]}”“\"'’…"
# Markup of any channel, mentions, links, code. Holes are out of the text before it is looked at.
_MARKED = re.compile(r"[<>{}\[\]|*_\x60~#@\\^=]|://|www\.|\w\.\w{2,}|&\w+;", re.IGNORECASE)
_LETTERS = frozenset("äöüÄÖÜßé’‘“”„–—… ")
"""Beyond ASCII, what may appear although the original hasn't got it."""


class Doubt(ValueError):  # noqa: N818 - a finding about a text, not a mistake in the program
    """Why an answer isn't taken. Never shown to people; counted, and logged without the text."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A paragraph as a model may see it: `[1] will land between [2] and [3].`, and what stands in the holes."""

    text: str
    held: Spans
    bold: bool = False
    """The whole paragraph is."""

    @classmethod
    def of(cls, spans: Spans) -> Draft:
        """Whatever is marked or has a digit is held back; of a paragraph that is bold as a whole only the latter."""
        held: list[Span] = []
        match spans:
            case (Bold(text),):
                return cls(_shown(text, held), tuple(held), bold=True)
            case _:
                words = "".join(_shown(it, held) for it in spans)
                return cls(words, tuple(held))

    def filled(self, answer: str) -> Spans:
        """The answer with everything back in its place; Doubt when it can't be trusted."""
        words = answer.strip()
        _check_holes(words, len(self.held))
        _check_words(_HOLE.sub(" ", words), _HOLE.sub(" ", self.text), longest=_room(self.text))
        _check_kept(words, self.text)
        parts = tuple(self._parts(words))
        return (Bold(plain(parts)),) if self.bold else parts

    def _parts(self, words: str) -> Iterator[Span]:
        for at, piece in enumerate(_HOLE.split(words)):
            if at % 2:
                yield self.held[int(piece) - 1]
            elif piece:
                yield piece


def summed_up(answer: str, notes: Sequence[str]) -> str:
    """A summary of what people wrote, if each of its words could be theirs; Doubt otherwise."""
    words, original = answer.strip(), " \n ".join(notes)
    _check_words(words, original, longest=LONGEST_SUMMARY, figures=True)
    return words


def paragraphs(card: Card) -> tuple[tuple[int, Text], ...]:
    """Those that may be worded otherwise, with their places."""
    return tuple(
        (at, it)
        for at, it in enumerate(card.elements)
        if isinstance(it, Text) and it.loose and 20 <= len(plain(it.spans)) <= LONGEST
    )


def notes(card: Card) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Lists of what people wrote that are long enough to be worth a sentence, with their places."""
    return tuple(
        (at, tuple(plain(line) for line in it.items))
        for at, it in enumerate(card.elements)
        if isinstance(it, Bullets) and it.notes and len(it.items) >= 3
    )


def reworded(card: Card, words: dict[int, Spans], summaries: dict[int, str]) -> Card:
    """The card with what was taken in its places, and a line that says so; itself when nothing was."""
    if not words and not summaries:
        return card
    elements = [new for at, it in enumerate(card.elements) for new in _put(it, words.get(at), summaries.get(at))]
    return Card(
        card.summary, (*elements, quiet(t("Worded by a language model; names and figures are the coach’s own.")))
    )


def _put(it: Element, words: Spans | None, summary: str | None) -> Iterable[Element]:
    if words is not None:
        yield Text(words)
        return
    if summary is not None:
        yield say(Bold(t("In short: ")), summary)
    yield it


# --- what is shown ---------------------------------------------------------------------------------------------------
def _shown(it: Span, held: list[Span]) -> str:
    match it:
        case Bold() | Figure() | Mention() | Page():
            held.append(it)
            return f"[{len(held)}]"
        case str():
            return _PIECE.sub(lambda found: _piece(found[0], held), it.replace("[", "(").replace("]", ")"))
        case _:
            assert_never(it)


def _piece(word: str, held: list[Span]) -> str:
    """A word with a digit is a figure; what hugs it stays outside."""
    core = word.lstrip(_OPEN).rstrip(_CLOSE)
    if not any(it.isdigit() for it in core):
        return word
    held.append(core)
    return word.replace(core, f"[{len(held)}]", 1)


# --- what is believed ------------------------------------------------------------------------------------------------
def _check_holes(answer: str, n: int) -> None:
    """Each once and in order: figures that change places tell another story."""
    if [int(it) for it in _HOLE.findall(answer)] != list(range(1, n + 1)):
        raise Doubt("figures are missing, doubled or in another order")


def _check_words(answer: str, original: str, *, longest: int, figures: bool = False) -> None:
    _check_shape(answer, original, longest)
    _check_figures(answer, original, known=figures)
    theirs, ours = _WORD.findall(answer), {it.casefold() for it in _WORD.findall(original)}
    _check_names(answer, original)
    for kind, why in ((AMOUNTS, "an amount in words"), (DAYS, "a time")):
        if any(it.casefold() in kind and it.casefold() not in ours for it in theirs):
            raise Doubt(f"{why} that isn't in the original")
    if _negations(answer) != _negations(original) and not (figures and _negations(answer) <= _negations(original)):
        raise Doubt("it denies what the original doesn't, or the other way round")
    if answer.count("?") != original.count("?") and not figures:
        raise Doubt("a question became a statement, or a statement a question")
    new = [it for it in _meaning(answer) if it not in _meaning(original)]
    if len(new) > MOST_NEW * max(len(_meaning(answer)), 1):
        raise Doubt("most of it isn't in the original")


def _check_shape(answer: str, original: str, longest: int) -> None:
    if not answer.strip() or len(answer) > longest:
        raise Doubt("empty, or too long")
    if any(unicodedata.category(it)[0] in "CZ" and it != " " for it in answer):
        raise Doubt("control or invisible characters, or several lines")
    if any(not it.isascii() and it not in _LETTERS and it not in original for it in answer):
        raise Doubt("letters that aren't in the original")
    if _MARKED.search(answer):
        raise Doubt("markup, a link or a mention")


def _check_figures(answer: str, original: str, *, known: bool) -> None:
    """Outside the holes there are none, but in a summary those of the notes."""
    found = {it.strip(_OPEN + _CLOSE) for it in _PIECE.findall(answer) if any(c.isnumeric() for c in it)}
    given = {it.strip(_OPEN + _CLOSE) for it in _PIECE.findall(original)} if known else set()
    if found - given:
        raise Doubt("a figure that isn't in the original")


def _check_names(answer: str, original: str) -> None:
    """A capital within a sentence is a name, or could be taken for one. All of the original's stay, none comes."""
    said = {it.casefold() for it in _WORD.findall(original)}
    if any(it.casefold() not in said for it in _capitals(answer)):
        raise Doubt("a name that isn't in the original")


def _check_kept(answer: str, original: str) -> None:
    kept = set(_meaning(answer))
    ours = _meaning(original)
    if sum(it in kept for it in ours) < LEAST_KEPT * len(ours):
        raise Doubt("too little of the original is left")
    said = {it.casefold() for it in _WORD.findall(answer)}
    if any(it.casefold() not in said for it in _capitals(original)):
        raise Doubt("a name is missing")


def _capitals(text: str) -> Iterator[str]:
    for it in _WORD.finditer(text):
        before = text[: it.start()].rstrip(_OPEN + " ")
        if it[0][0].isupper() and before and before[-1] not in ".!?:]\n":
            yield it[0]


def _negations(text: str) -> int:
    words = [it.casefold().replace("’", "'") for it in _WORD.findall(text)]
    return sum(it in NEGATIONS or it.endswith("n't") for it in words)


def _meaning(text: str) -> list[str]:
    """Stems of the words that carry one."""
    words = (it.casefold() for it in _WORD.findall(text))
    return [it[:5] for it in words if len(it) > 3 and it not in SMALL]


def _room(text: str) -> int:
    return min(LONGEST, round(1.5 * len(text)) + 60)
