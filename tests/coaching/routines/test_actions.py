"""What is left of a target, asked for in chat; and the check-in that is asked with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot import plain
from coaching import checkin_times as times
from coaching.card import Maths
from coaching.checkins import CheckInStatus
from coaching.engine import Engine
from coaching.opportunities import Status
from coaching.people import Role
from coaching.refusal import NOT_YOURS
from coaching.routines import ROUTINES
from tests.builders import (
    a_checkin,
    a_company,
    a_manager,
    a_member,
    an_opportunity,
    an_owner,
    at,
    commanded,
    dollars,
    pressed,
    rang,
)
from tests.fakes import MemoryStore, no_holidays, remember

MONDAY = date(2026, 10, 12)
"""Early in the quarter, with weeks of it left to create in."""
NOW = at("09:00", MONDAY)


def ended(name, at_day, status=Status.WON, **more):
    usual = {"status": status, "stage": status.title(), "closed_on": at_day, "created_on": at_day - timedelta(days=30)}
    return an_opportunity(name, **(usual | {"amount": dollars(20_000)} | more))


HISTORY = tuple(
    ended(f"{status}{at_}", MONDAY - timedelta(days=30 + 7 * at_), status)
    for at_ in range(20) for status in (Status.WON, Status.LOST)
)  # fmt: skip
WEEKS = [it for it in (MONDAY - timedelta(days=it) for it in range(1, 60)) if it.weekday() < 5]


def counted(member="dana"):
    return [
        a_checkin(it, member=member, counts={"calls": 20, "appointments": 2, "proposals": 1}, targets={}) for it in WEEKS
    ]  # fmt: skip


def an_engine(company=None, *things):
    company = company or a_company()
    store = MemoryStore(company)
    deals = [an_opportunity(f"new{at_}", created_on=it, amount=dollars(1_000)) for at_, it in enumerate(WEEKS[::3])]
    remember(store.of["acme"], *HISTORY, *deals, *counted(), *things)
    return Engine(store, no_holidays, ROUTINES), store.of["acme"]


def asked(engine, member="dana", text="actions", now=NOW):
    return engine.handle(commanded("coach", text, now, member=member, key=f"{member}{text}{now}"))


# --- in chat -------------------------------------------------------------------------------------------------------
def test_a_rep_sees_what_their_own_target_asks_for_in_acts():
    card = asked(an_engine()[0])
    words = plain.text(card)
    assert "wins to go" in words
    assert "calls a day" in words
    assert "$" not in words
    assert [it.label for it in card.actions] == ["See the maths", "Talk to the manager"]


def test_see_the_maths_is_answered_by_a_card_of_it():
    engine, memory = an_engine()
    engine.handle(pressed("actions.maths", NOW, args={"member": "dana"}))
    [message] = memory.messages.values()
    figures = [it.figure for it in message.card.elements if isinstance(it, Maths)]
    assert figures[:3] == ["Left to win", "Wins to go", "Last day for a new opportunity"]
    assert "Calls: the target" in figures


def test_a_reps_button_that_names_somebody_else_shows_nothing():
    company = a_company(a_member(), a_member("theo"), a_manager())
    engine, memory = an_engine(company)
    engine.handle(pressed("actions.maths", NOW, args={"member": "dana"}, member="theo", key="p"))
    [message] = memory.messages.values()
    assert message.card.summary == NOT_YOURS


def test_a_rep_without_a_target_keeps_the_plan():
    engine, _ = an_engine(a_company(a_member(), a_member("theo"), a_manager()))
    assert "plan stands" in plain.text(asked(engine, "theo"))


def test_the_manager_sees_a_verdict_for_each_and_one_in_full():
    engine, _ = an_engine()
    everybody = plain.text(asked(engine, "morgan"))
    assert "Dana Reyes" in everybody
    assert "company’s target is $500,000, $320,000 more" in everybody
    dana = asked(engine, "morgan", "actions Dana")
    assert dana.summary.startswith("Dana Reyes: ")
    assert [it.label for it in dana.actions] == ["See the maths"]


def test_the_owner_sees_money_and_dates_and_nobody():
    engine, _ = an_engine()
    words = plain.text(asked(engine, "olivia", now=at("09:00", date(2026, 12, 21))))
    assert "New business can no longer close in 2026-Q4" in words
    assert "Dana" not in words


def test_another_target_can_be_tried_before_anything_is_sent():
    two = a_company(a_member(), a_member("theo"), a_manager(), an_owner())
    engine, memory = an_engine(two)
    before = memory.company
    manager = plain.text(asked(engine, "morgan", "actions 900k"))
    assert "If the target of 2026-Q4 were $900,000" in manager
    assert "Theo Smith" in manager
    owner = plain.text(asked(engine, "olivia", "actions $900,000"))
    assert "$900,000 in 2026-Q4: $0 is won and" in owner
    assert "calls a day from each of 2" in owner
    assert "Theo" not in owner
    assert (memory.company, dict(memory.messages)) == (before, {})


def test_an_admin_has_no_business_with_it():
    company = a_company(a_member(), a_member("ada", role=Role.ADMIN))
    assert "between the team" in plain.text(asked(an_engine(company)[0], "ada"))


def test_a_company_that_has_just_begun_gets_its_plan_and_an_honest_word():
    store = MemoryStore(a_company())
    engine = Engine(store, no_holidays, ROUTINES)
    assert "Not enough data yet" in plain.text(asked(engine))
    assert plain.text(asked(engine, "morgan")).count("not enough data") == 1
    assert asked(engine, "olivia")


# --- the check-in --------------------------------------------------------------------------------------------------
def checked_in(memory, day=MONDAY):
    return memory.checkins["dana", day]


def ask(engine, memory, day=MONDAY):
    now = at("08:30", day)
    memory.alarms[times.ASK, "dana"] = now
    engine.tick(now)
    return checked_in(memory, day)


def test_a_check_in_is_asked_with_what_is_left_of_the_target():
    engine, memory = an_engine()
    checkin = ask(engine, memory)
    assert checkin.targets["calls"] > 20
    [form] = [it.card for it in memory.messages.values()]
    hint = next(it.hint for it in form.fields if it.name == "count.calls")
    assert f"Today's target: {checkin.targets['calls']} (" in hint
    assert "to go, see the maths)" in hint


def test_it_never_asks_for_more_than_was_ever_kept_up():
    company = a_company()
    rich = replace(company, targets=tuple(replace(it, amount=dollars(9_000_000)) for it in company.targets))
    engine, memory = an_engine(rich)
    assert ask(engine, memory).targets["calls"] == 30


def test_without_a_target_it_asks_for_the_plan_and_reads_no_history():
    engine, memory = an_engine(a_company(targets=()))
    assert ask(engine, memory).targets == {"calls": 20, "appointments": 1, "proposals": 1}


def test_each_morning_it_is_solved_anew():
    engine, memory = an_engine()
    before = ask(engine, memory).targets["calls"]
    won = ended("whale", MONDAY, amount=dollars(300_000))
    remember(memory, replace(won, id="whale"))
    after = ask(engine, memory, MONDAY + timedelta(days=1)).targets["calls"]
    assert (before > 20, after) == (True, 20)


def test_an_answer_is_kept_without_looking_at_the_target(monkeypatch):
    engine, memory = an_engine()
    ask(engine, memory)

    def unwanted(*_args):
        raise AssertionError("an answer must stay cheap")

    monkeypatch.setattr("coaching.routines.checkin.standing", unwanted)
    fields = {"count.calls": "12", "count.appointments": "2", "count.proposals": "0"}
    engine.handle(pressed("checkin.send", NOW, args={"day": MONDAY.isoformat()}, fields=fields))
    assert checked_in(memory).status is CheckInStatus.ANSWERED
    assert checked_in(memory).targets["calls"] > 20


@pytest.mark.parametrize("text", ["today", "checkin"])
def test_today_says_what_is_to_go_and_shows_the_maths(text):
    engine, memory = an_engine()
    ask(engine, memory)
    card = asked(engine, text=text)
    assert "wins to go: " in plain.text(card)
    assert card.actions[-1].name == "actions.maths"


def test_a_manager_with_habits_of_their_own_has_no_target_in_their_check_in():
    habit = replace(a_company().habits[0], id="talks", role=Role.MANAGER)
    company = a_company(habits=(*a_company().habits, habit))
    engine, memory = an_engine(company)
    now = at("09:00", MONDAY, "America/New_York")
    memory.alarms[times.ASK, "morgan"] = now
    engine.handle(rang(times.ASK, "morgan", now))
    assert memory.checkins["morgan", MONDAY].targets == {"talks": 20}
