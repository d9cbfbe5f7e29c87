"""A deal that its rep lets go in words: the same as a tap on it, and as easily taken back."""

import pytest

from bot import plain
from coaching.chosen import Pick
from coaching.engine import Engine
from coaching.escalation import EscalationKind, EscalationState
from coaching.reviewed import Rule
from coaching.routines import ROUTINES
from tests.builders import (
    MONDAY,
    a_change,
    a_choice,
    a_company,
    a_manager,
    a_member,
    a_reviewed,
    an_escalation,
    an_opportunity,
    an_owner,
    at,
    commanded,
    days_later,
    dollars,
    pressed,
)
from tests.fakes import MemoryStore, no_holidays, remember

GLOBEX = an_opportunity("O-1", name="Globex robots", account="Globex", amount=dollars(60_000))
INITECH = an_opportunity("O-2", name="Initech line", account="Initech", amount=dollars(9_000))
LEES = an_opportunity("O-3", name="Umbrella arms", account="Umbrella", member="lee", owner="Lee")


class Desk:
    def __init__(self, *things):
        people = (a_member(), a_member("lee", name="Lee Wong"), a_manager(), an_owner())
        self.store = MemoryStore(a_company(*people))
        self.memory = remember(self.store.of["acme"], GLOBEX, INITECH, LEES, *things)
        self.engine = Engine(self.store, no_holidays, ROUTINES)
        self.times = iter(range(10, 60))
        self.day = MONDAY

    def says(self, text, member="dana"):
        self.card = self.engine.handle(commanded("coach", text, at(f"10:{next(self.times)}", self.day), member=member))
        return " ".join(plain.text(self.card, room=300).split())

    def press(self, action, member="dana", **args):
        when = at(f"10:{next(self.times)}", self.day)
        event = pressed(action, when, member=member, args={"deal": "O-1"} | args)
        self.engine.handle(event)
        return " ".join(plain.text(self.memory.messages[f"reply:{event.key}"].card, room=300).split())

    @property
    def gone(self):
        return {it.opportunity for it in self.memory.reviewed.values() if it.let_go}


@pytest.mark.parametrize(
    "text",
    [
        "drop Globex robots",
        "drop globex",
        "Drop the Globex deal.",
        "please drop O-1",
        "let go of Globex",
        "let Globex go",
        "lass Globex fallen",
        "bitte lass Globex robots fallen",
        "streiche Globex",
        "Globex fallen lassen",
    ],
)
def test_a_name_is_enough_and_a_tap_takes_it_back(text):
    desk = Desk()
    said = desk.says(text)
    assert (
        desk.card.summary
        == "You let Globex robots go: it is out of the forecast until you keep working it or it moves in the CRM."
    )
    assert "let go by Dana, Mon 23 Nov" in said
    assert "Keep working it" in said
    [kept] = desk.memory.reviewed.values()
    assert (kept.rule, kept.on, kept.answered) == (Rule.DISTRACTION, MONDAY, True)
    assert "$9,000 in 1 deal" in desk.says("deals")
    desk.press("qualify.resume")
    assert desk.gone == set()
    assert "$69,000 in 2 deals" in desk.says("deals")


def test_said_twice_it_is_the_same():
    desk = Desk()
    desk.says("drop globex")
    assert "let go by Dana" in desk.says("drop globex")
    assert len(desk.memory.reviewed) == 1


@pytest.mark.parametrize("pick", list(Pick))
def test_one_of_this_weeks_choices_is_answered_there_too(pick):
    desk = Desk(a_choice(opportunity="O-1", title="Globex robots", pick=pick))
    desk.says("drop globex")
    [choice] = desk.memory.choices.values()
    assert (choice.dropped, desk.gone) == (True, {"O-1"})
    desk.press("qualify.resume")
    assert desk.gone == set()
    [choice] = desk.memory.choices.values()
    assert (choice.pick, choice.answered) == (pick, False), "as it was proposed"


def test_what_moved_in_the_crm_since_it_was_proposed_doesnt_bring_it_back():
    desk = Desk(a_choice(opportunity="O-1", title="Globex robots"), a_change("O-1", on=days_later(1)))
    desk.day = days_later(2)
    assert "let go by Dana, Wed 25 Nov" in desk.says("drop globex")
    assert "$9,000 in 1 deal" in desk.says("deals")
    [choice] = desk.memory.choices.values()
    assert choice.dropped


