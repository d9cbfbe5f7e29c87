"""The nightly numbers of one company, 12 reps and 3,000 opportunities, against a bare pass over the same rows.

Everything from the kept opportunities and changes on: columns and history, the projection of the quarter (with up to six
earlier ones to check against), and the pipeline's condition. The bare pass reads the same rows with `csv` into numpy and
takes one mean per rep. At most 0.2 s of CPU.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from statistics import median

import numpy as np

from coaching.numbers.inspection import inspected
from coaching.numbers.pipeline import pipeline_of
from coaching.numbers.projection import projected
from coaching.opportunities import Change, Opportunity
from tests.benchmarks import judge
from tests.builders import a_company
from tests.selling import FIRST, watched

REPS, DEALS, ROUNDS = 12, 3_000, 9
MOST_SECONDS = 0.2
ON = FIRST + timedelta(days=450)
UNTIL = ON + timedelta(days=90)


def seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def nightly(deals: Sequence[Opportunity], changes: Sequence[Change]) -> None:
    them = pipeline_of(deals, changes, a_company())
    assert projected(them, ON, UNTIL).n_open > 100
    assert inspected(them, ON).findings


def written(deals: Sequence[Opportunity], changes: Sequence[Change]) -> str:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerows((it.member, it.amount.minor, it.created_on, it.closed_on) for it in deals if it.amount)
    rows.writerows((it.opportunity, 0, it.on, it.after) for it in changes)
    return out.getvalue()


def bare(text: str) -> None:
    rows = list(csv.reader(io.StringIO(text)))
    who, code = np.unique([it[0] for it in rows], return_inverse=True)
    amounts = np.bincount(code, np.array([float(it[1]) for it in rows]), len(who))
    days = np.array([it[2] for it in rows], dtype="datetime64[D]")
    assert (amounts / np.bincount(code)).max() > 0 < days.astype(int).max()


def test_the_nightly_numbers_of_one_company():
    deals, changes = watched(n=DEALS, owners=REPS)
    text = written(deals, changes)
    nightly(deals, changes)  # imports
    took, base = zip(*((seconds(lambda: nightly(deals, changes)), seconds(lambda: bare(text))) for _ in range(ROUNDS)), strict=True)  # fmt: skip
    ours, theirs = median(took), median(base)
    judge(
        "nightly numbers", most={"seconds": MOST_SECONDS}, reps=REPS, opportunities=DEALS, changes=len(changes), seconds=round(ours, 3),
        bare=round(theirs, 3), ratio=round(ours / theirs, 1),
    )  # fmt: skip
