"""The brief before a visit: the evening before, on one screen, no more than fits the hours, for the manager alone."""

from dataclasses import replace
from datetime import time
from decimal import Decimal

import pytest

from bot import plain
from coaching import arrival, week_card
from coaching.arrival_card import card
from coaching.arrival_times import next_brief, told_at, visit_of
from coaching.company import Engagement, Weekday
from coaching.engine import Engine
from coaching.escalation_card import Queue
from coaching.habits import Habit
from coaching.people import Hours, Role, TimeOff
from coaching.routines import arrival as routine
from coaching.routines import digest as digests
from tests.builders import (
    CALLS,
    MONDAY,
    a_checkin,
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
    planned,
)
from tests.fakes import MemoryStore, no_holidays, remember
from tests.golden_cards.weeks import BUSY, FRIDAY, a_visit

NEW_YORK = "America/New_York"
TWO_DAYS = Engagement(days=frozenset({Weekday.TUE, Weekday.THU}), hours_per_week=Decimal(10))
TUESDAY, THURSDAY = days_later(1), days_later(3)


def company(manager=None, engagement=TWO_DAYS):
    return a_company(a_member(), manager or a_manager(), an_owner(), engagement=engagement)


def told(after, manager=None, engagement=TWO_DAYS, holidays=frozenset()):
    it = company(manager, engagement)
    return next_brief(it, it.members[1], after, holidays).at


# --- when --------------------------------------------------------------------------------------------------------------
def test_it_comes_the_evening_before_each_day_here_by_the_managers_clock():
    assert told(at("09:00")) == at("18:00", MONDAY, NEW_YORK)
    assert told(at("18:00", MONDAY, NEW_YORK)) == at("18:00", days_later(2), NEW_YORK)


def test_sunday_evenings_days_off_and_quiet_hours_are_left_alone():
    daily = Engagement()
    assert told(at("18:30", FRIDAY, NEW_YORK), engagement=daily) == at("09:00", days_later(7), NEW_YORK)
    away = a_manager(time_off=(TimeOff(MONDAY, MONDAY),))
    assert told(at("09:00"), away) == at("09:00", TUESDAY, NEW_YORK)
    early = a_manager(quiet_hours=Hours(time(17), time(8)))
    assert told(at("09:00"), early) == at("09:00", TUESDAY, NEW_YORK)
    assert told(at("09:00"), holidays=frozenset({TUESDAY})) == at("18:00", days_later(2), NEW_YORK)


def test_who_asks_during_a_visit_hears_of_that_visit():
    it = company()
    manager = it.members[1]
    assert visit_of(it, manager, at("11:00", TUESDAY, NEW_YORK), frozenset()) == TUESDAY
    assert visit_of(it, manager, at("17:00", TUESDAY, NEW_YORK), frozenset()) == THURSDAY
    assert told_at(it, manager, THURSDAY, frozenset()) == at("18:00", days_later(2), NEW_YORK)


# --- what is in it -----------------------------------------------------------------------------------------------------
def test_it_fits_one_screen_and_names_three_of_each_at_most():
    it = arrival.brief(a_visit())
    assert (len(it.people), len(it.deals)) == (3, 2)
    assert it.praise is not None
    assert it.decision is not None
    assert it.worry is not None
    assert len(plain.text(card(it), room=100).splitlines()) <= 32


def test_who_asked_comes_first_then_who_is_silent_then_questions():
    assert [it.member.id for it in arrival.brief(a_visit()).people] == ["dana", "gus", "eli"]


@pytest.mark.parametrize(("hours", "people", "deals"), [(1, 1, 1), (2, 2, 2), (5, 3, 2)])
def test_no_more_is_in_it_than_fits_the_hours(hours, people, deals):
    visit = a_visit()
    facts = visit.week.facts
    engaged = replace(facts.company.engagement, hours_per_week=Decimal(hours * 2))
    week = replace(visit.week, facts=replace(facts, company=replace(facts.company, engagement=engaged)))
    it = arrival.brief(replace(visit, week=week))
    assert (len(it.people), len(it.deals), it.hours) == (people, deals, Decimal(hours))
    assert it.minutes <= hours * 60


