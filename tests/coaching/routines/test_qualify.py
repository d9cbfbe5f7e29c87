"""One question about one deal at a time, from the asking to the deal's card."""

from dataclasses import replace

import pytest

from coaching.card import Text, plain
from coaching.company import Stage
from coaching.engine import Engine
from coaching.people import Reminders
from coaching.qualification import Answer, Evidence
from coaching.routines.qualify import ROUTINE
from tests.builders import (
    MONDAY,
    a_change,
    a_company,
    a_manager,
    a_member,
    an_opportunity,
    an_owner,
    at,
    commanded,
    days_later,
    dollars,
    planned,
    pressed,
    said,
)
from tests.fakes import MemoryStore, holidays_on, no_holidays, remember

BIG = an_opportunity("O-1", name="Acme pilot", amount=dollars(60_000), stage="Proposal")
SMALL = an_opportunity("O-2", name="Globex", amount=dollars(9_000), stage="Proposal")


TWIN = an_opportunity("O-3", name="Acme pilot", amount=dollars(9_000), stage="Proposal")


class Life:
    def __init__(self, *things, holidays=no_holidays, **member):
        company = a_company(
            a_member(**member), a_manager(), an_owner(), stages=(Stage(name="Proposal"), Stage(name="Won", won=True))
        )
        self.store = MemoryStore(company)
        self.memory = remember(self.store.of["acme"], *things)
        self.engine = Engine(self.store, holidays, (ROUTINE,))
        self.engine.handle(planned(at("08:00")))

    def day(self, day=MONDAY):
        self.engine.tick(at("14:00", day))

    @property
    def questions(self):
        return {key: it.card for key, it in self.memory.messages.items() if key.startswith("qualify:")}

    def press(self, action, member="dana", fields=None, when=None, **args):
        event = pressed(
            action,
            when or at("14:05"),
            member=member,
            args={"deal": "O-1", **args},
            fields=fields or {},
            message="qualify:dana:2026-11-23",
        )
        self.engine.handle(event)
        return self.memory.messages[f"reply:{event.key}"].card


def words(card):
    return " ".join(plain(it.spans) for it in card.elements if isinstance(it, Text))


ANSWER = {"answer": "yes", "quote": "We lose a day a week", "source": "Kim, operations"}


def test_the_most_valuable_deal_that_lacks_something_is_asked_about_in_the_afternoon():
    life = Life(SMALL, BIG)
    life.engine.tick(at("13:59"))
    assert life.questions == {}
    life.day()
    [card] = life.questions.values()
    assert card.summary == "Acme pilot: What problem do they want solved, in the words they use for it?"


def test_one_deal_is_left_in_peace_for_a_week_and_one_question_a_day_is_enough():
    life = Life(SMALL, BIG, reminders=Reminders.ACTIVE)
    for ahead in range(9):
        life.day(days_later(ahead))
        life.day(days_later(ahead))
    asked = [(it.opportunity, it.on) for it in life.memory.asked.values()]
    assert asked == [("O-1", MONDAY), ("O-2", days_later(1)), ("O-1", days_later(8))]


@pytest.mark.parametrize(("wish", "most"), [(Reminders.LIGHT, 1), (Reminders.STANDARD, 3), (Reminders.ACTIVE, 5)])
def test_the_persons_own_setting_says_how_many_a_week(wish, most):
    deals = [an_opportunity(f"O-{n}", name=f"Deal {n}", stage="Proposal") for n in range(9)]
    life = Life(*deals, reminders=wish)
    for ahead in range(5):
        life.day(days_later(ahead))
        for it in life.memory.asked.values():
            found = Evidence(
                opportunity=it.opportunity, criterion=it.criterion, answer=Answer.NO, by="dana", at=at("15:00", it.on)
            )
            remember(life.memory, found)
    assert len(life.questions) == most


def test_whoever_does_not_answer_is_asked_once_a_week():
    deals = [an_opportunity(f"O-{n}", name=f"Deal {n}", stage="Proposal") for n in range(9)]
    life = Life(*deals, reminders=Reminders.ACTIVE)
    for ahead in range(12):
        life.day(days_later(ahead))
    days = [it.on for it in life.memory.asked.values()]
    assert days == [MONDAY, days_later(1), days_later(8)]


