"""Matters and calls on real databases: kept word for word, raised once however many look, and never half changed."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine as Database

from coaching.chosen import Pick
from coaching.decision import Decision
from coaching.engine import Engine
from coaching.escalation import LIVE, EscalationState
from coaching.routines import ROUTINES
from storage.store import SqlStore
from tests.builders import (
    MONDAY,
    a_choice,
    a_company,
    a_reviewed,
    an_opportunity,
    at,
    commanded,
    days_later,
    dollars,
    imported,
    pressed,
    said,
)
from tests.fakes import no_holidays

WHALE = an_opportunity("9" * 120, amount=dollars(60_000), close_date=days_later(-3))
ODD = "😀 <!channel> =1+1 مرحبا " * 400


def opened(database: Database) -> tuple[SqlStore, Engine]:
    store, company = SqlStore(database), a_company()
    with store.opened(company, at("06:00")) as work:
        work.keep_company(company)
        work.keep_pipeline(opportunities=[WHALE], changes=[], snapshots=[], on=MONDAY)
    return store, Engine(store, no_holidays, ROUTINES)


def live(store: SqlStore):
    with store.work("acme") as work:
        return work.escalations(LIVE)


def at_once(*doings) -> None:
    """All from the same instant on, each in its own thread; what one of them raised is raised here."""
    ready, failed = Barrier(len(doings)), []

    def run(doing) -> None:
        ready.wait()
        try:
            doing()
        except Exception as problem:
            failed.append(problem)

    threads = [Thread(target=run, args=(it,)) for it in doings]
    for it in threads:
        it.start()
    for it in threads:
        it.join()
    assert failed == []


def test_a_matter_is_kept_word_for_word_through_all_its_states(each_engine: Database):
    store, engine = opened(each_engine)
    engine.handle(said(f"ask {ODD}"))
    (it,) = live(store)
    args = {"id": it.id, "member": "dana"}
    engine.handle(pressed("escalate.context", at("09:10"), args=args, fields={"context": ODD}))
    engine.handle(pressed("escalate.snooze", at("09:20"), member="morgan", args=args))
    engine.handle(pressed("escalate.resolve", at("09:30"), member="morgan", args=args, fields={"note": ODD}))
    with store.work("acme") as work:
        kept = work.escalation(it.id)
    assert kept is not None
    assert kept.text == f"Dana asks: “{ODD.strip()}”"
    assert (kept.context, kept.resolution) == (ODD.strip(), ODD.strip())
    assert (kept.state, kept.acknowledged_at, kept.settled_at) == (EscalationState.RESOLVED, at("09:20"), at("09:30"))


def test_calls_are_added_and_never_overwritten(each_engine: Database):
    store, engine = opened(each_engine)
    for n, text in enumerate(("commit 120k best 150k", "commit 120k best 150k", f"commit 90k because {ODD}")):
        engine.handle(commanded("forecast", text, at(f"09:0{n}")))
    engine.handle(commanded("forecast", "dana commit 80k", at("09:10"), member="morgan"))
    with store.work("acme") as work:
        calls = work.calls("2026-Q4", "dana")
    assert [(it.by, it.commit) for it in calls] == [
        ("dana", dollars(120_000)),
        ("dana", dollars(90_000)),
        ("morgan", dollars(80_000)),
    ]
    assert calls[1].reason == ODD.strip()


def test_two_that_look_at_the_same_time_raise_it_once(each_engine: Database):
    store, engine = opened(each_engine)
    looks = [lambda n=n: engine.handle(imported(at(f"09:0{n}"))) for n in range(4)]
    at_once(*looks)
    assert [it.subject for it in live(store)] == [WHALE.id]


def test_what_the_rep_adds_survives_the_manager_seeing_it_at_the_same_time(each_engine: Database):
    store, engine = opened(each_engine)
    for n in range(6):
        engine.handle(said(f"ask question {n}", at(f"09:0{n}")))
    for it in live(store):
        args = {"id": it.id, "member": "dana"}
        at_once(
            lambda args=args: engine.handle(
                pressed("escalate.context", at("10:00"), key=f"c{args['id']}", args=args, fields={"context": "more"})
            ),
            lambda args=args: engine.handle(
                pressed("escalate.ack", at("10:00"), key=f"a{args['id']}", member="morgan", args=args)
            ),
        )
    assert {(it.state, it.context) for it in live(store)} == {(EscalationState.ACKNOWLEDGED, "more")}


def settled(store: SqlStore):
    with store.work("acme") as work:
        return [(it.subject, it.state, it.resolution) for it in work.settled_escalations(at("00:00"))]


@pytest.mark.parametrize(
    ("action", "proposed"),
    [
        ("review.let_go", a_reviewed(opportunity=WHALE.id)),
        ("majors.yes", a_choice(opportunity=WHALE.id, pick=Pick.DISTRACTION)),
    ],
    ids=["in a review", "as a distraction"],
)
def test_a_deal_that_its_rep_lets_go_leaves_the_managers_table(each_engine: Database, action, proposed):
    store, engine = opened(each_engine)
    engine.handle(imported())
    assert [it.subject for it in live(store)] == [WHALE.id]
    with store.work("acme") as work:
        work.apply(Decision(records=(proposed,)), at("09:00"))
    args = {"on": MONDAY.isoformat(), "about": WHALE.id, "rule": "close_date_past"}
    engine.handle(pressed(action, at("10:00"), args=args))
    engine.tick(at("10:00"))
    assert settled(store) == [(WHALE.id, EscalationState.WITHDRAWN, "The deal has been let go.")]
    engine.handle(imported(at("09:00", days_later(8))))
    assert live(store) == ()
