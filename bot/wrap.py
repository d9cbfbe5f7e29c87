"""Text fitted into a number of columns of a fixed-width face, and tables whose cells wrap."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import zip_longest

GAP = 2
NARROW = 8
"""No column of words gets narrower than that; rather the table becomes a list."""


def width(text: str) -> int:
    """Columns it takes in a fixed-width face: wide signs two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(it) or it in "\u200c\u200d\ufe0f" else 1 + (unicodedata.east_asian_width(it) in "WF")
        for it in text
    )


def pad(text: str, size: int, *, right: bool = False) -> str:
    """Filled up with spaces."""
    gap = " " * (size - width(text))
    return gap + text if right else text + gap


def wrapped(text: str, room: int) -> list[str]:
    """Lines of at most `room` columns, broken between words; a longer word is broken where it must be."""
    lines = [""]
    for word in text.split():
        for piece in _pieces(word, room):
            joined = f"{lines[-1]} {piece}" if lines[-1] else piece
            if width(joined) <= room:
                lines[-1] = joined
            else:
                lines.append(piece)
    return lines


def hanging(text: str, room: int, indent: str = "") -> str:
    """Paragraphs wrapped, each line after the first indented; the lines a person wrote stay apart."""
    lines = [it for line in text.split("\n") for it in wrapped(line, room)]
    return f"\n{indent}".join(lines)


def table(rows: Sequence[Sequence[str]], right: frozenset[int], room: int) -> list[str]:
    """The first row is the headers; every row has as many cells. Too many columns for the room become a list."""
    sizes = _sizes(rows, right, room)
    if sizes is None:
        return _listed(rows, room)
    head, *body = rows
    lines = [*_row(head, sizes, right), (" " * GAP).join("-" * it for it in sizes)]
    return [*lines, *(line for row in body for line in _row(row, sizes, right))]


def _pieces(word: str, room: int) -> list[str]:
    found = [""]
    for sign in word:
        if found[-1] and width(found[-1] + sign) > room:
            found.append("")
        found[-1] += sign
    return found


def _sizes(rows: Sequence[Sequence[str]], right: frozenset[int], room: int) -> list[int] | None:
    """Each column's width: numbers whole, words as wide as a limit that lets all fit. None when no limit does."""
    columns = list(zip(*rows, strict=True))
    wanted = [max(map(width, it)) for it in columns]
    if sum(wanted) + GAP * (len(wanted) - 1) <= room:
        return wanted
    least = [_least(column, right=at in right) for at, column in enumerate(columns)]
    for limit in range(max(wanted), NARROW - 1, -1):
        sizes = [min(want, max(few, limit)) for want, few in zip(wanted, least, strict=True)]
        if sum(sizes) + GAP * (len(sizes) - 1) <= room:
            return sizes
    return None


def _least(column: Sequence[str], *, right: bool) -> int:
    head, *cells = column
    words = max((width(it) for it in head.split()), default=0)
    return max([words, *map(width, cells)]) if right else words


def _row(cells: Sequence[str], sizes: Sequence[int], right: frozenset[int]) -> list[str]:
    parts = [wrapped(it, size) for it, size in zip(cells, sizes, strict=True)]
    lines = zip_longest(*parts, fillvalue="")
    return [
        (" " * GAP).join(pad(it, sizes[at], right=at in right) for at, it in enumerate(line)).rstrip() for line in lines
    ]


def _listed(rows: Sequence[Sequence[str]], room: int) -> list[str]:
    """A paragraph for each row: what is in its first cell, then the others by name."""
    headers, *body = rows
    lines: list[str] = []
    for first, *rest in body:
        lines += hanging(first, room - 2, "  ").split("\n")
        named = zip(headers[1:], rest, strict=True)
        for name, cell in named:
            lines += ("  " + hanging(f"{name}: {cell}", room - 4, "    ")).split("\n") if cell else ()
    return lines
