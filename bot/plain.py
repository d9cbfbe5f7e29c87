"""Card -> plain text, for terminals, a mail's text part and the line a notification shows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import assert_never

from bot import wrap
from bot.links import Links, NoLinks
from bot.words import asked, between, clean, compact, cut, estimate, line, signed
from bot.wrap import pad, width
from coaching.card import (
    Bar,
    Bars,
    Bold,
    Bullets,
    Buttons,
    Card,
    Curves,
    Element,
    Facts,
    Field,
    Figure,
    Heading,
    Interval,
    Intervals,
    Maths,
    Mention,
    Page,
    Picture,
    Span,
    Spans,
    Steps,
    Table,
    Text,
)
from coaching.language import t

SUMMARY = 300  # characters; longer than any notification shows
CELL = 40  # columns of a terminal given to one cell of a table
BAR = 24  # columns of the longest bar
NEWLINE = "\n"


def summary(card: Card) -> str:
    """One line, never empty: the notification, the mail's subject."""
    return cut(line(card.summary), SUMMARY) or t("A message from your coach")


def text(card: Card, links: Links | None = None, *, room: int | None = None) -> str:
    """The whole card; where a figure has an address, a number leads to it at the end.

    With `room`, the columns of a terminal, lines and cells are wrapped into it and nothing is cut.
    """
    notes = _Notes(links or NoLinks(), room)
    blocks = [_element(it, notes).strip("\n") for it in card.elements]
    body = "\n\n".join(it for it in (*blocks, notes.listed()) if it.strip())
    return (body or summary(card)) + "\n"


class _Notes:
    """Addresses are signed and long; among the words they would hide them."""

    def __init__(self, links: Links, room: int | None = None) -> None:
        self._links = links
        self.room = room
        self._urls: list[str] = []

    def sign(self, rows: str) -> str:
        """` [1]`, or nothing where there is no address."""
        return self._listed(self._links.rows(rows))

    def lead(self, page: str, member: str) -> str:
        """The same, of a member's own page."""
        return self._listed(self._links.page(page, member))

    def _listed(self, url: str | None) -> str:
        if not url:
            return ""
        if url not in self._urls:
            self._urls.append(url)
        return f" [{self._urls.index(url) + 1}]"

    def listed(self) -> str:
        return "\n".join(f"[{at}] {line(url)}" for at, url in enumerate(self._urls, 1))


def words(spans: Spans) -> str:
    """The words of some spans."""
    return _words(spans, _Notes(NoLinks()))


def columns(table: Table) -> list[str]:
    """A table's lines, aligned for a fixed-width face."""
    return _columns(table, _Notes(NoLinks()))


def _words(spans: Spans, notes: _Notes) -> str:
    return "".join(_span(it, notes) for it in spans)


def _columns(table: Table, notes: _Notes) -> list[str]:
    rows = [table.headers, *(tuple(_words(cell, notes) for cell in row) for row in table.rows)]
    count = max(map(len, rows))
    whole = [[line(it) for it in (*row, *[""] * (count - len(row)))] for row in rows]
    if notes.room:
        return wrap.table(whole, table.right, notes.room)
    cells = [[_fit(it) for it in row] for row in whole]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    lines = [_row(it, widths, table.right) for it in cells]
    lines.insert(1, "  ".join("-" * it for it in widths))
    return lines


def _element(element: Element, notes: _Notes) -> str:
    match element:
        case Heading(title):
            return f"{line(title)}\n{'-' * min(width(line(title)), 72)}" if line(title) else ""
        case Text(spans):
            return _within(_words(spans, notes).strip(), notes.room)
        case Facts(pairs):
            return _facts(pairs, notes)
        case Bullets(items):
            return "\n".join(f"- {_hanging(_within(_words(it, notes), notes.room, 2))}" for it in items)
        case Table():
            return "\n".join(_columns(element, notes)) if element.headers or element.rows else ""
        case Field():
            return _field(element)
        case Buttons(actions):
            return "  ".join(f"[ {line(it.label)} ]" for it in actions)
        case Picture():
            return _picture(element, notes.room)
        case Maths():
            return _maths(element, notes.room)
        case _:
            assert_never(element)


def _span(span: Span, notes: _Notes) -> str:
    match span:
        case str():
            return clean(span)
        case Bold(text):
            return clean(text)
        case Mention(name=name):
            return line(name)
        case Figure(text, rows):
            return clean(text) + notes.sign(rows)
        case Page(text=text, page=page, member=member):
            sign = notes.lead(page, member)
            return clean(text) + sign + clean(span.more) if sign else clean(span.instead)
        case _:
            assert_never(span)


