"""Why a file was not taken: every problem at once, each with its line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coaching.language import t

SHOWN = 500
"""More than these are counted, not listed: a wrong mapping makes every row of a large export a bad one."""

COLUMN = "column "
"""Before the name of one, in a place."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong. `place` is a path in a YAML file (`members[2].role`) or, in a CSV file, `column close_value`."""

    line: int | None
    place: str
    why: str

    def __str__(self) -> str:
        if self.line is None:
            return f"{self.place}: {self.why}" if self.place else self.why
        if self.place.startswith(COLUMN):
            column = self.place.removeprefix(COLUMN)
            return t("line {line}, column {column}: {why}", line=str(self.line), column=column, why=self.why)
        why = f"{self.place}: {self.why}" if self.place else self.why
        return t("line {line}: {why}", line=str(self.line), why=why)


class FileRefusedError(ValueError):
    """Nothing of the file was taken. Its text names every fault, one a line, in the file's order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda it: it.line or 0))
        super().__init__(self.faults)

    def __str__(self) -> str:
        lines = [str(it) for it in self.faults[:SHOWN]]
        more = len(self.faults) - SHOWN
        return "\n".join([*lines, t("and {n} more", n=str(more))] if more > 0 else lines)


def refused(why: str, line: int | None = None, place: str = "") -> FileRefusedError:
    """For a file that can't be read on."""
    return FileRefusedError([Fault(line, place, why)])
