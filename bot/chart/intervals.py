"""Estimates under each other: a dot each, a line as far as it may be off, and the words behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chart.canvas import (
    EDGE,
    INK,
    MUTED,
    PALE,
    PLAIN,
    SMALL,
    SOLID,
    canvas,
    drawable,
    left_out,
    name_rows,
    upright_mark,
    wrapped,
)
from bot.words import compact, estimate
from coaching.card import Interval, Intervals, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

ROWS_MAX = 20


def draw(picture: Picture, plot: Intervals, width: float) -> Canvas:
    """The first ROWS_MAX; more are counted below."""
    rows = plot.intervals[:ROWS_MAX]
    made, axes = canvas(picture.title, 0.55 + 0.36 * max(len(rows), 1), width)
    _scale(axes, picture, rows)
    for at, it in enumerate(rows):
        axes.plot([it.low, it.high], [at, at], color=PALE, linewidth=7, solid_capstyle="round", zorder=1)
        axes.plot([it.value], [at], marker="o", markersize=7, color=SOLID, zorder=3)
    upright_mark(axes, picture, len(rows))
    name_rows(axes, [it.label for it in rows], width)
    _words(axes, rows, picture.unit)
    left_out(axes, len(plot.intervals) - ROWS_MAX)
    return made


def _scale(axes: Axes, picture: Picture, rows: tuple[Interval, ...]) -> None:
    # From zero: a scale that starts higher makes small differences look large.
    sizes = [0.0, *(it.low for it in rows), *(it.high for it in rows)] + (
        [] if picture.mark is None else [picture.mark]
    )
    least, largest = min(sizes), max(sizes)
    room = largest - least if largest - least > 1e-9 else 1.0
    axes.set_xlim(least - room * 0.03, least + room * 1.03)
    axes.xaxis.set_major_formatter(lambda value, _: compact(value, picture.unit))
    axes.locator_params(axis="x", nbins=5)
    axes.tick_params(axis="x", labelsize=SMALL, labelcolor=MUTED)
    axes.grid(axis="x", color=EDGE, linewidth=0.8)
    axes.set_axisbelow(True)


def _words(axes: Axes, rows: tuple[Interval, ...], unit: str) -> None:
    beside = axes.twinx()
    beside.spines[:].set_visible(False)
    beside.tick_params(length=0)
    beside.set_ylim(axes.get_ylim())
    words = [wrapped(drawable(estimate(it, unit)), PLAIN, 2.2, 2) for it in rows]
    beside.set_yticks(range(len(rows)), words, fontsize=PLAIN, color=INK, parse_math=False)