def _facts(pairs: Sequence[tuple[str, Spans]], notes: _Notes) -> str:
    names = [line(name) for name, _ in pairs]
    widest = min(max(map(width, names), default=0), CELL)
    return "\n".join(
        f"{name}:{' ' * (max(widest - width(name), 0) + 1)}{_hanging(_words(spans, notes))}"
        for name, (_, spans) in zip(names, pairs, strict=True)
    )


def _field(field: Field) -> str:
    value = clean(dict(field.options).get(field.value, field.value))
    first = f"{asked(field.label or field.name)} {_hanging(value) or '____'}"
    more = [f"  {line(it)}" for it in (field.hint, field.error and f"! {field.error}") if it]
    return "\n".join([first, *more])


def _picture(picture: Picture, room: int | None) -> str:
    """Drawn with characters, each row with its numbers; what can't be is said in words."""
    plot = _plot(picture)
    lines = (line(picture.title), *(plot or [_within(clean(picture.alt), room)]), *_marked(picture))
    return "\n".join(it for it in lines if it)


def _marked(picture: Picture) -> list[str]:
    if picture.mark is None or isinstance(picture.plot, Curves):
        return []
    return [f"| {line(picture.mark_label) or t('Mark')}: {compact(picture.mark, picture.unit)}"]


def _plot(picture: Picture) -> list[str]:
    match picture.plot:
        case Bars(bars):
            largest = max((max(it.value, it.reach or 0) for it in bars), default=0) or 1
            return _named([it.label for it in bars], [_bar(it, largest, picture.unit) for it in bars])
        case Intervals(rows):
            largest = max((it.high for it in rows), default=0) or 1
            return _named([it.label for it in rows], [_interval(it, largest, picture.unit) for it in rows])
        case Steps(taken):
            return _steps(picture.plot, [f"{signed(it, picture.unit)}" for it in taken])
        case Curves():
            return []  # a line of characters says less than the words do
        case _:
            assert_never(picture.plot)


def _steps(plot: Steps, numbers: Sequence[str]) -> list[str]:
    """Each piece where it lies between the least and the largest sum on the way."""
    ends = [0.0, *(end for span in plot.spans for end in span)]
    least, room = min(ends), (max(ends) - min(ends)) or 1
    drawn = []
    for (begin, end), number in zip(plot.spans, numbers, strict=True):
        left, right = sorted(round((it - least) / room * BAR) for it in (begin, end))
        piece = "█" * (right - left) or ("▏" if begin != end else "")
        drawn.append(f"{' ' * left}{piece}".ljust(BAR) + f" {number}")
    return _named([it.label for it in plot.steps], drawn)


def _named(labels: Sequence[str], drawn: Sequence[str]) -> list[str]:
    names = [_fit(line(it)) for it in labels]
    widest = max(map(width, names), default=0)
    return [f"{pad(name, widest)}  {it}".rstrip() for name, it in zip(names, drawn, strict=True)]


def _bar(bar: Bar, largest: float, unit: str) -> str:
    solid = _share(bar.value, largest)
    pale = max(_share(bar.reach or 0, largest) - solid, 0)
    return f"{'█' * solid}{'░' * pale} {between(bar.value, bar.reach, unit)}".strip()


def _interval(it: Interval, largest: float, unit: str) -> str:
    low, value, high = (min(_share(size, largest), BAR - 1) for size in (it.low, it.value, it.high))
    whisker = "".join("●" if at == value else "─" if low <= at <= high else " " for at in range(BAR))
    return f"{whisker} {estimate(it, unit)}"


def _share(value: float, largest: float) -> int:
    return round(min(max(value / largest, 0), 1) * BAR)


def _maths(it: Maths, room: int | None) -> str:
    said = (f"{line(name)}: {line(value)}" for name, value in it.pairs)
    lines = (f"  {_hanging(_within(one, room, 4)).replace(NEWLINE, NEWLINE + '  ')}" for one in said)
    title = t("The maths of {figure} = {value}", figure=line(it.figure), value=line(it.value))
    return "\n".join((title, *lines))


def _row(cells: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> str:
    padded = (pad(it, size, right=at in right) for at, (it, size) in enumerate(zip_longest(cells, widths)))
    return "  ".join(padded).rstrip()


def _within(text: str, room: int | None, indent: int = 0) -> str:
    return wrap.hanging(text, room - indent) if room else text


def _fit(text: str) -> str:
    while width(text) > CELL:
        text = cut(text, min(CELL, len(text) - 1))
    return text


def _hanging(text: str) -> str:
    return text.strip().replace("\n", "\n  ")
