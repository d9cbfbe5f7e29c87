"""How often chance is asked: two fifths of it at each landing, all of it where `COACH_THOROUGH` is set."""

from __future__ import annotations

import os

THOROUGH = bool(os.environ.get("COACH_THOROUGH"))


def often(times: int) -> int:
    """So many tries, or slips allowed in them; rounded up."""
    return times if THOROUGH else -(-2 * times // 5)
