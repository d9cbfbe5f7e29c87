"""Amounts side by side: a horizontal bar each, paler as far as it may reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chart.canvas import PALE, SOLID, canvas, left_out, name_rows, number, upright_mark
from bot.words import between
from coaching.card import Bar, Bars, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

BARS_MAX = 20


def draw(picture: Picture, plot: Bars, width: float) -> Canvas:
    """The first BARS_MAX; more are counted below."""
    bars = plot.bars[:BARS_MAX]
    made, axes = canvas(picture.title, 0.5 + 0.48 * max(len(bars), 1), width)
    axes.set_xticks([])
    least, largest = _range(picture, bars)
    _draw_bars(axes, bars, picture.unit, (largest - least) * 0.015)
    axes.set_xlim(least, largest)
    upright_mark(axes, picture, len(bars))
    name_rows(axes, [it.label for it in bars], width)
    left_out(axes, len(plot.bars) - BARS_MAX)
    return made


def _range(picture: Picture, bars: tuple[Bar, ...]) -> tuple[float, float]:
    sizes = [0.0, *(it.value for it in bars), *(it.reach or 0 for it in bars), picture.mark or 0]
    least, largest = min(sizes), max(sizes)
    return least, largest if largest - least > 1e-9 else least + 1


def _draw_bars(axes: Axes, bars: tuple[Bar, ...], unit: str, gap: float) -> None:
    at = range(len(bars))
    reaches = [max(it.value, it.value if it.reach is None else it.reach) for it in bars]
    axes.barh(at, reaches, height=0.56, color=PALE)
    axes.barh(at, [it.value for it in bars], height=0.56, color=SOLID)
    for place, (bar, reach) in enumerate(zip(bars, reaches, strict=True)):
        number(axes, max(reach, 0) + gap, place, between(bar.value, bar.reach, unit))
