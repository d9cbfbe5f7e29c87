"""What was tried beside what wasn't: counted once, only when its time is over, and never held to be more than it is."""

from dataclasses import replace

import pytest

from coaching import digest_card, week_card
from coaching.card import plain
from coaching.digest import digest
from coaching.digest_rows import maths_card
from coaching.numbers.exact import TwoShares
from coaching.numbers.patterns import Verdict
from coaching.numbers.stage_times import StageTime, StageTimes
from coaching.opportunities import Book, Field, Status
from coaching.playbooks import playbook
from coaching.qualification import ANY, Answer, Evidence
from coaching.tactics import tactics
from coaching.tactics_card import maths, part
from tests.builders import MONDAY, a_change, a_company, an_opportunity, at, days_later
from tests.golden_cards.digest import FRIDAY, a_full_week
from tests.golden_cards.weeks import BUSY

COMPANY = a_company()
TIMES = StageTimes((StageTime("Discovery", 20, 30, 14), StageTime("Proposal", 3, 9, None)), ())
THEN = days_later(-30)
DEMO = "Ask to be shown"


def learned(name, tactic="", on=THEN, criterion="metrics"):
    return Evidence(
        opportunity=name, criterion=criterion, answer=Answer.YES, by="dana", at=at("10:00", on), tactic=tactic
    )


def a_team(with_, without):
    """How many deals moved on, of how many, ten days after what was learned of them."""
    deals, changes, evidence = [], [], []
    for label, (moved, n), tactic in (("W", with_, DEMO), ("N", without, "")):
        for at_ in range(n):
            name = f"{label}-{at_}"
            evidence.append(learned(name, tactic))
            stage = "Proposal" if at_ < moved else "Discovery"
            deals.append(an_opportunity(name, stage=stage))
            changes += [a_change(name, on=days_later(10, THEN))] if at_ < moved else []
    return Book(deals=tuple(deals), open=tuple(deals), changes=tuple(changes)), tuple(evidence)


def one(book, evidence, today=MONDAY, times=TIMES):
    [found] = tactics(evidence, book, COMPANY, times, today)
    return found


def about(deal, *changes, tactic=DEMO, on=THEN, today=MONDAY):
    """Of a single deal that something was tried on: moved on out of n."""
    found = one(Book(deals=(deal,), open=(), changes=changes), (learned(deal.id, tactic, on),), today)
    return found.shares.won_with, found.shares.n_with


def ended(stage, on):
    """As an export of that day shows it."""
    return (
        a_change("X", on=on, after=stage),
        a_change("X", on=on, field=Field.STATUS, before="open", after=stage.lower()),
    )


def told(found):
    shown = part(found, playbook(COMPANY))
    return " ".join(plain(line) for it in shown for line in getattr(it, "items", ()))


@pytest.mark.parametrize(
    ("with_", "without", "p", "lift", "verdict"),
    [((9, 12), (6, 20), 0.027, 0.99, Verdict.LIKELY), ((4, 6), (5, 14), 0.34, 0.89, Verdict.HUNCH)],
)
def test_deals_that_it_was_tried_on_stand_beside_those_that_were_asked_the_same(with_, without, p, lift, verdict):
    found = one(*a_team(with_, without))
    assert found.shares == TwoShares(*with_, *without)
    assert found.pattern.p_value == pytest.approx(p, abs=0.005)
    assert found.pattern.probability_of_lift == pytest.approx(lift, abs=0.005)
    assert found.verdict is verdict


def test_too_few_on_either_side_say_nothing_however_well_it_went():
    found = one(*a_team((4, 4), (0, 20)))
    assert found.pattern.p_adjusted < 0.05
    assert found.verdict is None
    assert "tried on 4 deals; not enough data, 4 with it and 20 without can be compared so far." in told([found])


def test_a_tactic_is_never_said_to_go_with_standing_still():
    """A deal that moves at once leaves no time to try anything on it."""
    found = one(*a_team((1, 20), (19, 20)))
    assert found.pattern.p_adjusted < 0.05
    assert found.verdict is Verdict.NONE


def test_the_more_is_looked_at_the_less_one_of_them_says():
    book, evidence = a_team((9, 12), (6, 20))
    alone = one(book, evidence).pattern
    others = tuple(learned(f"N-{n}", f"Way {n}") for n in range(9))
    found = tactics((*evidence, *others), book, COMPANY, TIMES, MONDAY)
    [same] = [it for it in found if it.words == DEMO]
    assert len(found) == 10
    assert same.pattern.p_value == alone.p_value
    assert same.pattern.p_adjusted > alone.p_adjusted


# --- what counts as moving on --------------------------------------------------------------------------------------
def test_a_later_stage_or_a_win_within_the_usual_days_is_moving_on():
    deal = an_opportunity("X", stage="Proposal")
    assert about(deal, a_change("X", on=days_later(14, THEN))) == (1, 1)
    assert about(deal, a_change("X", on=days_later(15, THEN))) == (0, 1)
    won = an_opportunity("X", status=Status.WON, stage="Won", closed_on=days_later(14, THEN))
    assert about(won, *ended("Won", days_later(14, THEN))) == (1, 1)
    told_late = ended("Won", days_later(20, THEN))
    assert about(won, *told_late) == (1, 1)


