"""Bid to win: by closing month, by cohort, per member and line."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from coaching.numbers.differences import Claim
from coaching.numbers.wins import POOLED, Ended, wins
from coaching.opportunities import Status
from tests.builders import MONDAY, an_opportunity, days_later

WON, LOST, OPEN = Status.WON, Status.LOST, Status.OPEN


def deal(at: int = 0, status=WON, closed=MONDAY, created=date(2026, 10, 1), **more):
    """`at` makes its id."""
    more = {"stage": status.value.title(), **more}
    closed = None if status is OPEN else closed
    return an_opportunity(f"d{at}", status=status, closed_on=closed, created_on=created, **more)


def many(won: int, lost: int, first: int = 0, **more):
    return [deal(first + at, WON if at < won else LOST, **more) for at in range(won + lost)]


def test_what_ended_without_a_decision_was_not_won():
    deals = [*many(3, 2), deal(9, LOST, stage="Closed - No Decision"), deal(10, OPEN)]
    assert wins(deals, MONDAY).team == Ended(won=3, lost=2, no_decision=1)
    assert wins(deals, MONDAY).team.rate == 0.5


def test_under_five_there_is_no_rate_but_how_sure_one_may_be():
    few = wins(many(1, 3), MONDAY).team
    assert few.rate is None
    assert few.interval.low < 0.25 < few.interval.high
    assert wins([], MONDAY).team.interval is None


def test_only_the_last_twelve_months_and_nothing_of_tomorrow():
    deals = [deal(1, closed=date(2025, 11, 30)), deal(2, closed=date(2025, 12, 1)), deal(3, closed=days_later(1))]
    found = wins(deals, MONDAY)
    assert found.first == date(2025, 12, 1)
    assert found.team.closed == 1
    assert [it.ended.won for it in found.months] == [1, *[0] * 11]
    assert found.cohorts[10].open == 1  # the one of tomorrow, created in October


def test_a_cohort_with_many_still_open_is_not_settled():
    settled = [deal(at, WON if at < 6 else LOST, created=date(2026, 5, 3)) for at in range(10)]
    young = [deal(20 + at, WON if at < 2 else OPEN, created=date(2026, 11, 3)) for at in range(6)]
    found = {it.first.month: it for it in wins(settled + young, MONDAY).cohorts}
    assert (found[5].settled, found[5].ended.rate, found[5].created) == (True, 0.6, 10)
    assert (found[11].settled, found[11].share_open) == (False, 4 / 6)


def test_what_left_the_crm_unfinished_or_has_no_day_is_in_no_figure():
    gone, undated = deal(1, OPEN, gone_on=days_later(-1)), deal(2, WON, closed=None)
    found = wins([gone, undated, deal(3, OPEN, created=None)], MONDAY)
    assert (found.team.closed, sum(it.created for it in found.cohorts)) == (0, 0)
    assert sum(it.created for it in wins([deal(1, OPEN, gone_on=days_later(1))], MONDAY).cohorts) == 1


def test_a_product_line_stands_on_its_own_from_twenty_deals():
    deals = [
        *many(10, 10, product="Picker Arm"),
        *many(3, 4, 100, product="picker arm "),
        *many(5, 14, 200, product="Rover"),
        *many(1, 1, 300, product="Kit"),
        *many(9, 9, 400, product=""),
    ]
    found = {it.name: it for it in wins(deals, MONDAY).products}
    assert set(found) == {"Picker Arm", POOLED}
    assert found["Picker Arm"].ended == Ended(13, 14)
    assert (found[POOLED].pooled, found[POOLED].ended) == (("Kit", "Rover"), Ended(6, 15))


def test_who_differs_is_told_and_nobody_else():
    deals = [*many(45, 5, member="dana"), *many(10, 40, 100, member="bob"), *many(25, 25, 200, member="eve")]
    claims = {it.name: it.claim for it in wins(deals, MONDAY).members}
    assert claims == {"dana": Claim.ABOVE, "bob": Claim.BELOW, "eve": None}
    alone = wins(many(5, 5, member=None), MONDAY).members
    assert [(it.name, it.claim, it.shrunk) for it in alone] == [(POOLED, None, pytest.approx(0.5))]


def test_on_shuffled_outcomes_hardly_anybody_is_told_to_differ():
    rng, false = np.random.default_rng(2), 0
    for _ in range(60):
        won = rng.permutation([True] * 80 + [False] * 120)
        deals = [
            deal(at, WON if it else LOST, member=f"rep{at % 6}", product=f"line {at % 4}", source=f"s{at % 5}")
            for at, it in enumerate(won)
        ]
        found = wins(deals, MONDAY)
        false += any(it.claim for it in found.members)
    assert false <= 5
