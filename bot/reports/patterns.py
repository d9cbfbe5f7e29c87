"""What goes with winning, in plain sentences; never what causes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.reports.report import Report
from coaching.card import Bold, Bullets, Card, Element, Heading, Spans, Table, quiet, say
from coaching.numbers.patterns import FEW, Pattern, Patterns, Verdict
from coaching.phrases import count, percent

SHOWN = 20
"""Of hunches, in words; JSON has everything."""


def told(found: Patterns, left_out: Sequence[str] = ()) -> Report:
    """As the contract's keys, and as a card."""
    warnings = [*left_out, *found.warnings]
    data = {
        "n": found.n,
        "won": found.won,
        "patterns": [_data(it) for it in found.looked_at],
        "warnings": warnings,
    }
    title = f"What goes with winning in {count(found.n, 'closed deal')}"
    likely, weak = (_of(found, it) for it in (Verdict.LIKELY, Verdict.HUNCH))
    hunches = [it for it in weak if not it.few]
    lines: list[Element] = [Heading(title), say(_looked_at(found))]
    if likely:
        lines += [say(Bold("Likely, worth a test:")), Bullets(tuple(map(_sentence, likely)))]
    else:
        lines.append(say("No answer goes with winning more than luck alone would make it seem. That is a fine answer."))
    if hunches:
        lines += [say(_hunch_words(hunches)), _table(hunches[:SHOWN])]
    if len(weak) > len(hunches):
        lines.append(quiet(_too_few(len(weak) - len(hunches))))
    lines += [quiet(_maths(found)), *warned(warnings)]
    return Report(data, Card(title, tuple(lines)))


def _data(it: Pattern) -> dict[str, Any]:
    return {
        "column": it.column,
        "value": it.value,
        "n_with": it.shares.n_with,
        "won_with": it.shares.won_with,
        "n_without": it.shares.n_without,
        "won_without": it.shares.won_without,
        "p_value": it.p_value,
        "p_adjusted": it.p_adjusted,
        "probability_of_lift": it.probability_of_lift,
        "verdict": it.verdict.value,
    }


def _of(found: Patterns, verdict: Verdict) -> list[Pattern]:
    """Of yes and no, which say the same, the one that goes with winning."""
    answers = Counter(it.column for it in found.looked_at)
    return [
        it
        for it in found.looked_at
        if it.verdict is verdict and (answers[it.column] != 2 or it.probability_of_lift > 0.5)
    ]


def _looked_at(found: Patterns) -> str:
    columns = len({it.column for it in found.looked_at})
    return (
        f"{found.won:,} of {found.n:,} were won. {count(len(found.looked_at), 'answer')} to "
        f"{count(columns, 'question')} looked at."
    )


def _sentence(it: Pattern) -> Spans:
    shares = it.shares
    without = f"{shares.won_without:,} of {shares.n_without:,} ({percent(shares.won_without / shares.n_without)})"
    rate = percent(shares.won_with / shares.n_with)
    return (
        Bold(f"{it.column}: {it.value}"),
        f" – won {shares.won_with:,} of {shares.n_with:,} ({rate}); with other answers {without}.",
    )


def _hunch_words(hunches: Sequence[Pattern]) -> str:
    more = f" The first {SHOWN}:" if len(hunches) > SHOWN else ""
    return (
        f"Hunches only ({len(hunches)}). Luck alone makes about one answer in seven look so; "
        f"ask about them, change nothing for them.{more}"
    )


def _too_few(n: int) -> str:
    return (
        f"{count(n, 'answer')} more left out: fewer than {FEW} deals with it, or without it, are too few for a hunch."
    )


def _table(hunches: Sequence[Pattern]) -> Table:
    rows = tuple(
        (
            (it.column,),
            (it.value,),
            (f"{it.shares.won_with:,} of {it.shares.n_with:,}",),
            (f"{it.shares.won_without:,} of {it.shares.n_without:,}",),
            (percent(it.probability_of_lift),),
        )
        for it in hunches
    )
    return Table(
        ("Question", "Answer", "Won with it", "Won without", "Chance of a better rate"), rows, frozenset({2, 3, 4})
    )


def _maths(found: Patterns) -> str:
    return (
        f"Fisher's exact test, two-sided, adjusted for all {len(found.looked_at):,} answers looked at "
        "(Benjamini-Hochberg). Likely: below 0.05. A hunch: below 0.20, or a chance above 85 % of a better rate "
        "(both rates uniform beforehand). What goes together need not cause each other."
    )


def warned(warnings: Sequence[str]) -> list[Element]:
    """What was left out, and what to doubt."""
    return [say(Bold("To know:")), Bullets(tuple((it,) for it in warnings))] if warnings else []
