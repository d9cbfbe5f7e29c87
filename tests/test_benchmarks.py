"""What the benchmarks' figures are held against."""

from __future__ import annotations

import pytest

from tests import benchmarks
from tests.benchmarks import judge


def test_each_limit_has_its_own_direction_and_verdict(monkeypatch):
    monkeypatch.setattr(benchmarks, "TABLE", [])
    with pytest.raises(AssertionError, match=r"^answers: times_bare is 9\.4 \(≤ 8\)$"):
        judge(
            "answers", most={"times_bare": 8}, least={"stock_times_ours": 5},
            database="sqlite", times_bare=9.4, stock_times_ours=7.74,
        )  # fmt: skip
    kept = {(it.figure, it.measured, it.limit): it.kept for it in benchmarks.TABLE}
    assert kept == {("times_bare", 9.4, "≤ 8"): False, ("stock_times_ours", 7.74, "≥ 5"): True}