@pytest.mark.parametrize(
    ("asked", "action", "about"),
    [
        (a_choice(opportunity="O-1", title="Globex robots"), "majors.drop", {}),
        (a_choice(opportunity="O-1", title="Globex robots", pick=Pick.DISTRACTION), "majors.yes", {}),
        (a_reviewed(), "review.let_go", {"rule": "close_date_past"}),
    ],
    ids=["a major", "one to drop", "asked about"],
)
def test_what_moved_in_the_crm_since_it_was_asked_doesnt_bring_back_what_a_tap_lets_go(asked, action, about):
    desk = Desk(asked, a_change("O-1", on=days_later(1)))
    desk.day = days_later(2)
    desk.press(action, on=MONDAY.isoformat(), about="O-1", **about)
    assert "let go by Dana, Wed 25 Nov" in desk.says("deal O-1")
    for reader, left in (
        ("dana", "$9,000 in 1 deal"),
        ("morgan", "$49,000 in 2 deals"),
        ("olivia", "$49,000 in 2 deals"),
    ):
        assert f"Pipeline: {left}" in desk.says("forecast", reader)
    assert "$9,000 in 1 deal" in desk.says("deals")
    remember(desk.memory, a_change("O-1", on=days_later(3)))
    desk.day = days_later(3)
    assert "$69,000 in 2 deals" in desk.says("deals")


def test_who_let_all_of_the_weeks_majors_go_has_none_left_in_the_managers_summary():
    desk = Desk(a_choice(opportunity="O-1", title="Globex robots"))
    desk.press("majors.drop", on=MONDAY.isoformat(), about="O-1")
    assert "Dana: No deal left. Confirmed." in desk.says("majors", "morgan")


def test_of_two_answers_the_later_one_counts_whichever_was_asked_first():
    step = a_reviewed(on=days_later(7), next_step="Call", answered_at=at("09:00", days_later(7)))
    desk = Desk(a_reviewed(), step)
    desk.day = days_later(8)
    desk.press("review.let_go", on=MONDAY.isoformat(), about="O-1", rule="close_date_past")
    assert "let go by Dana, Tue 1 Dec" in desk.says("deal O-1")
    assert "$9,000 in 1 deal" in desk.says("deals")


def test_an_answer_that_the_crm_has_confirmed_can_still_be_changed_to_letting_go():
    date = days_later(25)
    said = a_reviewed(close_date=date, answered_at=at("09:30"), confirmed_on=days_later(1))
    desk = Desk(said)
    desk.day = days_later(2)
    desk.press("review.let_go", on=MONDAY.isoformat(), about="O-1", rule="close_date_past")
    assert "$9,000 in 1 deal" in desk.says("deals")


def test_what_was_with_the_manager_about_it_is_no_more():
    matter = an_escalation("e-1", kind=EscalationKind.MAJORS, subject="O-1", text="Dana would rather not.")
    argued = a_choice(opportunity="O-1", title="Globex robots", agrees=False, answered_at=at("09:30"))
    desk = Desk(argued, matter)
    desk.says("drop globex")
    desk.engine.tick(at("11:00"))
    assert desk.memory.escalations["e-1"].state is EscalationState.WITHDRAWN


def test_several_of_that_name_are_asked_about_and_the_tap_lets_go():
    desk = Desk(an_opportunity("O-4", name="Globex service", account="Globex", amount=dollars(5_000)))
    desk.says("drop globex")
    [taps] = [it.actions for it in desk.card.elements if hasattr(it, "actions")]
    assert [(it.name, it.label) for it in taps] == [
        ("qualify.drop", "Globex robots"),
        ("qualify.drop", "Globex service"),
    ]
    assert desk.gone == set()
    assert "You let Globex service go:" in desk.press("qualify.drop", deal="O-4")
    assert desk.gone == {"O-4"}


def test_a_letter_is_no_name():
    desk = Desk()
    desk.says("drop g")
    assert desk.gone == set()


@pytest.mark.parametrize(
    "text",
    ["drop Globex a line", "drop the price", "drop it", "let it go", "let this deal go", "lass es fallen", "drop"],
)
def test_other_words_let_nothing_go(text):
    desk = Desk()
    desk.says(text)
    assert desk.gone == set()


def test_what_names_a_deal_otherwise_opens_it_as_ever():
    desk = Desk()
    assert desk.says("drop Globex a line").startswith("Globex robots")
    assert "called “price”" in desk.says("drop the price")


@pytest.mark.parametrize(
    ("member", "text"), [("lee", "drop globex"), ("morgan", "drop globex"), ("olivia", "drop globex")]
)
def test_nobody_lets_somebody_elses_deal_go(member, text):
    desk = Desk()
    desk.says(text, member)
    desk.press("qualify.drop", member)
    assert desk.gone == set()
    if member == "morgan":
        assert "Dana" in desk.card.summary


def test_one_that_has_ended_is_not_let_go():
    desk = Desk()
    remember(desk.memory, an_opportunity("O-1", name="Globex robots", gone_on=days_later(0)))
    desk.press("qualify.drop")
    assert desk.gone == set()
