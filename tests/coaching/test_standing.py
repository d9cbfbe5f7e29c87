"""Where people stand against their targets, from what a company's records say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from coaching.numbers.backsolve import WINS, Origin
from coaching.numbers.outlook import Basis, outlook
from coaching.opportunities import Book, Category, Status
from coaching.people import TimeOff
from coaching.standing import stand, standing
from tests.builders import (
    MONDAY,
    a_checkin,
    a_company,
    a_member,
    an_opportunity,
    days_later,
    dollars,
    with_member,
)
from tests.fakes import MemoryStore, holidays_on, no_holidays, remember

OCTOBER = date(2026, 10, 5)
"""The first Monday of the quarter."""


def won(name, days=40, closed=date(2026, 9, 1), **more):
    usual = {"status": Status.WON, "stage": "Won", "closed_on": closed, "created_on": closed - timedelta(days=days)}
    return an_opportunity(name, **(usual | {"amount": dollars(24_000)} | more))


def lost(name, days=40, closed=date(2026, 9, 1), **more):
    return won(name, days, closed, **({"status": Status.LOST, "stage": "Lost"} | more))


HISTORY = (*(won(f"w{it}") for it in range(10)), *(lost(f"l{it}") for it in range(10)))


def stood(today=OCTOBER, company=None, opened=(), closed=HISTORY, checkins=(), holidays=frozenset()):
    return stand(
        company=company or a_company(), today=today, holidays=frozenset(holidays),
        book=Book(deals=(*opened, *closed), open=tuple(opened)), closed=tuple(closed), checkins=tuple(checkins),
    )  # fmt: skip


def danas(**more):
    return stood(**more).positions["dana"]


def test_what_is_won_in_the_period_counts_and_the_target_is_the_members_own():
    inside = won("in", closed=date(2026, 10, 2), amount=dollars(50_000))
    others = won("theirs", closed=date(2026, 10, 2), member=None, owner="Who")
    found = stood(closed=(*HISTORY, inside, others))
    dana = found.positions["dana"]
    assert (dana.target, dana.won, dana.n_won) == (180_000, 50_000, 1)
    assert (found.team.target, found.team.won, found.team.n_won) == (500_000, 74_000, 2)


def test_the_last_day_for_creating_is_the_periods_end_less_the_usual_cycle():
    found = danas()
    assert (found.cycle.value, found.cycle.n, found.cycle.origin) == (40, 10, Origin.TEAM)
    assert found.last_create_day == date(2026, 12, 31) - timedelta(days=40)
    assert found.create_days == (date(2026, 11, 21) - OCTOBER).days + 1


def test_working_days_leave_out_holidays_weekends_and_time_off():
    seven_weeks = danas().working_days
    assert seven_weeks == 35
    columbus, veterans = date(2026, 10, 12), date(2026, 11, 11)
    away = a_member(time_off=(TimeOff(date(2026, 10, 19), date(2026, 10, 23)),))
    company = with_member(a_company(), away)
    assert danas(company=company, holidays={columbus, veterans}).working_days == 35 - 2 - 5
    assert danas(today=date(2026, 11, 23)).working_days == 0


def test_the_change_of_the_clocks_costs_no_day():
    """New York's clocks go back on 1 November 2026, London's a week earlier."""
    for zone in ("America/New_York", "Europe/London", "Pacific/Apia"):
        company = with_member(a_company(), a_member(zone=zone))
        assert danas(company=company).working_days == 35


def test_a_teams_working_days_are_those_of_all_its_people():
    two = a_company(a_member(), a_member("theo"))
    assert stood(company=two).team.working_days == 70


def test_a_stale_deal_is_not_counted_on():
    stale = an_opportunity("stale", created_on=date(2024, 1, 2), amount=dollars(500_000))
    fresh = an_opportunity("fresh", created_on=date(2026, 9, 21), amount=dollars(500_000))
    closing = [date(2025, 11, 3) + timedelta(days=it) for it in range(320)]
    past = [(won if at % 2 else lost)(f"p{at}", 20 + at % 41, it) for at, it in enumerate(closing)]
    many = [an_opportunity(f"s{at}", created_on=date(2025, 1, 2), amount=dollars(1)) for at in range(60)]
    of_stale, of_fresh = (danas(opened=(it, *many), closed=past).open for it in (stale, fresh))
    assert of_stale.value < 0.1 * of_fresh.value
    assert of_stale.n == 61


def test_with_too_few_wins_to_learn_from_the_files_stages_speak():
    due, unheard = an_opportunity(amount=dollars(40_000)), an_opportunity("O-2", stage="Who knows")
    later = an_opportunity("O-3", close_date=date(2027, 1, 15))
    out = an_opportunity("O-4", category=Category.OMITTED)
    found = danas(opened=(due, unheard, later, out), closed=())
    assert (found.open.value, found.open.n, found.open.origin, found.unpriced) == (8_000, 1, Origin.PLAN, 1)
    assert [(it.name, it.amount) for it in found.later] == [("Globex robots", 40_000)]


def test_what_is_expected_of_open_deals_is_the_forecasts_own():
    mine = [an_opportunity(f"d{it}", created_on=date(2026, 9, 1 + it)) for it in range(6)]
    nobodys = an_opportunity("n", owner="Who", member=None, created_on=date(2026, 9, 21))
    book = Book(deals=(*mine, nobodys, *HISTORY), open=(*mine, nobodys))
    found = stood(opened=(*mine, nobodys))
    told = outlook(book, a_company(), found.period, OCTOBER)
    dana, team = found.positions["dana"], found.team
    assert (told.basis, dana.open.origin, dana.open.n, team.open.n) == (Basis.HISTORY, Origin.TEAM, 6, 7)
    assert (dana.open, team.open) == (told.open_of("dana").expected, told.open.expected)
    assert 0 < dana.open.value < dana.open_amount == 240_000
    assert (dana.forecast, team.forecast) == tuple(float(told.of(it).expected.amount) for it in ("dana", None))
    assert dana.forecast > dana.won + dana.open.value


def test_nothing_is_made_up_where_nothing_is_known():
    found = danas(closed=())
    assert (found.deal, found.cycle, found.last_create_day) == (None, None, None)
    assert {it.ratio for it in found.legs} == {None}
    assert found.paces["prospecting"].plan == 20
    assert (found.paces["appointment"].plan, found.paces["appointment"].usual) == (1, None)


def test_the_chain_goes_back_from_the_win_over_the_deals_created():
    days = [OCTOBER - timedelta(days=it) for it in range(1, 40)]
    checkins = [
        a_checkin(it, counts={"calls": 20, "appointments": 2, "proposals": 1}) for it in days if it.weekday() < 5
    ]
    made = [an_opportunity(f"m{it}", created_on=it) for it in days if it.weekday() == 1]
    legs = {it.step: it for it in danas(checkins=checkins, opened=made).legs}
    assert {it.step: (it.of, it.forward) for it in legs.values()} == {
        "opportunity": (WINS, False),
        "appointment": ("opportunity", False),
        "prospecting": ("appointment", False),
        "proposal": ("opportunity", True),
    }
    assert legs["opportunity"].ratio.value == pytest.approx(0.5)
    assert legs["prospecting"].ratio.value == pytest.approx(0.1)
    # Every fifth day brought a deal, and each day two appointments and a proposal.
    assert legs["appointment"].ratio.value == pytest.approx(0.1, abs=0.02)
    assert legs["proposal"].ratio.value == pytest.approx(5, abs=1)


def test_a_deal_counts_for_a_ratio_only_on_days_that_were_counted():
    answered = [a_checkin(OCTOBER - timedelta(days=it), counts={"appointments": 5}) for it in (3, 4, 5, 6)]
    on_a_counted_day = an_opportunity("a", created_on=date(2026, 9, 30))
    long_before = [an_opportunity(f"b{it}", created_on=date(2026, 8, 3)) for it in range(20)]
    found = danas(checkins=answered, opened=(on_a_counted_day, *long_before))
    ratio = next(it.ratio for it in found.legs if it.step == "appointment")
    assert (ratio.value, ratio.n) == (pytest.approx(1 / 20), 20)


def test_a_colleague_on_the_team_lends_ratios_and_never_counts():
    two = a_company(a_member(), a_member("theo"))
    days = [OCTOBER - timedelta(days=it) for it in range(1, 30)]
    theirs = [a_checkin(it, member="theo", counts={"calls": 20, "appointments": 2}) for it in days if it.weekday() < 5]
    found = stood(company=two, checkins=theirs)
    ratio = next(it.ratio for it in found.positions["dana"].legs if it.step == "prospecting")
    assert (ratio.value, ratio.origin) == (pytest.approx(0.1), Origin.TEAM)
    assert found.positions["dana"].paces["prospecting"].usual is None
    assert found.positions["theo"].paces["prospecting"].usual == 20


def test_in_one_transaction_it_is_worked_out_once():
    store = MemoryStore(a_company())
    remember(store.of["acme"], *HISTORY)
    with store.work("acme") as work:
        first = standing(work, MONDAY, no_holidays)
        assert standing(work, MONDAY, no_holidays) is first
        assert standing(work, days_later(1), no_holidays) is not first
    with store.work("acme") as work:
        assert standing(work, MONDAY, holidays_on(MONDAY)) is not first
