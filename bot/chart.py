"""Picture -> PNG: a horizontal bar chart that can be read in a mail, in Slack and on a phone."""

from __future__ import annotations

import io
import math
import textwrap
from typing import TYPE_CHECKING

from bot.words import between, compact, line
from coaching.card import Bar, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from matplotlib.ft2font import FT2Font

FONT = "DejaVu Sans"  # comes with matplotlib, so a chart looks the same everywhere
PIXELS, DPI = 1200, 200  # shown at 600 wide, so twice that for sharp screens
BARS_MAX = 20
INK, MUTED, GROUND, SOLID, PALE, MARK = "#1c2430", "#5b6675", "#ffffff", "#1f5fd6", "#b4cbf6", "#c2410c"


def png(picture: Picture) -> bytes:
    """The image's bytes. ValueError for a number that can't be drawn."""
    _refuse_nonsense(picture)
    bars = picture.bars[:BARS_MAX]
    title = _wrapped(_drawable(picture.title), 12, 5.7, 2, "bold")
    canvas, axes = _canvas(len(bars), len(title.splitlines()))
    least, largest = _range(picture, bars)
    _draw_bars(axes, bars, picture.unit, (largest - least) * 0.015)
    axes.set_xlim(least, largest)
    _draw_mark(axes, picture, len(bars))
    axes.set_ylim(max(len(bars), 1) - 0.5, -0.5)
    _draw_words(canvas, axes, title, len(picture.bars) - BARS_MAX)
    image = io.BytesIO()
    canvas.savefig(image, format="png", metadata={"Software": None})
    return image.getvalue()


def _range(picture: Picture, bars: tuple[Bar, ...]) -> tuple[float, float]:
    sizes = [0.0, *(it.value for it in bars), *(it.reach or 0 for it in bars), picture.mark or 0]
    least, largest = min(sizes), max(sizes)
    return least, largest if largest - least > 1e-9 else least + 1


def _draw_words(canvas: Canvas, axes: Axes, title: str, left_out: int) -> None:
    if title:
        top = 1 - 0.12 / canvas.get_figheight()
        canvas.text(0.02, top, title, va="top", fontsize=12, fontweight="bold", color=INK, parse_math=False)
    if left_out > 0:
        axes.set_xlabel(f"… and {left_out} more", loc="left", fontsize=9, color=MUTED)


def _refuse_nonsense(picture: Picture) -> None:
    numbers = [(bar.label, it) for bar in picture.bars for it in (bar.value, bar.reach)] + [("the mark", picture.mark)]
    for label, it in numbers:
        if it is not None and not (math.isfinite(it) and abs(it) < 1e15):
            raise ValueError(f"{it} for {label} can't be drawn")


def _canvas(bars: int, title_lines: int) -> tuple[Canvas, Axes]:
    # The object API, without pyplot: pyplot keeps every figure alive and is not for threads. Imported here because
    # most processes never draw.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    above = 0.15 + 0.22 * title_lines  # inches kept free for the title
    height = above + 0.5 + 0.48 * max(bars, 1)
    padded = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.08, rect=(0, 0, 1, 1 - above / height))
    canvas = Figure(figsize=(PIXELS / DPI, height), dpi=DPI, facecolor=GROUND, layout=padded)
    FigureCanvasAgg(canvas)
    axes = canvas.add_subplot()
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.set_xticks([])
    return canvas, axes


def _draw_bars(axes: Axes, bars: tuple[Bar, ...], unit: str, gap: float) -> None:
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=3, foreground=GROUND)]  # numbers stay readable where the mark crosses them
    at = range(len(bars))
    reaches = [max(it.value, it.value if it.reach is None else it.reach) for it in bars]
    axes.barh(at, reaches, height=0.56, color=PALE)
    axes.barh(at, [it.value for it in bars], height=0.56, color=SOLID)
    names = [_wrapped(_drawable(it.label) or f"#{at}", 9.5, 1.9, 2) for at, it in enumerate(bars, 1)]
    axes.set_yticks(at, names, fontsize=9.5, color=INK, parse_math=False)
    for place, (bar, reach) in enumerate(zip(bars, reaches, strict=True)):
        number = between(bar.value, bar.reach, unit)
        text = axes.text(max(reach, 0) + gap, place, number, va="center", fontsize=9.5, color=INK, parse_math=False)
        text.set(path_effects=halo, zorder=3)


def _draw_mark(axes: Axes, picture: Picture, bars: int) -> None:
    if picture.mark is None:
        return
    axes.plot(
        [picture.mark] * 2, [-0.5, max(bars, 1) - 0.5], color=MARK, linewidth=1.6, linestyle=(0, (4, 2)), zorder=2
    )
    left, right = axes.get_xlim()
    side = "left" if picture.mark < (left + right) / 2 else "right"
    label = f"{_wrapped(_drawable(picture.mark_label), 9, 1.8, 1)} {compact(picture.mark, picture.unit)}".strip()
    axes.annotate(
        label,
        (picture.mark, -0.5),
        (0, 4),
        textcoords="offset points",
        ha=side,
        fontsize=9,
        color=MARK,
        parse_math=False,
    )


def _drawable(text: str) -> str:
    """One line of what the font has signs for: no emoji, which would stand there as empty boxes."""
    signs = _font("normal").get_charmap()
    return line("".join(it for it in line(text) if ord(it) in signs))


def _wrapped(text: str, points: float, inches: float, lines: int, weight: str = "normal") -> str:
    """In at most so many lines, each of which fits: measured, because an `W` is three times an `i`."""
    font = _font(weight)
    font.set_size(points, 72)
    for size in range(80, 5, -2):
        wrapped = textwrap.wrap(text, size, max_lines=lines, placeholder="…")
        if all(_width(font, it) <= inches * 72 for it in wrapped):
            break
    return "\n".join(wrapped)


def _width(font: FT2Font, text: str) -> float:
    font.set_text(text)
    return float(font.get_width_height()[0]) / 64


def _font(weight: str) -> FT2Font:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return get_font(findfont(FontProperties(family=FONT, weight=weight)))
