"""The check-in on real databases: a week is kept as it happened, and an answer outlives the end of its window."""

from collections.abc import Callable
from datetime import date, datetime
from threading import Barrier, Thread

import sqlalchemy as sa
from sqlalchemy import Engine as Database

from coaching.checkins import CheckIn, CheckInStatus, CommitmentState
from coaching.company import Company
from coaching.decision import Decision
from coaching.engine import Engine
from coaching.routines.checkin import ROUTINE
from storage.store import SqlStore
from storage.tables import DeliveryRow
from tests.builders import (
    MONDAY,
    a_checkin,
    a_company,
    a_member,
    an_opportunity,
    at,
    days_later,
    planned,
    pressed,
    said,
)
from tests.fakes import no_holidays


def opened(database: Database, company: Company) -> tuple[SqlStore, Engine]:
    store = SqlStore(database)
    with store.opened(company, at("06:00")) as work:
        work.keep_company(company)
        deal = an_opportunity("9" * 120, close_date=days_later(-9))
        work.keep_pipeline(opportunities=[deal], changes=[], snapshots=[], on=MONDAY)
    engine = Engine(store, no_holidays, (ROUTINE,))
    engine.handle(planned(at("07:00")))
    return store, engine


def arrives(store: SqlStore, day: date) -> None:
    """The card that asks is there."""
    with store.work("acme") as work:
        mine = (DeliveryRow.key == f"checkin:dana:{day}", DeliveryRow.state == "queued")
        work.session.execute(sa.update(DeliveryRow).where(*mine).values(state="sent"))


def kept(store: SqlStore, member: str = "dana") -> dict[date, CheckIn]:
    with store.work("acme") as work:
        return {it.day: it for it in work.checkins(MONDAY, days_later(9), member)}


def answered(engine: Engine, now: datetime, calls: int, key: str, member: str = "dana") -> None:
    fields = {"count.calls": str(calls), "commitment": "Call Globex", "note": "😀 <!channel> =1+1"}
    args = {"day": MONDAY.isoformat()}
    engine.handle(pressed("checkin.send", now, key=key, member=member, args=args, fields=fields))


def test_a_week_is_kept_as_it_happened(each_engine: Database):
    store, engine = opened(each_engine, a_company())
    for day in range(3):
        engine.tick(at("08:30", days_later(day)))
        arrives(store, days_later(day))
        if day == 0:
            answered(engine, at("08:31"), 12, "answer")
            engine.handle(said("3 appointments, 2 widgets", at("09:00")))
        if day == 1:
            engine.handle(said("same, kept", at("09:00", days_later(1))))
            engine.handle(said("4 calls, kept", at("09:01", days_later(1))))
        engine.tick(at("12:31", days_later(day)))
    days = kept(store)
    assert [it.status.value for it in days.values()] == ["answered", "answered", "missed"]
    assert days[MONDAY].counts == {"calls": 12, "appointments": 3}
    assert days[MONDAY].note == "😀 <!channel> =1+1"
    assert len(days[MONDAY].question) <= 64
    with store.work("acme") as work:
        (promise,) = work.commitments(MONDAY, days_later(9))
    assert (promise.state, promise.settled_on) == (CommitmentState.KEPT, days_later(1))


def test_an_event_delivered_twice_counts_once(each_engine: Database):
    store, engine = opened(each_engine, a_company())
    engine.tick(at("08:30"))
    answered(engine, at("08:31"), 12, "same")
    answered(engine, at("08:32"), 99, "same")
    assert (kept(store)[MONDAY].counts["calls"], kept(store)[MONDAY].edits) == (12, 0)


def test_the_end_of_the_window_never_overwrites_an_answer_given_at_that_moment(each_engine: Database):
    reps = tuple(a_member(f"rep{n}") for n in range(12))
    store, engine = opened(each_engine, a_company(*reps))
    engine.tick(at("08:30"))
    now = at("12:30")
    answers = [_answer(engine, now, it.id) for it in reps]
    together(lambda: engine.tick(now), lambda: engine.tick(now), *answers)
    for rep in reps:
        checkin = kept(store, rep.id)[MONDAY]
        assert (checkin.status, checkin.counts["calls"]) == (CheckInStatus.ANSWERED, 7)


def test_two_processes_that_ring_at_once_ask_once(each_engine: Database):
    store, engine = opened(each_engine, a_company())
    rung: list[int] = []
    together(*[lambda: rung.append(engine.tick(at("08:30")))] * 4)
    assert sum(rung) == 1
    waiting = [(it.alarm, it.due_at) for it in store.due(at("23:59"), 9)]
    assert waiting == [("checkin.remind", at("11:42")), ("checkin.close", at("12:30"))]


def _answer(engine: Engine, now: datetime, member: str) -> Callable[[], None]:
    return lambda: answered(engine, now, 7, f"answer:{member}", member)


def together(*doings: Callable[[], object]) -> None:
    """Each in its own thread, all let go at once; what one raises is raised here."""
    start, failures = Barrier(len(doings)), []

    def run(doing: Callable[[], object]) -> None:
        start.wait()
        try:
            doing()
        except BaseException as problem:
            failures.append(problem)

    threads = [Thread(target=run, args=(it,)) for it in doings]
    for it in threads:
        it.start()
    for it in threads:
        it.join()
    assert failures == []


def test_the_latest_before_a_stretch_comes_with_it_if_there_ever_was_one(each_engine: Database):
    store, _ = opened(each_engine, a_company(members=(a_member(), a_member("gus"))))
    of_dana = [a_checkin(days_later(-n)) for n in (200, 120, 3, 0)]
    with store.work("acme") as work:
        work.apply(Decision(records=(*of_dana, a_checkin(days_later(-150), "gus"))), at("06:30"))
        assert work.checkins_and_before(days_later(-90), days_later(-1), "dana") == tuple(of_dana[1:3])
        assert work.checkins_and_before(days_later(-120), MONDAY, "dana") == tuple(of_dana)
        assert work.checkins_and_before(days_later(-200), MONDAY, "dana") == tuple(of_dana)
        assert work.checkins_and_before(days_later(1), days_later(9), "gus") == (a_checkin(days_later(-150), "gus"),)


def test_what_is_said_on_a_weekend_is_kept_once_with_mondays_answer(each_engine: Database):
    store, engine = opened(each_engine, a_company())
    saturday, sunday, monday = (days_later(n) for n in (5, 6, 7))
    engine.handle(said("18 calls", at("10:00", saturday), key="e1"))
    engine.handle(said("17 calls", at("10:00", sunday), key="e2"))
    engine.handle(planned(at("20:00", sunday)))
    engine.tick(at("08:30", monday))
    assert kept(store)[monday].suggested["calls"] == 17
    args = {"day": monday.isoformat()}
    engine.handle(pressed("checkin.send", at("09:00", monday), key="e3", args=args))
    counted = {day: it.counts.get("calls") for day, it in kept(store).items() if it.status is CheckInStatus.ANSWERED}
    assert counted == {monday: 17}
