"""Any table of closed deals: its cells, and which deals were won. The fields of an import are not needed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from bot.files.csv_table import CsvTable, Row, column_index, loosely, read_table
from bot.files.mapping import ColumnMapping
from bot.files.refusal import FileRefusedError, refused
from coaching.numbers.answers import Deals, Written
from coaching.phrases import count, listed

_ENDS = ("stage", "status", "closed_on", "close_date", "forecast_category")
"""Fields of an import that, of a closed deal, tell how and when it ended."""
_RUNNING = re.compile(
    "open|new|pending|active|in_progress|ongoing|working|on_hold|engaging|prospect(ing)?|lead|discovery|qualif(ication|ied|ying)|"
    "propos(al|ed)|negotiati(on|ng)|demo|evaluation"
)
_LOST = re.compile("lo(st|ss|se)|closed_lost|no?|false|0|no_decision|abandoned|cancell?ed|disqualified")


class End(Enum):
    """Of a deal."""

    WON = "won"
    LOST = "lost"
    OTHER = "other"
    """Neither won nor a word for lost."""
    RUNNING = "running"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ClosedDeals:
    """The deals, and a sentence on whatever was left out or had to be guessed."""

    deals: Deals
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewDeals:
    """Deals to score: their cells by column, and the line of the file on which each begins."""

    cells: Mapping[str, Sequence[str]]
    lines: tuple[int, ...]


def read_closed_deals(content: bytes, outcome: str, won: str, mapping: ColumnMapping) -> ClosedDeals:
    """FileRefusedError when rows can't be read, or when there is no such outcome; it names what there is."""
    table = _table(content, [outcome])
    at = _place(table, mapping.columns.get(outcome, outcome))
    found = [it.fields[at].strip() for it in table.rows]
    ends = [_end(it, won, mapping) for it in found]
    if End.WON not in ends:
        raise refused(f"no deal has '{won}' there; found: {_values(found)}", place=f"column {table.header[at]}")
    closed = [(row, end) for row, end in zip(table.rows, ends, strict=True) if end not in (End.RUNNING, End.UNKNOWN)]
    cells = _cells(table, [row for row, _ in closed])
    del cells[table.header[at]]
    named = column_index(table.header, {it: mapping.columns[it] for it in _ENDS if it in mapping.columns})
    deals = Deals(
        cells=cells,
        won=tuple(end is End.WON for _, end in closed),
        written=Written(mapping.dates, mapping.decimal or "."),
        ended=frozenset(table.header[it] for it in named.values()),
    )
    return ClosedDeals(deals, (*_left_out(found, ends), *_doubled(table)))


def read_new_deals(content: bytes, columns: Iterable[str]) -> NewDeals:
    """`columns` are wanted, by the names they had among the closed deals; those that aren't there are left out."""
    wanted = tuple(columns)
    table = _table(content, wanted)
    places = column_index(table.header, {it: it for it in wanted})
    cells = {name: tuple(row.fields[at] for row in table.rows) for name, at in places.items()}
    return NewDeals(cells, tuple(it.line for it in table.rows))


def _table(content: bytes, known: Sequence[str]) -> CsvTable:
    table = read_table(content, known)
    if table.faults:
        raise FileRefusedError(table.faults)
    if not table.rows:
        raise refused("there is no deal below the header")
    return table


def _place(table: CsvTable, outcome: str) -> int:
    found = column_index(table.header, {"outcome": outcome})
    if not found:
        there = ", ".join(it for it in table.header if it)
        raise refused(f"there is no column '{outcome}'; found: {there}", 1)
    at = found["outcome"]
    if [loosely(it) for it in table.header].count(loosely(table.header[at])) > 1:
        raise refused("is in the header more than once; leave one", 1, f"column {outcome}")
    return at


def _end(value: str, won: str, mapping: ColumnMapping) -> End:
    word = loosely(value)
    if word == loosely(won):
        return End.WON
    if not word:
        return End.UNKNOWN
    stage = next((it for it in mapping.stages if loosely(it.name) == word), None)
    if stage:
        return End.LOST if stage.lost else End.OTHER if stage.won else End.RUNNING
    return End.LOST if _LOST.fullmatch(word) else End.RUNNING if _RUNNING.fullmatch(word) else End.OTHER


def _left_out(found: Sequence[str], ends: Sequence[End]) -> Iterable[str]:
    """What wasn't plainly won or lost. One other value beside the won one is plain enough."""
    of = {end: [it for it, one in zip(found, ends, strict=True) if one is end] for end in End}
    if running := of[End.RUNNING]:
        yield f"{count(len(running), 'deal')} not closed yet left out: {_values(running)}"
    if unknown := of[End.UNKNOWN]:
        yield f"{count(len(unknown), 'deal')} without an outcome left out"
    if of[End.OTHER] and len({loosely(it) for it in (*of[End.OTHER], *of[End.LOST])}) > 1:
        yield f"counted as not won: {_values(of[End.OTHER])}"


def _values(found: Sequence[str]) -> str:
    most = [it for it, _ in Counter(it for it in found if it).most_common()]
    return listed(most, 10) or "nothing but empty cells"


def _cells(table: CsvTable, rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """The first column of each name."""
    first = {name: at for at, name in reversed(list(enumerate(table.header))) if name}
    return {name: tuple(it.fields[at] for it in rows) for name, at in sorted(first.items(), key=lambda it: it[1])}


def _doubled(table: CsvTable) -> Iterable[str]:
    if "" in table.header:
        yield "what has no name in the header was left out"
    for name, times in Counter(it for it in table.header if it).items():
        if times > 1:
            yield f"{name}: in the header {times} times; the first was read"
