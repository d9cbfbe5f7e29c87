"""What JSON columns hold: written fast, and read whatever an earlier version wrote."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.card import Bold
from storage import as_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(VALUES)
def test_whatever_json_can_say_comes_back_as_it_was(value: object) -> None:
    assert as_json.read(as_json.written(value)) == value


@given(VALUES)
def test_an_older_program_reads_what_is_written(value: object) -> None:
    assert json.loads(as_json.written(value)) == value


def test_halves_of_characters_are_kept() -> None:
    kept = {"half": "\ud800", "long": 2**63}
    assert as_json.read(as_json.written(kept)) == kept


@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, 10**30])
def test_a_number_that_would_be_rounded_is_a_mistake_of_ours_and_refused(number: int) -> None:
    with pytest.raises(TypeError, match="64-bit"):
        as_json.written({"n": number})


def test_what_an_earlier_version_wrote_is_read() -> None:
    found = as_json.read(json.dumps({"half": "\ud800", "nothing": math.nan, "umlaut": "ü"}))
    assert (found["half"], found["umlaut"]) == ("\ud800", "ü")
    assert math.isnan(found["nothing"])


@pytest.mark.parametrize("value", [Bold("words"), datetime(2026, 11, 23, tzinfo=UTC), {"set"}])
def test_what_isnt_json_is_a_mistake_of_ours_and_refused(value: object) -> None:
    with pytest.raises(TypeError):
        as_json.written(value)
