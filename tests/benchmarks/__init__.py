"""Measurements, each beside an anchor measured in the same run. `make bench` runs them; each prints a line of JSON."""

from __future__ import annotations

import json


def report(benchmark: str, **figures: object) -> None:
    """One line for whoever reads, or collects, it."""
    print(json.dumps({"benchmark": benchmark} | figures), flush=True)
