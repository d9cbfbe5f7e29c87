"""What all charts stand on: an empty canvas with room for a title, and text that fits and can be drawn."""

from __future__ import annotations

import textwrap
from functools import cache
from typing import TYPE_CHECKING

from bot.words import compact, line
from coaching.card import Picture
from coaching.language import t

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from matplotlib.ft2font import FT2Font

FONT = "DejaVu Sans"  # comes with matplotlib, so a chart looks the same everywhere
PIXELS, DPI = 1200, 200  # shown at 600 wide, so twice that for sharp screens
WIDE, NARROW = PIXELS / DPI, 4.4  # inches; letters of the same size fill more of a narrow one
INK, MUTED, GROUND, EDGE = "#1c2430", "#5b6675", "#ffffff", "#e3e7ee"
SOLID, PALE, MARK = "#1f5fd6", "#b4cbf6", "#c2410c"
SMALL, PLAIN, LARGE = 10.0, 11.0, 12.0
"""Points; on a phone a picture is shown at six tenths."""


def canvas(title: str, inches: float, width: float) -> tuple[Canvas, Axes]:
    """Axes of that height under a title, without frame or ticks; both in inches."""
    # The object API, without pyplot: pyplot keeps every figure alive and is not for threads. Imported here because
    # most processes never draw.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    words = wrapped(drawable(title), LARGE, width - 0.3, 2, "bold")
    above = 0.15 + 0.22 * len(words.splitlines())  # inches kept free for the title
    height = above + inches
    padded = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.08, rect=(0, 0, 1, 1 - above / height))
    made = Figure(figsize=(width, height), dpi=DPI, facecolor=GROUND, layout=padded)
    FigureCanvasAgg(made)
    axes = made.add_subplot()
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    if words:
        made.text(
            0.02, 1 - 0.12 / height, words, va="top", fontsize=LARGE, fontweight="bold", color=INK, parse_math=False
        )
    return made, axes


def upright_mark(axes: Axes, picture: Picture, rows: int) -> None:
    """The mark as a line down through `rows` rows, its words above it."""
    if picture.mark is None:
        return
    axes.plot(
        [picture.mark] * 2, [-0.5, max(rows, 1) - 0.5], color=MARK, linewidth=1.6, linestyle=(0, (4, 2)), zorder=2
    )
    left, right = axes.get_xlim()
    axes.annotate(
        mark_words(picture),
        (picture.mark, -0.5),
        (0, 4),
        textcoords="offset points",
        ha="left" if picture.mark < (left + right) / 2 else "right",
        fontsize=SMALL,
        color=MARK,
        parse_math=False,
    )


def number(axes: Axes, across: float, row: int, words: str) -> None:
    """Beside its bar, on a ground of its own: the mark's line may run there."""
    made = axes.text(across, row, words, va="center", fontsize=PLAIN, color=INK, parse_math=False)
    made.set(zorder=3, bbox={"facecolor": GROUND, "edgecolor": "none", "pad": 1})


def mark_words(picture: Picture) -> str:
    """`Target $500k`."""
    label = wrapped(drawable(picture.mark_label), SMALL, 1.8, 1)
    return f"{label} {compact(picture.mark or 0, picture.unit)}".strip()


def name_rows(axes: Axes, labels: list[str], width: float) -> None:
    """A name before each row, the first on top."""
    room = 1.9 * width / WIDE
    names = [wrapped(drawable(it) or f"#{at}", PLAIN, room, 2) for at, it in enumerate(labels, 1)]
    axes.set_yticks(range(len(names)), names, fontsize=PLAIN, color=INK, parse_math=False)
    axes.set_ylim(max(len(names), 1) - 0.5, -0.5)


def left_out(axes: Axes, count: int) -> None:
    """Says so when not everything is drawn."""
    if count > 0:
        axes.set_xlabel(t("… and {count} more", count=count), loc="left", fontsize=SMALL, color=MUTED)


def drawable(text: str) -> str:
    """One line of what the font has signs for: no emoji, which would stand there as empty boxes."""
    return line("".join(it for it in line(text) if ord(it) in _signs()))


def wrapped(text: str, points: float, inches: float, lines: int, weight: str = "normal") -> str:
    """In at most so many lines, each of which fits: measured, because an `W` is three times an `i`."""
    font = _font(weight)
    font.set_size(points, 72)
    for size in range(80, 5, -2):
        cut = textwrap.wrap(text, size, max_lines=lines, placeholder="…")
        if all(_width(font, it) <= inches * 72 for it in cut):
            break
    return "\n".join(cut)


@cache
def _signs() -> frozenset[int]:
    """Those the font has: thousands, read out of its file."""
    return frozenset(_font("normal").get_charmap())


def _width(font: FT2Font, text: str) -> float:
    font.set_text(text)
    return float(font.get_width_height()[0]) / 64


def _font(weight: str) -> FT2Font:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return get_font(findfont(FontProperties(family=FONT, weight=weight)))
