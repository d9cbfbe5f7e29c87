"""What changed in the pipeline between two days, to the unit."""

from hypothesis import given
from hypothesis import strategies as st

from coaching.opportunities import Field, Snapshot, Status
from coaching.periods import Period
from coaching.waterfall import Pipelines, Waterfall, Why, waterfall
from tests.builders import MONDAY, a_change, an_opportunity, days_later, dollars

BEFORE, AFTER = days_later(-7), MONDAY
DUE, LATER = days_later(20), days_later(90)


def shot(name, amount=10_000, day=BEFORE, close=DUE, member="dana"):
    return Snapshot(
        opportunity=name,
        day=day,
        member=member,
        stage="Proposal",
        amount=None if amount is None else dollars(amount),
        close_date=close,
        category=None,
    )


def now(name, amount=10_000, **more):
    return shot(name, amount, AFTER, **more)


def ended(name, status):
    return a_change(name, field=Field.STATUS, before="open", after=status.value)


def change(before, after, changes=(), deals=(), member=None, gone=((), ())) -> Waterfall | None:
    return waterfall(
        Pipelines(
            before=tuple(before),
            after=tuple(after),
            changes=tuple(changes),
            deals={it.id: it for it in deals},
            currency="USD",
            period=Period.of(MONDAY),
            member=member,
            let_go_before=frozenset(gone[0]),
            let_go=frozenset(gone[1]),
        )
    )


ANCHOR, STILL = shot("A"), now("A")


def told(*args, **more):
    found = change(*args, **more)
    assert found is not None
    assert not found.left_over
    return {it.why: int(it.amount.amount) for it in found.parts}


def test_nothing_to_compare_is_none():
    assert change([], [STILL]) is None
    assert change([ANCHOR], []) is None
    assert change([ANCHOR], [ANCHOR]) is None


def test_each_part_has_its_name():
    won = an_opportunity("B", status=Status.WON, amount=dollars(12_000))
    lost = an_opportunity("B", status=Status.LOST, amount=dollars(10_000))
    assert told([ANCHOR], [STILL, now("B", 7_000)]) == {Why.NEW: 7_000}
    assert told([ANCHOR], [now("A", 12_000)]) == {Why.GROWN: 2_000}
    assert told([ANCHOR], [now("A", 4_000)]) == {Why.SHRUNK: -6_000}
    assert told([ANCHOR, shot("B")], [STILL], [ended("B", Status.WON)], [won]) == {Why.GROWN: 2_000, Why.WON: -12_000}
    assert told([ANCHOR, shot("B")], [STILL], [ended("B", Status.LOST)], [lost]) == {Why.LOST: -10_000}
    assert told([ANCHOR, shot("B")], [STILL]) == {Why.GONE: -10_000}
    assert told([ANCHOR, shot("B", close=LATER)], [STILL, now("B")]) == {Why.MOVED_IN: 10_000}
    assert told([ANCHOR, shot("B")], [STILL, now("B", close=LATER)]) == {Why.MOVED_OUT: -10_000}
    back = a_change("B", field=Field.STATUS, before="lost", after="open")
    assert told([ANCHOR], [STILL, now("B")], [back]) == {Why.BACK: 10_000}


def test_of_one_rep_deals_come_from_and_go_to_colleagues():
    before = [ANCHOR, shot("B", member="bob"), shot("C")]
    after = [STILL, now("B"), now("C", member="bob")]
    assert told(before, after, member="dana") == {Why.FROM_COLLEAGUES: 10_000, Why.TO_COLLEAGUES: -10_000}


def test_a_deal_that_came_and_was_won_within_the_week_is_told():
    won = an_opportunity("B", status=Status.WON, amount=dollars(9_000))
    found = change([ANCHOR], [STILL], [ended("B", Status.WON)], [won])
    assert [(it.why, int(it.amount.amount)) for it in found.parts] == [(Why.NEW, 9_000), (Why.WON, -9_000)]
    early = change([ANCHOR, shot("B", close=LATER)], [STILL], [ended("B", Status.WON)], [won])
    assert [it.why for it in early.parts] == [Why.MOVED_IN, Why.WON]


def test_a_deal_that_was_let_go_leaves_though_the_export_has_it_and_is_back_once_that_is_over():
    both = [ANCHOR, shot("B")], [STILL, now("B", 12_000)]
    assert told(*both, gone=((), "B")) == {Why.LET_GO: -10_000}
    assert told(*both, gone=("B", "B")) == {}
    assert told(*both, gone=("B", ())) == {Why.BACK: 12_000}
    came = change(
        [ANCHOR], [STILL, now("B", 12_000)], [], [an_opportunity("B", amount=dollars(12_000))], gone=((), "B")
    )
    assert [(it.why, int(it.amount.amount)) for it in came.parts] == [(Why.NEW, 12_000), (Why.LET_GO, -12_000)]


def test_a_deal_that_was_let_go_before_and_ends_now_was_lost_then():
    ends = {
        it: an_opportunity("B", status=it, amount=dollars(9_000), closed_on=MONDAY) for it in (Status.LOST, Status.WON)
    }
    assert told([ANCHOR, shot("B")], [STILL], [], [ends[Status.LOST]], gone=("B", ())) == {}
    won = change([ANCHOR, shot("B")], [STILL], [], [ends[Status.WON]], gone=("B", ()))
    assert [(it.why, int(it.amount.amount)) for it in won.parts] == [(Why.BACK, 9_000), (Why.WON, -9_000)]
    assert told([ANCHOR, shot("B")], [STILL], [], [ends[Status.LOST]], gone=((), "B")) == {Why.LOST: -10_000}


