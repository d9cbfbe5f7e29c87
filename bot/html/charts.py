"""A card's chart, drawn in the page itself: no picture to fetch, and sharp at every size."""

from __future__ import annotations

import base64
import math
from dataclasses import replace
from typing import assert_never

from markupsafe import Markup

from bot import chart
from bot.html.spans import words
from bot.words import between, compact, line, signed
from coaching.card import Bar, Bars, Curves, Intervals, Picture, Steps
from coaching.language import t

# Widths are attributes of SVG, not styles: the pages' policy allows no inline style.
_ROW = Markup(
    '<div class="bar"><span class="bar-name" dir="auto">{name}</span>'
    '<svg class="bar-line" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
    '<rect class="bar-room" width="100" height="10"/>{reach}'
    '<rect class="bar-value" width="{value}" height="10"/>{mark}</svg>'
    '<span class="bar-number">{number}</span></div>'
)

_STEP = Markup(
    '<div class="bar"><span class="bar-name" dir="auto">{name}</span>'
    '<svg class="bar-line" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
    '<rect class="bar-{kind}" x="{start}" width="{width}" height="10"/>{mark}</svg>'
    '<span class="bar-number">{number}</span></div>'
)
LEAST = 0.008
"""Of the room, for a step that would be too thin to see."""


def drawn(picture: Picture) -> Markup:
    """A figure with its title, its plot, the mark's meaning; of an image also the words that say the same."""
    match picture.plot:
        case Bars(bars):
            return _figure(picture, _bars(picture, bars))
        case Steps():
            return _figure(picture, _steps(picture, picture.plot))
        case Intervals() | Curves():
            said = Markup('<p class="quiet" dir="auto">{}</p>').format(words(picture.alt))
            return _figure(picture, _image(picture) + said)
        case _:
            assert_never(picture.plot)


def _figure(picture: Picture, plot: Markup) -> Markup:
    return Markup('<figure class="chart"><figcaption dir="auto">{}</figcaption>{}</figure>').format(
        line(picture.title), plot
    )


def _bars(picture: Picture, bars: tuple[Bar, ...]) -> Markup:
    sizes = [it for bar in bars for it in (bar.value, bar.reach)] + [picture.mark]
    largest = max((it for it in sizes if it is not None and math.isfinite(it)), default=0) or 1
    return Markup("").join(_row(it, picture, largest) for it in bars) + _mark_label(picture)


def _steps(picture: Picture, plot: Steps) -> Markup:
    """Rows as of bars, each piece where the last one ended: as narrow and as dark as the page is."""
    sizes = [0.0, *(end for span in plot.spans for end in span), picture.mark or 0.0]
    least = min(sizes)
    room = max(sizes) - least or 1.0
    mark = "" if picture.mark is None else _mark((picture.mark - least) / room)
    rows = (
        _STEP.format(
            name=line(step.label),
            kind="value" if step.total else "more" if step.value >= 0 or step.good else "less",
            start=_percent((min(span) - least) / room),
            width=_percent(max(abs(span[1] - span[0]) / room, LEAST)),
            mark=mark,
            number=signed(step, picture.unit),
        )
        for step, span in zip(plot.steps, plot.spans, strict=True)
    )
    return Markup("").join(rows) + _mark_label(picture)


def _mark(share: float) -> Markup:
    return Markup('<line class="bar-mark" x1="{0}" x2="{0}" y1="0" y2="10"/>').format(_percent(share))


def _mark_label(picture: Picture) -> Markup:
    if picture.mark is None:
        return Markup("")
    said = f"{picture.mark_label or t('target')} {compact(picture.mark, picture.unit)}"
    return Markup('<p class="bar-mark-label">{}</p>').format(line(said))


def _image(picture: Picture) -> Markup:
    """Drawn by the library into the page itself; as an image, its styles don't need the pages' policy to allow any."""
    # Its title is the figure's caption, its words are the paragraph below.
    document = base64.b64encode(chart.svg(replace(picture, title="")).encode()).decode()
    return Markup('<img src="data:image/svg+xml;base64,{}" alt="">').format(document)


def _row(bar: Bar, picture: Picture, largest: float) -> Markup:
    reach = bar.reach
    number = between(bar.value, reach, picture.unit)
    pale = (
        Markup('<rect class="bar-reach" width="{}" height="10"/>').format(_share(reach, largest))
        if reach is not None
        else ""
    )
    mark = "" if picture.mark is None else _mark(picture.mark / largest)
    return _ROW.format(name=line(bar.label), reach=pale, value=_share(bar.value, largest), mark=mark, number=number)


def _share(value: float, largest: float) -> str:
    return _percent(value / largest)


def _percent(share: float) -> str:
    return f"{min(max(share, 0), 1) * 100:.2f}"
