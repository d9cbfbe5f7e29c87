"""How good forecasts were, in a sentence and as maths: said alike to a rep, the manager and the owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from coaching.card import Maths
from coaching.forecasts import Author
from coaching.language import number, t, tn
from coaching.money import Money
from coaching.numbers.accuracy import ENOUGH, Accuracy, Band, Factor, Outcome
from coaching.phrases import percent

PUBLISHED = "Hyndman & Koehler, Another look at measures of forecast accuracy, 2006"


def name(by: Author) -> str:
    """Of whoever forecast, as it stands in a table."""
    match by:
        case Author.REP:
            return t("The reps’ calls")
        case Author.MANAGER:
            return t("The manager’s calls")
        case Author.COACH:
            return t("The coach")
        case Author.LAST_PERIOD:
            return t("As the last period")
        case Author.TRAILING_MEAN:
            return t("Mean of the last four")
        case Author.SAME_SEASON:
            return t("As a year before")
        case Author.STAGE_WEIGHTED:
            return t("By stage probability")
        case _:
            assert_never(by)


def own_words(it: Accuracy, currency: str, *, whose: str | None = None) -> str:
    """Of one person's weekly calls: how high or low they came in, never with more certainty than the n has.

    `whose` is their name; None speaks to themself.
    """
    if not it.n:
        if whose is None:
            return t("Your accuracy: not enough data yet (n = 0); it is told once a period with a call has ended.")
        return t(
            "{name}’s accuracy: not enough data yet (n = 0); it is told once a period with a call has ended.",
            name=whose,
        )
    if it.bias is None or it.wape is None:
        last = told(it.outcomes[-1], currency)
        return t(
            "{last}. Not enough data for a habit yet (n = {n}, from {enough} on).", last=last, n=it.n, enough=ENOUGH
        )
    values = {"bias": bias_words(it.bias), "off": percent(it.wape), "weekly": it.n_forecasts}
    if whose is None:
        return tn(
            "Your calls of the last {n} period came in {bias}, and {off} off to either side; n = {n}, "
            "{weekly} weekly calls.",
            "Your calls of the last {n} periods came in {bias}, and {off} off to either side; n = {n}, "
            "{weekly} weekly calls.",
            it.n,
            **values,
        )
    return tn(
        "{name}’s calls of the last {n} period came in {bias}, and {off} off to either side; n = {n}, "
        "{weekly} weekly calls.",
        "{name}’s calls of the last {n} periods came in {bias}, and {off} off to either side; n = {n}, "
        "{weekly} weekly calls.",
        it.n,
        name=whose,
        **values,
    )


def told(it: Outcome, currency: str) -> str:
    """`2026-Q3: called $120,000, $100,000 came in`."""
    values = {"period": it.period, "called": money(it.forecast, currency), "came": money(it.actual, currency)}
    if it.n == 1:
        return t("{period}: called {called}, {came} came in", **values)
    return t("{period}: called on average {called}, {came} came in", **values)


def bias_words(bias: float) -> str:
    """`12 % high`, `8 % low`, `on the mark`."""
    if abs(bias) < 0.005:
        return t("on the mark")
    if bias > 0:
        return t("{share} high", share=percent(bias))
    return t("{share} low", share=percent(-bias))


def graded(it: Accuracy) -> str:
    """In a table, with its band: `12 %, good`."""
    match it.band:
        case None:
            return share(it.wape)
        case Band.GOOD:
            return t("{share}, good", share=share(it.wape))
        case Band.FAIR:
            return t("{share}, fair", share=share(it.wape))
        case Band.OFF:
            return t("{share}, off", share=share(it.wape))
        case _:
            assert_never(it.band)


def share(it: float | None) -> str:
    """In a table."""
    return t("not enough data") if it is None else percent(it)


def bias_share(it: float | None) -> str:
    """In a table."""
    return "" if it is None else bias_words(it)


def ranges_words(it: Accuracy) -> str:
    """How many ranges held what came; empty for who says none."""
    return t("{covered} of {n}", covered=it.covered, n=it.n_ranges) if it.n_ranges else ""


def money(units: float, currency: str) -> Money:
    """As it is read: whole units."""
    return Money.of(f"{units:.0f}", currency)


# --- see the maths -------------------------------------------------------------------------------------------------
Rows = Sequence[tuple[str, Accuracy]]


def own_maths(it: Accuracy, currency: str) -> Maths:
    """Of one person's calls, period by period."""
    periods = tuple((one.period, _of(one, currency)) for one in it.outcomes)
    together = (t("together"), _sums(it, currency))
    return replace(
        error_maths(t("Your calls: off by, bias"), ((t("together"), it),), currency), inputs=(*periods, together)
    )


