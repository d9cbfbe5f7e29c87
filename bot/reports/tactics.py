"""What was tried to find something out, for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coaching.tactics import Tactic


def tactics_data(found: Iterable[Tactic]) -> list[dict[str, Any]]:
    """The strongest first; probabilities are null where there is nothing to compare."""
    return [_data(it) for it in found]


def _data(it: Tactic) -> dict[str, Any]:
    shares, pattern = it.shares, it.pattern
    return {
        "criterion": it.criterion,
        "tactic": it.words,
        "n_tried": it.n_tried,
        "n_with": shares.n_with,
        "moved_with": shares.won_with,
        "n_without": shares.n_without,
        "moved_without": shares.won_without,
        "p_value": pattern.p_value if pattern else None,
        "p_adjusted": pattern.p_adjusted if pattern else None,
        "probability_of_lift": pattern.probability_of_lift if pattern else None,
        "verdict": it.verdict.value if it.verdict else "not_enough_data",
    }
