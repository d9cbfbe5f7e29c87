"""Whatever bytes come as a file: they are read, or refused in words. Nothing else happens."""

from __future__ import annotations

import contextlib
import io
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.files.company import read_company
from bot.files.mapping import ColumnMapping, read_mapping
from bot.files.opportunities import read_opportunities
from bot.files.plain import dump
from bot.files.refusal import FileRefusedError
from tests.bot.files.test_company import WHOLE
from tests.builders import a_company

COMPANY = a_company()
pieces = st.sampled_from(
    [
        "company",
        ":",
        " ",
        "\n",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "&a",
        "*a",
        '"',
        "'",
        "|",
        "\t",
        "#",
        "!!int",
        "~",
        "é",
        "\x85",
    ]
)
odd = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just([]), st.just({}), st.just([[]])
)
cells = st.sampled_from(
    ["1", "Dana Reyes", "Won", "Discovery", "", "12,x", "2026-13-01", '"', '"a"b', "\r", "\x0b", "−5", "١٢", "²"]
)


def refusals_of(read: Any, content: bytes) -> None:
    with contextlib.suppress(FileRefusedError):
        read(content)


@given(st.one_of(st.binary(max_size=200), st.lists(pieces, max_size=30).map(lambda it: "".join(it).encode())))
def test_any_bytes_as_yaml(content):
    refusals_of(read_company, content)
    refusals_of(read_mapping, content)


@given(st.data())
def test_any_value_anywhere_in_a_companys_file(data):
    plain = YAML(typ="safe", pure=True).load(WHOLE)
    key = data.draw(st.sampled_from(sorted(plain)))
    inside = plain[key][0] if isinstance(plain[key], list) else plain[key]
    if isinstance(inside, dict) and data.draw(st.booleans()):
        inside[data.draw(st.sampled_from(sorted(inside)))] = data.draw(odd)
    else:
        plain[key] = data.draw(odd)
    with contextlib.suppress(FileRefusedError):
        company = read_company(as_yaml(plain))
        assert read_company(dump(company).encode()) == company


def as_yaml(plain: Any) -> bytes:

    out = io.BytesIO()
    YAML(typ="safe", pure=True).dump(plain, out)
    return out.getvalue()


@given(st.binary(max_size=300), st.lists(st.lists(cells, max_size=6), max_size=8), st.sampled_from(".,"))
def test_any_bytes_as_an_export(content, rows, decimal):
    mapping = ColumnMapping(decimal=decimal)
    header = "opportunity_id,owner,stage,amount,created_on\n"
    text = header + "\n".join(",".join(row) for row in rows)
    for it in (content, header.encode() + content, text.encode()):
        refusals_of(lambda it: read_opportunities(it, COMPANY, mapping), it)
