"""Measurements, each beside an anchor measured in the same run. `make bench` runs them; each prints a line of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

TELLING = ("chat", "database", "by", "layout", "companies", "members", "messages", "workers", "opportunities", "rows")
"""Figures that say which of several measurements it is."""


@dataclass(frozen=True, slots=True)
class Line:
    """Of the table at the end."""

    benchmark: str
    of: str
    figure: str
    measured: float
    limit: str
    kept: bool


TABLE: list[Line] = []


def report(benchmark: str, **figures: object) -> None:
    """One line for whoever reads, or collects, it."""
    print(json.dumps({"benchmark": benchmark} | figures), flush=True)


def judge(
    benchmark: str,
    *,
    most: Mapping[str, float] | None = None,
    least: Mapping[str, float] | None = None,
    **figures: object,
) -> None:
    """The same, each limit in the table too. AssertionError where a figure is beyond what it may be."""
    report(benchmark, **figures, most=most or {}, least=least or {})
    of = ", ".join(
        f"{figures[it]}" if isinstance(figures[it], str) else f"{it} {figures[it]}" for it in TELLING if it in figures
    )
    measured = {it: _number(figures[it]) for it in (*(most or {}), *(least or {}))}
    lines = [
        *(Line(benchmark, of, it, measured[it], f"≤ {n:g}", measured[it] <= n) for it, n in (most or {}).items()),
        *(Line(benchmark, of, it, measured[it], f"≥ {n:g}", measured[it] >= n) for it, n in (least or {}).items()),
    ]
    TABLE.extend(lines)
    missed = [f"{it.figure} is {it.measured:g} ({it.limit})" for it in lines if not it.kept]
    assert not missed, f"{benchmark}: {', '.join(missed)}"


def _number(figure: object) -> float:
    assert isinstance(figure, int | float), figure
    return float(figure)
