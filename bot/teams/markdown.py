"""Spans -> the Markdown of a TextBlock, in which nothing a person or a CRM wrote has a meaning."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any, assert_never
from urllib.parse import quote

from bot.links import Links
from bot.words import clean, line
from coaching.card import Bold, Figure, Mention, Page, Span, Spans

Mentions = Callable[[str], str | None]
"""A member's id -> whom Teams knows them as (`29:…`, or their Entra object id), or None."""

URL_MAX = 2000
USER_ID = re.compile(r"[0-9A-Za-z:_.@-]{8,200}")

# Backslashes would do on the desktop, but each client reads Markdown with a parser of its own, and the old ones show
# them. Signs that look the same mean nothing to any.
_SIGNS = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_EDGE_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_TAG = re.compile(r"<(?=\S)")  # `<at>` calls somebody; `a < b` stays
_ENTITY = re.compile(r"&(?=#?\w+;)")
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_LINK = re.compile(r"\](?=[(\[:])")
_FUNCTION = re.compile(r"\{(?=\{)")  # `{{DATE(…)}}` would be computed
_JOINT = re.compile(r"\][(\[:]|\{\{|<\S|&[\w#]|\\[!-/:-@\[-`{-~]")
_BEFORE_STARS = str.maketrans({"<": "‹", "\\": "∖"})  # `<**@b>` is an address, and a backslash takes a star away
_FIRST = re.compile(r"^(?:#{1,6}(?=\s|$)|>|[-+](?=\s|$|-)|\d{1,9}[.)](?=\s|$))")
_FIRST_SIGNS = str.maketrans({"#": "＃", ">": "›", "-": "‐", "+": "＋", ".": "․", ")": "❩"})


class People:
    """Who is called in one card. Teams looks for the entity's text among the words, so each is one person's."""

    def __init__(self, mentions: Mentions) -> None:
        self._mentions = mentions
        self._called: dict[str, str] = {}

    def call(self, member: str, name: str) -> str:
        """`<at>Dana</at>`; the name alone for whoever can't be called, or shares it with another who is."""
        words = neutral(line(name)).replace("<", "‹").replace(">", "›")
        user = self._mentions(member)
        if not words or not user or not USER_ID.fullmatch(user):
            return neutral(line(name))
        if self._called.setdefault(words, user) != user:
            return words
        return f"<at>{words}</at>"

    def entities(self, body: Sequence[object]) -> list[dict[str, Any]]:
        """Of those whose mention stands in the card's body; Teams refuses one that doesn't."""
        written = json.dumps(body, ensure_ascii=False)
        return [
            {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": user, "name": name}}
            for name, user in self._called.items()
            if json.dumps(f"<at>{name}</at>", ensure_ascii=False)[1:-1] in written
        ]


def neutral(text: str) -> str:
    """One line: the words, and nothing that formats, links, computes or calls anybody within a line."""
    words = line(text).translate(_SIGNS)
    for pattern, instead in ((_TAG, "‹"), (_ENTITY, "＆"), (_ESCAPE, "∖"), (_LINK, "] "), (_FUNCTION, "{ ")):
        words = pattern.sub(instead, words)
    return _EDGE_UNDERSCORE.sub("ˍ", words)


def alone(text: str, limit: int) -> str:
    """The words as a line of their own, cut to `limit`."""
    words = _first(neutral(text))
    return words if len(words) <= limit else _ended(words[: limit - 2])


def lines(spans: Spans, people: People, links: Links, limit: int) -> list[str]:
    """Each line of the spans as a text of its own: clients don't agree on what a line break in Markdown is."""
    written = (markdown(it, people, links, limit) for it in _broken(spans))
    return [it for it in written if it]


def markdown(spans: Iterable[Span], people: People, links: Links, limit: int) -> str:
    """One line of at most `limit` characters; a mention or link is kept whole or becomes its words."""
    written = ""
    for before, span, after in _neighbours(spans):
        marked = _span(span, before, after, people, links)
        room = limit - 1 - len(written)
        if len(marked) > room:
            return _first(_joined(written, _ended(_words(span)[: max(room - 2, 0)])).strip())
        written = _joined(written, marked)
    return _first(written.strip())


def way(text: str, url: str, more: str) -> str:
    """A link, and what stands behind it."""
    return _first(_joined(_link(url, neutral(text)), neutral(more)))


def _joined(one: str, other: str) -> str:
    """Neighbours that mean nothing each could mean something together."""
    if one.endswith("**") and other.startswith("**"):
        return one[:-2] + other[2:]
    return f"{one} {other}" if _JOINT.fullmatch(one[-1:] + other[:1]) else one + other


def _ended(text: str) -> str:
    """What is left of words that were cut; their new end means as little as the old one did."""
    return _joined(_EDGE_UNDERSCORE.sub("ˍ", text.rstrip()), "…")


def _neighbours(spans: Iterable[Span]) -> Iterable[tuple[str, Span, str]]:
    """Each span between the words before and after it: stars beside letters mean nothing."""
    kept = list(spans)
    words = ["", *(_words(it) for it in kept), ""]
    return zip(words, kept, words[2:], strict=False)


def _broken(spans: Spans) -> list[list[Span]]:
    """The spans of each line. Only words have breaks; a name is always one line."""
    broken: list[list[Span]] = [[]]
    for it in spans:
        parts = clean(it).split("\n") if isinstance(it, str) else [it]
        broken[-1].append(parts[0])
        broken.extend([part] for part in parts[1:])
    return broken


def _span(span: Span, before: str, after: str, people: People, links: Links) -> str:
    match span:
        case str():
            return _words(span)
        case Bold():
            return _bold(_words(span), before, after)
        case Mention(member, name):
            return people.call(member, name)
        case Figure(rows=rows):
            return _link(links.rows(rows), _words(span))
        case Page(page=page, member=member):
            url = links.page(page, member)
            return _joined(_link(url, _words(span)), _words(span.more)) if url else _words(span.instead)
        case _:
            assert_never(span)


def _words(span: Span) -> str:
    """The words alone, with the space at their ends that keeps them apart from the next."""
    if isinstance(span, Mention):
        return neutral(span.name)
    text = clean(span if isinstance(span, str) else span.text)
    words = neutral(text)
    if not words:
        return " " if text else ""
    return f"{' ' * text[0].isspace()}{words}{' ' * text[-1].isspace()}"


def _bold(words: str, before: str, after: str) -> str:
    """Stars open and close only where CommonMark lets them: at the words, and not between a letter and a sign."""
    inner = words.strip()
    start, _, end = words.partition(inner) if inner else (words, "", "")
    if not inner:
        return words
    opens = inner[0].isalnum() or bool(start) or _apart(before[-1:])
    closes = inner[-1].isalnum() or bool(end) or _apart(after[:1])
    return f"{start}**{inner[:-1]}{inner[-1].translate(_BEFORE_STARS)}**{end}" if opens and closes else words


def _apart(sign: str) -> bool:
    return not sign or sign.isspace() or unicodedata.category(sign).startswith("P")


def _link(url: str | None, words: str) -> str:
    safe = quote(url, safe="%/:=&?~#+!$,;'@-.") if url else ""
    shown = words.strip().replace("[", "⟦").replace("]", "⟧")
    if not shown or not safe.startswith(("https://", "http://")) or len(safe) > URL_MAX:
        return words
    start, _, end = words.partition(words.strip())
    return f"{start}[{shown}]({safe}){end}"


def _first(text: str) -> str:
    """What would make the line a heading, a quotation or a list's item at its beginning."""
    return _FIRST.sub(lambda it: it[0].translate(_FIRST_SIGNS), text)
