"""How a sum became another: a bar for each total, and for each step a piece that begins where the last one ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chart.canvas import EDGE, MARK, SOLID, canvas, left_out, name_rows, number, upright_mark
from bot.words import signed
from coaching.card import Picture, Steps

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

ROWS_MAX = 20
MORE = "#4c8f5b"
"""Of a step upwards, and of a good one; any other downwards has the mark's colour."""


def draw(picture: Picture, plot: Steps, width: float) -> Canvas:
    """The first ROWS_MAX; more are counted below."""
    made, axes = canvas(picture.title, 0.5 + 0.4 * max(len(plot.steps[:ROWS_MAX]), 1), width)
    axes.set_xticks([])
    spans = plot.spans[:ROWS_MAX]
    sizes = [0.0, *(end for span in spans for end in span), picture.mark or 0.0]
    least, largest = min(sizes), max(sizes)
    room = largest - least if largest - least > 1e-9 else 1.0
    axes.set_xlim(least, least + room)
    _draw(axes, plot, spans, picture.unit, room * 0.015)
    upright_mark(axes, picture, len(spans))
    name_rows(axes, [it.label for it in plot.steps[:ROWS_MAX]], width)
    left_out(axes, len(plot.steps) - ROWS_MAX)
    return made


def _draw(axes: Axes, plot: Steps, spans: tuple[tuple[float, float], ...], unit: str, gap: float) -> None:
    for at, (step, (begin, end)) in enumerate(zip(plot.steps, spans, strict=False)):
        colour = SOLID if step.total else MORE if step.value >= 0 or step.good else MARK
        axes.barh(at, end - begin, left=begin, height=0.56, color=colour)
        if at + 1 < len(spans):
            axes.plot([end, end], [at + 0.28, at + 0.72], color=EDGE, linewidth=1.2, zorder=1)
        number(axes, max(begin, end) + gap, at, signed(step, unit))
