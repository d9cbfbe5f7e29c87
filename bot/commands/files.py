"""What the commands that read files have in common."""

from __future__ import annotations

from pathlib import Path

from bot.files.mapping import ColumnMapping, read_mapping
from bot.files.refusal import FileRefusedError
from bot.problem import Problem


def contents(file: Path) -> bytes:
    """All of a file; Problem when it can't be read."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise Problem(f"there is no file {file}") from None
    except IsADirectoryError:
        raise Problem(f"{file} is a folder, not a file") from None
    except OSError as problem:
        raise Problem(f"{file} can't be read: {problem.strerror}") from None


def problem_of(file: Path, refused: FileRefusedError, so: str = "") -> Problem:
    """Every fault, each with the file's name so that an editor jumps there; and what follows, `so`."""
    faults = str(refused).splitlines()
    if len(faults) == 1:
        return Problem(f"{file}: {faults[0]}")
    return Problem("\n".join([f"{file}: {len(refused.faults):,} problems{so and f', {so}'}", *faults]))


def mapping_from(file: Path | None) -> ColumnMapping:
    """Problem, with every fault of the file."""
    if file is None:
        return ColumnMapping()
    try:
        return read_mapping(contents(file))
    except FileRefusedError as refused:
        raise problem_of(file, refused) from None