def test_nothing_is_asked_on_a_holiday_on_a_day_off_or_while_paused():
    assert Life(BIG, holidays=holidays_on(MONDAY)).memory.alarms["qualify.ask", "dana"].date() == days_later(1)
    away = Life(BIG, paused_until=days_later(3))
    away.day()
    assert away.questions == {}


def test_a_rep_without_open_deals_or_with_everything_known_is_left_alone():
    life = Life()
    life.day()
    assert life.questions == {}
    assert ("qualify.ask", "dana") in life.memory.alarms


def test_an_answer_is_kept_with_its_words_and_said_back():
    life = Life(BIG)
    life.day()
    card = life.press("qualify.keep", criterion="problem", fields=ANSWER)
    [kept] = life.memory.evidence
    assert (kept.opportunity, kept.criterion, kept.answer, kept.by) == ("O-1", "problem", Answer.YES, "dana")
    assert (kept.quote, kept.source) == ("We lose a day a week", "Kim, operations")
    assert "Kept for Acme pilot" in card.summary
    assert "“We lose a day a week”" in words(card)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, "answer"),
        ({"answer": "maybe"}, "answer"),
        ({"answer": "yes"}, "quote"),
        ({"answer": "no", "quote": "x" * 2001}, "quote"),
    ],
)
def test_what_lacks_something_is_shown_again_with_what_was_typed(fields, wrong):
    life = Life(BIG)
    card = life.press("qualify.keep", criterion="problem", fields=fields)
    assert life.memory.evidence == []
    shown = {it.name: it for it in card.fields}
    assert [name for name, it in shown.items() if it.error] == [wrong]
    assert shown["quote"].value == fields.get("quote", "")


def test_not_knowing_is_an_answer_and_needs_no_words():
    life = Life(BIG)
    life.press("qualify.keep", criterion="problem", fields={"answer": "unknown"})
    assert [it.answer for it in life.memory.evidence] == [Answer.UNKNOWN]


def test_the_ways_to_find_out_come_on_request_and_what_was_tried_is_kept():
    life = Life(BIG)
    card = life.press("qualify.help", criterion="funding", fields={"quote": "so far"})
    tactic = next(it for it in card.fields if it.name == "tactic")
    assert next(it for it in card.fields if it.name == "quote").value == "so far"
    life.press("qualify.keep", criterion="funding", fields={**ANSWER, "tactic": tactic.options[0][0]}, when=at("14:07"))
    assert life.memory.evidence[0].tactic == tactic.options[0][0]


def test_not_now_leaves_it_in_peace():
    life = Life(BIG)
    life.day()
    assert "left in peace for a week" in life.press("qualify.later").summary
    life.day(days_later(1))
    assert len(life.questions) == 1


def test_the_deals_card_is_reached_by_its_name_and_holds_everything_known():
    life = Life(BIG, a_change("O-1", before="Discovery", after="Proposal"))
    life.press("qualify.keep", criterion="problem", fields=ANSWER)
    for n, text in enumerate(("deal acme", "deal Acme pilot", "deal o-1")):
        reply = life.engine.handle(commanded("coach", text, at(f"15:0{n}")))
        assert reply.summary == "Acme pilot: $60,000, Proposal, closes Fri 18 Dec"
    rows = {row[0][0]: (row[1][0], row[2][0]) for it in reply.elements if hasattr(it, "rows") for row in it.rows}
    assert rows["The problem"] == ("known", "“We lose a day a week”, Kim, operations, today, written by Dana")
    assert rows["Champion"] == ("not known yet (keeps it out of Commit)", "")


def typed(name, text):
    life = Life(an_opportunity("O-1", name=name, account=""))
    return life.engine.handle(commanded("coach", f"deal {text}"))


@pytest.mark.parametrize("wanted", ["a", "ac", "p", "  A "])
def test_a_letter_or_two_are_asked_back_though_they_fit_one_deal(wanted):
    assert typed("Acme pilot", wanted).summary.startswith("Do you mean Acme pilot?")


