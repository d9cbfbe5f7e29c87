"""A deal that its rep let go says so wherever it is shown, and can be taken up again."""

import pytest

from bot import plain
from coaching.chosen import Pick
from coaching.engine import Engine
from coaching.reviewed import Rule
from coaching.routines import forecast, qualify
from tests.builders import (
    MONDAY,
    a_choice,
    a_company,
    a_manager,
    a_member,
    a_reviewed,
    an_opportunity,
    an_owner,
    at,
    commanded,
    days_later,
    dollars,
    pressed,
)
from tests.fakes import MemoryStore, no_holidays, remember

GONE = an_opportunity("O-1", name="Globex robots", amount=dollars(60_000), next_step="")
KEPT = an_opportunity("O-2", name="Initech line", amount=dollars(9_000))
LET_GO = a_reviewed(let_go=True, answered_at=at("09:30"))


class Desk:
    def __init__(self, *things):
        self.store = MemoryStore(a_company(a_member(), a_manager(), an_owner()))
        self.memory = remember(self.store.of["acme"], GONE, KEPT, *things)
        self.engine = Engine(self.store, no_holidays, (forecast.ROUTINE, qualify.ROUTINE))
        self.times = iter(range(10, 60))

    def says(self, text, member="dana"):
        card = self.engine.handle(commanded("coach", text, at(f"10:{next(self.times)}", days_later(1)), member=member))
        return " ".join(plain.text(card, room=300).split())

    def press(self, action, member="dana"):
        event = pressed(action, at("10:05", days_later(1)), member=member, args={"deal": "O-1"})
        self.engine.handle(event)
        return " ".join(plain.text(self.memory.messages[f"reply:{event.key}"].card, room=300).split())


@pytest.mark.parametrize("reader", ["dana", "morgan"])
def test_the_card_and_the_list_say_by_whom_and_when(reader):
    desk = Desk(LET_GO)
    card = desk.says("deal O-1", reader)
    assert "let go by Dana, Mon 23 Nov" in card
    assert "what would the buyer agree to do next" not in card
    assert ("Keep working it" in card) is (reader == "dana")
    deals = desk.says("deals", reader)
    assert "Not counted any more: Globex robots ($60,000; let go by Dana, Mon 23 Nov)." in deals
    assert "$9,000 in 1 deal" in deals


def test_without_it_the_card_asks_for_a_next_step():
    card = Desk().says("deal O-1")
    assert "what would the buyer agree to do next" in card
    assert "Keep working it" not in card


def test_it_can_be_taken_up_again_and_counts_at_once():
    desk = Desk(LET_GO)
    assert "let go by" not in desk.press("qualify.resume")
    [kept] = desk.memory.reviewed.values()
    assert (kept.let_go, kept.answered) == (False, False)
    assert "$69,000 in 2 deals" in desk.says("deals")


def test_one_that_was_dropped_for_the_majors_is_as_it_was_proposed():
    choice = a_choice(pick=Pick.DISTRACTION, agrees=True, answered_at=at("09:30"))
    desk = Desk(a_reviewed(rule=Rule.DISTRACTION, let_go=True, answered_at=at("09:30")), choice)
    assert "let go by" not in desk.press("qualify.resume")
    [kept] = desk.memory.choices.values()
    assert (kept.dropped, kept.answered, kept.on) == (False, False, MONDAY)


def test_nobody_else_takes_it_up():
    desk = Desk(LET_GO)
    assert "let go by Dana" in desk.press("qualify.resume", "morgan")
    [kept] = desk.memory.reviewed.values()
    assert kept.let_go
