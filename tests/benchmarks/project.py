"""`coach analyze project` on exports of 25,000 to 100,000 opportunities: at most 10 s, and growing no faster than they do."""

from __future__ import annotations

import time
from pathlib import Path

from click.testing import CliRunner

from bot.cli import coach
from tests.benchmarks import judge
from tests.selling import history

SIZES = (25_000, 50_000, 100_000)
MOST_SECONDS, MOST_GROWTH = 10.0, 1.6
"""Seconds for the largest; and how much longer a deal may take there than in the smallest."""


def written(n: int, folder: Path) -> Path:
    file = folder / f"{n}.csv"
    rows = (
        f"{it.id},{it.owner},{it.stage},{it.amount.amount if it.amount else ''},{it.created_on},{it.closed_on or ''}"
        for it in history(n, owners=50)
    )
    file.write_text("\n".join(("opportunity_id,owner,stage,amount,created_on,closed_on", *rows)), "utf-8")
    return file


def seconds(file: Path) -> float:
    begun = time.perf_counter()
    words = ["analyze", "project", str(file), "--on", "2026-03-01", "--until", "2026-05-31", "--format", "json"]
    found = CliRunner().invoke(coach, words)
    assert found.exit_code == 0, found.output
    return time.perf_counter() - begun


def test_projecting_grows_no_faster_than_the_export(tmp_path):
    files = [written(it, tmp_path) for it in SIZES]
    seconds(files[0])  # imports
    took = [seconds(it) for it in files]
    growth = took[-1] / took[0] / (SIZES[-1] / SIZES[0])
    figures = {"each_s": [round(it, 2) for it in took], "seconds": round(took[-1], 2), "growth": round(growth, 2)}
    judge("project", most={"seconds": MOST_SECONDS, "growth": MOST_GROWTH}, opportunities=SIZES[-1], **figures)