@pytest.mark.parametrize("wanted", ["acme", "pil", "O-1", "hp", "HP lines"])
def test_a_whole_word_or_three_letters_are_enough(wanted):
    assert "MEDDICC" in str(typed("Acme pilot HP lines", wanted))


def test_names_that_fit_several_deals_or_none_are_asked_back():
    life = Life(BIG, an_opportunity("O-3", name="Acme rollout"))
    assert "Acme pilot and Acme rollout" in life.engine.handle(commanded("coach", "deal acme")).summary
    assert "“Initech”" in life.engine.handle(commanded("coach", "deal Initech", at("15:01"))).summary
    assert "Which deal?" in life.engine.handle(commanded("coach", "deal", at("15:02"))).summary


def test_other_peoples_deals_are_not_theirs_to_open_or_to_write_about():
    lees = an_opportunity("O-1", name="Acme pilot", member="lee", owner="Lee")
    life = Life(lees)
    assert "no open deal" in life.engine.handle(commanded("coach", "deal acme")).summary
    life.press("qualify.keep", criterion="problem", fields=ANSWER)
    life.press("qualify.pass", fields={"quote": "because"}, when=at("14:06"))
    assert life.memory.evidence == []


def test_only_the_manager_may_let_a_deal_pass_and_says_why():
    life = Life(BIG)
    life.press("qualify.keep", criterion="problem", fields=ANSWER)
    life.press("qualify.pass", fields={"quote": "I know"}, when=at("14:06"))
    assert len(life.memory.evidence) == 1
    card = life.press("qualify.pass", member="morgan", when=at("14:07"))
    assert next(it.error for it in card.fields if it.name == "quote").startswith("Why may it be in Commit")
    card = life.press("qualify.pass", member="morgan", fields={"quote": "I was in the room"}, when=at("14:08"))
    assert "by the manager's word" in words(card)
    assert life.memory.evidence[-1].by == "morgan"


def test_something_learned_is_added_from_the_deals_card():
    life = Life(BIG)
    card = life.press("qualify.add", fields={"answer": "yes", "quote": "Q1 budget"})
    assert next(it.error for it in card.fields if it.name == "criterion") == "Choose what it is about."
    life.press("qualify.add", fields={"criterion": "funding", **ANSWER}, when=at("14:06"))
    assert [it.criterion for it in life.memory.evidence] == ["funding"]


def test_the_maths_behind_the_share_are_a_button_away():
    life = Life(BIG)
    life.press("qualify.keep", criterion="problem", fields=ANSWER)
    event = pressed("qualify.maths", at("14:06"), args={"deal": "O-1"})
    life.engine.handle(event)
    [shown] = life.memory.messages[f"reply:{event.key}"].card.elements
    assert (shown.value, shown.n) == ("14 %", "10 criteria")
    assert ("The problem", "1 of weight 3") in shown.inputs


def test_a_deal_that_is_gone_says_so():
    life = Life(replace(BIG, id="O-9"))
    assert "no longer open" in life.press("qualify.keep", criterion="problem", fields=ANSWER).summary


def test_a_question_after_the_first_is_another_one():
    life = Life(BIG, reminders=Reminders.LIGHT)
    life.day()
    life.day(days_later(7))
    first, second = (it.summary for it in life.questions.values())
    assert first != second


def test_said_in_a_message_it_is_the_same():
    life = Life(BIG)
    life.engine.handle(said("deal acme"))
    assert any(it.card.summary.startswith("Acme pilot") for it in life.memory.messages.values())


def test_two_deals_of_one_name_are_told_apart_and_opened_by_a_tap():
    life = Life(BIG, TWIN)
    shown = life.engine.handle(commanded("coach", "deal acme pilot", at("15:00")))
    [taps] = [it.actions for it in shown.elements if hasattr(it, "actions")]
    assert [(it.label, it.args) for it in taps] == [
        ("Acme pilot ($60,000)", {"deal": "O-1"}),
        ("Acme pilot ($9,000)", {"deal": "O-3"}),
    ]
