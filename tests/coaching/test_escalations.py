"""When something is raised, and when it has resolved itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coaching import escalations
from coaching.checkins import CheckInStatus
from coaching.escalation import EscalationKind, EscalationPolicy, EscalationState
from coaching.escalations import Finding
from coaching.forecasts import Call
from coaching.money import Money
from coaching.opportunities import Status
from tests.builders import MONDAY, a_checkin, an_opportunity, at, days_later, dollars

MISSED, SKIPPED, OFF = CheckInStatus.MISSED, CheckInStatus.SKIPPED, CheckInStatus.DAY_OFF
ANSWERED, OPEN = CheckInStatus.ANSWERED, CheckInStatus.OPEN


def a_call(commit, days=0, clock="09:00"):
    return Call(
        member="dana", period="2026-Q4", by="dana", commit=dollars(commit), best_case=dollars(commit), reason="",
        called_at=at(clock, days_later(days)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("statuses", "run"),
    [
        ((MISSED, MISSED, MISSED), 3),
        ((ANSWERED, MISSED, MISSED), 2),
        ((MISSED, MISSED, ANSWERED), 0),
        ((MISSED, SKIPPED, MISSED, OFF, MISSED, OPEN), 3),
        ((), 0),
    ],
)
def test_what_was_not_asked_neither_counts_as_missed_nor_breaks_the_run(statuses, run):
    days = [a_checkin(days_later(n), status=it) for n, it in enumerate(statuses)]
    assert len(escalations.missed(reversed(days))) == run


def test_a_large_open_deal_past_its_close_date_is_overdue():
    whale = an_opportunity(amount=dollars(50_000), close_date=days_later(-1))
    least = dollars(50_000)
    assert escalations.overdue(whale, MONDAY, least)
    assert not escalations.overdue(replace(whale, close_date=MONDAY), MONDAY, least)
    assert not escalations.overdue(replace(whale, amount=dollars(49_999)), MONDAY, least)
    assert not escalations.overdue(replace(whale, amount=None), MONDAY, least)
    assert not escalations.overdue(replace(whale, amount=Money(10**9, "EUR")), MONDAY, least)
    assert not escalations.overdue(replace(whale, status=Status.WON), MONDAY, least)
    assert not escalations.overdue(replace(whale, gone_on=MONDAY), MONDAY, least)
    assert not escalations.overdue(whale, MONDAY, None)


def test_a_commit_that_falls_by_more_than_fifteen_percent_in_a_week_is_a_drop():
    found = escalations.drop([a_call(100_000, -3), a_call(84_000)], at())
    assert found is not None
    assert (found.share, found.since) == (0.16, MONDAY)
    assert escalations.drop([a_call(100_000, -3), a_call(85_000)], at()) is None


def test_small_steps_add_up_within_the_week():
    steps = [a_call(100_000, -6), a_call(92_000, -4), a_call(84_000, -1)]
    assert escalations.drop(steps, at()) is not None


def test_a_fall_spread_over_more_than_a_week_is_no_drop():
    assert escalations.drop([a_call(100_000, -20), a_call(90_000, -10), a_call(80_000)], at()) is None


def test_an_old_call_stands_until_the_next_one():
    assert escalations.drop([a_call(100_000, -30), a_call(50_000)], at()) is not None


def test_a_first_call_or_one_from_zero_is_no_drop():
    assert escalations.drop([a_call(10)], at()) is None
    assert escalations.drop([a_call(0, -1), a_call(10)], at()) is None


def test_a_drop_dates_from_the_first_call_as_low_as_now():
    again = [a_call(100_000, -4), a_call(70_000, -2), a_call(70_000)]
    lower = [a_call(100_000, -4), a_call(70_000, -2), a_call(60_000)]
    assert [escalations.drop(it, at()).since for it in (again, lower)] == [days_later(-2), MONDAY]


def test_a_drop_has_recovered_when_the_commit_is_back_within_reach():
    fallen = [a_call(100_000, -3), a_call(70_000, -2)]
    assert not escalations.recovered([*fallen, a_call(84_000)], at(day=days_later(-2)))
    assert escalations.recovered([*fallen, a_call(85_000)], at(day=days_later(-2)))
    assert not escalations.recovered(fallen, at(day=days_later(-2))), "only because a week has passed"


FINDING = Finding(
    member="dana", kind=EscalationKind.OVERDUE_OPPORTUNITY, subject="O-1", text="…", since=days_later(-30)
)


def raised(days=0):
    return escalations.raised(FINDING, EscalationPolicy(), at(day=days_later(days)))


def test_something_is_raised_once_while_it_lives():
    assert escalations.worth_raising(FINDING, [], [], at())
    assert not escalations.worth_raising(FINDING, [raised(-1)], [], at())
    assert escalations.worth_raising(replace(FINDING, subject="O-2"), [raised(-1)], [], at())


def test_what_was_settled_rests_for_a_week_unless_something_new_happened():
    settled = escalations.resolved(raised(-3), "morgan", "Called them", at(day=days_later(-2)))
    assert not escalations.worth_raising(FINDING, [], [settled], at())
    assert escalations.worth_raising(FINDING, [], [settled], at() + timedelta(days=5))
    assert escalations.worth_raising(replace(FINDING, since=days_later(-1)), [], [settled], at())


def test_its_id_is_short_and_the_same_from_any_process():
    long = replace(FINDING, member="d" * 64)
    names = {escalations.raised(it, EscalationPolicy(), at()).id for it in (long, long, FINDING)}
    assert len(names) == 2
    assert max(map(len, names)) <= 64


def test_an_acknowledgement_keeps_the_first_who_saw_it():
    seen = escalations.acknowledged(raised(), "morgan", at("10:00"))
    again = escalations.acknowledged(seen, "olivia", at("11:00"))
    assert (again.state, again.acknowledged_by, again.acknowledged_at) == (
        EscalationState.ACKNOWLEDGED,
        "morgan",
        at("10:00"),
    )


def test_a_snoozed_one_comes_back_as_seen():
    put_off = escalations.snoozed(raised(), "morgan", at("10:00", days_later(1)), at("10:00"))
    assert put_off.state is EscalationState.SNOOZED
    back = escalations.awake(put_off)
    assert (back.state, back.acknowledged_by, back.snoozed_until) == (EscalationState.ACKNOWLEDGED, "morgan", None)


def test_what_is_settled_stays_as_it_was_settled():
    gone = escalations.withdrawn(raised(), "answered", at("10:00"))
    assert escalations.resolved(gone, "morgan", "late", at("11:00")) == gone
    assert escalations.acknowledged(gone, "morgan", at("11:00")) == gone
    assert escalations.snoozed(gone, "morgan", at("12:00"), at("11:00")) == gone


def test_a_call_that_was_corrected_within_minutes_is_nothing_to_fall_from():
    calls = (a_call(162_000, -3), a_call(1_200_000, clock="09:00"), a_call(120_000, clock="09:01"))
    found = escalations.drop(calls, at("09:02"))
    assert found is not None
    assert found.before.commit == dollars(162_000)


def test_a_call_that_stood_for_an_hour_is_something_to_fall_from():
    calls = (a_call(200_000, clock="09:00"), a_call(120_000, clock="10:00"))
    found = escalations.drop(calls, at("10:01"))
    assert found is not None
    assert found.before.commit == dollars(200_000)
