"""A scorecard: its points, how well it foretells deals it had not seen, and the deals it was asked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.files.closed_deals import NewDeals
from bot.reports.patterns import warned
from bot.reports.report import Report
from coaching.card import Bold, Card, Element, Heading, Spans, Table, quiet, say
from coaching.numbers.scorecard import DOUBLE, Learned, Points, Score
from coaching.numbers.validation import Validated
from coaching.phrases import count, percent

SHOWN = 200
"""Deals in words; JSON has all."""
REASONS = 3


def told(found: Learned, deals: NewDeals, scores: Sequence[Score], left_out: Sequence[str] = ()) -> Report:
    """As the contract's keys, and as a card."""
    missing = [it.name for it in found.card.columns if it.name not in deals.cells]
    warnings = [
        *left_out,
        *found.warnings,
        *(f"{it}: not among the deals to score; counts 0 for all" for it in missing),
    ]
    data = {
        "n_train": found.n,
        "cross_validated": _validated(found.validated),
        "scorecard": {"base_points": found.card.base, "points": [_counted(it) for it in found.card.points]},
        "scores": [_scored(row, it) for row, it in enumerate(scores)],
        "warnings": warnings,
    }
    title = f"A scorecard learned from {count(found.n, 'closed deal')}"
    elements = (Heading(title), *_how_good(found), *warned(warnings), *_points(found), *_deals(deals, scores))
    return Report(data, Card(title, elements))


def _validated(it: Validated | None) -> dict[str, Any]:
    if it is None:
        return {
            "folds": 0,
            "times": 0,
            "auc": None,
            "brier": None,
            "accuracy": None,
            "brier_of_rate": None,
            "calibration": [],
        }
    return {
        "folds": it.folds,
        "times": it.times,
        "auc": it.auc,
        "brier": it.brier,
        "accuracy": it.accuracy,
        "brier_of_rate": it.brier_of_rate,
        "calibration": [{"n": one.n, "p_win": one.foretold, "won": one.won} for one in it.calibration],
    }


def _counted(it: Points) -> dict[str, Any]:
    return {**_answer(it), "n": it.n, "won": it.won}


def _answer(it: Points) -> dict[str, Any]:
    return {"column": it.column, "value": it.value, "points": it.points}


def _scored(row: int, it: Score) -> dict[str, Any]:
    return {
        "row": row,
        "score": it.total,
        "p_win": it.chance,
        "points": [_answer(one) for one in it.points],
        "warnings": list(it.warnings),
    }


def _how_good(found: Learned) -> Sequence[Element]:
    it = found.validated
    if it is None:
        return [
            say(
                Bold("Not enough data for a scorecard."),
                f" {found.won} of {found.n} were won; that rate is all there is.",
            )
        ]
    return [
        say(
            f"{found.won:,} of {found.n:,} were won. Tried on deals it had not seen, in {it.folds} parts: of a won and "
            f"a lost deal it ranks the won one higher {percent(it.auc)} of the time, and is right on "
            f"{percent(it.accuracy)} of deals. Its probabilities' squared error is {it.brier:.3f}; that of the plain "
            f"rate is {it.brier_of_rate:.3f} (less is better)."
        ),
        Table(
            ("Foretold", "Won", "Deals"),
            tuple(((percent(one.foretold),), (percent(one.won),), (f"{one.n:,}",)) for one in it.calibration),
            frozenset({0, 1, 2}),
        ),
    ]


def _points(found: Learned) -> Sequence[Element]:
    """The questions that move a score most come first; answers that count nothing are left out."""
    counting = [it for it in found.card.points if it.points]
    if not counting:
        return []
    reach = {it.column: 0 for it in counting}
    for it in counting:
        reach[it.column] = max(reach[it.column], abs(it.points))
    counting.sort(key=lambda it: (-reach[it.column], it.column, -it.points))
    rows = tuple(((it.column,), (it.value,), (f"{it.points:+}",), (f"{it.won:,} of {it.n:,}",)) for it in counting)
    return [
        say(
            f"Every deal starts with {found.card.base:+} points. A score of 0 means even odds; {DOUBLE} points more "
            "double them. Answers that aren't listed, or not known, count 0, as the usual answer does."
        ),
        Table(("Question", "Answer", "Points", "Won"), rows, frozenset({2, 3})),
        quiet("A ridge logistic regression in whole points. Points say what goes with winning, not what causes it."),
    ]


def _deals(deals: NewDeals, scores: Sequence[Score]) -> Sequence[Element]:
    rows = tuple(
        ((f"{line:,}",), (f"{it.total:+}",), (percent(it.chance),), _reasons(it), (_doubt(it),))
        for line, it in list(zip(deals.lines, scores, strict=True))[:SHOWN]
    )
    more = f"; the first {SHOWN} are here, all in JSON" if len(scores) > SHOWN else ""
    return [
        say(Bold(f"{count(len(scores), 'deal')} scored"), f"{more}:"),
        Table(("Line", "Score", "Chance", "What counts most", "Counted 0"), rows, frozenset({0, 1, 2})),
    ]


def _reasons(it: Score) -> Spans:
    most = sorted((one for one in it.points if one.points), key=lambda one: -abs(one.points))[:REASONS]
    return (", ".join(f"{one.column}: {one.value} {one.points:+}" for one in most),)


def _doubt(it: Score) -> str:
    """The questions without an answer that counts."""
    names = [one.split(":")[0] for one in it.warnings]
    return ", ".join(names[:REASONS]) + (f" and {len(names) - REASONS} more" if len(names) > REASONS else "")
