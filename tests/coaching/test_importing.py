"""An export against what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.importing import Counts, ImportPlan, ImportRefusedError, plan_import
from coaching.opportunities import Change, Field, Opportunity, Status
from tests.builders import MONDAY, an_opportunity, dollars

TUESDAY = MONDAY + timedelta(days=1)


def by_id(*deals: Opportunity) -> dict[str, Opportunity]:
    return {it.id: it for it in deals}


def plan(known, rows, on=TUESDAY, **more) -> ImportPlan:
    return plan_import(by_id(*known), rows, on, **more)


def after(known: dict[str, Opportunity], it: ImportPlan) -> dict[str, Opportunity]:
    return known | by_id(*it.upserts)


def moves(it: ImportPlan) -> list[tuple[str, Field, str | None, str | None]]:
    return [(change.opportunity, change.field, change.before, change.after) for change in it.changes]


def test_a_first_import_keeps_all_and_calls_nothing_a_change():
    it = plan([], [an_opportunity("O-1"), an_opportunity("O-2", status=Status.WON, stage="Won")])
    assert [deal.id for deal in it.upserts] == ["O-1", "O-2"]
    assert it.changes == ()
    assert [(shot.opportunity, shot.day, shot.amount) for shot in it.snapshots] == [("O-1", TUESDAY, dollars(40_000))]
    assert it.counts == Counts(rows=2, new=2)


def test_the_same_export_again_changes_nothing_but_is_a_snapshot():
    deal = an_opportunity()
    it = plan([deal], [deal], complete=True)
    assert (it.upserts, it.changes, it.gone) == ((), (), ())
    assert len(it.snapshots) == 1
    assert it.counts == Counts(rows=1, unchanged=1)


def test_each_watched_field_that_moved_is_a_change():
    now = an_opportunity(stage="Proposal", amount=None, owner="Kim", close_date=date(2027, 1, 29), next_step="Sign")
    it = plan([an_opportunity()], [now])
    assert it.upserts == (now,)
    assert moves(it) == [
        ("O-1", Field.STAGE, "Discovery", "Proposal"),
        ("O-1", Field.CLOSE_DATE, "2026-12-18", "2027-01-29"),
        ("O-1", Field.AMOUNT, "4000000", None),
        ("O-1", Field.OWNER, "Dana Reyes", "Kim"),
    ]
    assert it.counts == Counts(rows=1, updated=1, moved=1, pushed=1)


def test_a_new_opportunity_after_the_first_import_is_a_change():
    it = plan([an_opportunity()], [an_opportunity("O-2"), an_opportunity("O-3", stage="Won", status=Status.WON)])
    assert moves(it) == [
        ("O-2", Field.CREATED, None, "Discovery"),
        ("O-3", Field.CREATED, None, "Won"),
        ("O-3", Field.STATUS, None, "won"),
    ]


def test_an_old_deal_in_a_wider_export_is_kept_but_is_no_news():
    old = an_opportunity("O-2", stage="Won", status=Status.WON, created_on=date(2026, 1, 5), closed_on=date(2026, 3, 2))
    it = plan([an_opportunity()], [old, replace(old, id="O-3", closed_on=TUESDAY)], imported_on=MONDAY)
    assert [deal.id for deal in it.upserts] == ["O-2", "O-3"]
    assert moves(it) == [("O-3", Field.STATUS, None, "won")]


def test_a_deal_that_is_not_in_a_partial_export_stays_in_the_pipeline():
    it = plan([an_opportunity("O-1"), an_opportunity("O-2")], [an_opportunity("O-1")])
    assert it.gone == ()
    assert [shot.opportunity for shot in it.snapshots] == ["O-1", "O-2"]


def test_what_a_complete_export_lacks_is_gone_and_never_deleted():
    known = [an_opportunity(f"O-{n}") for n in range(5)]
    it = plan(known, known[1:], complete=True)
    assert it.gone == ("O-0",)
    assert it.upserts == (replace(known[0], gone_on=TUESDAY),)
    assert moves(it) == [("O-0", Field.GONE, None, TUESDAY.isoformat())]
    assert [shot.opportunity for shot in it.snapshots] == ["O-1", "O-2", "O-3", "O-4"]


def test_what_was_gone_already_is_not_missed_again():
    known = [an_opportunity(f"O-{n}") for n in range(4)] + [an_opportunity("O-4", gone_on=MONDAY)]
    assert plan(known, known[:4], complete=True).upserts == ()


def test_more_than_a_fifth_missing_at_once_is_refused_with_numbers():
    known = [an_opportunity(f"O-{n}") for n in range(10)]
    assert len(plan(known, known[2:], complete=True).gone) == 2
    with pytest.raises(ImportRefusedError, match="3 of 10 known opportunities are missing from this export"):
        plan(known, known[3:], complete=True)


def test_one_that_was_gone_comes_back():
    deal = an_opportunity()
    it = plan([replace(deal, gone_on=MONDAY)], [deal])
    assert it.upserts == (deal,)
    assert moves(it) == [("O-1", Field.GONE, MONDAY.isoformat(), None)]
    assert it.counts.back == 1


def test_an_export_of_an_earlier_day_than_the_last_is_refused():
    with pytest.raises(ImportRefusedError, match="this export is of 2026-11-23, but one of 2026-11-24 was imported"):
        plan([an_opportunity()], [an_opportunity()], on=MONDAY, imported_on=TUESDAY)
    assert plan([an_opportunity()], [an_opportunity()], on=TUESDAY, imported_on=TUESDAY).upserts == ()


def test_a_deal_seen_closed_without_a_day_closed_when_it_was_seen():
    won = an_opportunity(stage="Won", status=Status.WON)
    it = plan([an_opportunity()], [won])
    assert it.upserts[0].closed_on == TUESDAY
    again = plan(it.upserts, [won], on=TUESDAY + timedelta(days=7))
    assert again.upserts == ()


def test_the_expected_close_date_of_a_closed_deal_stays_as_it_last_was():
    won = an_opportunity(stage="Won", status=Status.WON, closed_on=TUESDAY, close_date=TUESDAY)
    it = plan([an_opportunity()], [won])
    assert it.upserts[0].close_date == an_opportunity().close_date
    assert [change.field for change in it.changes] == [Field.STAGE, Field.STATUS]


@pytest.mark.parametrize("amount", [None, dollars(0)])
def test_a_lost_deal_keeps_what_it_was_worth(amount):
    lost = an_opportunity(stage="Lost", status=Status.LOST, closed_on=TUESDAY, amount=amount)
    it = plan([an_opportunity()], [lost])
    assert it.upserts[0].amount == dollars(40_000)
    assert Field.AMOUNT not in [change.field for change in it.changes]


def test_two_imports_on_a_day_make_one_step_of_each_move():
    morning = plan([an_opportunity(stage="A")], [an_opportunity(stage="B")])
    noon = plan(morning.upserts, [an_opportunity(stage="C")], earlier_today=morning.changes)
    assert moves(noon) == [("O-1", Field.STAGE, "A", "C")]
    night = plan(noon.upserts, [an_opportunity(stage="A")], earlier_today=noon.changes)
    assert moves(night) == []


def test_an_import_leaves_what_an_earlier_one_that_day_saw():
    seen = Change(opportunity="O-9", on=TUESDAY, field=Field.STAGE, before="A", after="B")
    assert plan([an_opportunity()], [an_opportunity()], earlier_today=[seen]).changes == (seen,)


deals = st.lists(
    st.builds(
        an_opportunity,
        st.sampled_from(["O-1", "O-2", "O-3", "O-4"]),
        status=st.sampled_from(Status),
        stage=st.sampled_from(["A", "B"]),
        amount=st.sampled_from([None, dollars(0), dollars(5)]),
        close_date=st.sampled_from([None, MONDAY, TUESDAY]),
        closed_on=st.sampled_from([None, MONDAY]),
    ),
    unique_by=lambda it: it.id,
)


@given(deals, deals, st.booleans())
def test_importing_an_export_twice_is_importing_it_once(before, rows, complete):
    known = by_id(*before)
    try:
        first = plan_import(known, rows, TUESDAY, complete=complete)
    except ImportRefusedError:
        return
    second = plan_import(after(known, first), rows, TUESDAY, complete=complete, earlier_today=first.changes)
    assert (second.upserts, second.gone) == ((), ())
    assert second.snapshots == first.snapshots
    if known:
        assert second.changes == first.changes


@given(deals, deals)
def test_changes_lead_from_what_was_known_to_what_is(before, rows):
    known = by_id(*before)
    it = plan_import(known, rows, TUESDAY)
    now = after(known, it)
    stages = {change.opportunity: change.after for change in it.changes if change.field is Field.STAGE}
    moved = {name for name in known if known[name].stage != now[name].stage}
    assert stages == {name: now[name].stage for name in moved}


def test_of_what_an_export_has_no_column_for_the_known_stays():
    known = an_opportunity(name="Globex robots", next_step="Demo", closed_on=None)
    bare = replace(known, name="", close_date=None, next_step="", stage="Proposal")
    it = plan([known], [bare], unsaid={"name", "close_date", "next_step"})
    assert it.upserts == (replace(known, stage="Proposal"),)
    assert moves(it) == [("O-1", Field.STAGE, "Discovery", "Proposal")]
    assert plan([known], [bare]).upserts == (bare,), "an empty cell says that there is none"


def test_a_closed_deal_keeps_its_day_when_a_later_export_has_no_column_for_it():
    won = an_opportunity(status=Status.WON, stage="Won", closed_on=MONDAY)
    for said in (None, TUESDAY):  # the reader falls back on the expected day, which many CRMs write over
        assert plan([won], [replace(won, closed_on=said)], unsaid={"closed_on"}).upserts == ()


def test_a_deal_that_closes_in_an_export_without_the_day_closed_when_it_was_seen_and_an_opened_one_has_none():
    won = an_opportunity(status=Status.WON, stage="Won", closed_on=None)
    assert plan([an_opportunity()], [won], unsaid={"closed_on"}).upserts[0].closed_on == TUESDAY
    closed = an_opportunity(status=Status.LOST, stage="Lost", closed_on=MONDAY)
    assert plan([closed], [an_opportunity()], unsaid={"closed_on"}).upserts[0].closed_on is None


@given(st.sets(st.sampled_from(["name", "account", "close_date", "closed_on", "next_step", "category", "product"])))
def test_columns_that_an_export_leaves_out_are_no_move_of_any_deal(unsaid):
    deals = [
        an_opportunity("O-1", name="Globex robots", next_step="Demo", product="Arm 7"),
        an_opportunity("O-2", status=Status.WON, stage="Won", closed_on=MONDAY),
    ]
    nothing = {it: None if it in {"close_date", "closed_on", "category"} else "" for it in unsaid}
    it = plan(deals, [replace(deal, **nothing) for deal in deals], unsaid=unsaid)
    assert (it.upserts, it.changes) == ((), ())
