"""Which deals a rep is to work, which to drop, and by what: the rules, and what holds for any deals."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.card import Maths
from coaching.chosen import Pick, Ruling, Why
from coaching.company import Effort
from coaching.majors import FAR, MOST, By, majors
from coaching.majors_maths import maths
from coaching.majors_words import chosen, nothing
from coaching.numbers.cycle import cycle
from coaching.opportunities import Book, Field, Status
from coaching.qualification import Answer, Evidence
from coaching.review import Facts, review
from coaching.reviewed import Rule
from coaching.worth import SHUT, Pace, Until
from tests.builders import (
    MONDAY,
    STAGES,
    a_change,
    a_choice,
    a_company,
    a_history,
    a_reviewed,
    an_opportunity,
    at,
    days_later,
    dollars,
)
from tests.thorough import often

PAST = a_history(until=days_later(-10))
"""Won after 20 to 67 days, two of three."""


def a_deal(name, amount=40_000, age=25, **more):
    usual = {"stage": "Proposal", "created_on": days_later(-age), "name": f"Deal {name}"}
    return an_opportunity(name, **(usual | {"amount": amount and dollars(amount)} | more))


GOOD = tuple(a_deal(f"O-{n}", 40_000 + n * 1_000, 20 + n) for n in range(6))
DEAD = a_deal("O-9", 5_000, 400)


def found_of(*opened, past=PAST, changes=(), company=None, **more):
    book = Book(deals=(*past, *opened), open=tuple(opened), changes=tuple(changes))
    it = review(Facts(company=company or a_company(targets=()), today=MONDAY, book=book, **more))
    return it.of("dana")


def majors_of(*opened, **more):
    return found_of(*opened, **more).majors


def ids(them):
    return [getattr(it, "worth", it).seen.deal.id for it in them]


# --- value per hour ------------------------------------------------------------------------------------------------
def test_the_value_of_an_hour_is_amount_times_chance_times_gate_over_the_hours_left():
    company = a_company(targets=(), effort=Effort(hours_per_week=Decimal(14)))
    found = majors_of(*GOOD, DEAD, company=company)
    it = found.majors[0]
    assert it.chance is not None
    assert it.hours is not None
    assert it.hours.per_week == 14 / 7
    assert it.hours.hours == pytest.approx(max(it.hours.days, 7) / 7 * 2)
    assert it.per_hour == pytest.approx(it.amount * it.chance / it.hours.hours)
    assert (it.hours.pace, it.hours.until) == (Pace.COMPANY, Until.CYCLE)


def test_a_gate_that_is_shut_counts_three_tenths_and_one_let_pass_does_not():
    said = Evidence(opportunity="O-5", criterion="metrics", answer=Answer.YES, by="dana", at=at(day=days_later(-2)))
    word = replace(said, criterion="*", by="morgan", at=at(day=days_later(-1)))
    [shut] = [it for it in majors_of(*GOOD, evidence=(said,)).deals if it.seen.deal.id == "O-5"]
    [plain] = [it for it in majors_of(*GOOD).deals if it.seen.deal.id == "O-5"]
    [passed] = [it for it in majors_of(*GOOD, evidence=(said, word)).deals if it.seen.deal.id == "O-5"]
    assert shut.per_hour == pytest.approx(SHUT * plain.per_hour)
    assert passed.per_hour == plain.per_hour


def test_the_companys_own_hours_for_a_stage_count_and_the_default_is_called_one():
    stages = tuple(replace(it, hours_per_week=Decimal(5)) if it.name == "Proposal" else it for it in STAGES)
    discovery = a_deal("O-8", stage="Discovery")
    found = majors_of(*GOOD, discovery, company=a_company(targets=(), stages=stages))
    paces = {it.seen.deal.stage: (it.hours.pace, it.hours.per_week) for it in found.deals}
    assert paces == {"Proposal": (Pace.STAGE, 5.0), "Discovery": (Pace.DEFAULT, 20 / 7)}


def test_what_is_left_of_a_cycle_is_what_wins_that_took_longer_took_beyond_it():
    found = cycle(list(range(21, 61)))
    assert found.left(0).days == 40.5
    assert found.left(30).days == 15.5
    assert (found.left(30).n, found.left(30).longer) == (30, True)
    assert (found.left(58).days, found.left(58).longer) == (40.5, False)
    assert found.left(None).days == 40.5
    assert cycle([1, 2, 3]).left(0) is None


def test_each_input_is_shown_with_where_it_is_from():
    found = found_of(*GOOD, DEAD)
    book = review(Facts(company=a_company(targets=()), today=MONDAY, book=Book(deals=(*PAST, *GOOD), open=GOOD)))
    told = maths(found.majors.majors[0], book.odds, a_company())
    assert isinstance(told, Maths)
    text = " ".join(f"{name}: {value}" for name, value in told.pairs)
    assert "as the CRM has it" in text
    assert "by how deals went before; the forecast’s own" in text
    assert "nothing was written down about it yet" in text
    assert "That is a default; “effort” in the company’s file sets it" in text
    assert told.n == "40 won and 20 lost deals"


# --- what isn't known ----------------------------------------------------------------------------------------------
def test_without_a_history_the_stages_say_how_likely_and_close_dates_how_long():
    opened = tuple(replace(it, close_date=days_later(14 + n * 7)) for n, it in enumerate(GOOD))
    found = found_of(*opened, past=())
    assert found.majors.by is By.HOUR
    assert {it.hours.until for it in found.majors.deals} == {Until.CLOSE_DATE}
    assert {it.chance for it in found.majors.deals} == {0.5}


def test_hours_that_only_some_have_compare_nothing():
    opened = (*GOOD[:4], replace(GOOD[4], close_date=None))
    found = majors_of(*opened, past=())
    assert found.by is By.VALUE
    assert ids(found.majors) == ["O-4", "O-3", "O-2"]
    assert found.distractions == ()


def test_by_amount_alone_and_it_says_so():
    company = a_company(targets=(), stages=tuple(replace(it, probability=None) for it in STAGES))
    book = Book(deals=GOOD, open=GOOD)
    it = review(Facts(company=company, today=MONDAY, book=book))
    found = it.of("dana").majors
    assert (found.by, ids(found.majors)) == (By.AMOUNT, ["O-5", "O-4", "O-3"])
    assert nothing(found, it.odds).startswith("By amount alone: not enough history yet: 0 won deals, and 8")


def test_with_nothing_known_nothing_is_chosen():
    company = a_company(targets=(), stages=())
    opened = tuple(replace(it, amount=None, close_date=None) for it in GOOD)
    found = majors_of(*opened, past=(), company=company)
    assert (found.by, found.majors, found.distractions) == (By.NOTHING, (), ())


def test_three_deals_or_fewer_leave_nothing_to_choose():
    it = found_of(*GOOD[:3])
    assert it.majors.few
    assert (it.majors.majors, it.majors.distractions) == ((), ())


# --- to drop -------------------------------------------------------------------------------------------------------
def test_what_is_far_below_the_others_and_past_every_win_is_one_to_drop():
    found = majors_of(*GOOD, DEAD)
    [dropping] = found.distractions
    assert dropping.worth.seen.deal.id == "O-9"
    assert dropping.worth.per_hour < FAR * found.third
    assert [it.rule for it in dropping.signs] == [Rule.OUTSIDE_USUAL_CYCLE]
    kept = chosen(found, a_company())
    assert [it.pick for it in kept] == [Pick.MAJOR] * 3 + [Pick.DISTRACTION]
    assert "Besides: day 400, outside the usual cycle." in kept[-1].said


def test_a_pipeline_that_is_mostly_dead_has_some_to_drop():
    dead = tuple(a_deal(f"D-{n}", 5_000, 400 + n) for n in range(12))
    assert len(majors_of(*GOOD[:4], *dead).distractions) == MOST


def test_a_small_deal_that_goes_well_is_not_one_to_drop():
    assert majors_of(*GOOD, a_deal("O-9", 500, 25)).distractions == ()


def test_an_early_deal_is_never_one_to_drop():
    early = replace(DEAD, stage="Discovery")
    assert majors_of(*GOOD, early).distractions == ()


def test_a_large_one_is_not_dropped_however_dead_it_looks():
    assert majors_of(*GOOD, replace(DEAD, amount=dollars(300_000))).distractions == ()


def test_pushed_twice_is_a_sign_and_what_was_explained_lately_is_none():
    worthless = a_deal("O-9", 300, 60)
    dates = (days_later(-30), days_later(-10), days_later(20))
    moves = [
        a_change("O-9", on=days_later(-20 + n), field=Field.CLOSE_DATE, before=str(a), after=str(b))
        for n, (a, b) in enumerate(pairwise(dates))
    ]
    assert ids(majors_of(*GOOD, worthless, changes=moves).distractions) == ["O-9"]
    why = a_reviewed(opportunity="O-9", on=days_later(-7), reason="budget_cycle", answered_at=at())
    assert majors_of(*GOOD, DEAD, answers=(why,)).distractions == ()


def test_what_is_asked_there_is_not_asked_again_among_the_findings():
    found = found_of(*GOOD, DEAD)
    assert "O-9" in {it.subject for it in found.found}
    assert "O-9" not in {it.subject for it in found.asked}


# --- what was said before ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("weeks", "more", "again"),
    [
        (1, {"agrees": False}, False),
        (3, {"agrees": False}, False),
        (4, {"agrees": False}, True),
        (1, {"agrees": False, "why": Why.NOT_THIS_WEEK}, True),
        (1, {"agrees": False, "ruling": Ruling.INSISTED}, True),
        (1, {"agrees": False, "ruling": Ruling.AGREED}, False),
        (1, {"agrees": True}, True),
        (1, {}, True),
    ],
)
def test_what_was_argued_about_rests_unless_the_manager_stood_by_it(weeks, more, again):
    best = ids(majors_of(*GOOD, DEAD).majors)[0]
    said = a_choice(opportunity=best, on=days_later(-7 * weeks), **more)
    assert (best in ids(majors_of(*GOOD, DEAD, choices=(said,)).majors)) is again
    kept = a_choice(opportunity="O-9", pick=Pick.DISTRACTION, on=days_later(-7 * weeks), **more)
    assert ("O-9" in ids(majors_of(*GOOD, DEAD, choices=(kept,)).distractions)) is again


def test_what_was_let_go_is_neither_until_the_crm_says_something_newer():
    gone = a_reviewed(opportunity="O-9", on=days_later(-7), let_go=True, answered_at=at("09:00", days_later(-6)))
    assert "O-9" not in ids(majors_of(*GOOD, DEAD, answers=(gone,)).deals)
    moved = a_change("O-9", on=days_later(-2), field=Field.CLOSE_DATE, before="2026-11-01", after="2026-12-20")
    assert "O-9" in ids(majors_of(*GOOD, DEAD, answers=(gone,), changes=(moved,)).deals)


# --- what holds for any deals --------------------------------------------------------------------------------------
DEALS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(100, 400_000)),
        st.integers(0, 700),
        st.sampled_from(["Discovery", "Proposal"]),
        st.one_of(st.none(), st.integers(-60, 200)),
    ),
    max_size=14,
)


def opened_from(rows, times=1):
    return tuple(
        an_opportunity(
            f"O-{n:02}",
            amount=None if amount is None else dollars(amount * times),
            created_on=MONDAY - timedelta(days=age),
            stage=stage,
            close_date=None if due is None else MONDAY + timedelta(days=due),
        )
        for n, (amount, age, stage, due) in enumerate(rows)
    )


def scaled(deals, times):
    return tuple(replace(it, amount=dollars(int(it.amount.amount) * times) if it.amount else None) for it in deals)


@given(rows=DEALS, past=st.booleans())
def test_never_more_than_three_and_three_never_the_same_and_the_biggest_is_never_dropped(rows, past):
    found = majors_of(*opened_from(rows), past=PAST if past else ())
    assert len(found.majors) <= MOST
    assert len(found.distractions) <= MOST
    assert not set(ids(found.majors)) & set(ids(found.distractions))
    if len(rows) <= MOST:
        assert not found.majors
    dropped = set(ids(found.distractions))
    amounts = {it.seen.deal.id: it.amount for it in found.deals if it.amount is not None}
    if len(set(amounts.values())) > 1:
        assert not dropped & {name for name, amount in amounts.items() if amount == max(amounts.values())}
    expected = {it.seen.deal.id: it.expected for it in found.deals if it.expected is not None}
    whole = sum(expected.values())
    assert all(expected[name] <= max(0.1, 1 / len(expected)) * whole for name in dropped)


@given(rows=DEALS, order=st.randoms(use_true_random=False), times=st.sampled_from([2, 3, 7, 10, 1000]))
@settings(max_examples=often(60))
def test_in_another_order_and_in_other_units_the_same_deals_are_picked(rows, order, times):
    deals = list(opened_from(rows))
    found = majors_of(*deals)
    order.shuffle(deals)
    assert picked(majors_of(*deals)) == picked(found)
    assert picked(majors_of(*opened_from(rows, times), past=scaled(PAST, times))) == picked(found)


def picked(found):
    return ids(found.majors), ids(found.distractions)


def test_of_nobodys_deals_nothing_is_chosen():
    assert majors((), (), MONDAY).majors == ()
    nobodys = tuple(replace(it, member=None, owner="Somebody") for it in GOOD)
    assert majors_of(*nobodys).deals == ()


def test_a_closed_deal_is_in_none_of_it():
    assert "O-7" not in ids(majors_of(*GOOD, past=(*PAST, a_deal("O-7", status=Status.WON, closed_on=MONDAY))).deals)
