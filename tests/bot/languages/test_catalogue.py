"""The catalogues hold what is said, all of it and nothing else, with the same places for values."""

import ast
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.languages import CODES
from tests.texts import ONE, ROOT, TWO, Said, said

TRANSLATED = [it for it in CODES if it != "en"]
_HOLE = re.compile(r"\{(\w*)\}")


def catalogue(code: str) -> Catalog:
    with resources.files("bot.languages").joinpath(f"{code}.po").open("rb") as file:
        return read_po(file, locale=code)


def key(it: Said) -> str | tuple[str, str]:
    return (it.text, it.many) if it.many else it.text


def entries(code: str) -> dict[str | tuple[str, ...], Message]:
    return {it.id: it for it in catalogue(code) if it.id}


def forms(it: Message) -> tuple[tuple[str, str], ...]:
    """Each form of an entry with the English one it stands for."""
    if isinstance(it.id, tuple):
        return tuple(zip(it.string, it.id, strict=True))
    return ((str(it.string), it.id),)


@pytest.mark.parametrize("code", TRANSLATED)
def test_all_that_is_said_is_translated_and_nothing_else(code: str):
    wanted = {key(it): it.where for it in said()}
    there = entries(code)
    assert {text: where for text, where in wanted.items() if text not in there} == {}
    assert set(there) - set(wanted) == set()


@pytest.mark.parametrize("code", TRANSLATED)
def test_each_translation_has_its_values_and_its_edges(code: str):
    for it in entries(code).values():
        for now, english in forms(it):
            assert now, english
            lacking = set(_HOLE.findall(english)) - set(_HOLE.findall(now))
            more = set(_HOLE.findall(now)) - set(_HOLE.findall("".join(it.id)))
            # A number may be said in a word: "one deal".
            assert (lacking - {"n"} if isinstance(it.id, tuple) else lacking, more) == (set(), set()), english
            assert (now[:1] == " ", now[-1:] == " ") == (english[:1] == " ", english[-1:] == " "), english


def test_no_text_is_said_both_with_and_without_a_number():
    """A language could not tell them apart."""
    single, by_number = {it.text for it in said() if not it.many}, {it.text for it in said() if it.many}
    assert single & by_number == set()


def test_no_english_singular_has_two_plurals():
    """They are looked up by it."""
    plurals: dict[str, set[str]] = {}
    for it in said():
        if it.many:
            plurals.setdefault(it.text, set()).add(it.many)
    assert [one for one, many in plurals.items() if len(many) > 1] == []


def test_the_values_of_a_text_are_those_it_has_places_for():
    for file in _files():
        for call in _calls(file):
            given = {it.arg for it in call.keywords}
            if None in given:
                continue  # `**values`
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            texts = [it.value for it in call.args[: 2 if name in TWO else 1] if isinstance(it, ast.Constant)]
            places = set(_HOLE.findall("".join(map(str, texts)))) - ({"n"} if name in TWO else set())
            if name != "marked":
                assert given - {"n"} == places - {"n"}, f"{file}:{call.lineno}"


def test_nothing_is_looked_up_when_a_module_is_read():
    """There is no language yet: such texts are marked, and worded where they are shown."""
    early = [f"{file}:{it.lineno}" for file in _files() for it in _early(ast.parse(file.read_text("utf-8")))]
    assert early == []


def _files() -> list[Path]:
    files = (it for folder in ("coaching", "bot") for it in sorted((ROOT / folder).rglob("*.py")))
    return [it for it in files if it.name not in {"language.py", "templates.py"}]


def _calls(file: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ONE | TWO:
            yield node


def _early(node: ast.AST) -> Iterator[ast.Call]:
    """Calls outside of any function's body: a default is worked out when its function is read."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for outside in (*child.decorator_list, *child.args.defaults, *filter(None, child.args.kw_defaults)):
                    yield from _early(outside)
            case ast.Lambda():
                continue
            case ast.Call(func=ast.Name(id=name)) if name in (ONE | TWO | {"worded"}) - {"marked"}:
                yield child
            case _:
                yield from _early(child)
