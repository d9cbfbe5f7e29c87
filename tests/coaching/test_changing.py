"""What was picked and typed, over a company as it is: the rest of it stays."""

from dataclasses import replace
from datetime import time

import pytest

from coaching.changing import (
    habits_to_ask,
    periods,
    pickable,
    typed_target,
    typed_targets,
    with_people,
    with_week,
)
from coaching.company import DigestPlan, Target, Weekday
from coaching.habits import Habit
from coaching.money import Money
from coaching.people import Role
from coaching.setting_up import Person
from tests.builders import MONDAY, a_company, a_manager, a_member, an_owner


def there(member, handle=None):
    return replace(member, handles={"slack": handle or f"U0{member.id.upper()}"})


DANA, LEE = there(a_member("dana", name="Dana Reyes")), there(a_member("lee", name="Lee Kim"))
MORGAN, OLIVIA = there(a_manager()), there(an_owner())
MAILED = replace(a_member("sam", name="Sam Fox"), handles={}, email="sam@acme.example")
OWN = Habit(id="demos", name="Demos", unit="demos", per_week=3, cue="after lunch")
MANAGERS = Habit(id="reviews", name="Reviews", unit="reviews", per_week=2, role=Role.MANAGER)


def money(amount: int) -> Money:
    return Money(amount * 100, "USD")


COMPANY = replace(
    a_company(DANA, LEE, MORGAN, OLIVIA, MAILED),
    digest=DigestPlan(to=("olivia",)),
    habits=(Habit(id="calls", name="Calls", unit="calls", step="prospecting", per_day=20), OWN, MANAGERS),
    targets=(
        Target(period="2026-Q3", amount=money(1)),
        Target(period="2026-Q4", amount=money(500_000)),
        Target(period="2026-Q4", amount=money(180_000), member="dana"),
        Target(period="2026-Q4", amount=money(7), member="morgan"),
    ),
)
TYPED = {"name": COMPANY.name, "language": "en", "zone": COMPANY.zone, "country": COMPANY.country or ""}


def person(handle, role=Role.REP, name="Kim Novak", email=""):
    return Person(handle=handle, name=name, zone="Europe/Berlin", role=role, email=email)


def as_picked(company=COMPANY):
    return [person(it.handles["slack"], it.role, it.name, it.email or "") for it in pickable(company)]


def week(company=COMPANY):
    """What comes back of a window that nobody changed."""
    found = {
        "days": [it.name.lower() for it in company.checkin.days],
        "visits": [it.name.lower() for it in company.engagement.days],
        "at": f"{company.checkin.at:%H:%M}",
    }
    found |= {f"habit.{name}": count for name, _, _, count in habits_to_ask(company)}
    for it in periods(company, MONDAY):
        found |= {f"target.{it}": typed_target(company, it), f"targets.{it}": typed_targets(company, it)}
    return found


# --- people --------------------------------------------------------------------------------------------------------
def test_what_nobody_changed_is_the_same_company():
    assert with_people(COMPANY, TYPED, as_picked()) == (COMPANY, {})
    assert with_week(COMPANY, week(), MONDAY) == (COMPANY, {})


def test_a_new_hire_is_added_with_the_address_that_slack_has():
    after, errors = with_people(COMPANY, TYPED, [*as_picked(), person("U0KIM", email="kim@acme.example")])
    assert errors == {}
    kim = after.member("kim")
    assert (kim.name, kim.role, kim.zone, kim.email, kim.crm_owner) == (
        "Kim Novak", Role.REP, "Europe/Berlin", "kim@acme.example", "Kim Novak",
    )  # fmt: skip
    assert kim.handles == {"slack": "U0KIM"}
    assert replace(after, members=COMPANY.members) == COMPANY


def test_who_isnt_picked_any_more_has_left_with_their_target_and_is_back_when_picked_again():
    left, errors = with_people(COMPANY, TYPED, [it for it in as_picked() if it.handle != "U0DANA"])
    assert errors == {}
    assert not left.member("dana").active
    assert {it.member for it in left.targets} == {None, "morgan"}
    again, _ = with_people(left, TYPED, [*as_picked(left), person("U0DANA", name="Dana R.")])
    assert again.member("dana") == DANA
    assert len(again.members) == len(COMPANY.members)


def test_a_changed_role_keeps_everything_else_of_a_member():
    picked = [replace(it, role=Role.MANAGER) if it.handle == "U0LEE" else it for it in as_picked()]
    after, _ = with_people(COMPANY, TYPED, picked)
    assert after.member("lee") == replace(LEE, role=Role.MANAGER)


def test_a_new_owner_reads_the_week_and_one_who_leaves_does_not():
    picked = [it for it in as_picked() if it.handle != "U0OLIVIA"]
    after, _ = with_people(COMPANY, TYPED, [*picked, person("U0KIM", Role.OWNER)])
    assert after.digest.to == ("kim",)


def test_whoever_is_not_in_slack_or_whose_account_is_closed_stays():
    closed = replace(COMPANY, members=(replace(DANA, closed={"slack": "U0DANA"}), LEE, MORGAN, OLIVIA, MAILED))
    after, errors = with_people(closed, TYPED, as_picked(closed))
    assert errors == {}
    assert after == closed


