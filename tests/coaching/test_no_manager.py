"""A company without a manager: its words name whoever a matter goes to in fact, or nobody where there is nobody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coaching.card import Card
from coaching.chat_card import Held, held, help_card, introduction
from coaching.engine import Engine
from coaching.escalation_card import members_queue
from coaching.escalation_clock import Clock
from coaching.identity import Standing
from coaching.identity_card import unknown
from coaching.questions import OF_THE_MANAGER, Background, question_for
from coaching.routines import escalate
from coaching.talk import talk
from tests.builders import (
    MONDAY,
    a_company,
    a_manager,
    a_member,
    a_newcomer,
    an_escalation,
    an_owner,
    at,
    commanded,
)
from tests.coaching.test_checkin import Life
from tests.fakes import MemoryStore, no_holidays, remember
from tests.forecasting import Desk, words

OWNED = a_company(a_member(), an_owner())
ALONE = a_company(a_member())
NOTHING_HELD = Held(checkins=0, commitments=0, calls=0, deals=0, matters=0)


def to_a_rep(company) -> list[str]:
    dana, clock = a_member(), Clock(company=company, now=at("10:00"), holidays=frozenset())
    return [
        words(it)
        for it in (
            introduction(dana, company),
            help_card(dana, company, MONDAY),
            held(dana, company, NOTHING_HELD, MONDAY),
            members_queue((), (), clock, dana),
        )
    ]


@pytest.mark.parametrize("company", [OWNED, ALONE])
def test_a_rep_reads_of_no_manager(company):
    assert not [it for it in to_a_rep(company) if "manager" in it.lower()]


def test_a_rep_reads_that_the_owner_has_their_matters_and_what_they_see():
    hello, help_, kept, queue = to_a_rep(OWNED)
    for shown in (hello, help_):
        assert "anything you need Olivia for" in shown
    assert "takes it to Olivia" in help_
    assert "Matters with Olivia" in repr(held(a_member(), OWNED, NOTHING_HELD, MONDAY))
    for shown in (hello, kept):
        assert "check-ins and calls are shown to nobody else here" in shown
    assert "it goes to Olivia" in queue


def test_the_way_to_whoever_answers_is_named_for_them_and_missing_where_nobody_does():
    assert [it.label for it in talk(a_company(), "dana")] == ["Talk to the manager"]
    assert [it.label for it in talk(OWNED, "dana")] == ["Talk to Olivia"]
    assert talk(ALONE, "dana") == ()


def labels(card: Card) -> list[str]:
    return [it.label for it in card.actions]


@pytest.mark.parametrize("company", [OWNED, ALONE])
def test_no_card_of_a_reps_day_leads_to_a_manager(company):
    life = Life(company=company).asked()
    life.press("send", calls="12")
    shown = [it.card for it in life.memory.messages.values()]
    shown.append(Desk(company=company).press("forecast.show"))
    assert not [it for card in shown for it in labels(card) if "manager" in it]


def test_the_day_never_asks_what_a_manager_could_do():
    asked = {
        question_for("dana", MONDAY + timedelta(days=n), Background(company=OWNED, checkins=(), opportunities=()))
        for n in range(40)
    }
    assert len(asked) > 5
    assert not asked & OF_THE_MANAGER


def test_who_is_not_known_reads_who_was_asked():
    newcomer = a_newcomer()
    assert "asked the owner who you are" in words(unknown(newcomer, an_owner(), again=False))
    assert "the owner hasn’t said" in words(unknown(newcomer, an_owner(), again=True)).replace("'", "’")
    assert "whoever looks after me" in words(unknown(replace(newcomer, standing=Standing.NOBODY), None, again=False))


def test_the_owner_has_the_queue_where_there_is_no_manager():
    store = MemoryStore(a_company(a_member(), an_owner()))
    remember(store.of["acme"], an_escalation(text="Dana asks: “May I give 5 %?”"))

    engine = Engine(store, no_holidays, (escalate.ROUTINE,))
    shown = engine.handle(commanded("coach", "queue", at("10:00"), member="olivia"))
    assert "May I give 5 %?" in words(shown)
    store.of["acme"].company = a_company(a_member(), a_manager(), an_owner())
    shown = engine.handle(commanded("coach", "queue", at("10:01"), member="olivia", key="again"))
    assert "May I give 5 %?" not in words(shown)
