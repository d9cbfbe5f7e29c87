"""What will be won from one day to another: a range for the team and for each owner, a chance for each open deal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isnan
from typing import TYPE_CHECKING

from coaching.language import marked, t, tn, worded
from coaching.numbers.chances import ENOUGH_WON, chances
from coaching.numbers.effects import Effect
from coaching.numbers.expectation import Expected, days_of, expectation, won_within
from coaching.numbers.hazard import AHEAD, fitted
from coaching.numbers.known import Pipeline
from coaching.numbers.recalibration import recalibration
from coaching.numbers.rest import Rest, parts_of, rest_of, set_right
from coaching.numbers.still_open import StillOpen, of_history
from coaching.numbers.uncertainty import Past, Range, corrected, past, ranges, shock
from coaching.opportunities import Category
from coaching.periods import Period

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import NDArray

COMMIT, BEST_CASE, PIPELINE = 0.6, 0.25, 0.02
"""Chances to be won within the stretch from which on a deal is in a category."""
SILENT = 31
"""Days without a deal created or closed, up to the first day, after which what is known is held to be out of date."""
NONE_CLOSED = marked("no deal whose age is known has closed in the two years before this day")


@dataclass(frozen=True, slots=True)
class Gate:
    """Something that stands in a deal's way: what its chances are multiplied with, in 0..1, and where that is from."""

    times: float
    why: str


@dataclass(frozen=True, slots=True)
class Chance:
    """Of an open deal. None when there is nothing to learn from yet, and nothing stated.

    `by_age` is the chance within the stretch by age and calendar alone; `parts` is what its rate of winning was
    multiplied with, `rest` what else made the chance. `by_age` times all of them, and the gate, is `p_win_in_period`.
    """

    id: str
    p_win: float | None
    p_win_in_period: float | None
    by_age: float | None = None
    parts: tuple[Effect, ...] = ()
    rest: tuple[Rest, ...] = ()
    gate: Gate | None = None
    checked: bool = True
    """Whether an earlier stretch could be checked; without one, nobody commits on a chance."""

    @property
    def category(self) -> Category:
        """By the chance to be won within the stretch; who knows nothing leaves nothing out."""
        chance = self.p_win_in_period
        if chance is None:
            return Category.PIPELINE
        if chance >= COMMIT and self.checked:
            return Category.COMMIT
        if chance >= BEST_CASE:
            return Category.BEST_CASE
        return Category.PIPELINE if chance >= PIPELINE else Category.OMITTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Amounts in whole units. The owners' `expected` add up to the total's; their ranges need not, and don't.

    `open` and `open_by_owner` are what of it the deals bring that are open; what is expected beyond that is new
    business.
    """

    on: date
    until: date
    total: Range
    by_owner: dict[str, Range]
    open: StillOpen
    open_by_owner: dict[str, StillOpen]
    chances: tuple[Chance, ...]
    closed_so_far: float
    """Won in the quarter before `on`; not part of `expected`."""
    closed_by_owner: dict[str, float]
    n_open: int
    n_won: int
    n_lost: int
    n_estimated: int
    """Open deals without an amount: they count with what others like them are worth."""
    n_learned: tuple[int, int]
    """Won and lost deals that the rates by age come from: of two years, and of a known age."""
    unknown: str
    """Why nothing can be said of what will be won; empty where something can."""
    known_to: date | None
    """The day before `on` that the deals last speak of when that is more than SILENT days ago, else None."""
    learned: float
    """How much of the chances comes from what became of earlier deals, in 0..1; the rest is the stages' own word."""
    made: Made
    warnings: tuple[str, ...]

    def new_business(self, owner: str | None) -> float:
        """What an owner's deals (everybody's for None) are expected to bring that aren't created yet."""
        if owner is None:
            return self.total.expected - self.open.expected.value
        return self.by_owner[owner].expected - self.open_by_owner[owner].expected.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """How the total was made: `from_open` is what open deals bring of it, deals not yet created the rest.

    `times` is what earlier stretches (`checked` of them) moved it by. `common` and `own` are the relative standard
    deviations of what hits all owners alike, and each for themselves.
    """

    from_open: float
    times: float
    checked: int
    ripe: bool
    """Whether any of those was long enough after the first close to check chances against."""
    common: float
    own: float


def projected(deals: Pipeline, on: date, until: date, gates: Mapping[str, Gate] | None = None) -> Projection:
    """From `on` to `until`, both included, by what was known before `on`; `gates` by the deals' ids."""
    import numpy as np

    known = deals.as_of(on)
    opened = known.is_open
    shut = _gates(known, opened, gates or {})
    known_to = _known_to(deals, on)
    folds = past(known, on, (until - on).days + 1)
    times = np.array([it.times if it else 1.0 for it in shut])
    plain, moved = expectation(known, on, until, times), shock(folds)
    expected = corrected(plain, folds)
    total, by_owner = ranges(expected, moved)
    here = set(known.owner.tolist())
    opened_in_all, opened_by_owner = of_history(expected, moved)
    so_far = won_within(known, Period.of(on, known.year_starts).start, on - timedelta(days=1))
    return Projection(
        on=on,
        until=until,
        total=total,
        by_owner={known.owners[at]: it for at, it in enumerate(by_owner) if at in here},
        open=opened_in_all,
        open_by_owner={known.owners[at]: it for at, it in enumerate(opened_by_owner) if at in here},
        chances=_chances(known, expected, folds, shut, on),
        closed_so_far=float(so_far.sum()),
        closed_by_owner={who: float(it) for who, it in zip(known.owners, so_far, strict=True) if it},
        n_open=int(opened.sum()),
        n_won=int(known.won.sum()),
        n_lost=int((known.is_closed & ~known.won).sum()),
        n_estimated=int(np.isnan(known.amount[opened]).sum()),
        n_learned=(expected.hazard.n_won, expected.hazard.n_lost) if expected.hazard else (0, 0),
        unknown=_unknown(known, expected),
        known_to=known_to,
        learned=expected.chances.learned,
        made=Made(
            from_open=opened_in_all.expected.value,
            times=float(expected.mean.sum() / max(plain.mean.sum(), 1e-9)),
            checked=len(folds),
            ripe=_checked(expected, folds),
            common=moved.common,
            own=moved.own,
        ),
        warnings=(*_silent(known_to, on), *_warnings(known, expected, checked=_checked(expected, folds))),
    )


