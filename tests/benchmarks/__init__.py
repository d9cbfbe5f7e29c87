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
    """One line for whoever reads, or collects, it. `limits`, with `passed`, go into the table too."""
    print(json.dumps({"benchmark": benchmark} | figures), flush=True)
    limits = figures.get("limits")
    if isinstance(limits, Mapping):
        for name, limit in limits.items():
            _noted(benchmark, figures, name, f"{limit:g}", kept=bool(figures.get("passed")))


def judge(
    benchmark: str,
    *,
    most: Mapping[str, float] | None = None,
    least: Mapping[str, float] | None = None,
    **figures: object,
) -> None:
    """The same, and AssertionError where a figure is beyond what it may be."""
    print(json.dumps({"benchmark": benchmark, **figures, "most": most or {}, "least": least or {}}), flush=True)
    for name, limit in (most or {}).items():
        _noted(benchmark, figures, name, f"≤ {limit:g}", kept=_number(figures[name]) <= limit)
    for name, limit in (least or {}).items():
        _noted(benchmark, figures, name, f"≥ {limit:g}", kept=_number(figures[name]) >= limit)
    missed = missed_of(figures, most, least)
    assert not missed, f"{benchmark}: {', '.join(f'{it} is {figures[it]}' for it in missed)}"


def missed_of(
    figures: Mapping[str, object], most: Mapping[str, float] | None = None, least: Mapping[str, float] | None = None
) -> tuple[str, ...]:
    """Those beyond their limits."""
    above = (it for it, limit in (most or {}).items() if _number(figures[it]) > limit)
    below = (it for it, limit in (least or {}).items() if _number(figures[it]) < limit)
    return (*above, *below)


def _noted(benchmark: str, figures: Mapping[str, object], name: str, limit: str, *, kept: bool) -> None:
    of = ", ".join(
        f"{figures[it]}" if isinstance(figures[it], str) else f"{it} {figures[it]}" for it in TELLING if it in figures
    )
    TABLE.append(Line(benchmark, of, name, _number(figures[name]), limit, kept))


def _number(figure: object) -> float:
    assert isinstance(figure, int | float), figure
    return float(figure)
