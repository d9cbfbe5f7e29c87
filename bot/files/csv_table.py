"""A CSV export as rows with their lines: UTF-8, comma, semicolon or tab, a header row."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.files.refusal import Fault, refused
from coaching.language import marked, t, worded

MAX_BYTES = 100_000_000
MAX_COLUMNS = 1_000
_OTHER_KINDS = {
    b"PK\x03\x04": marked("an Excel workbook (or another zip file)"),
    b"\xd0\xcf\x11\xe0": marked("an old Excel workbook"),
    b"\x1f\x8b": marked("a gzip file"),
    b"%PDF": marked("a PDF"),
    b"\xff\xfe": marked("in UTF-16"),
    b"\xfe\xff": marked("in UTF-16"),
}
SAVE_AS = marked("save it as 'CSV UTF-8' and try again")


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of a row, and the line it begins on (from 1, as an editor counts)."""

    line: int
    fields: Sequence[str]


@dataclass(frozen=True, slots=True)
class CsvTable:
    """The header and the rows. `faults` are the rows that could not be split into columns."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


def read_table(content: bytes, known: Collection[str] = ()) -> CsvTable:
    """Split a file; `known` column names help to tell the separator. FileRefusedError if it isn't such a file."""
    text = _decoded(content)
    first = 1
    if text[:4].casefold() == "sep=":  # Excel's own hint, before the header
        _, _, text = text.partition("\n")
        first = 2
    records = _records(text, _separator(text, known), first)
    try:
        top = next(records, None)
    except csv.Error as problem:
        raise refused(t("the header can't be read: {problem}", problem=problem), first) from None
    if top is None:
        raise refused(t("the file is empty; a header row was expected"))
    header = tuple(it.strip() for it in top.fields)
    if len(header) > MAX_COLUMNS:
        why = t("the header has {n} columns; at most {most} are read", n=len(header), most=MAX_COLUMNS)
        raise refused(why, top.line)
    return _split(header, records)


def column_index(header: Sequence[str], names: Mapping[str, str]) -> dict[str, int]:
    """Where each wanted column is. `names` maps what it is wanted for to its name; those not there are left out."""
    exact = {name: n for n, name in reversed(list(enumerate(header)))}
    loose = {loosely(name): n for n, name in reversed(list(enumerate(header)))}
    found = {key: exact.get(name, loose.get(loosely(name))) for key, name in names.items()}
    return {key: n for key, n in found.items() if n is not None}


def loosely(name: str) -> str:
    """`Close Date` and `close_date` are the same column to people."""
    return "_".join(name.casefold().replace("-", " ").replace("_", " ").split())


def _decoded(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise refused(
            t("the file has {n} bytes; at most {most} are read. Export it in parts", n=len(content), most=MAX_BYTES)
        )
    for magic, kind in _OTHER_KINDS.items():
        if content.startswith(magic):
            raise refused(
                t("this is {kind}, not a CSV file in UTF-8; {save_as}", kind=worded(kind), save_as=worded(SAVE_AS))
            )
    if 0 in content:
        line = content.count(b"\n", 0, content.index(0)) + 1
        why = t("there is a zero byte, as in UTF-16 or a damaged file; {save_as}", save_as=worded(SAVE_AS))
        raise refused(why, line)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        byte = content[problem.start]
        as_windows = bytes([byte]).decode("cp1252", "replace")
        why = t(
            "byte 0x{byte} is not UTF-8 (in Windows-1252 it would be '{sign}'); {save_as}",
            byte=f"{byte:02x}",
            sign=as_windows,
            save_as=worded(SAVE_AS),
        )
        raise refused(why, line) from None


def _separator(text: str, known: Collection[str]) -> str:
    """The one that splits the header into the most columns that are wanted, else into the most columns."""
    wanted = {loosely(it) for it in known}

    def worth(separator: str) -> tuple[int, int]:
        try:
            names = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
        except csv.Error:
            return 0, 0
        return sum(loosely(it) in wanted for it in names), len(names)

    return max((",", ";", "\t"), key=worth)


def _records(text: str, separator: str, first: int) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    before = reader.line_num
    for fields in reader:
        if any(it.strip() for it in fields):
            yield Row(before + first, fields)
        before = reader.line_num


def _split(header: tuple[str, ...], records: Iterator[Row]) -> CsvTable:
    rows: list[Row] = []
    faults: list[Fault] = []
    try:
        for row in records:
            fields = _trimmed(row.fields, len(header))
            if len(fields) == len(header):
                rows.append(Row(row.line, fields))
            else:
                faults.append(Fault(row.line, "", _ragged(row, header)))
    except csv.Error as problem:
        after = max([row.line for row in rows] + [it.line or 0 for it in faults], default=1)
        faults.append(Fault(after + 1, "", _unreadable(str(problem))))
    return CsvTable(header, tuple(rows), tuple(faults))


def _trimmed(fields: Sequence[str], columns: int) -> Sequence[str]:
    """Spreadsheets like to end a row with separators and nothing between them."""
    return fields[:columns] if not any(it.strip() for it in fields[columns:]) else fields


def _ragged(row: Row, header: Sequence[str]) -> str:
    there, wanted = len(row.fields), len(header)
    if there < wanted:
        return t("has {there} columns where the header has {wanted}; is the row cut off?", there=there, wanted=wanted)
    return t(
        "has {there} columns where the header has {wanted}; put text that holds the separator in double quotes",
        there=there,
        wanted=wanted,
    )


def _unreadable(problem: str) -> str:
    if "unexpected end" in problem:
        return t('from here on a double quote is open and never closed; close it, or double it ("") inside text')
    if "expected after" in problem:
        return t('text goes on after its closing double quote; write a double quote inside text twice ("")')
    return t("from here on the file can't be read: {problem}", problem=problem)
