"""A card's chart, drawn in the page itself: no picture to fetch, sharp at every size, dark where the page is."""

from __future__ import annotations

import math

from markupsafe import Markup

from bot.html.spans import words
from bot.words import between, compact, line
from coaching.card import Bar, Picture

# Widths are attributes of SVG, not styles: the pages' policy allows no inline style.
_ROW = Markup(
    '<div class="bar"><span class="bar-name" dir="auto">{name}</span>'
    '<svg class="bar-line" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
    '<rect class="bar-room" width="100" height="10"/>{reach}'
    '<rect class="bar-value" width="{value}" height="10"/>{mark}</svg>'
    '<span class="bar-number">{number}</span></div>'
)


def drawn(picture: Picture) -> Markup:
    """A figure with its title, bars, the mark's meaning, and the words that say the same."""
    sizes = [it for bar in picture.bars for it in (bar.value, bar.reach)] + [picture.mark]
    largest = max((it for it in sizes if it is not None and math.isfinite(it)), default=0) or 1
    rows = Markup("").join(_row(it, picture, largest) for it in picture.bars)
    mark = (
        f"| {picture.mark_label or 'target'} {compact(picture.mark, picture.unit)}" if picture.mark is not None else ""
    )
    return Markup(
        '<figure class="chart"><figcaption dir="auto">{}</figcaption>{}{}<p class="quiet" dir="auto">{}</p></figure>'
    ).format(
        line(picture.title),
        rows,
        Markup('<p class="bar-mark-label">{}</p>').format(line(mark)) if mark else "",
        words(picture.alt),
    )


def _row(bar: Bar, picture: Picture, largest: float) -> Markup:
    reach = bar.reach
    number = between(bar.value, reach, picture.unit)
    pale = (
        Markup('<rect class="bar-reach" width="{}" height="10"/>').format(_share(reach, largest))
        if reach is not None
        else ""
    )
    at = None if picture.mark is None else _share(picture.mark, largest)
    line_at = Markup('<line class="bar-mark" x1="{0}" x2="{0}" y1="0" y2="10"/>').format(at) if at is not None else ""
    return _ROW.format(name=line(bar.label), reach=pale, value=_share(bar.value, largest), mark=line_at, number=number)


def _share(value: float, largest: float) -> str:
    return f"{min(max(value / largest, 0), 1) * 100:.2f}"
