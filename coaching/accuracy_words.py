"""How good forecasts were, in a sentence and as maths: said alike to a rep, the manager and the owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from coaching.card import Maths
from coaching.forecasts import Author
from coaching.money import Money
from coaching.numbers.accuracy import ENOUGH, Accuracy, Factor, Outcome
from coaching.phrases import count, percent

NAMES = {
    Author.REP: "The reps’ calls",
    Author.MANAGER: "The manager’s calls",
    Author.COACH: "The coach",
    Author.LAST_PERIOD: "As the last period",
    Author.TRAILING_MEAN: "Mean of the last four",
    Author.SAME_SEASON: "As a year before",
    Author.STAGE_WEIGHTED: "By stage probability",
}
AS_SHOWN = "as in the table"
PUBLISHED = "Hyndman & Koehler, Another look at measures of forecast accuracy, 2006"


def own_words(it: Accuracy, currency: str, *, who: str = "Your") -> str:
    """Of one person's weekly calls: how high or low they came in, never with more certainty than the n has."""
    if not it.n:
        return f"{who} accuracy: not enough data yet (n = 0); it is told once a period with a call has ended."
    if it.bias is None or it.wape is None:
        return f"{told(it.outcomes[-1], currency)}. Not enough data for a habit yet (n = {it.n}, from {ENOUGH} on)."
    return (
        f"{who} calls of the last {count(it.n, 'period')} came in {bias_words(it.bias)}, and {percent(it.wape)} off to "
        f"either side; n = {it.n}, {count(it.n_forecasts, 'weekly call')}."
    )


def told(it: Outcome, currency: str) -> str:
    """`2026-Q3: called $120,000, $100,000 came in`."""
    called = "called" if it.n == 1 else "called on average"
    return f"{it.period}: {called} {money(it.forecast, currency)}, {money(it.actual, currency)} came in"


def bias_words(bias: float) -> str:
    """`12 % high`, `8 % low`, `on the mark`."""
    if abs(bias) < 0.005:
        return "on the mark"
    return f"{percent(abs(bias))} {'high' if bias > 0 else 'low'}"


def graded(it: Accuracy) -> str:
    """In a table, with its band: `12 %, good`."""
    return share(it.wape) + (f", {it.band.value}" if it.band else "")


def share(it: float | None) -> str:
    """In a table."""
    return "not enough data" if it is None else percent(it)


def bias_share(it: float | None) -> str:
    """In a table."""
    return "" if it is None else bias_words(it)


def ranges_words(it: Accuracy) -> str:
    """How many ranges held what came; empty for who says none."""
    return f"{it.covered} of {it.n_ranges}" if it.n_ranges else ""


def money(units: float, currency: str) -> Money:
    """As it is read: whole units."""
    return Money.of(f"{units:.0f}", currency)


# --- see the maths -------------------------------------------------------------------------------------------------
Rows = Sequence[tuple[str, Accuracy]]


def own_maths(it: Accuracy, currency: str) -> Maths:
    """Of one person's calls, period by period."""
    periods = tuple((one.period, f"{told(one, currency).partition(': ')[2]} ({_of(one)})") for one in it.outcomes)
    return replace(
        error_maths("Your calls", (("together", it),), currency), inputs=(*periods, ("together", _sums(it, currency)))
    )


def _of(it: Outcome) -> str:
    return count(it.n, "weekly call")


def error_maths(figure: str, rows: Rows, currency: str) -> Maths:
    """Of a table of what several are off by, and to which side."""
    outcomes = [one for _, it in rows for one in it.outcomes]
    return Maths(
        figure=f"{figure}: off by, bias",
        value=share(rows[0][1].wape) if len(rows) == 1 else AS_SHOWN,
        formula="off by (WAPE) = sum of |forecast - came in| / sum of came in; bias = (sum of forecast - sum of "
        "came in) / sum of came in; a period forecast several times counts once, with the mean",
        inputs=tuple((name, _sums(it, currency)) for name, it in rows),
        n=f"{len({it.period for it in outcomes})} periods; from {ENOUGH} on a share is told",
        uncertainty=_spread(outcomes),
        source=PUBLISHED,
    )


def _sums(it: Accuracy, currency: str) -> str:
    """`missed $50,000, forecast $420,000, came in $335,000; MAPE 27 %; 4 periods`."""
    missed, forecast, actual = (
        money(sum(getattr(one, name) for one in it.outcomes), currency) for name in ("miss", "forecast", "actual")
    )
    mape = f"; mean of the single errors (MAPE) {percent(it.mape)}" if it.mape is not None else ""
    return f"missed {missed}, forecast {forecast}, came in {actual}{mape}; {count(it.n, 'outcome')}"


def _spread(outcomes: Sequence[Outcome]) -> str:
    """A share of few says little of the next one: the single ones are told instead of an interval."""
    ratios = [it.forecast / it.actual - 1 for it in outcomes if it.actual > 0]
    if not ratios:
        return "nothing came in, so there is nothing to compare with"
    low, high = bias_words(min(ratios)), bias_words(max(ratios))
    span = f"all {low}" if low == high else f"from {low} to {high}"
    return f"single ones: {span}; with so few, the next may lie outside"


def factor_maths(rows: Sequence[tuple[str, Factor]]) -> Maths:
    """Of what the reps' calls have been worth."""
    first = rows[0][1]
    return Maths(
        figure="Worth of a call",
        value=f"{first.shrunk:.2f}" if len(rows) == 1 else AS_SHOWN,
        formula="(n x own + k x team) / (n + k); own and team: the sum of what came in / the sum of what was called",
        inputs=(
            *((name, f"own {it.own:.2f}, {count(it.n, 'period')}") for name, it in rows),
            ("team", f"{first.team:.2f}"),
            ("k, what the team’s is worth in periods", f"{first.strength:.1f}"),
        ),
        n=f"{len(rows)} reps with {ENOUGH} periods or more",
        uncertainty="leans on the team the more, the fewer the periods and the more alike the team",
        source="shrinkage to a mean, k by moments: Efron & Morris, 1975",
    )
