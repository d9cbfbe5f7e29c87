"""Stages of an export that nobody described: by their names, won, lost, or else open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from coaching.company import Stage

_WON = re.compile(r"\b(won|win|closed[- ]won|gewonnen|gagnée?|ganad[oa])\b")
_LOST = re.compile(r"\b(lost|loss|closed[- ]lost|abandoned|disqualified|no decision|verloren|perdue?|perdid[oa])\b")


class StagesByName(Mapping[str, Stage]):
    """Every name is a stage; those met so far can be gone through."""

    def __init__(self) -> None:
        self._met: dict[str, Stage] = {}

    def __getitem__(self, name: str) -> Stage:
        if name not in self._met:
            plain = name.replace("_", " ")
            lost = bool(_LOST.search(plain))
            self._met[name] = Stage(name=name, lost=lost, won=not lost and bool(_WON.search(plain)))
        return self._met[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._met)

    def __len__(self) -> int:
        return len(self._met)
