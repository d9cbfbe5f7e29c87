"""How good forecasts would have been, for a person and for a program."""

from __future__ import annotations

from typing import Any

from bot.reports.project import warned
from bot.reports.report import Report
from coaching.card import Bold, Card, Curve, Curves, Element, Heading, Picture, Table, quiet, say
from coaching.numbers.backtest import Backtest, Fold, Kept
from coaching.opportunities import Category
from coaching.phrases import count, percent


def told(it: Backtest, currency: str) -> Report:
    """As the contract's keys, and as a card."""
    data = {
        "period": it.length.value,
        "n_opportunities": it.n,
        "folds": [_fold(fold) for fold in it.folds],
        "wape": _errors(it),
        "wape_by_owner": {
            "model": it.wape_by_owner(lambda row: row.model.expected),
            "last_period": it.wape_by_owner(lambda row: row.last_period),
            "trailing_mean": it.wape_by_owner(lambda row: row.trailing_mean),
        },
        "bias": {"model": it.bias},
        "coverage80": it.coverage80,
        "coverage80_by_owner": it.coverage80_by_owner,
        "calibration": [_kept(kind, kept) for kind, kept in it.calibration.items()],
        "warnings": list(it.warnings),
    }
    return Report(data, _card(it, currency))


def _kept(kind: Category, it: Kept) -> dict[str, Any]:
    """Of the open deals in a category on a period's first day."""
    expected = it.expected / it.n if it.n else None
    return {"category": kind.value, "n": it.n, "won": it.won, "rate": it.rate, "expected_rate": expected}


def _errors(it: Backtest) -> dict[str, float | None]:
    return {
        "model": it.wape(lambda fold: fold.model.expected),
        "last_period": it.wape(lambda fold: fold.last_period),
        "trailing_mean": it.wape(lambda fold: fold.trailing_mean),
        "stage_weighted": it.wape(lambda fold: fold.stage_weighted),
        "same_season": it.wape(lambda fold: fold.same_season),
    }


def _fold(it: Fold) -> dict[str, Any]:
    model = it.model
    return {
        "start": it.start.isoformat(),
        "end": it.end.isoformat(),
        "actual": round(it.actual, 2),
        "model": {name: round(getattr(model, name), 2) for name in ("expected", "p10", "p50", "p90")},
        "by_owner": {
            who: {"actual": round(row.actual, 2), "expected": round(row.model.expected, 2)}
            for who, row in it.by_owner.items()
        },
        "baselines": {
            "last_period": round(it.last_period, 2),
            "trailing_mean": round(it.trailing_mean, 2),
            "stage_weighted": round(it.stage_weighted, 2),
            "same_season": None if it.same_season is None else round(it.same_season, 2),
        },
    }


def _card(it: Backtest, currency: str) -> Card:
    title = f"Forecasts of {count(len(it.folds), it.length.value)}, each by what was known on its first day"
    errors = {name.replace("_", " "): error for name, error in _errors(it).items() if error is not None}
    rows = tuple(
        (
            (str(fold.start),),
            (f"{fold.actual:,.0f}",),
            (f"{fold.model.expected:,.0f}",),
            (f"{fold.model.p10:,.0f} – {fold.model.p90:,.0f}",),
            (f"{fold.last_period:,.0f}",),
            (f"{fold.trailing_mean:,.0f}",),
        )
        for fold in it.folds
    )
    head = ("From", f"Won ({currency})", "Forecast", "8 of 10 cases", "Last period", "Mean of three")
    lines: list[Element] = [
        Heading(title),
        *warned(it.warnings),
        *_picture(it, currency),
        Table(head, rows, frozenset(range(1, 6))),
    ]
    if errors:
        said = "; ".join(f"{name} {percent(error)}" for name, error in errors.items())
        lines.append(say(Bold("Off by, of what was won: "), f"{said}."))
    lines += _calibration(it)
    lines.append(
        quiet(
            "Off by: the sum of |forecast - won| over the sum of won. Stage weighted: every open deal's typical amount "
            "times the share won so far; an export doesn't say in which stage a deal was on an earlier day."
        )
    )
    return Card(title, tuple(lines))


def _picture(it: Backtest, currency: str) -> list[Element]:
    """With the coverage as its words; these alone where one period makes no line."""
    if len(it.folds) < 2:
        return [say(_coverage(it))]
    days = [float(fold.start.toordinal()) for fold in it.folds]
    won = Curve("Won", tuple((day, fold.actual) for day, fold in zip(days, it.folds, strict=True)))
    said = Curve(
        "Forecast, 8 of 10 cases",
        tuple((day, fold.model.expected) for day, fold in zip(days, it.folds, strict=True)),
        tuple((min(at.p10, at.expected), max(at.p90, at.expected)) for at in (fold.model for fold in it.folds)),
    )
    title = f"What was won and what was forecast, {currency}"
    return [Picture(_coverage(it), title, Curves((won, said), f"{it.length.value} from", days=True))]


def _coverage(it: Backtest) -> str:
    held = [fold.model.p10 <= fold.actual <= fold.model.p90 for fold in it.folds]
    owners = [row.held for fold in it.folds for row in fold.by_owner.values()]
    return (
        f"What was won was within the range in {sum(held):,} of {count(len(held), it.length.value)}, and in "
        f"{sum(owners):,} of {len(owners):,} of single owners; 8 in 10 is right."
    )


def _calibration(it: Backtest) -> list[Element]:
    """How often deals of each category were won."""
    rows = tuple(
        (
            (kind.value.replace("_", " ").capitalize(),),
            (f"{kept.n:,}",),
            (f"{kept.won:,}",),
            (percent(kept.won / kept.n),),
            (percent(kept.expected / kept.n),),
        )
        for kind, kept in it.calibration.items()
        if kept.n
    )
    head = ("Open deals held to be", "Deals", f"Won in the {it.length.value}", "Share", "Foretold")
    return [Table(head, rows, frozenset(range(1, 5)))] if rows else []
