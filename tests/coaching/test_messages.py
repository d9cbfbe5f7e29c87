"""Messages are read by people, in chat, on pages and in mail: no marks that only a terminal's user knows."""

import ast
from collections.abc import Iterator
from pathlib import Path

import coaching

SOURCES = sorted(Path(coaching.__file__).parent.rglob("*.py"))


def spoken(tree: ast.Module) -> Iterator[str]:
    """Texts in the code, without docstrings and the strings that stand as a remark under a name."""
    remarks = {id(it.value) for it in ast.walk(tree) if isinstance(it, ast.Expr)}
    for it in ast.walk(tree):
        if isinstance(it, ast.Constant) and isinstance(it.value, str) and id(it) not in remarks:
            yield it.value


def test_words_to_type_stand_in_typographic_quotes_not_in_backticks():
    texts = [text for file in SOURCES for text in spoken(ast.parse(file.read_text("utf-8")))]
    assert len(texts) > 500
    assert [it for it in texts if "`" in it] == []
