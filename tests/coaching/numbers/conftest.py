"""Real deals."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.files.closed_deals import read_closed_deals
from bot.files.mapping import ColumnMapping
from coaching.numbers.answers import Deals

B2B = Path(__file__).parents[2] / "data" / "b2b_answers.csv"


@pytest.fixture(scope="session")
def b2b() -> Deals:
    return read_closed_deals(B2B.read_bytes(), "Status", "Won", ColumnMapping()).deals
