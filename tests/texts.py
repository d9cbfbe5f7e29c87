"""Every text that people can read, found where it is said: the first arguments of `t` and its kin, and the templates'."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import nodes

from bot.web.templates import _environment

ROOT = Path(__file__).parent.parent
ONE, TWO, LATER = frozenset({"t", "ts", "marked"}), frozenset({"tn", "tns"}), frozenset({"marked"})
CRITERION = frozenset({"name", "means", "questions", "tactics"})
"""Of a method's criteria: data in `coaching/playbooks`, worded where a company's method is looked up."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text and where it stands; `many` for those by number."""

    text: str
    where: str
    many: str = ""


@cache
def said() -> tuple[Said, ...]:
    """In the order of the files."""
    files = [it for folder in ("coaching", "bot") for it in sorted((ROOT / folder).rglob("*.py"))]
    pages = sorted((ROOT / "bot" / "web" / "pages").glob("*.html"))
    return (*(it for file in files for it in _of_code(file)), *(it for page in pages for it in _of_page(page)))


def calls(file: Path) -> Iterator[ast.Call]:
    """Those of `t` and its kin."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ONE | TWO:
            yield node


def _of_code(file: Path) -> Iterator[Said]:
    where = str(file.relative_to(ROOT))
    if where in {"coaching/language.py", "bot/web/templates.py"}:  # they define them
        return
    for call in calls(file):
        texts = [it.value if isinstance(it, ast.Constant) else None for it in call.args[:2]]
        assert isinstance(call.func, ast.Name)
        if call.func.id in TWO:
            yield Said(_literal(texts[0], where, call), where, _literal(texts[1], where, call))
        else:
            yield Said(_literal(texts[0], where, call), where)
    if file.parent.name == "playbooks":
        yield from (Said(it, where) for it in _criteria(file))


def _literal(text: object, where: str, call: ast.Call) -> str:
    assert isinstance(text, str), f"{where}:{call.lineno}: what is looked up must be written out where it is said"
    return text


def _criteria(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Criterion"):
            continue
        for given in node.keywords:
            if given.arg in CRITERION:
                yield from (
                    it.value for it in _parts(given.value) if isinstance(it, ast.Constant) and isinstance(it.value, str)
                )


def _parts(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _of_page(page: Path) -> Iterator[Said]:
    for call in _environment().parse(page.read_text("utf-8")).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in {"t", "said"}:
            text = call.args[0]
            assert isinstance(text, nodes.Const), f"{page.name}:{call.lineno}"
            yield Said(str(text.value), page.name)
