"""A YAML 1.2 file, read piece by piece. Whatever is wrong is noted with its line and place, and reading goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from bot.files.refusal import Fault, FileRefusedError, refused
from coaching.language import marked, t, worded

T = TypeVar("T")
D = TypeVar("D")
MAX_BYTES = 1_000_000
MAX_NODES = 100_000
"""With every alias written out: a small file can unfold to billions."""


class WrongError(ValueError):
    """What a reader raises about the value it was given."""


@dataclass(frozen=True, slots=True)
class Value:
    """A piece of the file with its place in it."""

    node: Node
    path: str
    faults: list[Fault]

    @property
    def line(self) -> int:
        """Counted from 1."""
        return int(self.node.start_mark.line) + 1

    @property
    def empty(self) -> bool:
        """A key without a value."""
        return _kind(self.node) == "null"

    def refuse(self, why: str) -> None:
        """Note what is wrong with it."""
        self.faults.append(Fault(self.line, self.path, why))

    def scalar(self, *kinds: str) -> str | None:
        """Its text as written, if it is one of those kinds (`str`, `int`, `float`, `bool`, `timestamp`)."""
        return str(self.node.value) if _kind(self.node) in kinds else None

    def __str__(self) -> str:
        """As a complaint names it."""
        if isinstance(self.node, ScalarNode):
            text = str(self.node.value)
            return repr(text if len(text) <= 60 else text[:57] + "…")
        return t("a list") if isinstance(self.node, SequenceNode) else t("a group of keys")

    @contextmanager
    def table(self) -> Iterator[Table]:
        """Its keys, to be asked for by name; those nobody asked for are unknown."""
        if not isinstance(self.node, MappingNode):
            raise WrongError(t("expected keys with values here, found {value}", value=self))
        table = Table(self)
        yield table
        table.refuse_unasked()


Reader = Callable[[Value], T]


class Table:
    """Keys and their values. What is wrong with one is noted, and a stand-in given, so that the others are read too."""

    def __init__(self, value: Value) -> None:
        self._value = value
        self._asked: list[str] = []
        self._values: dict[str, Value] = {}
        lines: dict[str, int] = {}
        for key, node in value.node.value:
            name = str(key.value) if isinstance(key, ScalarNode) else "?"
            line = key.start_mark.line + 1
            if name in lines:
                value.faults.append(
                    Fault(line, self._path(name), t("is on line {line} already", line=str(lines[name])))
                )
            lines.setdefault(name, line)
            self._values.setdefault(name, Value(node, self._path(name), value.faults))

    def get(self, key: str, reader: Reader[T], default: D) -> T | D:
        """The value of a key that may be left out."""
        self._asked.append(key)
        value = self._values.get(key)
        return default if value is None or value.empty else _read(value, reader, default)

    def need(self, key: str, reader: Reader[T], stand_in: D) -> T | D:
        """The value of a key that must be there. The stand-in never leaves a file that is taken."""
        self._asked.append(key)
        value = self._values.get(key)
        if value is None or value.empty:
            line = self._value.line if value is None else value.line
            self._value.faults.append(Fault(line, self._path(key), t("is missing")))
            return stand_in
        return _read(value, reader, stand_in)

    def has(self, key: str) -> bool:
        """Whether it is there, with a value."""
        return key in self._values and not self._values[key].empty

    def refuse(self, key: str, why: str) -> None:
        """Note what is wrong with a key that was read well by itself."""
        self._values.get(key, self._value).refuse(why)

    def entries(self, reader: Reader[T]) -> dict[str, T]:
        """All of them, where the file chooses the keys."""
        self._asked.extend(self._values)
        read = {name: _read(value, reader, None) for name, value in self._values.items()}
        return {name: value for name, value in read.items() if value is not None}

    def refuse_unasked(self) -> None:
        """Unknown keys, each with the nearest known one."""
        for name in self._values.keys() - set(self._asked):
            near = get_close_matches(name, self._asked, n=1)
            self._values[name].refuse(
                t("is not a known key; did you mean '{key}'?", key=near[0])
                if near
                else t("is not a known key; allowed: {keys}", keys=", ".join(self._asked))
            )

    def _path(self, key: str) -> str:
        return f"{self._value.path}.{key}" if self._value.path else key


def many(reader: Reader[T]) -> Reader[tuple[T, ...]]:
    """A list of what `reader` reads; items that are wrong are noted and left out."""

    def read(value: Value) -> tuple[T, ...]:
        if not isinstance(value.node, SequenceNode):
            raise WrongError(t("expected a list, found {value}", value=value))
        items = (Value(node, f"{value.path}[{n}]", value.faults) for n, node in enumerate(value.node.value))
        found = [_read(item, reader, None) for item in items]
        return tuple(it for it in found if it is not None)

    return read


class Once:
    """Refuses what it has seen before; text is the same whatever its case."""

    def __init__(self, noun: str) -> None:
        self._noun = noun
        self._seen: dict[object, int] = {}

    def check(self, value: Value, key: object) -> None:
        """Note a doubled key at `value`."""
        known = key.casefold() if isinstance(key, str) else key
        if known in self._seen:
            value.refuse(f"the {self._noun} {key} is on line {self._seen[known]} already")
        self._seen.setdefault(known, value.line)

    def of(self, reader: Reader[T]) -> Reader[T]:
        """The same reader, once per value."""

        def read(value: Value) -> T:
            found = reader(value)
            self.check(value, found)
            return found

        return read


def read_sheet(content: bytes, reader: Reader[T], empty: str) -> T:
    """All of a file through one reader. FileRefusedError with every fault; `empty` is what is said where nothing is."""
    node = _composed(content, empty)
    faults: list[Fault] = []
    value = Value(node, "", faults)
    read = _read(value, reader, None)
    if faults or read is None:
        raise FileRefusedError(faults)
    return read


def _read(value: Value, reader: Reader[T], stand_in: D) -> T | D:
    try:
        return reader(value)
    except WrongError as wrong:
        value.refuse(str(wrong))
        return stand_in


def _kind(node: Node) -> str:
    return str(node.tag).removeprefix("tag:yaml.org,2002:") if isinstance(node, ScalarNode) else ""


def _composed(content: bytes, empty: str) -> Node:
    if len(content) > MAX_BYTES:
        raise refused(t("the file has {n} bytes; at most {most} are read", n=len(content), most=MAX_BYTES))
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(content.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise refused(t("is not UTF-8; save the file as UTF-8"), line) from None
    except RecursionError:
        raise refused(t("the file is nested too deeply to be read")) from None
    except ReaderError as problem:
        why = t("there is a character (number {n}) that YAML doesn't allow", n=str(problem.character))
        raise refused(why) from None
    except MarkedYAMLError as problem:
        raise _unreadable(problem) from None
    except (YAMLError, ValueError) as problem:
        words = str(problem).splitlines()[0]
        raise refused(
            t("can't be read as YAML: {why}", why=t("this is no YAML (its reader says: {words})", words=words))
        ) from None
    if node is None:
        raise refused(empty)
    if _size(node, {}, ()) > MAX_NODES:
        raise refused(t("the file holds more than {n} values, with its aliases (*name) written out", n=MAX_NODES))
    return node


_SAYINGS = (
    ("'\\t'", marked("a tab is used to indent; use spaces")),
    ("another document", marked("a second document begins here (---); write one only")),
    (
        "mapping values are not allowed",
        marked("a colon where none is expected; put text that holds a colon in quotes, and check the indent"),
    ),
    ("sequence entries are not allowed", marked("a list’s dash where none is expected; begin the list on a new line")),
    ("could not find expected ':'", marked("a key without its colon; write “key: value”")),
    ("expected <block end>", marked("this stands neither under what is above it nor beside it; check the indent")),
    ("expected ',' or", marked("a comma is missing here, or the bracket that closes")),
    ("unexpected end of stream", marked("a quotation mark opens here and never closes")),
    ("unexpected document separator", marked("a quotation mark opens here and never closes")),
    ("undefined alias", marked("an alias (*name) of something that has no such name (&name)")),
    ("cannot start any token", marked("no value begins with this character; put the text in quotes")),
    ("unknown escape character", marked("a backslash that means nothing; use single quotes, or two backslashes")),
)
"""Of what YAML's parser says, by a part of it, what there is to do about it; the rest stands in its own words."""
_OPENED = frozenset({"unexpected end of stream", "unexpected document separator"})
"""Of those it is of use to know where it began, not where the parser gave up."""


def _unreadable(problem: MarkedYAMLError) -> FileRefusedError:
    its_own = str(problem.problem or problem.context)
    part, why = next(((it, worded(said)) for it, said in _SAYINGS if it in its_own), ("", ""))
    first, then = problem.problem_mark, problem.context_mark
    mark = (then or first) if part in _OPENED else (first or then)
    told = why or t("this is no YAML (its reader says: {words})", words=its_own)
    if mark is None:
        return refused(t("can't be read as YAML: {why}", why=told))
    return refused(
        t("can't be read as YAML from column {column} on: {why}", column=mark.column + 1, why=told), mark.line + 1
    )


def _size(node: Node, known: dict[int, int], inside: tuple[int, ...]) -> int:
    """How many values it unfolds to."""
    if isinstance(node, ScalarNode):
        return 1
    if id(node) in inside:
        raise refused(t("an alias (*name) stands inside what it names"), node.start_mark.line + 1)
    if id(node) not in known:
        pairs = isinstance(node, MappingNode)
        children = [it for pair in node.value for it in pair] if pairs else node.value
        known[id(node)] = 1 + sum(_size(it, known, (*inside, id(node))) for it in children)
    return known[id(node)]
