"""A check-in answer through the engine, stored, beside a bare ORM object inserted and committed into the same file."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import orm

from coaching.engine import Engine
from coaching.events import Pressed
from coaching.routines import ROUTINES
from storage.database import create_engine
from storage.store import SqlStore
from storage.tables import SettingRow
from tests.benchmarks import judge
from tests.benchmarks.slack_ack import COMPANIES, MEMBERS, NOW, answered, ask_everybody
from tests.builders import MONDAY
from tests.fakes import no_holidays

ROUNDS, EACH = 9, 100
MOST = 4.0
"""Times a bare insert."""
FIELDS = {
    "count.calls": "12",
    "count.appointments": "2",
    "count.proposals": "1",
    "commitment": "Call Globex",
    "note": "",
}


def test_a_stored_answer_beside_a_bare_insert(tmp_path: Path) -> None:
    ask_everybody(tmp_path)
    database = create_engine(f"sqlite:///{tmp_path / 'coach.db'}")
    engine = Engine(SqlStore(database), no_holidays, ROUTINES)

    def bare(n: int) -> None:
        with orm.Session(database) as it:
            it.add(SettingRow(name=f"bare {n}", value="12 calls, 2 appointments, 1 proposal"))
            it.commit()

    rounds = [(cost(bare, n), cost(lambda it: engine.handle(answer(it)), n)) for n in range(ROUNDS)]
    database.dispose()
    assert answered(tmp_path) == ROUNDS * EACH
    one, ours = (statistics.median(it[n] for it in rounds[1:]) for n in (0, 1))
    figures = {"bare_us": round(one), "answer_us": round(ours), "ratio": round(ours / one, 2)}
    judge("stored answer", most={"ratio": MOST}, **figures)


def cost(work: Callable[[int], object], round_: int) -> float:
    """Microseconds of CPU for one."""
    before = time.process_time()
    for n in range(round_ * EACH, (round_ + 1) * EACH):
        work(n)
    return (time.process_time() - before) / EACH * 1e6


def answer(n: int) -> Pressed:
    """Somebody's first of the day; each one's company is another than the one before."""
    member = f"rep{n // COMPANIES % MEMBERS}"
    return Pressed(
        company=f"company{n % COMPANIES}",
        key=f"press:{n}",
        at=NOW,
        member=member,
        action="checkin.send",
        args={"day": MONDAY.isoformat()},
        fields=FIELDS,
        message=f"checkin:{member}:{MONDAY}",
    )
