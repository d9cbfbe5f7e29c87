"""Lines over one axis, each with the band in which it may lie."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from bot.chart.canvas import EDGE, INK, MARK, MUTED, PLAIN, SMALL, SOLID, canvas, drawable, mark_words, wrapped
from bot.words import compact
from coaching.card import Curve, Curves, Picture
from coaching.language import spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

COLOURS = (SOLID, "#0f8a6d", "#9333a8", "#8a6d0f", MUTED)
"""Told apart by every kind of eye together with their dashes; a sixth line starts anew."""
DASHES = ("solid", (0, (5, 2)), (0, (1, 1.5)), (0, (5, 2, 1, 2)), "solid")
DAY_ZERO = 719_163
"""1970-01-01 as an ordinal: matplotlib counts days from there."""


def draw(picture: Picture, plot: Curves, width: float) -> Canvas:
    """Without a point there is an empty frame, and the words say why."""
    made, axes = canvas(picture.title, 2.7, width)
    for at, it in enumerate(plot.curves):
        _line(axes, it, at, DAY_ZERO if plot.days else 0)
    _level_mark(axes, picture)
    _scales(axes, picture, plot)
    if any(it.label for it in plot.curves):
        _legend(axes, len(plot.curves))
    return made


LEGEND = 40
"""Characters beside each other; what is longer takes two rows."""


def _line(axes: Axes, curve: Curve, at: int, zero: int) -> None:
    colour, dashes = COLOURS[at % len(COLOURS)], DASHES[at % len(DASHES)]
    across, up = [x - zero for x, _ in curve.points], [y for _, y in curve.points]
    step = "steps-post" if curve.stepped else "default"
    label = wrapped(drawable(curve.label), PLAIN, 2.4, 1) or None
    alone = "o" if len(across) == 1 else None
    axes.plot(across, up, color=colour, linestyle=dashes, linewidth=1.8, drawstyle=step, label=label, marker=alone)
    if curve.band:
        low, high = zip(*curve.band, strict=True)
        axes.fill_between(
            across, low, high, step="post" if curve.stepped else None, color=colour, alpha=0.16, linewidth=0
        )


def _level_mark(axes: Axes, picture: Picture) -> None:
    if picture.mark is None:
        return
    axes.axhline(picture.mark, color=MARK, linewidth=1.4, linestyle=(0, (4, 2)))
    axes.annotate(
        mark_words(picture),
        (1, picture.mark),
        (-2, 3),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="right",
        fontsize=SMALL,
        color=MARK,
        parse_math=False,
    )


def _scales(axes: Axes, picture: Picture, plot: Curves) -> None:
    from matplotlib.dates import AutoDateLocator

    tops = [y for it in plot.curves for pair in (*it.points, *((0.0, high) for _, high in it.band)) for y in pair[1:]]
    lows = [y for it in plot.curves for y in (*(up for _, up in it.points), *(low for low, _ in it.band))]
    most, least = max([*tops, picture.mark or 0.0], default=1.0), min([*lows, picture.mark or 0.0, 0.0])
    room = most - least if most - least > 1e-9 else 1.0
    axes.set_ylim(least - (room * 0.05 if least < 0 else 0), least + room * 1.1)
    axes.yaxis.set_major_formatter(lambda value, _: compact(value, picture.unit))
    axes.locator_params(axis="y", nbins=5)
    if plot.days:
        locator = AutoDateLocator(minticks=3, maxticks=7)  # type: ignore[no-untyped-call]  # matplotlib's dates have no types
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(lambda value, _: _day(value))
    else:
        axes.locator_params(axis="x", nbins=7)
    axes.tick_params(labelsize=SMALL, labelcolor=MUTED)
    axes.grid(axis="y", color=EDGE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel(drawable(plot.across), fontsize=SMALL, color=MUTED, parse_math=False)


def _day(days: float) -> str:
    """`06 Oct`, as the language writes it; matplotlib counts days from 1970."""
    it = date(1970, 1, 1) + timedelta(days=int(days))
    return spoken().short_day.format(day=it.day, month=spoken().months[it.month - 1])


def _legend(axes: Axes, curves: int) -> None:
    long = sum(len(it) for it in axes.get_legend_handles_labels()[1]) > LEGEND
    legend = axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=min(curves, 2 if long else 3),
        frameon=False,
        fontsize=PLAIN,
        labelcolor=INK,
        borderaxespad=0,
        handlelength=2.2,
    )
    for it in legend.get_texts():
        it.set_parse_math(False)
