"""A picture's bytes: what kind of plot it is, and the file formats."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, assert_never

from bot.chart import bars, curves, intervals, steps
from bot.chart.canvas import DPI, NARROW, WIDE
from coaching.card import Bars, Curves, Intervals, Picture, Steps

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

MOST = 1e15
COLOURS, SMALL_DPI = 32, 90
"""The eye sees no difference, and the file is a quarter: small enough to travel inside a message of Teams."""


def png(picture: Picture) -> bytes:
    """PIXELS wide. ValueError for a number that can't be drawn."""
    return _png(picture, DPI, COLOURS)


def small_png(picture: Picture) -> bytes:
    """Less than half as wide and a third of the bytes, for several in one message that has to carry them."""
    return _png(picture, SMALL_DPI, COLOURS // 2)


def letter_png(picture: Picture) -> bytes:
    """For a letter, which is as narrow as a phone for most: with larger words, as wide as one column needs."""
    return _png(picture, DPI, COLOURS, NARROW)


def _png(picture: Picture, dpi: int, colours: int, width: float = WIDE) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    figure, file = _drawn(picture, width), io.BytesIO()
    figure.set_dpi(dpi)
    canvas: Any = FigureCanvasAgg(figure)  # typed in parts
    canvas.draw()
    # Straight from memory; by way of a file of its own it takes a third longer.
    whole = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba())
    whole.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(file, "png", optimize=True)
    return file.getvalue()


def svg(picture: Picture) -> str:
    """A document of its own, the same bytes for the same picture; its text is outlines, so that no font is missed."""
    from matplotlib import rc_context

    image = io.StringIO()
    # A salt instead of random ids, and no date: what didn't change compares equal.
    with rc_context({"svg.hashsalt": "coach", "svg.fonttype": "path"}):
        _drawn(picture).savefig(image, format="svg", metadata={"Date": None, "Creator": None})
    return image.getvalue()


def _drawn(picture: Picture, width: float = WIDE) -> Canvas:
    _refuse_nonsense(picture)
    match picture.plot:
        case Bars():
            return bars.draw(picture, picture.plot, width)
        case Intervals():
            return intervals.draw(picture, picture.plot, width)
        case Curves():
            return curves.draw(picture, picture.plot, width)
        case Steps():
            return steps.draw(picture, picture.plot, width)
        case _:
            assert_never(picture.plot)


def _refuse_nonsense(picture: Picture) -> None:
    numbers = [*_numbers(picture)] + ([] if picture.mark is None else [("the mark", picture.mark)])
    for label, it in numbers:
        if not (math.isfinite(it) and abs(it) < MOST):
            raise ValueError(f"{it} for {label} can't be drawn")


def _numbers(picture: Picture) -> Iterator[tuple[str, float]]:
    match picture.plot:
        case Bars(found):
            yield from ((it.label, size) for it in found for size in (it.value, it.reach) if size is not None)
        case Intervals(rows):
            yield from ((it.label, size) for it in rows for size in (it.low, it.value, it.high))
        case Curves(lines):
            yield from ((it.label, size) for it in lines for pair in (*it.points, *it.band) for size in pair)
        case Steps(taken):
            yield from ((it.label, it.value) for it in taken)
        case _:
            assert_never(picture.plot)
