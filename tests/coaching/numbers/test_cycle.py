"""How long deals take: those still open count as far as they have come, and a segment speaks for itself only when it can."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from coaching.card import Curves, Picture
from coaching.cycle_card import maths, picture, reason, segment_words, stay_reason, usual_words
from coaching.numbers.cycle import cycle
from coaching.numbers.incidence import incidence
from coaching.numbers.inspection import inspected
from coaching.numbers.known import pipeline
from coaching.numbers.pipeline import pipeline_of
from coaching.numbers.stage_times import stage_times
from coaching.numbers.usual import By, Segment, usual
from coaching.opportunities import Field, Status
from tests.builders import a_change, a_company, an_opportunity
from tests.selling import deal, watched

DAY = date(2026, 3, 1)
WINS = (21, 25, 30, 34, 38, 41, 45, 50, 55, 75)


def ends(*rows):
    """(days, how) with w, l or o."""
    how = np.array([it for _, it in rows])
    return np.array([it for it, _ in rows]), how == "w", how == "l"


def test_open_deals_count_as_far_as_they_have_come():
    # Worked by hand: at 10, 1 of 4 at risk; at 20, 1 of 2, as one was open since 15 days.
    found = incidence(*ends((10, "w"), (20, "w"), (15, "o"), (30, "o")))
    assert (found.days, found.open, found.at_risk) == ((10, 20), (0.75, 0.375), (4, 2))
    assert found.half_closed_days == 20
    assert incidence(*ends((5, "o"))).half_closed_days is None


def test_a_loss_takes_away_the_chance_of_a_win():
    # 1 of 4 won at 10, 1 of 3 lost at 20, 1 of 2 won at 30: 1/4, 1/4, 1/4, and a quarter is open.
    found = incidence(*ends((10, "w"), (20, "l"), (30, "w"), (30, "o")))
    assert found.won == pytest.approx((0.25, 0.25, 0.5))
    assert found.lost == pytest.approx((0, 0.25, 0.25))
    assert (found.won_by(0.5), found.won_by(0.9)) == (10, 30)


def test_without_open_deals_and_losses_the_error_is_the_binomial_one():
    found = incidence(*ends(*[(10, "w")] * 30, *[(20, "l")] * 70))
    assert found.error[0] == pytest.approx((0.3 * 0.7 / 100) ** 0.5)


def test_who_came_under_watch_late_was_not_at_risk_before():
    days, won, lost = ends((10, "w"), (40, "w"), (50, "o"))
    assert incidence(days, won, lost, np.array([0, 30, 0])).at_risk == (2, 2)


@given(some.lists(some.tuples(some.integers(0, 50), some.sampled_from("wlo")), min_size=1, max_size=40))
def test_won_lost_and_open_are_all_there_is(rows):
    found = incidence(*ends(*rows))
    for won, lost, still in zip(found.won, found.lost, found.open, strict=True):
        assert won + lost + still == pytest.approx(1)
    assert list(found.won) == sorted(found.won)


# --- segments -------------------------------------------------------------------------------------------------------
def closed(name, days, won=True, **more):
    return deal(name, DAY - timedelta(days=400), DAY - timedelta(days=400 - days), won=won, **more)


def two_lines(short, long, n=30):
    rng = np.random.default_rng(2)
    lines = (("Robot", rng.integers(*short, n)), ("Cell", rng.integers(*long, n)))
    return [closed(f"{line}{at}", int(it), product=line) for line, days in lines for at, it in enumerate(days)]


def test_a_product_line_that_takes_longer_has_a_cycle_of_its_own():
    old = DAY - timedelta(days=60)
    deals = (*two_lines((10, 30), (80, 140)), deal("o1", old, product="Robot"), deal("o2", old, product="cell "))
    found = inspected(pipeline(deals), DAY)
    assert [(it.id, it.usual.name, it.usual.cycle.n_won) for it in found.findings] == [("o1", "Robot", 30)]
    assert "A cycle of its own has: the product line Cell" in segment_words(found.cycles.usual)
    assert reason(60, found.findings[0].usual).startswith(
        "This is day 60; wins of the product line Robot close by day 2"
    )


def test_lines_that_do_not_differ_go_by_all_deals():
    found = usual(pipeline(two_lines((10, 90), (10, 90))))
    assert [it.differs for it in found.segments if it.by is By.PRODUCT] == [False, False]
    assert (found.of(0).by, found.of(0).cycle.n_won) == (None, 60)
    assert "none takes longer or shorter than luck makes" in segment_words(found)


def test_a_line_with_few_deals_goes_by_all_deals():
    few = [closed(f"x{it}", 200, product="Rare") for it in range(7)]
    found = usual(pipeline([*two_lines((10, 90), (10, 90)), *few]))
    assert "Rare" not in {it.name for it in found.segments}


def test_lines_alike_are_hardly_ever_told_apart():
    rng = np.random.default_rng(5)
    false = 0
    for _ in range(100):
        deals = [closed(str(at), int(it), product=f"p{at % 6}") for at, it in enumerate(rng.integers(5, 120, 180))]
        false += any(it.differs for it in usual(pipeline(deals)).segments)
    assert false <= 8


def test_ones_own_cycle_is_there_from_twenty_closed_and_eight_won_deals():
    def mine(n_won, n_lost):
        deals = [closed(f"w{it}", 30 + it, owner="Me") for it in range(n_won)]
        deals += [closed(f"l{it}", 9, won=False, owner="Me") for it in range(n_lost)]
        return usual(pipeline([*deals, closed("other", 99, owner="Other")])).of_owner("Me")

    assert (mine(7, 20), mine(12, 7)) == (None, None)
    assert mine(8, 12).cycle.n_won == 8


def test_the_reason_is_told_as_a_coach_would():
    mine = Segment(by=By.OWNER, name="dana", cycle=cycle(WINS), n_closed=30)
    assert reason(90, mine) == "This is day 90; your wins close by day 57 in 9 of 10 (10 won deals)."


# --- time in stage --------------------------------------------------------------------------------------------------
def moved(name, began, to):
    """In Discovery from its first day, in a proposal `to` days later."""
    on = began + timedelta(days=to)
    return (
        an_opportunity(name, created_on=began, stage="Proposal"),
        (
            a_change(name, on=began, field=Field.CREATED, before=None, after="Discovery"),
            a_change(name, on=on, before="Discovery", after="Proposal"),
        ),
    )


def test_long_in_a_stage_is_half_as_long_again_as_those_that_moved_on():
    begun = DAY - timedelta(days=90)
    first = a_change("other", on=begun - timedelta(days=30))
    rows = [moved(f"m{it}", begun, 20) for it in range(8)]
    waiting = [an_opportunity(f"s{it}", created_on=DAY - timedelta(days=it)) for it in (30, 31)]
    changes = [first, *(it for _, them in rows for it in them)]
    changes += [
        a_change(it.id, on=it.created_on, field=Field.CREATED, before=None, after="Discovery") for it in waiting
    ]
    them = pipeline_of((*(it for it, _ in rows), *waiting), changes, a_company())
    found = stage_times(them.as_of(DAY), DAY)
    discovery = found.stages[0]
    assert (discovery.stage, discovery.median_days, discovery.n_moved, discovery.n) == ("discovery", 20, 8, 10)
    assert found.stages[1].median_days is None
    assert [(it.id, it.days, it.at_least) for it in found.long] == [("s31", 31, False)]
    assert stay_reason(found.long[0]).startswith(
        "Day 31 in Discovery; those that move on have usually done so by day 20"
    )


def test_seven_that_moved_on_are_too_few():
    begun = DAY - timedelta(days=90)
    rows = [moved(f"m{it}", begun, 20) for it in range(7)]
    changes = [a_change("other", on=begun - timedelta(days=30)), *(it for _, them in rows for it in them)]
    found = stage_times(pipeline_of([it for it, _ in rows], changes, a_company()).as_of(DAY), DAY)
    assert (found.stages[0].n_moved, found.stages[0].median_days, found.long) == (7, None, ())


def test_what_was_in_its_stage_before_anybody_looked_is_there_for_at_least_so_long():
    deals, changes = watched()
    found = stage_times(pipeline_of(deals, changes, a_company()).as_of(DAY), DAY)
    assert {it.stage: it.n_moved > 100 for it in found.stages} == {"discovery": True, "proposal": True}
    early = next(it for it in found.long if it.at_least)
    assert stay_reason(early).startswith(f"At least {early.days} days in ")


def test_an_export_says_nothing_of_stages_and_that_it_does():
    found = inspected(pipeline([deal()]), DAY)
    assert found.cycles.stages is None
    assert any("time in stage" in it for it in found.warnings)


def test_a_lost_deal_did_not_move_on():
    lost = an_opportunity(
        status=Status.LOST, stage="Lost", created_on=DAY - timedelta(days=50), closed_on=DAY - timedelta(days=9)
    )
    changes = (
        a_change("other", on=DAY - timedelta(days=80)),
        a_change(on=lost.created_on, field=Field.CREATED, before=None, after="Discovery"),
        a_change(on=lost.closed_on, before="Discovery", after="Lost"),
        a_change(on=lost.closed_on, field=Field.STATUS, before="open", after="lost"),
    )  # fmt: skip
    found = stage_times(pipeline_of((lost,), changes, a_company()).as_of(DAY), DAY)
    assert (found.stages[0].n, found.stages[0].n_moved, found.long) == (1, 0, ())


# --- words and the picture ------------------------------------------------------------------------------------------
def test_the_picture_begins_with_everything_open_and_says_the_same_in_words():
    found = inspected(pipeline([closed(f"w{it}", it) for it in WINS] + [closed("l", 12, won=False)]), DAY)
    drawn, = picture(found.cycles.curve, found.cycles.usual)  # fmt: skip
    assert isinstance(drawn, Picture)
    assert isinstance(drawn.plot, Curves)
    assert [(it.label, it.points[0]) for it in drawn.plot.curves] == [
        ("Won", (0, 0)),
        ("Lost", (0, 0)),
        ("Still open", (0, 100)),
    ]
    assert all(
        low <= up <= high
        for (_, up), (low, high) in zip(drawn.plot.curves[0].points, drawn.plot.curves[0].band, strict=True)
    )
    assert drawn.alt == "After 75 days 91 % are won, 9 % lost, 0 % still open (11 deals)."
    assert usual_words(found.cycles.usual, found.cycles.curve).startswith(
        "Won deals usually took 40 days, nine in ten at most 57 (10 won deals)."
    )
    assert maths(found.cycles)[0].value == "40 days, nine in ten 57"


def test_nothing_closed_is_nothing_to_draw():
    found = inspected(pipeline([deal()]), DAY)
    assert picture(found.cycles.curve, found.cycles.usual) == maths(found.cycles) == []
    assert (
        usual_words(found.cycles.usual, found.cycles.curve)
        == "There is no usual cycle yet: 0 won deals so far; it needs 8."
    )


def test_a_line_is_called_as_most_of_its_deals_write_it():
    names = ("GTX Plus Basic", "GTX Plus  Basic", "gtx plus basic", "GTXPlus Basic ", "Line 2")
    found = pipeline([closed(f"a{at}", 20, product=it, source=it) for at, it in enumerate(names)])
    assert found.products == found.sources == ("GTX Plus Basic", "Line 2")
    assert found.product.tolist() == [0, 0, 0, 0, 1]
