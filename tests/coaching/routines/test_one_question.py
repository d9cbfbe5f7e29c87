"""Whole days with all routines together: a rep is asked one thing about one deal."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from coaching.card import plain
from coaching.company import Engagement, Weekday
from coaching.engine import Engine
from coaching.escalation import EscalationKind
from coaching.one_question import By, Taken, asked_as_majors, asked_in_review
from coaching.people import TimeOff
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
    imported,
    planned,
    pressed,
)
from tests.fakes import MemoryStore, no_holidays, remember

TUESDAY, WEDNESDAY = days_later(1), days_later(2)
EVERY_DAY = Engagement(days=frozenset(list(Weekday)[:5]))


def late(n, amount=60_000, **more):
    """A large deal with everything amiss: past its date, without a step."""
    usual = {"name": f"Deal {n}", "amount": dollars(amount + n), "stage": "Proposal", "close_date": days_later(-3)}
    return an_opportunity(f"O-{n}", **(usual | {"next_step": "", "created_on": days_later(-60)} | more))


class Days:
    """One rep's, with every routine there is."""

    def __init__(self, *deals, start=MONDAY, member=None):
        company = a_company(member or a_member(), a_manager(), an_owner(), engagement=EVERY_DAY)
        self.store = MemoryStore(company)
        self.memory = remember(self.store.of["acme"], *deals)
        self.engine = Engine(self.store, no_holidays, ROUTINES)
        self.engine.handle(planned(at("00:30", start)))

    def live(self, day: date, until="18:00"):
        """As its hours go by; an export comes in early, and another at noon."""
        for hour in range(6, 19):
            now = at(f"{hour:02}:00", day)
            if now > at(until, day):
                break
            if hour in {7, 12}:
                self.engine.handle(imported(now))
            for minute in (0, 20, 40):
                while self.engine.tick(now + timedelta(minutes=minute)):
                    pass
        return self

    def asked(self, day: date) -> Counter[str]:
        """How often a deal was asked about on a day, by whichever routine."""
        its = self.memory
        reviewed = {it.opportunity for it in its.reviewed.values() if it.on == day and it.opportunity}
        found = Counter(reviewed)
        found.update({it.opportunity for it in its.choices.values() if it.on == day} - reviewed)
        found.update(it.opportunity for it in its.asked.values() if it.on == day and it.opportunity not in reviewed)
        found.update(
            about for it in its.checkins.values() if it.day == day and (about := it.question.partition("@")[2])
        )
        found.update(
            it.subject
            for it in its.escalations.values()
            if it.kind is EscalationKind.OVERDUE_OPPORTUNITY and it.raised_at.date() == day
        )
        return found


def test_on_a_whole_monday_no_deal_is_asked_about_twice():
    days = Days(late(1), late(2), late(3)).live(MONDAY)
    found = days.asked(MONDAY)
    assert found
    assert max(found.values()) == 1
    assert days.memory.reviewed, "the review came first"


def test_who_answers_nothing_is_asked_one_thing_about_a_deal_on_each_day_and_the_manager_hears_on_the_second():
    days = Days(*(late(n) for n in range(8)))
    for n in range(5):
        days.live(days_later(n))
        found = days.asked(days_later(n))
        assert max(found.values(), default=0) <= 1, (n, found)
    raised = {it.subject: it.raised_at.date() for it in days.memory.escalations.values() if it.subject.startswith("O-")}
    reviewed = {it.opportunity for it in days.memory.reviewed.values() if it.opportunity}
    assert {raised[it] for it in reviewed} == {TUESDAY}, "a day to answer, and no more"
    assert {day for it, day in raised.items() if it not in reviewed} == {MONDAY}


def test_a_deal_that_was_answered_today_is_left_alone_for_the_day():
    days = Days(late(1), late(2, amount=1_000)).live(MONDAY, until="10:00")
    item = next(it for it in days.memory.reviewed.values() if it.opportunity == "O-1")
    args = {"on": str(MONDAY), "about": "O-1", "rule": item.rule.value}
    fields = {"step": "Board meets", "step_on": str(days_later(9)), "date": str(days_later(20))}
    days.engine.handle(pressed("review.send", at("10:30"), args=args, fields=fields, message="m1"))
    days.live(MONDAY)
    assert days.asked(MONDAY)["O-1"] == 1


def after(asking, day):
    """Whether the afternoon's question may be about it, a day later or more."""
    return Taken(today=day, askings=tuple(asking)).by(late(1), By.AFTERNOON) is None


def test_the_afternoon_leaves_alone_for_a_week_what_was_answered_in_the_review():
    answered = a_reviewed(answered_at=at("10:00", days_later(2)))
    asked = tuple(asked_in_review((answered,), a_company()))
    assert [after(asked, days_later(n)) for n in (3, 8, 9)] == [False, False, True]