def test_what_else_waits_is_counted_and_how_much_of_it_fits():
    visit = a_visit()
    many = tuple(an_escalation(f"e-{n}", subject=f"words:{n}") for n in range(40))
    it = arrival.brief(replace(visit, queue=Queue(items=many, deals={})))
    assert (it.more, it.fit) == (38, (5 * 60 - it.minutes) // arrival.MATTER)


def test_a_matter_that_stands_beside_its_person_is_not_said_to_wait():
    visit = a_visit()
    both = tuple(an_escalation(f"e-{who}", member=who, subject=f"words:{who}") for who in ("gus", "eli"))
    it = arrival.brief(replace(visit, queue=Queue(items=both, deals={})))
    assert {one.matter for one in it.people} >= {"e-gus", "e-eli"}
    assert it.more == 0
    assert it.decision is None, "what is said with its person isn't there a second time as a decision"


def test_hours_of_a_visit_are_the_days_or_the_weeks_shared_out():
    assert arrival.hours_of_a_visit(company()) == 5
    assert arrival.hours_of_a_visit(company(engagement=Engagement())) == 8
    night = Engagement(hours=Hours(time(20), time(2)))
    assert arrival.hours_of_a_visit(company(engagement=night)) == 6


# --- the routine -------------------------------------------------------------------------------------------------------
def office():
    it = company()
    store = MemoryStore(it)
    matter = an_escalation("e-1", text="Dana asks: “May I give 5 %?”", subject="words:1")
    remember(store.of["acme"], matter, an_opportunity(close_date=days_later(-3)), a_checkin(MONDAY))
    return store, Engine(store, no_holidays, (routine.ROUTINE, digests.ROUTINE))


def test_it_reaches_the_manager_that_evening_though_their_hours_are_over():
    store, engine = office()
    due = at("18:00", MONDAY, NEW_YORK)
    store.of["acme"].alarms["arrival.tell", "morgan"] = due
    engine.tick(due)
    message = store.of["acme"].messages[f"arrival:morgan:{TUESDAY}"]
    assert (message.to, message.not_before) == ("morgan", due)
    assert store.of["acme"].alarms["arrival.tell", "morgan"] == at("18:00", days_later(2), NEW_YORK)


def test_the_managers_week_comes_with_the_owners_digest():
    store, engine = office()
    due = at("16:00", FRIDAY, NEW_YORK)
    store.of["acme"].alarms["digest.write", ""] = due
    engine.tick(due)
    theirs = store.of["acme"].messages["digest:morgan:2026-W48"]
    assert (theirs.not_before, theirs.by_mail_too) == (due, False)
    assert "your team’s week" in theirs.card.summary
    assert "Dana Reyes" in repr(theirs.card)
    assert "Dana Reyes" not in repr(store.of["acme"].messages["digest:olivia:2026-W48"].card)


def test_each_manager_gets_the_week_and_the_brief_and_nobody_reads_another_ones_own_habits():
    talks = Habit(id="talks", name="1:1s held", unit="1:1s", per_week=3, role=Role.MANAGER)
    jule = a_manager("jule")
    store = MemoryStore(
        a_company(a_member(), a_manager(), jule, an_owner(), engagement=TWO_DAYS, habits=(CALLS, talks))
    )
    remember(store.of["acme"], a_checkin(MONDAY, member="morgan", counts={"talks": 2}))
    engine = Engine(store, no_holidays, (routine.ROUTINE, digests.ROUTINE))
    engine.handle(planned(at("08:00")))
    memory = store.of["acme"]
    assert {who for alarm, who in memory.alarms if alarm == "arrival.tell"} == {"morgan", "jule"}
    due = at("16:00", FRIDAY, NEW_YORK)
    memory.alarms["digest.write", ""] = due
    engine.tick(due)
    theirs = repr(memory.messages["digest:jule:2026-W48"].card)
    assert "your team’s week" in theirs
    assert "1:1s held" in repr(memory.messages["digest:morgan:2026-W48"].card)
    asked = repr(engine.handle(commanded("coach", "digest", due, member="jule")))
    assert "1:1s held" not in theirs + asked
    assert "people to see" in repr(engine.handle(commanded("coach", "brief", due, member="jule", key="b")))


def test_whom_nothing_ever_reached_owes_no_answers_and_is_named_as_not_here_yet():
    store, engine = office()
    memory = remember(store.of["acme"], a_reviewed(on=MONDAY, opportunity="O-1"))
    memory.escalations.clear()

    def pages(key):
        asked = (commanded("coach", it, at("09:00"), member="morgan", key=f"{it}:{key}") for it in ("brief", "digest"))
        return [repr(engine.handle(it)) for it in asked]

    brief, week = pages("before")
    assert "of the review is open" in brief
    assert "Not here yet" not in brief + week
    memory.unreached.add("dana")
    brief, week = pages("absent")
    assert "of the review is open" not in brief + week
    assert "Not here yet" in brief
    assert "Not here yet" in week


@pytest.mark.parametrize("who", ["dana", "olivia", "stranger"])
def test_nobody_else_gets_the_brief(who):
    _, engine = office()
    shown = engine.handle(commanded("coach", "brief", member=who))
    assert shown is not None
    assert "manager’s" in shown.summary


def test_the_managers_own_habits_are_on_their_page_and_nowhere_on_the_owners():
    assert "1:1s held" in repr(week_card.card(BUSY))
    assert "1:1s held" not in repr(week_card.card(replace(BUSY, ledger=())))
