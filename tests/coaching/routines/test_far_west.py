"""A rep far west of the company: what they do on their Monday evening is of their Monday, whoever reads of it."""

from itertools import count

import pytest

from bot import plain
from coaching.chosen import Pick
from coaching.engine import Engine
from coaching.review_facts import facts_on
from coaching.reviewed import Rule
from coaching.routines import ROUTINES
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

WEST, HOME = "America/Los_Angeles", "Europe/Berlin"
EVENING = at("17:00", MONDAY, WEST)
"""02:00 on Tuesday where the company is."""
DEAL = an_opportunity("O-1", name="Globex robots", amount=dollars(60_000), close_date=days_later(20))


class Desk:
    def __init__(self, *things):
        people = (a_member(zone=WEST), a_manager(zone=HOME), an_owner(zone=HOME))
        self.store = MemoryStore(a_company(*people, zone=HOME))
        self.memory = remember(self.store.of["acme"], DEAL, *things)
        self.n = count()
        self.engine = Engine(self.store, no_holidays, ROUTINES)

    def says(self, text, when, member="dana"):
        card = self.engine.handle(commanded("coach", text, when, member=member, key=f"said:{next(self.n)}"))
        return " ".join(plain.text(card, room=300).split())


@pytest.mark.parametrize("reader", ["dana", "morgan", "olivia"])
def test_a_deal_is_let_go_on_their_day(reader):
    desk = Desk()
    assert "let go by Dana, Mon 23 Nov" in desk.says("drop globex", EVENING)
    for day in (1, 2):
        for text in ("deal O-1", "deals") if reader != "olivia" else ("deal O-1",):
            assert "let go by Dana, Mon 23 Nov" in desk.says(text, at("18:00", days_later(day), HOME), reader), text


def test_what_they_drop_among_their_majors_is_dropped_that_evening_and_the_day_after():
    desk = Desk(a_choice(opportunity="O-1", title="Globex robots", pick=Pick.DISTRACTION))
    shown = {"on": MONDAY.isoformat(), "about": "O-1"}
    desk.engine.handle(pressed("majors.yes", EVENING, args=shown))
    for when in (EVENING, at("09:00", days_later(1), WEST)):
        assert "✓ Globex robots: dropped." in desk.says("majors", when)


@pytest.mark.parametrize("reader", ["dana", "morgan"])
def test_a_date_is_said_on_their_day(reader):
    said = a_reviewed(rule=Rule.CLOSE_DATE_PAST, close_date=days_later(30), answered_at=EVENING)
    assert "said so on Mon 23 Nov" in Desk(said).says("deal O-1", at("18:00", days_later(2), HOME), reader)


def test_the_next_review_reminds_of_it_by_their_day():
    said = a_reviewed(rule=Rule.CLOSE_DATE_PAST, close_date=days_later(30), answered_at=EVENING)
    desk = Desk(said)
    assert "On Mon 23 Nov you said" in desk.says("review", at("09:00", days_later(7), WEST))


def test_what_they_wrote_down_counts_at_once():
    desk = Desk()
    keep = pressed(
        "qualify.keep",
        EVENING,
        args={"deal": "O-1", "criterion": "metrics", "times": "0"},
        fields={"answer": "yes", "quote": "It saves us two people"},
    )
    desk.engine.handle(keep)
    for reader in ("dana", "morgan"):
        card = desk.says("deal O-1", EVENING, reader)
        assert "It saves us two people" in card
    assert "It saves us two people”, the buyer, today" in desk.says("deal O-1", EVENING)
    assert "It saves us two people”, the buyer, yesterday" in desk.says("deal O-1", EVENING, "morgan")
    with desk.store.work("acme") as work:
        pages = [len(facts_on(work, days_later(n)).evidence) for n in range(2)]
    assert pages == [0, 1], "a page is of the company's day, and the same whenever it is looked at"
