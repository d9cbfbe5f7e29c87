"""The forecast over time: the coach's range as it was kept each morning, what the reps called, what is won."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from coaching.card import Curve, Curves, Element, Picture, quiet
from coaching.digest import Digest
from coaching.forecasts import Author, Call, Estimate
from coaching.language import t
from coaching.phrases import day

LEAST = 2
"""Mornings that make a line."""
Point = tuple[float, float]


def over_time(it: Digest, calls: Sequence[Call], estimates: Iterable[Estimate]) -> tuple[Element, ...]:
    """A picture from the second kept morning on."""
    kept = [one for one in estimates if one.by is Author.COACH and one.expected.currency == it.facts.company.currency]
    if len(kept) < LEAST:
        text = t(
            "The range over time is drawn once it was kept on {least} mornings (so far {n}).", least=LEAST, n=len(kept)
        )
        return (quiet(text),)
    first, last = kept[0], kept[-1]
    title = t("{period}, as it was expected each morning", period=it.facts.period)
    won = t("{won} won by {day}", won=it.won.amount, day=day(it.facts.today))
    target = (t("target {target}", target=it.target),) if it.target else ()
    alt = "; ".join((_words(first), _words(last), won, *target))
    curves = (
        Curve(t("The coach, 8 of 10 cases"), tuple(_middle(kept)), tuple(_band(kept))),
        *_called(it, calls),
        *_won(it),
    )
    return (
        Picture(
            alt=alt,
            title=title,
            plot=Curves(curves, days=True),
            unit=it.facts.company.currency,
            mark=float(it.target.amount) if it.target else None,
            mark_label=t("Target"),
        ),
    )


def _words(it: Estimate) -> str:
    return t("on {day} {low} to {high}", day=day(it.on), low=it.p10, high=it.p90)


def _middle(kept: Iterable[Estimate]) -> Iterator[Point]:
    for it in kept:
        yield float(it.on.toordinal()), float((it.p50 or it.expected).amount)


def _band(kept: Iterable[Estimate]) -> Iterator[Point]:
    for it in kept:
        yield float((it.p10 or it.expected).amount), float((it.p90 or it.expected).amount)


def _called(it: Digest, calls: Sequence[Call]) -> tuple[Curve, ...]:
    """The sum of the reps' standing calls, from the day on which all who call had."""
    company = it.facts.company
    own = [one for one in calls if not one.is_overlay and one.commit.currency == company.currency]
    standing: dict[str, float] = {}
    points: dict[float, float] = {}
    callers = {one.member for one in own}
    for one in own:
        standing[one.member] = float(one.commit.amount)
        if set(standing) == callers:
            points[float(one.called_at.astimezone(company.tz).date().toordinal())] = sum(standing.values())
    return (Curve(t("Called by the reps"), _until(points, it.facts.today), stepped=True),) if points else ()


def _won(it: Digest) -> tuple[Curve, ...]:
    by_day: defaultdict[date, float] = defaultdict(float)
    for deal in it.won.deals:
        if deal.closed_on and deal.amount and deal.amount.currency == it.facts.company.currency:
            by_day[deal.closed_on] += float(deal.amount.amount)
    points, so_far = {float(it.facts.period.start.toordinal()): 0.0}, 0.0
    for on in sorted(by_day):
        so_far += by_day[on]
        points[float(on.toordinal())] = so_far
    return (Curve(t("Won"), _until(points, it.facts.today), stepped=True),)


def _until(points: dict[float, float], today: date) -> tuple[Point, ...]:
    """What was so stays so to the day it is looked at."""
    end = float(today.toordinal())
    last = points[max(points)]
    return tuple(sorted({**points, max(end, *points): last}.items()))