def test_a_step_back_or_a_loss_is_not():
    back = a_change("X", on=days_later(3, THEN), before="Proposal", after="Discovery")
    times = replace(TIMES, stages=(TIMES.stages[0], StageTime("Proposal", 9, 9, 14)))
    book = Book(deals=(an_opportunity("X"),), open=(), changes=(back,))
    assert one(book, (learned("X", DEMO),), times=times).shares == TwoShares(0, 1, 0, 0)
    lost = an_opportunity("X", status=Status.LOST, stage="Lost", closed_on=days_later(3, THEN))
    assert about(lost, *ended("Lost", days_later(3, THEN))) == (0, 1)


def test_what_moved_on_the_very_day_stands_where_it_moved_to():
    """A usual time of its new stage isn't known, so it is in neither."""
    assert about(an_opportunity("X", stage="Proposal"), a_change("X", on=THEN)) == (0, 0)


def test_nothing_is_counted_before_its_days_are_over_nor_after_the_deal_was():
    moved = a_change("X", on=days_later(-6))
    deal = an_opportunity("X", stage="Proposal")
    assert about(deal, moved, on=days_later(-13)) == (0, 0)
    assert about(deal, moved, on=days_later(-14)) == (1, 1)
    won = an_opportunity("X", status=Status.WON, stage="Won", closed_on=days_later(-1, THEN))
    assert about(won, *ended("Won", days_later(-1, THEN))) == (0, 0)


def test_without_a_usual_time_nothing_can_be_compared():
    book, evidence = a_team((9, 12), (6, 20))
    found = one(book, evidence, times=None)
    assert (found.n_tried, found.shares, found.pattern, found.verdict) == (12, TwoShares(0, 0, 0, 0), None, None)
    assert "tried on 12 deals; not enough data" in told([found])


# --- whose side a deal is on ---------------------------------------------------------------------------------------
def test_a_deal_counts_once_from_the_first_day_it_was_tried():
    deal = an_opportunity("X", stage="Proposal")
    book = Book(deals=(deal,), open=(), changes=(a_change("X", on=days_later(12, THEN)),))
    again = (
        learned("X"),
        learned("X", DEMO, days_later(1, THEN)),
        learned("X", f" {DEMO.upper()}", days_later(9, THEN)),
    )
    found = one(book, again)
    assert (found.words, found.n_tried, found.shares) == (DEMO, 1, TwoShares(1, 1, 0, 0))


def test_only_deals_that_were_asked_the_same_are_beside_it():
    book, evidence = a_team((9, 12), (6, 20))
    other = tuple(replace(it, criterion="champion") if not it.tactic else it for it in evidence)
    assert one(book, other).shares == TwoShares(9, 12, 0, 0)


def test_what_is_written_down_later_or_by_a_managers_word_is_not_known():
    book, evidence = a_team((9, 12), (6, 20))
    later = (learned("W-0", "Another way", days_later(1)), learned("W-0", "Let it pass", criterion=ANY))
    assert one(book, (*evidence, *later)).words == DEMO
    assert tactics(evidence, book, COMPANY, TIMES, days_later(-1, THEN)) == ()


def test_it_is_told_with_its_numbers_and_its_maths_and_never_as_a_cause():
    found = [one(*a_team((9, 12), (6, 20)))]
    assert told(found) == (
        "Ask to be shown (Metrics): 9 of 12 deals moved on in the usual time, of those without it 6 of 20. "
        "Likely more than luck: worth a test."
    )
    [folded] = maths(found, playbook(COMPANY))
    assert folded.value == "1 tactic"
    figures = dict(folded.inputs)["Ask to be shown (Metrics)"]
    assert figures.startswith("9 of 12 with it, 6 of 20 without; p 0.027, adjusted 0.027")
    assert "need not cause" in str(part(found, playbook(COMPANY)))
    assert part((), playbook(COMPANY)) == maths((), playbook(COMPANY)) == ()


def test_the_manager_reads_it_in_their_week_and_the_owner_does_not():
    week = a_full_week()
    facts = replace(week.review.facts, evidence=(learned("O-1", DEMO, FRIDAY),))
    full = replace(week, review=replace(week.review, facts=facts))
    managers = replace(BUSY, facts=replace(BUSY.facts, week=digest(full)))
    assert f"{DEMO} (Metrics): tried on 1 deal; not enough data" in told_in(week_card.card(managers))
    assert DEMO not in told_in(digest_card.card(digest(full)))
    assert DEMO in str(maths_card(digest(full), managers=True))
    assert DEMO not in str(maths_card(digest(full)))


def told_in(card):
    return " ".join(plain(line) for it in card.elements for line in getattr(it, "items", ()))
