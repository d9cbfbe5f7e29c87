"""A card's table -> Slack's table block; where a message has its one already, and in views, lines that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

from bot import plain
from bot.links import Links
from bot.slack.mrkdwn import URL_MAX, USER_ID, Mentions, escape, inert, shorten
from bot.words import cut, line
from bot.wrap import width
from coaching.card import Bold, Figure, Mention, Page, Span, Spans, Table

ROWS_MAX = 100  # with the header
COLUMNS_MAX = 20
CHARACTERS_MAX = 10_000
CELL_MAX = 200  # ours: a cell is a word or a number, and one long note must not push out the other rows
SHORT_MAX = 24
"""Characters of a cell that stay on one line."""
PHONE_MAX = 36
"""Characters of a line in the fixed-width face that a phone shows."""
FENCE = "```"

Row = tuple[Spans, ...]


def native(table: Table, mentions: Mentions, links: Links) -> dict[str, Any] | None:
    """The block; None for a table without a cell."""
    rows = _square(table)
    if not rows:
        return None
    written = [[_cell(it, mentions, links) for it in row] for row in rows]
    settings = [
        {"align": "right" if at in table.right else "left", "is_wrapped": _is_long(rows, at)}
        for at in range(len(rows[0]))
    ]
    return {"type": "table", "rows": written, "column_settings": settings}


def _is_long(rows: Sequence[Row], at: int) -> bool:
    """Words may take several lines; a date or an amount that is broken over three can't be read."""
    return any(len(plain.words(it[at])) > SHORT_MAX for it in rows)


def typeset(table: Table, limit: int) -> str:
    """A mrkdwn code block of at most `limit` characters, cut at a line; empty where it has no cell, or no room.

    Slack breaks its lines where the screen ends, and nothing stands under anything then.
    """
    if not any((table.headers, *table.rows)) or max(map(width, plain.columns(table))) > PHONE_MAX:
        return ""
    room = limit - 2 * len(FENCE) - 4
    kept: list[str] = []
    for it in plain.columns(table):
        written = shorten(escape(it).replace("`", "ˋ"), room)
        if len(written) + 1 > room:
            kept.append("…")
            break
        kept.append(written)
        room -= len(written) + 1
    return f"{FENCE}\n{chr(10).join(kept)}\n{FENCE}"


def by_row(table: Table) -> list[Spans]:
    """Each row by itself, its cells with their headers; what is empty is left out."""
    return [it for row in table.rows if (it := _row(row, table.headers))]


def _row(row: Row, headers: tuple[str, ...]) -> Spans:
    found: list[Span] = []
    for at, cell in enumerate(row):
        if line(plain.words(cell)):
            found += [" · "] if found else []
            found += (Bold(plain.words(cell)),) if not at else (_head(headers, at), *cell)
    return tuple(found)


def _head(headers: tuple[str, ...], at: int) -> str:
    return f"{headers[at]}: " if at < len(headers) and line(headers[at]) else ""


def _square(table: Table) -> list[Row]:
    """Rows of one width, the header first and bold, cut to what Slack takes; every cut leaves a `…`."""
    rows: list[Row] = [tuple((Bold(it),) for it in table.headers), *table.rows]
    width = max(map(len, rows))
    rows = [(*it, *[()] * (width - len(it))) for it in rows] if width else []
    if width > COLUMNS_MAX:
        rows = [(*it[: COLUMNS_MAX - 1], ("…",)) for it in rows]
    kept = _affordable(rows)
    return kept if len(kept) == len(rows) else [*kept, tuple(("…",) for _ in rows[0])]


def _affordable(rows: Sequence[Row]) -> list[Row]:
    if len(rows) <= ROWS_MAX and sum(map(_size, rows)) <= CHARACTERS_MAX:
        return list(rows)
    kept: list[Row] = []
    room = CHARACTERS_MAX - COLUMNS_MAX  # the last row's dots
    for it in rows[: ROWS_MAX - 1]:
        room -= _size(it)
        if room < 0:
            break
        kept.append(it)
    return kept


def _size(row: Row) -> int:
    return sum(min(max(_length(it), 1), CELL_MAX) + len(it) for it in row)


def _length(cell: Spans) -> int:
    """Of a cell's words, whether its pages can be reached or not."""
    return sum(max(len(plain.words((it,))), len(it.text) if isinstance(it, Page) else 0) for it in cell)


def _cell(spans: Spans, mentions: Mentions, links: Links) -> dict[str, Any]:
    """Rich text, which Slack takes literally; an empty cell is refused, so it holds a space."""
    parts: list[dict[str, Any]] = []
    room = CELL_MAX
    for it in spans if line(plain.words(spans)) else ():
        words = _words(plain.words((it,)), room)
        if words:
            parts.append(_part(it, words, room, mentions, links))
        room -= max(len(words), len(parts[-1].get("text", "")) if words else 0)
    section = {"type": "rich_text_section", "elements": parts or [{"type": "text", "text": " "}]}
    return {"type": "rich_text", "elements": [section]}


def _words(text: str, room: int) -> str:
    return inert(cut(text.replace("\n", " "), room)) if room > 0 else ""


def _part(span: Span, words: str, room: int, mentions: Mentions, links: Links) -> dict[str, Any]:
    text = {"type": "text", "text": words}
    match span:
        case str():
            return text
        case Bold():
            return text | {"style": {"bold": True}}
        case Mention(member):
            user = mentions(member)
            return {"type": "user", "user_id": user} if user and USER_ID.fullmatch(user) else text
        case Figure(rows=rows):
            url = links.rows(rows)
            return {"type": "link", "url": url, "text": words} if url and len(url) <= URL_MAX else text
        case Page(text=label, page=page, member=member):
            url = links.page(page, member)
            shown = _words(line(label), room)
            return {"type": "link", "url": url, "text": shown} if url and shown and len(url) <= URL_MAX else text
        case _:
            assert_never(span)
