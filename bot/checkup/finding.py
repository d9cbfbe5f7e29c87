"""One thing that was looked at, and how it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Only a failure makes the whole check-up fail."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """`text` says how it is and, where it isn't well, what mends it."""

    verdict: Verdict
    what: str
    text: str


def ok(what: str, text: str) -> Finding:
    """As it should be."""
    return Finding(Verdict.OK, what, text)


def warn(what: str, text: str) -> Finding:
    """Works, but somebody will miss something."""
    return Finding(Verdict.WARN, what, text)


def fail(what: str, text: str) -> Finding:
    """Doesn't work."""
    return Finding(Verdict.FAIL, what, text)
