"""The table that a run of the benchmarks ends with."""

from __future__ import annotations

import os
from typing import Any

from tests.benchmarks import TABLE

HEAD = ("benchmark", "of", "figure", "measured", "limit", "")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not TABLE and not terminalreporter.stats.get("failed"):
        return
    rows = [HEAD, *((it.benchmark, it.of, it.figure, f"{it.measured:g}", it.limit, _verdict(it.kept)) for it in TABLE)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEAD))]
    terminalreporter.section(f"benchmarks (load {os.getloadavg()[0]:.1f} of {os.cpu_count()} processors)")
    for row in rows:
        terminalreporter.line("  ".join(it.ljust(width) for it, width in zip(row, widths, strict=True)).rstrip())
    missed = sum(not it.kept for it in TABLE)
    terminalreporter.line(f"{len(TABLE)} limits, {missed} missed")


def _verdict(kept: bool) -> str:
    return "" if kept else "MISSED"
