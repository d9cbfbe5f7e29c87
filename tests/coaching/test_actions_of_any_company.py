"""Whatever a company looks like, what a target asks for can be worked out and told."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta

import pytest

from bot import plain
from bot.reports import actions as report
from coaching import actions_card as card
from coaching.actions import aims
from coaching.company import CheckInPlan, Target, Weekday
from coaching.habits import Habit
from coaching.money import Money
from coaching.numbers.allotment import allotted
from coaching.numbers.backsolve import solved
from coaching.opportunities import Book, Category, Status
from coaching.standing import demanded, stand
from tests.builders import a_checkin, a_company, a_manager, a_member, an_opportunity, an_owner

CHAINS = (
    ("prospecting", "appointment", "opportunity", "proposal", "close"), ("lead", "demo", "win"), ("opportunity", "close"),
    ("dial", "talk", "deal", "won"), ("try", "win"),
)  # fmt: skip


def a_strange_company(luck):
    people = [a_member(f"r{it}") for it in range(luck.randint(0, 5))]
    steps, currency = luck.choice(CHAINS), luck.choice(["USD", "JPY", "KWD"])
    habits = tuple(
        Habit(
            id=f"h{it}", name=f"H{it}", unit=luck.choice(["calls", "thanks", "x"]), step=luck.choice([*steps, None]),
            **luck.choice([{"per_day": luck.randint(0, 40)}, {"per_week": luck.randint(0, 9)}]),
        )
        for it in range(luck.randint(0, 5))
    )  # fmt: skip
    targets = tuple(
        Target(period=f"2026-Q{quarter}", amount=Money.of(luck.choice([0, 1, 1_000, 10**6, 10**9]), currency), member=who)
        for quarter in (1, 2, 3, 4) for who in (None, *(it.id for it in people)) if luck.random() < 0.7
    )  # fmt: skip
    return a_company(
        *people, a_manager(), an_owner(), steps=steps, habits=habits, targets=targets, currency=currency,
        fiscal_year_start=luck.choice([1, 2, 7]),
        checkin=CheckInPlan(days=frozenset(luck.sample(list(Weekday), luck.randint(1, 7)))),
    )  # fmt: skip


def a_strange_deal(luck, name, company, today):
    status, ago = luck.choice(list(Status)), lambda: today - timedelta(days=luck.randint(0, 700))
    return an_opportunity(
        name, status=status, stage=luck.choice(["Discovery", "Nope"]), created_on=luck.choice([None, ago()]),
        member=luck.choice([None, "gone", *(it.id for it in company.members)]), category=luck.choice([None, Category.OMITTED]),
        closed_on=None if status is Status.OPEN else ago(), close_date=luck.choice([None, today + timedelta(days=30)]),
        amount=luck.choice([None, *(Money.of(it, luck.choice([company.currency, "EUR"])) for it in (0, -50, 1, 10**8))]),
    )  # fmt: skip


def strange_days(luck, company, today):
    for member in company.members:
        for ago in range(luck.choice([0, 3, 80])):
            counts = {it.id: luck.randint(0, 30) for it in company.habits if luck.random() < 0.8}
            yield a_checkin(today - timedelta(days=ago), member=member.id, counts=counts)


@pytest.mark.parametrize("seed", range(40))
def test_every_card_and_the_report_can_be_made(seed):
    luck = random.Random(seed)
    company, today = a_strange_company(luck), date(2026, 1, 1) + timedelta(days=luck.randint(0, 364))
    deals = [a_strange_deal(luck, f"o{it}", company, today) for it in range(luck.choice([0, 1, 5, 60, 200]))]
    it = stand(
        company=company, today=today, holidays=frozenset(),
        book=Book(deals=tuple(deals), open=tuple(one for one in deals if one.status is Status.OPEN)),
        closed=tuple(one for one in deals if one.status is not Status.OPEN),
        checkins=tuple(strange_days(luck, company, today)),
    )  # fmt: skip
    solutions, whole = {who: solved(one) for who, one in it.positions.items()}, solved(it.team)
    split = allotted(it.positions, it.team.target)
    cards = [card.team(it, solutions, whole, split), card.for_owner(it, whole, split)]
    if it.positions:
        tried = demanded(it, 500_000.0)
        cards.append(
            card.what_if(tried, {who: solved(one) for who, one in tried.positions.items()}, solved(tried.team))
        )
    for rep in company.reps:
        mine, aimed = solutions[rep.id], aims(solutions[rep.id], company, rep, today, frozenset())
        cards += [show(mine, aimed, company, rep) for show in (card.own, card.one)]
        cards.append(card.maths_card(mine, aimed, company, ""))
        json.dumps(report._data(rep.id, mine, aimed), allow_nan=False)
        plan = {one.id: one.per_day if one.per_day is not None else one.per_week for one in company.habits}
        assert all(aim.amount >= plan[name] for name, aim in aimed.items())
    words = [word for one in cards for word in plain.text(one, room=100).lower().split()]
    assert not {"inf", "nan", "none"} & set(words)
