"""A chance is learned from closed deals whose cards were filled in before they ended, or not given at all."""

import random
from dataclasses import replace
from datetime import timedelta

from coaching.opportunities import Status
from coaching.playbooks import playbook
from coaching.qualification import Answer, Deal, Evidence, Standing, qualified
from coaching.scoring import ended, gate_factor, scored, told
from tests.builders import MONDAY, a_company, an_opportunity, at, days_later

COMPANY = a_company()
BOOK = playbook(COMPANY)


def closed(n, champion_wins):
    """Deals of which those with a champion are won that often; and what was written down two weeks before."""
    luck = random.Random(7)
    deals, evidence = [], []
    for at_ in range(n):
        name, champion = f"O-{at_}", at_ % 2 == 0
        won = luck.random() < (champion_wins if champion else 1 - champion_wins)
        deals.append(an_opportunity(name, status=Status.WON if won else Status.LOST, closed_on=MONDAY))
        answer = Answer.YES if champion else Answer.NO
        for criterion in ("champion", "problem"):
            said = answer if criterion == "champion" else Answer.YES
            evidence.append(
                Evidence(opportunity=name, criterion=criterion, answer=said, by="dana", at=at(day=days_later(-14)))
            )
    return deals, evidence


def an_open_deal(answer):
    evidence = (Evidence(opportunity="X", criterion="champion", answer=answer, by="dana", at=at()),)
    return qualified(COMPANY, BOOK, Deal(opportunity=an_opportunity("X"), evidence=evidence), MONDAY)


def test_with_enough_closed_deals_a_champion_is_worth_what_it_was_worth():
    before = ended(COMPANY, BOOK, *closed(120, 0.8))
    with_, without = (scored(BOOK, an_open_deal(it), before) for it in (Answer.YES, Answer.NO))
    assert (with_.n, with_.score is not None) == (120, True)
    assert with_.score.chance > 0.6 > 0.4 > without.score.chance
    assert told(with_).value.endswith("%")
    assert any(name == "champion" for name, _ in told(with_).inputs)


def test_with_too_few_there_is_no_chance_and_it_says_how_many_are_needed():
    found = scored(BOOK, an_open_deal(Answer.YES), ended(COMPANY, BOOK, *closed(29, 0.8)))
    assert found.score is None
    assert told(found).value == "not enough data"
    assert "29 such deals" in told(found).n


def test_what_was_written_down_when_it_had_ended_is_not_looked_at():
    deal = an_opportunity("O-1", status=Status.WON, closed_on=MONDAY)
    late = Evidence(opportunity="O-1", criterion="champion", answer=Answer.YES, by="dana", at=at("23:00", MONDAY))
    early = Evidence(opportunity="O-1", criterion="problem", answer=Answer.YES, by="dana", at=at() - timedelta(days=3))
    assert ended(COMPANY, BOOK, [deal], [late]) == ()
    [(stood, won)] = ended(COMPANY, BOOK, [deal], [early, late])
    assert won
    assert {it.criterion.id for it in stood.items if it.standing is not Standing.UNKNOWN} == {"problem"}


def test_open_deals_and_those_nothing_was_written_about_teach_nothing():
    deals = [an_opportunity("O-1"), an_opportunity("O-2", status=Status.LOST, closed_on=MONDAY)]
    one = Evidence(opportunity="O-1", criterion="champion", answer=Answer.YES, by="dana", at=at(day=days_later(-9)))
    assert ended(COMPANY, BOOK, deals, [one]) == ()


def test_a_shut_gate_lowers_chances_only_as_far_as_closed_deals_say():
    assert gate_factor(()).times == 1
    shut, fine = an_open_deal(Answer.NO), an_open_deal(Answer.YES)
    fine = replace(fine, missing=())
    assert shut.held_back
    bad = gate_factor([(shut, False)] * 40 + [(fine, True)] * 40)
    assert (bad.n, bad.won, bad.expected) == (40, 0, 20.0)
    assert bad.times == 10 / 30
    assert gate_factor([(shut, True)] * 40 + [(fine, False)] * 40).times == 1
    few = gate_factor([(shut, False)] * 2 + [(fine, True)] * 2)
    assert 0.9 < few.times < 1
