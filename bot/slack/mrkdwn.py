"""Spans -> Slack's mrkdwn, in which nothing a person or a CRM wrote has a meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import assert_never
from urllib.parse import quote

from bot.links import Links
from bot.words import clean, line
from coaching.card import Bold, Figure, Mention, Page, Span

Mentions = Callable[[str], str | None]
"""A member's id -> their Slack user id, or None."""

URL_MAX = 3000
USER_ID = re.compile(r"[UW][A-Z0-9]{2,20}")
_HALF_ENTITY = re.compile(r"&[a-z]{0,3}$")
_ESCAPES: dict[str, str | int | None] = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# mrkdwn has no way to write its own signs, so signs that look the same stand in for them. An underscore inside a
# word (`big_deal`) means nothing to Slack and stays.
_PLAIN = str.maketrans(_ESCAPES)
_SIGNS = str.maketrans({**_ESCAPES, "*": "∗", "~": "∼", "`": "ˋ"})
_EDGE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")


def escape(text: str) -> str:
    """For plain_text objects: the three characters Slack reads as control characters."""
    words = clean(text)
    # Most have none of them, and translating takes as long as everything else that is done to a text.
    return words.translate(_PLAIN) if "&" in words or "<" in words or ">" in words else words


def neutral(text: str) -> str:
    """For mrkdwn: the words, and nothing that formats, links or calls anybody."""
    return _EDGE_UNDERSCORE.sub("ˍ", clean(text).translate(_SIGNS))


def inert(text: str) -> str:
    """For rich_text and initial values, which Slack takes literally: kept, but nothing that could be read as a call."""
    words = clean(text)
    return re.sub(r"<(?=[!@#])", "‹", words) if "<" in words else words


def shorten(text: str, limit: int) -> str:
    """Already escaped text, cut to `limit` without leaving half an entity."""
    if len(text) <= limit:
        return text
    return _HALF_ENTITY.sub("", text[: limit - 1]).rstrip() + "…"


def mrkdwn(spans: Iterable[Span], mentions: Mentions, links: Links, limit: int) -> str:
    """At most `limit` characters; a mention or link is kept whole or becomes its words."""
    written = ""
    for span in spans:
        room = limit - len(written)
        marked = _span(span, mentions, links)
        if len(marked) > room:
            return written + shorten(_unmarked(span), room) if room > 1 else written[: limit - 1] + "…"
        written += marked
    return written


def _span(span: Span, mentions: Mentions, links: Links) -> str:
    match span:
        case str():
            return neutral(span)
        case Bold(text):
            return _around(text)
        case Mention(member, name):
            user = mentions(member)
            return f"<@{user}>" if user and USER_ID.fullmatch(user) else neutral(line(name))
        case Figure(text, rows):
            return _link(links.rows(rows), neutral(line(text)))
        case Page(text=text, page=page, member=member):
            url = links.page(page, member)
            return _link(url, neutral(line(text))) + neutral(span.more) if url else neutral(span.instead)
        case _:
            assert_never(span)


def _unmarked(span: Span) -> str:
    match span:
        case str():
            return neutral(span)
        case Mention(name=name):
            return neutral(line(name))
        case Bold(text) | Figure(text):
            return neutral(text)
        case Page():
            return neutral(span.instead)
        case _:
            assert_never(span)


def _around(text: str) -> str:
    """Stars work only when they touch the words and stay on their line."""
    words = neutral(line(text))
    if not words:
        return neutral(text)
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() else ""
    return f"{before}*{words}*{after}"


def _link(url: str | None, words: str) -> str:
    safe = quote(url, safe="%/:=&?~#+!$,;'@()*[]-._") if url else ""
    if not words or not safe.startswith(("https://", "http://")) or len(safe) > URL_MAX:
        return words
    return f"<{safe.replace('&', '&amp;')}|{words.replace('|', '¦')}>"
