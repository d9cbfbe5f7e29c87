"""A check-in in words, laid over what is already known of the day: a later message changes only what it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from coaching.became import names_an_end
from coaching.checkin_answer import SETTLED, Answer
from coaching.checkin_plan import Facts
from coaching.checkins import CheckIn, CommitmentState
from coaching.forecast_words import is_call
from coaching.heard import ALL
from coaching.language import t
from coaching.phrases import quoted
from coaching.questions import shortened
from coaching.words import UnderstoodCheckIn, understand_checkin
from coaching.yields import amount

_WITH_A_NUMBER = re.compile(r"(?:(?<![\d.,])(\d{1,4})\s+)?([^\W\d_]+)")
OPENERS = tuple(it for heard in ALL for it in heard.alone)


@dataclass(frozen=True, slots=True)
class InWords:
    """The whole answer of the day as it is now, and what to say about the words themselves."""

    answer: Answer
    aside: str


def understood(facts: Facts, word: str, rest: str, text: str) -> UnderstoodCheckIn:
    """`checkin 12 calls` and `today 12 calls` are about the words after; `today I'll call Globex` is a promise."""
    promise = facts.promise_before(facts.today)
    last = promise.text if promise else ""
    after = understand_checkin(rest, facts.habits, last)
    if word in {"today", "checkin", "check-in"} and (after.counts or word != "today"):
        return after
    return understand_checkin(text, facts.habits, last)


def is_answer(said: UnderstoodCheckIn, text: str) -> bool:
    """Whether there is enough in it to keep as a check-in."""
    promised = bool(said.commitment) and text.lower().startswith(OPENERS)
    return bool(said.counts) or said.kept is not None or promised


def laid_over(facts: Facts, checkin: CheckIn, said: UnderstoodCheckIn) -> InWords:
    """What was answered before, with what was said now."""
    before = next((it for it in SETTLED if it.value == said.kept), None) or _settled_before(facts, checkin)
    note = _joined(checkin.note, said.note)
    answer = Answer(
        counts={**facts.known_of(checkin.day), **said.counts},
        answer=checkin.answer,
        note=note,
        commitment=_promised(facts, checkin, said),
        before=before if facts.promise_before(checkin.day) else None,
    )
    return InWords(answer, " ".join(it for it in _asides(facts, checkin, said, answer) if it))


def _promised(facts: Facts, checkin: CheckIn, said: UnderstoodCheckIn) -> str:
    """What was promised from elsewhere isn't taken back by words that can't have meant it."""
    return _joined(facts.promised_already(checkin), said.commitment) or checkin.commitment


def _settled_before(facts: Facts, checkin: CheckIn) -> CommitmentState | None:
    promise = facts.promise_before(checkin.day)
    return promise.state if promise and promise.state in SETTLED else None


def _joined(before: str, now: str) -> str:
    return "; ".join(it for it in (before, now if now not in before else "") if it)


def _asides(facts: Facts, checkin: CheckIn, said: UnderstoodCheckIn, answer: Answer) -> Iterator[str]:
    """Of the note all that is kept: it would look lost on the card of the next correction."""
    if answer.note:
        yield t("Noted: {note}.{uncounted}", note=shortened(answer.note), uncounted=_uncounted(facts, said))
    yield _of_the_promise(facts, checkin, said, answer)
    if said.leftovers:
        yield unplaced(facts, said.leftovers)


def _of_the_promise(facts: Facts, checkin: CheckIn, said: UnderstoodCheckIn, answer: Answer) -> str:
    """What became of the last one, where that was said; else how to say it, where it was perhaps meant."""
    promise = facts.promise_before(checkin.day)
    if promise is None:
        return ""
    text = shortened(promise.text, 60)
    if said.kept and answer.before:
        return {
            CommitmentState.KEPT: t("“{text}” is kept.", text=text),
            CommitmentState.MOVED: t("“{text}” is moved.", text=text),
        }.get(answer.before) or t("“{text}” is dropped.", text=text)
    if answer.before is None and names_an_end(said.note):
        return t("“{text}” is still open; say “kept”, “moved” or “dropped”.", text=text)
    return ""


def _uncounted(facts: Facts, said: UnderstoodCheckIn) -> str:
    """Words about a habit that were not taken for its count: said, so that nobody thinks them counted."""
    words = {_stem(it): int(n or 1) for n, it in _WITH_A_NUMBER.findall(said.note.lower())}
    named = (it for it in facts.habits if it.id not in said.counts and _stem(it.unit.lower()) in words)
    habit = next(named, None)
    if habit is None:
        return ""
    return t(" If it counts, add “{count}”.", count=amount(words[_stem(habit.unit.lower())], habit.unit))


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def unplaced(facts: Facts, clauses: tuple[str, ...]) -> str:
    """Which words with a number could not be placed, and what could be."""
    written = ", ".join(quoted(shortened(it, 60)) for it in clauses[:5])
    names = ", ".join(it.name for it in facts.habits)
    said = t("I couldn't place {quoted}, so it isn't counted. What I count: {names}.", quoted=written, names=names)
    call = next((it for it in clauses if is_call(it)), None)
    if call is None:
        return said
    return f"{said} {t('A forecast call is a message of its own: “{call}”.', call=shortened(call, 60))}"
