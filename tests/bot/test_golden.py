"""Each sample card looks as it was last agreed. `COACH_GOLDEN=write` rewrites the files; read the diff before you commit it."""

import os
from pathlib import Path

import pytest

from tests.cards import SAMPLES
from tests.faces import FACES

GOLDEN = Path(__file__).parent.parent / "golden"


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_card_looks_as_agreed(name: str, face: str):
    file = GOLDEN / f"{name}.{face}"
    now = FACES[face](SAMPLES[name])
    if os.environ.get("COACH_GOLDEN") == "write":
        file.write_text(now, encoding="utf-8")
    assert file.is_file(), f"no {file.name} yet; write it with COACH_GOLDEN=write"
    assert now == file.read_text(encoding="utf-8")


def test_no_golden_file_has_lost_its_card():
    wanted = {f"{name}.{face}" for name in SAMPLES for face in FACES}
    assert {it.name for it in GOLDEN.iterdir()} <= wanted
