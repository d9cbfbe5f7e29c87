"""The sample company tells the same story every time, in whatever week it is told."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cache

import pytest

from bot.sample.story import MONDAY, Story, story
from coaching import escalations
from coaching.categories import in_period
from coaching.checkins import CheckInStatus, CommitmentState
from coaching.company import EngagementType
from coaching.money import Money
from coaching.numbers.forecast import by_stages
from coaching.opportunities import Opportunity, Status
from coaching.people import Role
from coaching.periods import Period


@cache
def usual() -> Story:
    """When it is first asked for: it takes seconds, and each worker reads this file."""
    return story(MONDAY)


DAYS = [MONDAY, date(2026, 12, 31), date(2027, 1, 4), date(2028, 2, 29), date(2025, 7, 6)]


def deal(account: str, day: date = MONDAY) -> Opportunity:
    return next(it for it in usual().crm.export(day) if it.account == account)


def won(member: str, period: Period) -> int:
    closed = [it for it in usual().crm.export(MONDAY) if it.status is Status.WON and it.member == member]
    return sum(it.amount.minor for it in closed if it.closed_on in period and it.amount) // 100


def statuses(member: str) -> Counter[CheckInStatus]:
    return Counter(it.status for it in usual().checkins if it.member == member)


def test_it_is_the_same_every_time():
    again = story(MONDAY)
    assert (again.company, again.checkins, again.commitments, again.calls) == (
        usual().company,
        usual().checkins,
        usual().commitments,
        usual().calls,
    )
    assert again.crm.export(MONDAY) == usual().crm.export(MONDAY)


def test_five_reps_in_many_zones_a_part_time_manager_and_an_owner():
    company = usual().company
    assert len(company.reps) == 5
    assert len({it.zone for it in company.reps}) >= 3
    assert company.engagement.type is EngagementType.PART_TIME
    assert [it.name.lower() for it in sorted(company.engagement.days)] == ["tue", "thu"]
    assert company.owner
    assert company.manager
    assert company.target(company.period(MONDAY)) is not None
    assert all(company.target(company.period(MONDAY), it.id) for it in company.reps)


def test_a_year_of_closed_deals_lies_behind_it():
    closed = [it for it in usual().crm.export(MONDAY) if it.closed_on]
    assert min(it.closed_on for it in closed) < MONDAY - timedelta(days=365)
    assert len(closed) > 150
    assert all(it.status is not Status.OPEN and it.created_on <= it.closed_on < MONDAY for it in closed)


def test_the_whale_is_large_old_often_pushed_silent_and_overdue():
    whale = deal("Harbor & Pine Logistics")
    assert whale.is_open
    assert escalations.overdue(whale, MONDAY, usual().company.escalation.overdue_amount)
    dates = {deal("Harbor & Pine Logistics", MONDAY - timedelta(days=it)).close_date for it in range(300)}
    assert len(dates) >= 5
    cycles = [it.closed_on - it.created_on for it in usual().crm.export(MONDAY) if it.status is Status.WON]
    assert MONDAY - whale.created_on > 2 * max(cycles)
    others = [it.amount.minor for it in usual().crm.export(MONDAY) if it.is_open and it.amount and it != whale]
    assert whale.amount.minor > 3 * max(others)
    assert not whale.next_step
    assert whale.last_activity_on < MONDAY - timedelta(days=21)


def test_the_target_is_open_and_hangs_on_the_whale():
    company, friday = usual().company, MONDAY + timedelta(days=5)
    period = company.period(MONDAY)
    target, deals = company.target(period), usual().crm.export(friday)
    assert target is not None
    landed = [it.amount.minor for it in deals if it.status is Status.WON and it.closed_on in period]
    won = Money(sum(landed), company.currency)
    assert 0.55 < won.minor / target.minor < 0.6
    due = in_period(deals, period)
    with_it, without = (
        by_stages(it, company, won=won, target=target)
        for it in (due, [one for one in due if one.account != "Harbor & Pine Logistics"])
    )
    assert with_it.p10.minor < target.minor < with_it.p90.minor
    assert without.p90.minor < target.minor


def test_some_reps_are_at_goal_by_what_they_won_or_call():
    period = usual().company.period(MONDAY)
    last = {it.member: it.commit.minor / 100 for it in usual().calls if it.period == str(period) and it.member == it.by}
    targets = {it.id: usual().company.target(period, it.id) for it in usual().company.reps}
    reached = {who for who, it in targets.items() if max(last[who], won(who, period)) >= it.minor / 100}
    assert reached == {"priya", "dana"}


def test_the_sandbagger_lands_far_above_every_last_call():
    period = usual().company.period(MONDAY)
    for _ in range(4):
        period = period.previous
        last = [it for it in usual().calls if it.member == "theo" == it.by and it.period == str(period)][-1]
        assert won("theo", period) > 1.4 * last.commit.minor / 100


def test_the_star_calls_what_lands_and_never_misses_a_day():
    period = usual().company.period(MONDAY).previous
    last = [it for it in usual().calls if it.member == "priya" and it.period == str(period)][-1]
    assert abs(won("priya", period) * 100 / last.commit.minor - 1) < 0.1
    assert set(statuses("priya")) == {CheckInStatus.ANSWERED}


def test_the_silent_rep_misses_days_in_a_row_and_calls_nothing():
    own = [it for it in usual().checkins if it.member == "sam"]
    assert len(escalations.missed(own)) >= escalations.MISSED_IN_A_ROW
    assert statuses("sam")[CheckInStatus.ANSWERED] > 10
    assert max(it.called_at.date() for it in usual().calls if it.member == "sam") < MONDAY - timedelta(days=21)


@pytest.mark.parametrize("on", DAYS)
def test_nobody_takes_a_call_back(on):
    latest: dict[tuple[str, str], int] = {}
    for it in (it for it in story(on).calls if not it.is_overlay):
        assert it.commit.minor >= latest.get((it.member, it.period), 0)
        latest[it.member, it.period] = it.commit.minor


def test_the_new_rep_has_begun_weeks_ago_and_won_once():
    assert min(it.day for it in usual().checkins if it.member == "lena") == date(2026, 10, 13)
    assert [it.account for it in usual().crm.export(MONDAY) if it.member == "lena" and it.status is Status.WON] == [
        "Pepperell Seeds"
    ]


def test_a_deal_of_somebody_who_left_is_nobodys():
    assert (deal("Tamarack Spirits").owner, deal("Tamarack Spirits").member) == ("Ruth Calloway", None)


def test_the_last_promise_of_a_diary_is_still_open_and_earlier_ones_are_mostly_settled():
    states = Counter(it.state for it in usual().commitments)
    assert states[CommitmentState.KEPT] > states[CommitmentState.MOVED] > 0
    assert 0 < states[CommitmentState.OPEN] <= 5


def test_no_open_deal_but_the_storys_own_is_past_its_date():
    late = [it.account for it in usual().crm.export(MONDAY) if it.is_open and it.close_date and it.close_date < MONDAY]
    assert sorted(late) == ["Harbor & Pine Logistics", "Lowell & Finch Print"]


@pytest.mark.parametrize("on", DAYS)
def test_in_another_week_everything_moves_along(on):
    told = story(on)
    moved = told.monday - MONDAY
    assert moved % timedelta(weeks=1) == timedelta()
    assert told.monday <= on < told.monday + timedelta(weeks=1)
    running = told.company.period(told.monday)
    assert told.company.target(running) == usual().company.target(usual().company.period(MONDAY))
    assert told.company.target(running.next) is not None
    assert [it.id for it in told.crm.export(told.monday)] == [it.id for it in usual().crm.export(MONDAY)]
    assert any(it.period == str(running) or on < running.start + timedelta(days=16) for it in told.calls)
    members = {it.id for it in told.company.members}
    assert {it.member for it in (*told.checkins, *told.commitments, *told.calls)} <= members


@pytest.mark.parametrize("on", DAYS)
def test_nothing_is_told_from_the_day_itself_or_later(on):
    told = story(on)
    assert max(it.day for it in told.checkins) < on
    assert max(it.called_at.date() for it in told.calls) < told.monday
    assert all(it.answered_at.date() <= it.day + timedelta(days=1) for it in told.checkins if it.answered_at)


def test_the_manager_keeps_habits_of_her_own_on_her_days():
    company = usual().company
    assert company.manager
    assert {it.id for it in company.habits_of(company.manager)} == {"one_on_ones", "joint_calls"}
    hers = [it for it in usual().checkins if it.member == "mara"]
    assert {it.day.weekday() for it in hers} == {1, 3}
    assert statuses("mara")[CheckInStatus.ANSWERED] >= 10
    assert all(it.question == "" for it in hers)


def test_check_ins_are_asked_in_each_reps_own_morning_on_working_days():
    by_member = defaultdict(set)
    for it in usual().checkins:
        zone = usual().company.member(it.member).tz
        by_member[it.member].add(it.asked_at.astimezone(zone).strftime("%H:%M"))
        assert it.day.weekday() < 5
        assert it.day not in {date(2026, 10, 12), date(2026, 11, 11)}  # holidays
    assert by_member.pop("mara") == {"09:00"}  # when her hours begin
    assert all(times == {"08:30"} for times in by_member.values())
    assert len(by_member) == len(usual().company.with_role(Role.REP))


def test_exports_are_weekly_at_first_then_daily_and_end_with_the_story():
    days = usual().export_days(MONDAY)
    assert days[0] == MONDAY - timedelta(weeks=8)
    assert days[-6:] == tuple(MONDAY - timedelta(days=it) for it in (7, 6, 5, 4, 3, 0))
    assert usual().export_days(date(2030, 1, 1))[-1] == MONDAY + timedelta(weeks=3)
