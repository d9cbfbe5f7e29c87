"""What owners are asked is kept as it was put, and its answer beside it."""

from dataclasses import replace

from coaching.decision import Decision
from coaching.mandate import Word, ruled
from storage.store import SqlStore
from tests.builders import MONDAY, a_company, a_mandate, at, days_later


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
