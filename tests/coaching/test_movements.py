"""What happened to deals over a stretch of days."""

from coaching.movements import Movement, What, movements
from coaching.opportunities import Field, Status
from tests.builders import a_change, an_opportunity, days_later

DEAL = an_opportunity()


def told(*changes, deal=DEAL):
    return [(it.what, it.before, it.after) for it in movements(changes, {deal.id: deal})]


def test_a_date_pushed_and_an_amount_changed_are_two_lines():
    date = a_change(field=Field.CLOSE_DATE, before="2026-11-30", after="2026-12-18")
    amount = a_change(field=Field.AMOUNT, before="5000000", after="4000000")
    assert told(amount, date) == [(What.PUSHED, "Mon 30 Nov", "Fri 18 Dec"), (What.AMOUNT, "$50,000", "$40,000")]


def test_going_to_and_fro_is_no_news():
    there = a_change(field=Field.AMOUNT, before="5000000", after="4000000")
    back = a_change(field=Field.AMOUNT, before="4000000", after="5000000", on=days_later(1))
    assert told(there, back) == []


def test_several_pushes_are_told_as_one():
    first = a_change(field=Field.CLOSE_DATE, before="2026-11-30", after="2026-12-04")
    second = a_change(field=Field.CLOSE_DATE, before="2026-12-04", after="2026-12-18", on=days_later(1))
    assert told(second, first) == [(What.PUSHED, "Mon 30 Nov", "Fri 18 Dec")]


def test_a_new_deal_is_new_and_nothing_else_unless_it_ended():
    new = a_change(field=Field.CREATED, before=None, after="2026-11-23")
    amount = a_change(field=Field.AMOUNT, before=None, after="4000000")
    assert told(new, amount) == [(What.NEW, "", "")]
    lost = a_change(field=Field.STATUS, before="open", after="lost")
    assert told(new, amount, lost, deal=an_opportunity(status=Status.LOST)) == [(What.LOST, "", ""), (What.NEW, "", "")]


def test_an_amount_that_was_not_known_says_so():
    assert told(a_change(field=Field.AMOUNT, before=None, after="4000000")) == [(What.AMOUNT, "no amount", "$40,000")]


def test_deals_of_others_are_left_out():
    assert (
        movements(
            (a_change("O-9"), a_change("O-9", field=Field.GONE, before=None, after="2026-11-23")), {DEAL.id: DEAL}
        )
        == ()
    )


def test_a_deal_that_left_the_crm_is_told():
    found = movements((a_change(field=Field.GONE, before=None, after="2026-11-23"),), {DEAL.id: DEAL})
    assert found == (Movement(What.GONE, DEAL),)
