"""What page and mail share: a line's words."""

from __future__ import annotations

from typing import assert_never

from markupsafe import Markup, escape

from bot.links import Links
from bot.words import clean, line
from coaching.card import Bold, Figure, Mention, Page, Span, Spans

BREAK = Markup("<br>")


def inline(spans: Spans, links: Links, style: str = "") -> Markup:
    """Spans as markup; `style` goes inline on links, for mail programs that ignore style sheets."""
    return Markup("").join(_span(it, links, style) for it in spans)


def words(text: str) -> Markup:
    """Text, its line breaks kept."""
    return BREAK.join(escape(it) for it in clean(text).split("\n"))


def _span(span: Span, links: Links, style: str) -> Markup:
    match span:
        case str():
            return words(span)
        case Bold(text):
            return Markup("<strong>{}</strong>").format(words(text))
        case Mention(name=name):
            return Markup('<bdi class="who">{}</bdi>').format(line(name))
        case Figure(text, rows):
            return _linked(words(text), links.rows(rows), style)
        case Page(text=text, page=page, member=member):
            url = links.page(page, member)
            return _linked(words(text), url, style) + words(span.more) if url else words(span.instead)
        case _:
            assert_never(span)


def _linked(text: Markup, url: str | None, style: str) -> Markup:
    # The addresses are ours, but a scheme that runs code is one mistake away.
    if not text or not url or not url.startswith(("https://", "http://", "/")):
        return text
    return Markup('<a href="{}"{}>{}</a>').format(url, Markup(' style="{}"').format(style) if style else "", text)