def wins(deals: Pipeline, on: date, until: date) -> dict[str, float]:
    """P(win) of each open deal that something is known of: `projected`'s own, without the sums and their ranges."""
    known = deals.as_of(on)
    hazard = fitted(known, on)
    right = recalibration([it.said for it in past(known, on, (until - on).days + 1)])
    now, ever = (set_right(right, chances(known, hazard, days)) for days in _stretches(on, until))
    ids = (name for name, here in zip(known.ids, known.is_open, strict=True) if here)
    rows = zip(ids, now.tolist(), ever.tolist(), strict=True)
    return {name: max(within, win) for name, within, win in rows if not isnan(within)}


def _stretches(on: date, until: date) -> tuple[list[date], list[date]]:
    """The one that is asked about, and one as long as any deal takes."""
    return days_of(on, until), days_of(on, on + timedelta(days=AHEAD))


def _gates(known: Pipeline, opened: NDArray[bool_], gates: Mapping[str, Gate]) -> list[Gate | None]:
    return [gates.get(name) for name, here in zip(known.ids, opened, strict=True) if here]


def _chances(
    known: Pipeline, it: Expected, folds: Sequence[Past], gates: list[Gate | None], on: date
) -> tuple[Chance, ...]:
    ids = [name for name, here in zip(known.ids, known.is_open, strict=True) if here]
    now, ever = it.chances, chances(known, it.hazard, days_of(on, on + timedelta(days=AHEAD)))
    right, checked = recalibration([it.said for it in folds]), _checked(it, folds)
    both = [set_right(right, ever), set_right(right, now)]
    stretches, checks = sum(len(it.said.chance) > 0 for it in folds), sum(len(it.said.chance) for it in folds)
    rest = rest_of(
        now,
        both[1],
        it.hazard,
        tn("{checks} chances in {n} earlier stretch", "{checks} chances in {n} stretches", stretches, checks=checks),
    )
    rows = zip(ids, *(it.tolist() for it in both), now.by_age.tolist(), parts_of(now), rest, gates, strict=True)
    found = []
    for name, win, within, by_age, parts, beside, gate in rows:
        times = gate.times if gate else 1.0
        if isnan(within):
            found.append(Chance(name, None, None, gate=gate))
        else:
            found.append(Chance(name, max(win, within) * times, within * times, by_age, parts, beside, gate, checked))
    return tuple(found)


def _checked(it: Expected, folds: Sequence[Past]) -> bool:
    """Whether chances are more than a first guess: an earlier stretch says so, or the company itself."""
    return not it.chances.learned or any(fold.ripe for fold in folds)


def _unknown(known: Pipeline, it: Expected) -> str:
    import numpy as np

    if it.hazard is None and np.isnan(it.chances.within).all():
        return worded(NONE_CLOSED)
    return t("no deal has an amount") if np.isnan(known.amount).all() else ""


def _known_to(deals: Pipeline, on: date) -> date | None:
    """Of a file only: a company that is watched from day to day may just have had nothing to tell."""
    last = None if deals.history else deals.last_day
    return last if last and (on - last).days > SILENT else None


def _silent(known_to: date | None, on: date) -> list[str]:
    if known_to is None:
        return []
    return [
        t(
            "the last day that anything is known of is {known_to}, {days} days before {on}: what was created, won or "
            "lost since is in no figure, and deals that ended meanwhile count as open; a newer export helps",
            known_to=known_to,
            days=(on - known_to).days,
            on=on,
        )
    ]


def _warnings(known: Pipeline, it: Expected, *, checked: bool) -> tuple[str, ...]:
    import numpy as np

    found, n_won = [], int(known.won.sum())
    stated = not np.isnan(it.chances.within).all() and it.chances.learned < 1
    if it.hazard is None:
        found.append(t("not enough data: {why}", why=worded(NONE_CLOSED)))
    elif n_won < ENOUGH_WON:
        found.append(
            tn(
                "not enough data to rely on: {n} won deal so far. Before there are {enough_won}, the figures and "
                "their range are a first guess",
                "not enough data to rely on: {n} won deals so far. Before there are {enough_won}, the figures "
                "and their range are a first guess",
                n_won,
                enough_won=ENOUGH_WON,
            )
        )
    elif not checked:
        found.append(
            t("no earlier stretch of this length to check chances against: they may be too high, and none is a commit")
        )
    if stated:
        found.append(
            t(
                "meanwhile an open deal that is due by the last day counts with the probability that its stage was "
                "given, and any other not at all"
            )
            if it.hazard is None
            else t(
                "meanwhile an open deal that is due by the last day counts with the probability that its stage was "
                "given, as far as earlier deals don't say yet"
            )
        )
    if len(known.ids) and np.isnan(known.amount).all():
        found.append(t("no deal has an amount, so that no figure can be more than 0"))
    if known.undated:
        found.append(t("{undated} deals without a day (created, or closed) are in no figure", undated=known.undated))
    return tuple(found)