def test_an_account_with_the_address_of_somebody_in_the_list_is_theirs():
    after, errors = with_people(COMPANY, TYPED, [*as_picked(), person("U0SAM", name="Sam", email="Sam@acme.example")])
    assert errors == {}
    assert after.member("sam") == replace(MAILED, handles={"slack": "U0SAM"})
    assert len(after.members) == len(COMPANY.members)


def test_a_name_is_not_enough_for_that_and_makes_no_double():
    _, errors = with_people(COMPANY, TYPED, [*as_picked(), person("U0SAM", name="Sam Fox")])
    assert "already" in errors["reps"]


def test_two_people_of_one_first_name_have_two_ids_whoever_has_left():
    left, _ = with_people(COMPANY, TYPED, [it for it in as_picked() if it.handle != "U0DANA"])
    after, _ = with_people(left, TYPED, [*as_picked(left), person("U0DANA2", name="Dana Holt")])
    assert after.member("dana-holt").handles == {"slack": "U0DANA2"}
    assert not after.member("dana").active


@pytest.mark.parametrize(
    ("picked", "field"),
    [
        ([*as_picked(), person("U0DANA", Role.ADMIN)], "admins"),
        ([it for it in as_picked() if it.role is Role.REP], "managers"),
        ([it for it in as_picked() if it.role is not Role.REP], "reps"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(picked, field):
    company = replace(COMPANY, members=(DANA, LEE, MORGAN, OLIVIA))
    assert list(with_people(company, TYPED, picked)[1]) == [field]


# --- the week ------------------------------------------------------------------------------------------------------
def test_days_habits_and_targets_change_and_nothing_beside_them():
    typed = week() | {
        "days": ["mon", "tue"], "visits": ["fri"], "at": "09:15", "habit.calls": "25", "habit.demos": "4", "habit.appointments": "2",
        "target.2026-Q4": "600k", "target.2027-Q1": "700k", "targets.2026-Q4": "Dana Reyes: 200k\nLee: 90k\nsam: 1k",
    }  # fmt: skip
    after, errors = with_week(COMPANY, typed, MONDAY)
    assert errors == {}
    assert (after.checkin.days, after.checkin.at) == ({Weekday.MON, Weekday.TUE}, time(9, 15))
    assert after.engagement.days == {Weekday.FRI}
    assert after.habits[:3] == (replace(COMPANY.habits[0], per_day=25), replace(OWN, per_week=4), MANAGERS)
    assert [(it.id, it.per_week) for it in after.habits[3:]] == [("appointments", 2)]
    assert {(it.period, it.member): it.amount for it in after.targets} == {
        ("2026-Q3", None): money(1), ("2026-Q4", None): money(600_000), ("2026-Q4", "dana"): money(200_000),
        ("2026-Q4", "morgan"): money(7), ("2026-Q4", "lee"): money(90_000), ("2026-Q4", "sam"): money(1_000),
        ("2027-Q1", None): money(700_000),
    }  # fmt: skip
    rest = {
        "checkin": COMPANY.checkin,
        "engagement": COMPANY.engagement,
        "habits": COMPANY.habits,
        "targets": COMPANY.targets,
    }
    assert replace(after, **rest) == COMPANY
    assert replace(after.checkin, days=COMPANY.checkin.days, at=COMPANY.checkin.at) == COMPANY.checkin


def test_what_comes_back_empty_ends_and_what_a_window_could_not_show_stays():
    typed = week() | {"habit.demos": "", "target.2026-Q4": "", "targets.2026-Q4": "Dana Reyes:"}
    after, errors = with_week(COMPANY, typed, MONDAY)
    assert errors == {}
    assert [it.id for it in after.habits] == ["calls", "reviews"]
    assert [(it.period, it.member) for it in after.targets] == [("2026-Q3", None), ("2026-Q4", "morgan")]
    few = {name: typed[name] for name in ("days", "visits", "at", "habit.calls")}
    assert with_week(COMPANY, few, MONDAY) == (COMPANY, {})


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"days": []}, "days"), ({"visits": []}, "visits"), ({"at": "25:00"}, "at"), ({"habit.calls": "many"}, "habit.calls"),
        ({"habit.calls": "", "habit.demos": ""}, "habit.calls"), ({"target.2026-Q4": "-5"}, "target.2026-Q4"),
        ({"targets.2027-Q1": "Zoe: 5k"}, "targets.2027-Q1"), ({"targets.2027-Q1": "Dana Reyes: lots"}, "targets.2027-Q1"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_week_is_said_beside_its_field(wrong, field):
    assert list(with_week(COMPANY, week() | wrong, MONDAY)[1]) == [field]


def test_targets_of_two_of_one_name_are_each_ones_own():
    twins = replace(COMPANY, members=(DANA, there(a_member("dana-2", name="Dana Reyes")), MORGAN, OLIVIA))
    (period, _) = periods(twins, MONDAY)
    assert typed_targets(twins, period) == "dana: 180000\ndana-2:"
    after, errors = with_week(twins, week(twins) | {"targets.2026-Q4": "dana: 1k\ndana-2: 2k"}, MONDAY)
    assert errors == {}
    assert (after.target(period, "dana"), after.target(period, "dana-2")) == (money(1_000), money(2_000))
    assert "targets.2026-Q4" in with_week(twins, week(twins) | {"targets.2026-Q4": "Dana Reyes: 1k"}, MONDAY)[1]
