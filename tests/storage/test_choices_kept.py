"""What was chosen on a Monday is kept as it was proposed, and what was said to it beside it."""

from dataclasses import replace

from coaching.chosen import Pick, Ruling, Why
from coaching.decision import Decision
from storage.store import SqlStore
from tests.builders import MONDAY, a_choice, a_company, at, days_later


def test_a_proposal_and_what_was_said_to_it_are_one_row(each_engine):
    store, it = SqlStore(each_engine), a_choice()
    unknown = a_choice(opportunity="O-2", amount=None, at_stake=None, per_hour=None, minutes=None, place=1)
    drop = a_choice(opportunity="O-3", pick=Pick.DISTRACTION, estimated=True, given_up=True)
    argued = replace(
        it, answered_at=at("09:30"), agrees=False, why=Why.BETTER, words="Hooli first", instead="O-2",
        ruling=Ruling.INSISTED, ruled_by="morgan", ruled_at=at("11:00"), ruling_note="One more week",
    )  # fmt: skip
    with store.opened(a_company(), at()) as work:
        work.keep_company(a_company())
        work.apply(Decision(records=(drop, unknown, it)), at())
    with store.work("acme") as work:
        assert work.choices(MONDAY, MONDAY) == (it, unknown, drop)
        assert work.choices(days_later(1), days_later(9)) == ()
        assert work.choices(MONDAY, MONDAY, "morgan") == ()
        work.apply(Decision(records=(argued,)), at())
    with store.work("acme") as work:
        assert work.choices(MONDAY, MONDAY, "dana")[0] == argued