def _of(it: Outcome, currency: str) -> str:
    return tn(
        "called {called}, {came} came in ({n} weekly call)",
        "called on average {called}, {came} came in ({n} weekly calls)",
        it.n,
        called=money(it.forecast, currency),
        came=money(it.actual, currency),
    )


def as_shown() -> str:
    """For what stands in a table."""
    return t("as in the table")


def error_maths(figure: str, rows: Rows, currency: str) -> Maths:
    """Of a table of what several are off by, and to which side."""
    outcomes = [one for _, it in rows for one in it.outcomes]
    return Maths(
        figure=figure,
        value=share(rows[0][1].wape) if len(rows) == 1 else as_shown(),
        formula=t(
            "off by (WAPE) = sum of |forecast - came in| / sum of came in; bias = (sum of forecast - sum of came in) / "
            "sum of came in; a period forecast several times counts once, with the mean"
        ),
        inputs=tuple((who, _sums(it, currency)) for who, it in rows),
        n=t("{n} periods; from {enough} on a share is told", n=len({it.period for it in outcomes}), enough=ENOUGH),
        uncertainty=_spread(outcomes),
        source=PUBLISHED,
    )


def _sums(it: Accuracy, currency: str) -> str:
    """`missed $50,000, forecast $420,000, came in $335,000; MAPE 27 %; 4 periods`."""
    missed, forecast, actual = (
        money(sum(getattr(one, which) for one in it.outcomes), currency) for which in ("miss", "forecast", "actual")
    )
    values = {"missed": missed, "forecast": forecast, "came": actual}
    if it.mape is None:
        return tn(
            "missed {missed}, forecast {forecast}, came in {came}; {n} outcome",
            "missed {missed}, forecast {forecast}, came in {came}; {n} outcomes",
            it.n,
            **values,
        )
    return tn(
        "missed {missed}, forecast {forecast}, came in {came}; mean of the single errors (MAPE) {mape}; {n} outcome",
        "missed {missed}, forecast {forecast}, came in {came}; mean of the single errors (MAPE) {mape}; {n} outcomes",
        it.n,
        mape=percent(it.mape),
        **values,
    )


def _spread(outcomes: Sequence[Outcome]) -> str:
    """A share of few says little of the next one: the single ones are told instead of an interval."""
    ratios = [it.forecast / it.actual - 1 for it in outcomes if it.actual > 0]
    if not ratios:
        return t("nothing came in, so there is nothing to compare with")
    low, high = bias_words(min(ratios)), bias_words(max(ratios))
    if low == high:
        return t("single ones: all {bias}; with so few, the next may lie outside", bias=low)
    return t("single ones: from {low} to {high}; with so few, the next may lie outside", low=low, high=high)


def factor_maths(rows: Sequence[tuple[str, Factor]]) -> Maths:
    """Of what the reps' calls have been worth."""
    first = rows[0][1]
    return Maths(
        figure=t("Worth of a call"),
        value=number(first.shrunk, 2) if len(rows) == 1 else as_shown(),
        formula=t("(n x own + k x team) / (n + k); own and team: the sum of what came in / the sum of what was called"),
        inputs=(
            *(
                (who, tn("own {own}, {n} period", "own {own}, {n} periods", it.n, own=number(it.own, 2)))
                for who, it in rows
            ),
            (t("team"), number(first.team, 2)),
            (t("k, what the team’s is worth in periods"), number(first.strength, 1)),
        ),
        n=tn(
            "{n} rep with {enough} periods or more", "{n} reps with {enough} periods or more", len(rows), enough=ENOUGH
        ),
        uncertainty=t("leans on the team the more, the fewer the periods and the more alike the team"),
        source=t("shrinkage to a mean, k by moments: Efron & Morris, 1975"),
    )


def _own(it: Factor) -> str:
    return tn("own {own}, {n} period", "own {own}, {n} periods", it.n, own=number(it.own, 2))
