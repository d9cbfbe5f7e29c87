"""A card's table -> a Table; or, where it is too wide for the chat, each row under its first cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bot import plain
from bot.links import Links
from bot.teams import fit
from bot.teams.markdown import People, alone, markdown
from bot.words import line
from coaching.card import Bold, Spans, Table

Item = dict[str, Any]  # an element of the card; its JSON has no narrower type
Row = tuple[Spans, ...]

COLUMNS_MAX = 6
"""More don't fit beside each other in a chat; on a phone hardly these."""
ROWS_MAX = 40
BYTES_MAX = 12_000
"""Of one table, so that it leaves room for what is said about it."""
CELL_MAX = 200
WORD_MAX, EDGES, EASE = 16, 5, 0.25
"""A column gets what its longest word takes, with its edges, in characters; and a quarter of what else it could use."""


def table_items(table: Table, people: People, links: Links) -> list[Item]:
    """Nothing for a table without a cell."""
    width = max(map(len, (table.headers, *table.rows)))
    if not width:
        return []
    rows = [_wide(it, width) for it in table.rows]
    if width > COLUMNS_MAX:
        return list(_stacked(table.headers, rows, people, links))
    return [_native(table, rows, width, people, links)]


def _native(table: Table, rows: Sequence[Row], width: int, people: People, links: Links) -> Item:
    head = [_wide(tuple((it,) for it in table.headers), width)] if table.headers else []
    shown = rows[:ROWS_MAX]
    columns: list[Item] = [{"width": it} for it in _shares([*head, *shown])]
    for at in table.right & set(range(width)):
        columns[at]["horizontalCellContentAlignment"] = "Right"
    written = [
        *(_row(it, people, links, {"weight": "Bolder"}) for it in head),
        *_affordable([_row(it, people, links) for it in shown]),
    ]
    if len(written) < len(head) + len(rows):
        written.append(_row((("…",),) * width, people, links))
    # Its schema and its renderers call the same thing by two names. True is the default of both.
    headless = {} if head else {"firstRowAsHeader": False, "firstRowAsHeaders": False}
    return {"type": "Table", "columns": columns, "rows": written, "showGridLines": True, **headless}


def _affordable(rows: Sequence[Item]) -> Iterator[Item]:
    room = BYTES_MAX
    for it in rows:
        room -= fit.size(it)
        if room < 0:
            return
        yield it


def _row(row: Row, people: People, links: Links, look: Item | None = None) -> Item:
    return {"type": "TableRow", "cells": [_cell(it, people, links, look or {}) for it in row]}


def _cell(spans: Spans, people: People, links: Links, look: Item) -> Item:
    text = markdown(_one_line(spans), people, links, CELL_MAX)
    items = [{"type": "TextBlock", "text": text, "wrap": True, **look}] if text else []
    return {"type": "TableCell", "items": items}


def _shares(rows: Sequence[Row]) -> list[int]:
    """Narrow chats break the words of a note, and no number."""
    columns = ([line(plain.words(it)) for it in column] for column in zip(*rows, strict=True))
    return [_share(it) for it in columns]


def _share(cells: Sequence[str]) -> int:
    longest = min(max(map(len, cells)), CELL_MAX // 2)
    word = min(max((len(it) for cell in cells for it in cell.split()), default=1), WORD_MAX)
    return word + EDGES + round(max(longest - word, 0) * EASE)


def _stacked(headers: Sequence[str], rows: Sequence[Row], people: People, links: Links) -> Iterator[Item]:
    """`Dana Reyes` in bold, and under it what the other columns hold, by name."""
    if not rows:
        yield _line(alone(" · ".join(filter(None, map(line, headers))), CELL_MAX))
    for row in rows[:ROWS_MAX]:
        yield _line(markdown((Bold(plain.words(row[0])),), people, links, CELL_MAX))
        named = ((line(name), _one_line(it)) for name, it in zip(_padded(headers, len(row)), row, strict=True))
        pairs = [(name, it) for at, (name, it) in enumerate(named) if at and line(plain.words(it))]
        facts = [{"title": alone(name, 60), "value": markdown(it, people, links, CELL_MAX)} for name, it in pairs]
        if facts:
            yield {"type": "FactSet", "facts": facts, "spacing": "Small"}
    if len(rows) > ROWS_MAX:
        yield _line("…")


def _line(text: str) -> Item:
    return {"type": "TextBlock", "text": text or "–", "wrap": True}


def _padded(headers: Sequence[str], width: int) -> tuple[str, ...]:
    return (*headers, *[""] * (width - len(headers)))


def _wide(row: Row, width: int) -> Row:
    return (*row, *[()] * (width - len(row)))


def _one_line(spans: Spans) -> Spans:
    return tuple(it.replace("\n", " ") if isinstance(it, str) else it for it in spans)
