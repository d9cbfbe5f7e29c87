"""An additive scorecard, learned from closed deals: a few points for each answer, and what they come to.

Ten points double the odds and a score of 0 means even odds, so chance = 1 / (1 + 2 ** (-score / 10)). The points of an
answer are its weight in a ridge logistic regression against the question's usual answer, which makes no answer worth 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import log, prod
from typing import TYPE_CHECKING

from coaching.numbers.answers import Answers, Column, Deals, answers
from coaching.numbers.logistic import Fit, Rows, base_log_odds, fit, recalibrated, tuned
from coaching.numbers.validation import Validated, cross_validated

if TYPE_CHECKING:
    from coaching.numbers.logistic import Floats

DOUBLE = 10
POINT = log(2) / DOUBLE
"""Of log odds."""
ENOUGH, ENOUGH_OF_EACH = 30, 5
FEW = 100
TOO_GOOD = 0.97
"""AUC above which a column was probably written, or changed, once deals had closed."""
MOST_FEATURES = 300
"""The answers given most often; those beyond are too rare to weigh."""
DOUBT = 50.0
"""As strong as some 200 deals: with fewer, probabilities stay nearly as the regression has them."""


@dataclass(frozen=True, slots=True)
class Points:
    """What an answer counts, and how the deals with it ended."""

    column: str
    value: str
    points: int
    n: int = 0
    won: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """Of one deal: `total` is the card's base and the sum of `points`."""

    total: int
    chance: float
    points: tuple[Points, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Points by column and answer; what isn't there counts 0."""

    base: int
    columns: tuple[Column, ...] = ()
    points: tuple[Points, ...] = ()

    def scores(self, cells: Mapping[str, Sequence[str]], n: int) -> tuple[Score, ...]:
        """Of `n` deals, their cells by column."""
        known = {(it.column, it.value): it for it in self.points}
        return tuple(self._score({name: column[at] for name, column in cells.items()}, known) for at in range(n))

    def _score(self, cells: Mapping[str, str], known: Mapping[tuple[str, str], Points]) -> Score:
        found, warnings = [], []
        for column in self.columns:
            answer = column.answer(cells.get(column.name, ""))
            points = known.get((column.name, answer or ""))
            found.append(Points(column.name, answer or "", points.points if points else 0))
            if points is None:
                warnings.append(_uncounted(column.name, answer, there=column.name in cells))
        total = self.base + sum(it.points for it in found)
        return Score(total, chance(total), tuple(found), tuple(warnings))


@dataclass(frozen=True, slots=True)
class Learned:
    """The card, how well it foretold deals it had not seen (None without enough), and what to know about it."""

    n: int
    won: int
    card: Scorecard
    validated: Validated | None
    warnings: tuple[str, ...]


def chance(score: int) -> float:
    """Of winning, 0..1; as an IEEE float never above 1."""
    return float(1 / (1 + 2 ** (-score / DOUBLE)))


def learned(deals: Deals) -> Learned:
    """A card from closed deals; an empty one, and why, when they can't say enough."""
    found = answers(deals)
    n, won = len(deals.won), sum(deals.won)
    if n < ENOUGH or min(won, n - won) < ENOUGH_OF_EACH:
        why = (
            f"not enough data: {n} closed deals, {won} of them won; a scorecard needs at least {ENOUGH}, "
            f"{ENOUGH_OF_EACH} of them won and {ENOUGH_OF_EACH} lost"
        )
        return Learned(n, won, Scorecard(_base(n, won)), None, (why, *found.warnings))
    if not found.columns:
        why = "not enough data: no column can be learned from"
        return Learned(n, won, Scorecard(_base(n, won)), None, (why, *found.warnings))
    return _learned(found, deals)


def _learned(found: Answers, deals: Deals) -> Learned:
    features, counts = _features(found, deals.won)
    rows = _rows(found, features, deals.won)
    points = _points(rows, found.columns, features)
    card = Scorecard(
        base=points.base,
        columns=found.columns,
        points=tuple(
            Points(column, value, int(it), *counts[column, value])
            for (column, value), it in zip(features, points.of, strict=True)
        ),
    )
    validated = cross_validated(rows, lambda train, x: _points(train, found.columns, features).log_odds(x))
    if not validated.tells:
        card = _without_points(card, deals.won)
    cautions = _cautions(card, len(deals.won), validated)
    return Learned(
        len(deals.won),
        sum(deals.won),
        card,
        validated,
        (*cautions, *_too_good(card, validated), *found.warnings),
    )


def _without_points(card: Scorecard, won: Sequence[bool]) -> Scorecard:
    """The plain rate: points that don't foretell deals held out are luck, and nobody should go by them."""
    points = tuple(replace(it, points=0) for it in card.points)
    return replace(card, base=_base(len(won), sum(won)), points=points)


@dataclass(frozen=True, slots=True)
class _Whole:
    """A card's points, by feature."""

    base: int
    of: Floats

    def log_odds(self, x: Floats) -> Floats:
        import numpy as np

        found: Floats = (self.base + np.nan_to_num(x) @ self.of) * POINT
        return found


def _points(rows: Rows, columns: Sequence[Column], features: Sequence[tuple[str, str]]) -> _Whole:
    """The whole way from deals to points; what is cross-validated is this."""
    import numpy as np

    strength = tuned(rows)
    if strength is None:
        return _Whole(round(base_log_odds(rows) / POINT), np.zeros(len(features)))
    found = fit(rows, strength.precision)
    shift, stretch = recalibrated(strength.held_out, rows, DOUBT)
    weights = _against_usual(_one_way(found, columns, features), found.usual, features)
    points = np.where(found.usual > 0, np.round(weights * stretch / POINT), 0.0)
    return _Whole(round((found.intercept * stretch + shift) / POINT), points)


def _one_way(found: Fit, columns: Sequence[Column], features: Sequence[tuple[str, str]]) -> Floats:
    """Points for grades and numbers run one way, up or down: a dip is chance, and nobody could explain it."""
    weights = found.weights.copy()
    place = {it: at for at, it in enumerate(features)}
    for column in columns:
        of = [place[column.name, it] for it in column.grades if (column.name, it) in place]
        if of:
            weights[of] = _monotone(weights[of], found.usual[of])
    return weights


def _monotone(values: Floats, sizes: Floats) -> Floats:
    """The nearest values that run one way, up or down, by pooling neighbours (Ayer et al., 1955)."""
    import numpy as np

    ways = (np.array(_rising(values, sizes)), -np.array(_rising(-values, sizes)))
    return min(ways, key=lambda it: float((sizes * (it - values) ** 2).sum()))


def _rising(values: Floats, sizes: Floats) -> list[float]:
    blocks: list[tuple[float, float, int]] = []  # mean, size, how many
    for value, size in zip(values.tolist(), sizes.tolist(), strict=True):
        blocks.append((value, max(size, 1e-9), 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, n, k), (b, m, j) = blocks.pop(-2), blocks.pop()
            blocks.append(((a * n + b * m) / (n + m), n + m, k + j))
    return [mean for mean, _, many in blocks for _ in range(many)]


def _against_usual(weights: Floats, usual: Floats, features: Sequence[tuple[str, str]]) -> Floats:
    """Each question's weights, less their mean over the deals."""
    import numpy as np

    names = [column for column, _ in features]
    _, of = np.unique(names, return_inverse=True)
    found: Floats = weights - np.bincount(of, weights * usual)[of]
    return found


def _features(
    found: Answers, won: Sequence[bool]
) -> tuple[list[tuple[str, str]], Mapping[tuple[str, str], tuple[int, int]]]:
    """The answers that get points, in their columns' order, and of each how many deals gave it and were won."""
    counts = {
        (column.name, value): (
            given.count(value),
            sum(y for it, y in zip(given, won, strict=True) if it == value),
        )
        for column in found.columns
        for value in column.answers
        for given in (found.given[column.name],)
    }
    kept = set(sorted(counts, key=lambda it: (-counts[it][0], it))[:MOST_FEATURES])
    return [it for it in counts if it in kept], counts


def _rows(found: Answers, features: Sequence[tuple[str, str]], won: Sequence[bool]) -> Rows:
    """Deals with the same answers are one row, wherever they are in the file.

    Unless there are fewer ways to answer than deals: then the same answers are no sign of the same deal.
    """
    import numpy as np

    names = [it.name for it in found.columns]
    deals = list(zip(*(found.given[it] for it in names), strict=True))
    marks = [""] * len(deals) if _telling(found.columns, len(deals)) else _apart(deals, won)
    n = Counter(zip(deals, marks, strict=True))
    wins = Counter(it for it, y in zip(zip(deals, marks, strict=True), won, strict=True) if y)
    keys = {it: _mixed(*it) for it in n}
    order = sorted(n, key=keys.__getitem__)
    at = {it: place for place, it in enumerate(names)}
    wanted = [(at[column], value) for column, value in features]
    x = np.array([[np.nan if it[of] is None else float(it[of] == value) for of, value in wanted] for it, _ in order])
    counts, won_ = (np.array([float(it[row]) for row in order]) for it in (n, wins))
    return Rows(x, counts, won_, tuple(keys[it] for it in order))


def _telling(columns: Sequence[Column], deals: int) -> bool:
    """Whether the same answers are a sign of the same deal."""
    return prod(len(it.answers) for it in columns) > deals


def _apart(deals: Sequence[tuple[str | None, ...]], won: Sequence[bool]) -> list[str]:
    """A mark for each deal, in which the order of the file has no part."""
    seen: Counter[tuple[tuple[str | None, ...], bool]] = Counter()
    marks = []
    for it in zip(deals, won, strict=True):
        seen[it] += 1
        marks.append(f"{it[1]} {seen[it]}")
    return marks


def _mixed(answers_: Sequence[str | None], mark: str) -> str:
    """The same in every file, and no order that says anything."""
    return sha256("\x1f".join((*(it or "" for it in answers_), mark)).encode()).hexdigest()


def _base(n: int, won: int) -> int:
    return round(log((won + 1) / (n - won + 1)) / POINT)


def _cautions(card: Scorecard, n: int, tried: Validated) -> Sequence[str]:
    if not any(it.points for it in card.points):
        figures = f"AUC {tried.auc:.2f}, squared error {tried.brier:.3f}, the plain rate's {tried.brier_of_rate:.3f}"
        why = "the answers tell won from lost deals no better than the plain rate does; no answer counts"
        return [f"{why} (on deals held out: {figures})"]
    return [f"learned from {n} deals, fewer than {FEW}: a first indication"] if n < FEW else []


def _too_good(card: Scorecard, tried: Validated) -> Sequence[str]:
    """What people know beforehand doesn't foretell like this; the column that counts most is the one to look at."""
    reach = {it.name: 0 for it in card.columns}
    for it in card.points:
        reach[it.column] = max(reach[it.column], abs(it.points))
    most = max(reach, key=lambda it: reach[it])
    if tried.auc <= TOO_GOOD or not reach[most]:
        return []
    why = f"{most}: counts most in a card that foretells deals too well to be true (AUC {tried.auc:.2f})"
    return [f"{why}; make sure that it is known before deals close"]


def _uncounted(column: str, answer: str | None, *, there: bool) -> str:
    if answer:
        return f"{column}: '{answer}' was not seen among the closed deals; counts 0"
    return f"{column}: empty; counts 0" if there else f"{column}: not in this file; counts 0"
