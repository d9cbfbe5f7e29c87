"""Who agrees while a call changes, who locks while one is made, and what a killed process leaves: on both databases."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from coaching.agreed import State, stand
from coaching.decision import Alarm, Decision
from coaching.engine import Engine
from coaching.forecasts import TEAM, RemarkKind
from coaching.routines import ROUTINES
from storage.database import EVERY_COMPANY, create_engine, session
from storage.store import SqlStore
from storage.tables import DeliveryRow
from tests import forked
from tests.agreed_worker import COMPANY, LOCK, REPS
from tests.builders import a_call, at, dollars, pressed
from tests.fakes import no_holidays

if TYPE_CHECKING:
    from sqlalchemy import Engine as Database

ROUNDS = 6
FIRST = tuple(a_call(it, commit=dollars(100_000), called_at=at("08:00")) for it in REPS)


@pytest.fixture
def store(each_engine: Database) -> SqlStore:
    """Acme with four reps who have called, and two managers."""
    store = SqlStore(each_engine)
    with store.opened(COMPANY, at("06:00")) as work:
        work.keep_company(COMPANY)
    with store.work("acme") as work:
        work.apply(Decision(records=FIRST), at("08:00"))
    return store


def at_once(*doings):
    with ThreadPoolExecutor(len(doings)) as pool:
        return [it.result() for it in [pool.submit(one) for one in doings]]


def calls(engine: Engine, member: str, commit: str, now: datetime):
    event = pressed(
        "forecast.submit", now, member=member, key=f"call:{member}:{now.isoformat()}",
        args={"period": "2026-Q4", "member": member}, fields={"commit": commit, "best": "900k"},
    )  # fmt: skip
    return lambda: engine.handle(event)


def agrees(engine: Engine, call, now: datetime, manager: str = "morgan"):
    args = {"period": "2026-Q4", "member": call.member, "call": call.id}
    key = f"agree:{manager}:{call.id}:{now.isoformat()}"
    event = pressed("forecast.agree", now, member=manager, key=key, args=args)
    return lambda: engine.handle(event)


def engine(store: SqlStore) -> Engine:
    return Engine(store, no_holidays, ROUTINES)


def test_a_call_that_changes_while_it_is_agreed_to_is_never_agreed(store):
    for n in range(ROUNDS):
        now = at("09:00") + timedelta(minutes=n)
        with store.work("acme") as work:
            seen = stand("dana", work.calls("2026-Q4", "dana")).call
        at_once(calls(engine(store), "dana", f"{101 + n}k", now), agrees(engine(store), seen, now))
        with store.work("acme") as work:
            found = stand("dana", work.calls("2026-Q4", "dana"), work.remarks("2026-Q4", "dana"))
        assert found.call.commit == dollars((101 + n) * 1000)
        assert found.state in {State.CHANGED, State.CALLED}
        assert found.undone is None or found.undone.call != found.call.id


def test_two_managers_at_once_are_one_yes_to_the_rep(store):
    both = [agrees(engine(store), FIRST[0], at("09:00"), it) for it in ("morgan", "max")]
    at_once(*both)
    with store.work("acme") as work:
        found = stand(REPS[0], work.calls("2026-Q4"), work.remarks("2026-Q4"))
        assert found.state is State.AGREED
    told = sa.select(sa.func.count()).where(DeliveryRow.key.startswith("agreed:"), DeliveryRow.member == REPS[0])
    with session(store.engine, EVERY_COMPANY) as it:
        assert it.scalar(told) == 1


def test_a_lock_and_calls_at_the_same_instant_leave_one_row_each_that_is_one_of_the_calls(store):
    for n in range(ROUNDS):
        now = LOCK + timedelta(weeks=n)
        with store.work("acme") as work:
            work.apply(Decision(alarms=(Alarm(alarm="forecast.lock", subject="", at=now),)), now)
            before = {it.member: it for it in work.calls(str(COMPANY.period(now.date())))}
        at_once(*(calls(engine(store), it, f"{200 + n}k", now) for it in REPS), *[partial(engine(store).tick, now)] * 2)
        with store.work("acme") as work:
            period = str(COMPANY.period(now.date()))
            made, rows = work.calls(period), [it for it in work.locks(period) if it.at == now]
        assert sorted(it.member for it in rows) == sorted([*REPS, TEAM])
        for it in (it for it in rows if it.member != TEAM):
            known = {one.id for one in made if one.member == it.member} | {""}
            assert it.call in known
            assert it.call or it.member not in before
        again = {it: it.call for it in rows}
        engine(store).tick(now + timedelta(minutes=1))
        with store.work("acme") as work:
            assert {it: it.call for it in work.locks(period) if it.at == now} == again


def test_a_process_killed_while_it_calls_agrees_and_locks_leaves_whole_locks_and_every_answered_call(each_migrated):
    store = SqlStore(create_engine(each_migrated))
    with store.opened(COMPANY, at("06:00")) as work:
        work.keep_company(COMPANY)
    answered = []
    for n in range(1, 3):
        answered += _until_killed(each_migrated, n)
    assert len(answered) > 3
    with store.work("acme") as work:
        made = {it.id for period in ("2026-Q4", "2027-Q1", "2027-Q2") for it in work.calls(period)}
        locks = [it for period in ("2026-Q4", "2027-Q1", "2027-Q2") for it in work.locks(period)]
        said = [it for period in ("2026-Q4", "2027-Q1", "2027-Q2") for it in work.remarks(period)]
    assert set(answered) <= made
    assert all(it.call in made for it in said if it.kind is RemarkKind.AGREED)
    by_lock = {at_: sorted(it.member for it in locks if it.at == at_) for at_ in {it.at for it in locks}}
    assert by_lock
    assert all(members == sorted([*REPS, TEAM]) for members in by_lock.values())
    store.engine.dispose()


def _until_killed(url: str, n: int) -> list[str]:
    """Ids of the calls that the process said were kept; it is killed a moment after the last, at any point of a week."""
    read, write = os.pipe()
    it = forked.Process("tests.agreed_worker", url, str(n), cwd=Path.cwd(), env=os.environ, stdout=write, stderr=2)
    os.close(write)
    with open(read) as told:
        first = [told.readline() for _ in range(3)]
        time.sleep(0.03 * n)
        it.kill()
        lines = [*first, *told.read().splitlines(keepends=True)]
    assert it.wait(10) == -signal.SIGKILL
    return [line.strip() for line in lines if line.endswith("\n")]