def test_the_afternoon_leaves_alone_for_a_week_what_its_rep_said_no_to_and_not_what_they_are_on():
    company = a_company()
    no = tuple(asked_as_majors((a_choice(agrees=False),), company))
    assert [after(no, days_later(n)) for n in (1, 6, 7)] == [False, False, True]
    assert after(asked_as_majors((a_choice(agrees=True),), company), TUESDAY)
    assert after(asked_as_majors((a_choice(),), company), TUESDAY)


def test_who_answered_a_review_isnt_asked_about_that_deal_on_the_next_afternoon():
    days = Days(late(1), late(2, amount=1_000)).live(MONDAY, until="10:00")
    item = next(it for it in days.memory.reviewed.values() if it.opportunity == "O-1")
    args = {"on": str(MONDAY), "about": "O-1", "rule": item.rule.value}
    fields = {"step": "Board meets", "step_on": str(days_later(9)), "date": str(days_later(20))}
    days.engine.handle(pressed("review.send", at("10:30"), args=args, fields=fields, message="m1"))
    days.live(MONDAY)
    for n in range(1, 5):
        days.live(days_later(n))
    afternoons = {it.on for it in days.memory.asked.values() if it.opportunity == "O-1" and it.on > MONDAY}
    assert afternoons == set()


def test_on_the_day_of_the_review_the_check_in_asks_about_no_deal_and_on_another_it_may():
    days = Days(late(1, amount=900)).live(MONDAY).live(TUESDAY)
    questions = {it.day: it.question for it in days.memory.checkins.values()}
    assert "@" not in questions[MONDAY]
    assert "@" not in questions[TUESDAY], "the review's question is still open"
    alone = Days(late(1, amount=900), start=TUESDAY).live(TUESDAY)
    assert any("@O-1" in it.question for it in alone.memory.checkins.values())


def test_a_review_that_comes_a_day_late_comes_before_the_small_questions_of_that_day():
    away = a_member(time_off=(TimeOff(MONDAY, MONDAY),))
    days = Days(late(1), late(2), member=away).live(MONDAY).live(TUESDAY)
    assert {it.on for it in days.memory.reviewed.values()} == {TUESDAY}
    assert max(days.asked(TUESDAY).values()) == 1


def test_a_review_that_is_asked_for_leaves_out_what_the_check_in_asked_about_and_its_maths_say_so():
    days = Days(late(1, 900), late(2, 800), start=WEDNESDAY).live(WEDNESDAY, until="13:00")
    [about] = [it.question.partition("@")[2] for it in days.memory.checkins.values()]
    days.engine.handle(commanded("coach", "review", at("13:10", WEDNESDAY)))
    items = [it for it in days.memory.reviewed.values() if it.opportunity]
    assert items
    assert about not in {it.opportunity for it in items}
    event = pressed(
        "review.maths", at("13:20", WEDNESDAY), args={"on": str(WEDNESDAY), "about": "", "rule": ""}, message="m1"
    )
    days.engine.handle(event)
    shown = days.memory.messages[f"reply:{event.key}"].card
    told = [plain(line) for it in shown.elements for line in getattr(it, "items", ())]
    assert f"Deal {about[-1]}: today’s check-in asked about it." in told


def test_an_open_question_keeps_small_ones_away_and_neither_the_review_nor_the_manager():
    deal = late(1)
    item = a_reviewed(opportunity="O-1", on=MONDAY)
    company = a_company()
    open_ = tuple(asked_in_review([item], company))
    wednesday = Taken(today=days_later(2), askings=open_)
    assert [wednesday.by(deal, it) for it in (By.CHECKIN, By.AFTERNOON, By.MATTER)] == [By.REVIEW, By.REVIEW, None]
    answered = tuple(asked_in_review([replace(item, answered_at=at("10:00", days_later(2)))], company))
    assert Taken(today=days_later(2), askings=answered).by(deal, By.MATTER) is By.REVIEW, "answered today"
    assert Taken(today=days_later(3), askings=answered).by(deal, By.CHECKIN) is None
    assert Taken(today=days_later(7), askings=open_).by(deal, By.CHECKIN) is None, "its week is over"


@settings(max_examples=6, deadline=None)
@given(
    some.lists(some.tuples(some.integers(500, 90_000), some.integers(-20, 40), some.booleans()), min_size=1, max_size=7)
)
def test_whatever_the_pipeline_nobody_is_asked_twice_about_a_deal_on_a_day(made):
    deals = [
        late(n, amount, close_date=days_later(close), next_step="Call" if step else "")
        for n, (amount, close, step) in enumerate(made)
    ]
    days = Days(*deals)
    for n in range(3):
        days.live(days_later(n))
        assert max(days.asked(days_later(n)).values(), default=0) <= 1
