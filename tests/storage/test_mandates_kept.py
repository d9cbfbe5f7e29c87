"""What owners are asked is kept as it was put, and its answer beside it; two who answer at once leave one answer."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

from coaching.decision import Decision
from coaching.engine import Engine
from coaching.mandate import Word, ruled
from coaching.routines import ROUTINES
from storage.store import SqlStore
from tests.builders import (
    MONDAY,
    a_company,
    a_manager,
    a_mandate,
    a_member,
    an_escalation,
    an_opportunity,
    an_owner,
    at,
    days_later,
    pressed,
)
from tests.fakes import no_holidays


def test_a_question_and_its_answer_are_one_row(each_engine):
    store, it = SqlStore(each_engine), a_mandate()
    decided = ruled(it, Word.NO, "olivia", at("17:00", days_later(4)))
    target = replace(it, id="t", member=None, at_stake=None, put_on=days_later(5))
    with store.opened(a_company(), at()) as work:
        work.keep_company(a_company())
        work.apply(Decision(records=(it, target)), at())
    with store.work("acme") as work:
        assert work.mandates(MONDAY) == (it, target)
        assert work.mandates(days_later(5)) == (target,)
        work.apply(Decision(records=(decided,)), at())
    with store.work("acme") as work:
        assert work.mandate(it.id) == decided
        assert work.mandate("another") is None


def test_two_owners_who_press_at_once_leave_one_answer(each_engine):
    store, it = SqlStore(each_engine), a_mandate()
    company = a_company(a_member(), a_manager(), an_owner(), an_owner("otto", name="Otto Park"))
    with store.opened(company, at()) as work:
        work.keep_company(company)
        work.keep_pipeline(opportunities=(an_opportunity(),), changes=(), snapshots=(), on=MONDAY)
        work.apply(Decision(records=(it, an_escalation("e-1"))), at())
    engine, start = Engine(store, no_holidays, ROUTINES), Barrier(2)

    def press(who, word):
        args = {"id": it.id, "word": word}
        event = pressed("digest.decide", at("17:00", days_later(4)), member=who, key=f"p:{who}", args=args)
        start.wait()
        engine.handle(event)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(press, ("olivia", "otto"), ("yes", "no")))
    with store.work("acme") as work:
        kept = work.mandate(it.id)
        told = [who for who in ("morgan", "dana") if work.message(who, f"mandate:{it.id}:{_place(who)}")]
    assert (kept.word, kept.answered_by) in {(Word.YES, "olivia"), (Word.NO, "otto")}
    assert told == ["morgan", "dana"]


def _place(who):
    return "manager" if who == "morgan" else "rep"
