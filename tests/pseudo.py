"""A language in which every text stands in brackets, and nothing else does: what is outside was never looked up."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from coaching.language import ENGLISH, Language

OPEN, SHUT = "⟦", "⟧"
_HOLE = re.compile(r"(\{\w+\})")
_INSIDE = re.compile(f"{OPEN}[^{OPEN}{SHUT}]*(?:{SHUT}|…|$)")
_LETTERS = re.compile(r"[^\W\d_]{2,}(?:['’ -][^\W\d_]+)*")
"""A stretch of words; what stands between two stretches is a sign or a number."""


def bracketed(text: str) -> str:
    """`⟦From ⟧{before}⟦ to ⟧{after}`: values stay outside."""
    return "".join(it if _HOLE.fullmatch(it) else f"{OPEN}{it}{SHUT}" for it in _HOLE.split(text) if it)


class _Words(Mapping[str, str]):
    def __getitem__(self, text: str) -> str:
        return bracketed(text)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def get(self, text: str, default: object = None) -> str:
        del default
        return bracketed(text)


class _Plurals(Mapping[str, tuple[str, ...]]):
    def __getitem__(self, one: str) -> tuple[str, ...]:
        raise KeyError(one)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def get(self, one: str, default: object = None) -> tuple[str, ...]:
        assert isinstance(default, tuple)
        return tuple(map(bracketed, default))


def _all(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{OPEN}{it}{SHUT}" for it in words)


PSEUDO = Language(
    code="xx",
    words=_Words(),
    plurals=_Plurals(),
    lowers=False,
    scales=_all(ENGLISH.scales),
    weekdays=_all(ENGLISH.weekdays),
    months=_all(ENGLISH.months),
    whole_weekdays=_all(ENGLISH.whole_weekdays),
    whole_months=_all(ENGLISH.whole_months),
)


def outside(text: str) -> list[str]:
    """Stretches of words that stand in no brackets. Texts may stand in texts, cut ones have lost their end."""
    before = ""
    while text != before:
        before, text = text, _INSIDE.sub("·", text)
    return _LETTERS.findall(text)


def constants(files: Iterable[Path]) -> str:
    """All strings written in these files, in small letters, a line each: the data of samples."""
    found: list[str] = []
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(" ".join(node.value.split()).lower())
    return "\n".join(found)


@contextmanager
def imported_anew(package: str) -> Iterator[list[ModuleType]]:
    """The modules of a package as they come to be now; those that were there are put back."""
    before = {name: it for name, it in sys.modules.items() if name.startswith(package)}
    for name in before:
        del sys.modules[name]
    try:
        root = importlib.import_module(package)
        names = sorted(it.stem for it in Path(str(root.__file__)).parent.glob("*.py") if it.stem != "__init__")
        yield [importlib.import_module(f"{package}.{name}") for name in names]
    finally:
        for name in [it for it in sys.modules if it.startswith(package)]:
            del sys.modules[name]
        sys.modules.update(before)