def test_without_any_close_date_all_open_deals_count():
    found = change([shot("A", close=None)], [now("A", close=None), now("B", 5_000, close=None)])
    assert (found.period, int(found.sum(Why.NEW).amount)) == (None, 5_000)


def test_an_unknown_amount_counts_nothing_until_it_is_known():
    found = change([shot("A", None)], [now("A", 5_000), now("B", None)])
    assert {it.why: int(it.amount.amount) for it in found.parts} == {Why.GROWN: 5_000, Why.NEW: 0}
    assert found.unknown == 1


NAMES = st.sampled_from("ABCDEFGH")
AMOUNTS = st.none() | st.integers(0, 10**9)
CLOSES = st.sampled_from([DUE, LATER, days_later(-30), None])
MEMBERS = st.sampled_from(["dana", "bob", None])
STATUSES = st.sampled_from(list(Status))


@given(
    st.dictionaries(NAMES, st.tuples(AMOUNTS, CLOSES, MEMBERS), min_size=1),
    st.dictionaries(NAMES, st.tuples(AMOUNTS, CLOSES, MEMBERS), min_size=1),
    st.dictionaries(NAMES, st.tuples(AMOUNTS, STATUSES, MEMBERS)),
    st.sampled_from([None, "dana"]),
)
def test_it_always_adds_up_to_the_unit(before, after, known, member):
    deals = [
        an_opportunity(name, amount=None if amount is None else dollars(amount), status=status, member=whose)
        for name, (amount, status, whose) in known.items()
    ]
    changes = [ended(it.id, it.status) for it in deals]
    first = [shot(name, amount, close=close, member=whose) for name, (amount, close, whose) in before.items()]
    last = [now(name, amount, close=close, member=whose) for name, (amount, close, whose) in after.items()]
    found = change(first, last, changes, deals, member)
    assert found is not None
    assert found.left_over.minor == 0
    assert found.opening + sum((it.amount for it in found.parts), dollars(0)) == found.closing


# --- what was told late ------------------------------------------------------------------------------------------------
def test_a_deal_that_ended_before_the_week_is_none_of_it_however_late_that_was_told():
    won = an_opportunity("B", status=Status.WON, amount=dollars(10_000), closed_on=BEFORE)
    assert told([ANCHOR, shot("B")], [STILL], [ended("B", Status.WON)], [won]) == {}
    later = an_opportunity("B", status=Status.WON, amount=dollars(10_000), closed_on=days_later(-6))
    assert told([ANCHOR, shot("B")], [STILL], [ended("B", Status.WON)], [later]) == {Why.WON: -10_000}


def test_a_deal_that_ended_in_the_week_left_it_though_the_last_export_had_it_open():
    lost = an_opportunity("B", status=Status.LOST, amount=dollars(10_000), closed_on=MONDAY)
    assert told([ANCHOR, shot("B")], [STILL, now("B")], [], [lost]) == {Why.LOST: -10_000}


DAYS = st.none() | st.integers(-12, 3).map(days_later)


@given(
    st.dictionaries(NAMES, st.tuples(AMOUNTS, CLOSES, MEMBERS), min_size=1),
    st.dictionaries(NAMES, st.tuples(AMOUNTS, CLOSES, MEMBERS), min_size=1),
    st.dictionaries(NAMES, st.tuples(AMOUNTS, STATUSES, MEMBERS, DAYS)),
    st.sets(NAMES),
    st.sampled_from([None, "dana"]),
    st.tuples(st.sets(NAMES), st.sets(NAMES)),
)
def test_it_adds_up_whenever_ends_were_told(before, after, known, seen, member, let_go):
    deals = [
        an_opportunity(
            name, amount=None if amount is None else dollars(amount), status=status, member=whose, closed_on=on
        )
        for name, (amount, status, whose, on) in known.items()
    ]
    changes = [ended(it.id, it.status) for it in deals if it.id in seen]
    first = [shot(name, amount, close=close, member=whose) for name, (amount, close, whose) in before.items()]
    last = [now(name, amount, close=close, member=whose) for name, (amount, close, whose) in after.items()]
    found = change(first, last, changes, deals, member, let_go)
    assert found is not None
    assert found.left_over.minor == 0
    gone = {it.id for it in deals if it.status is not Status.OPEN and it.closed_on and it.closed_on <= BEFORE}
    assert not gone & {it.opportunity for it in found.parts if it.why in {Why.WON, Why.LOST}}


@given(
    st.dictionaries(NAMES, st.tuples(AMOUNTS, CLOSES, MEMBERS), min_size=1),
    st.dictionaries(NAMES, st.tuples(STATUSES, DAYS)),
    st.sampled_from([None, "dana"]),
)
def test_the_opening_as_it_was_told_is_the_closing_of_the_page_before(before, known, member):
    shots = [shot(name, amount, close=close, member=whose) for name, (amount, close, whose) in before.items()]
    earlier = [shot(it.opportunity, 1, day=days_later(-14)) for it in shots]
    as_known_then = [an_opportunity(it.opportunity, member=it.member) for it in shots]
    page = change(earlier, shots, [], as_known_then, member)
    deals = [an_opportunity(name, status=status, closed_on=on) for name, (status, on) in known.items()]
    found = change(shots, [STILL], [], deals, member)
    if page.period == found.period:
        assert found.opening_as_told == page.closing
