"""Where a deal is chosen, each is there once, under a name that no other has."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as some

from coaching.told_apart import called, told_apart
from tests.builders import an_opportunity, days_later, dollars

ONE = an_opportunity("O-1", name="Rollout", account="Acme", amount=dollars(40_000), stage="Proposal")


def names(*deals):
    return list(told_apart(deals).values())


def test_a_name_that_is_the_only_one_stands_alone():
    assert names(ONE, replace(ONE, id="O-2", name="Pilot")) == ["Rollout", "Pilot"]


def test_two_of_one_name_are_told_apart_by_their_customers_then_amounts_then_stages():
    assert names(ONE, replace(ONE, id="O-2", account="Globex")) == ["Rollout (Acme)", "Rollout (Globex)"]
    assert names(ONE, replace(ONE, id="O-2", amount=dollars(9_000))) == ["Rollout ($40,000)", "Rollout ($9,000)"]
    assert names(ONE, replace(ONE, id="O-2", stage="Demo")) == ["Rollout (Proposal)", "Rollout (Demo)"]


def test_what_differs_in_its_date_alone_is_told_apart_by_it():
    assert names(ONE, replace(ONE, id="O-2", close_date=days_later(9))) == [
        "Rollout (Fri 18 Dec)",
        "Rollout (Wed 2 Dec)",
    ]


def test_in_a_line_a_name_that_another_bears_says_which_and_without_money_where_there_is_to_be_none():
    other, cheap = replace(ONE, id="O-2", stage="Demo"), replace(ONE, id="O-3", amount=dollars(9_000))
    assert called(ONE, (ONE, replace(ONE, id="O-2", name="Pilot"))) == "Rollout"
    assert called(other, (ONE, other)) == "Rollout (Demo)"
    assert called(cheap, (ONE, cheap)) == "Rollout ($9,000)"
    assert "$" not in called(cheap, (ONE, cheap), money=False)


def test_where_no_single_fact_tells_three_apart_all_of_them_do():
    others = replace(ONE, id="O-2", account="Globex"), replace(ONE, id="O-3", amount=dollars(9_000))
    assert names(ONE, *others) == [
        "Rollout (Acme, $40,000, Proposal, Fri 18 Dec)",
        "Rollout (Globex, $40,000, Proposal, Fri 18 Dec)",
        "Rollout (Acme, $9,000, Proposal, Fri 18 Dec)",
    ]


def test_deals_that_are_alike_in_everything_are_told_apart_by_their_ids():
    assert names(ONE, replace(ONE, id="O-2")) == [
        "Rollout (Acme, $40,000, Proposal, Fri 18 Dec, O-1)",
        "Rollout (Acme, $40,000, Proposal, Fri 18 Dec, O-2)",
    ]


def test_the_same_deal_given_twice_is_there_once():
    assert names(ONE, ONE) == ["Rollout"]


@given(
    some.lists(
        some.tuples(some.sampled_from("ab"), some.sampled_from(["", "x"]), some.sampled_from([None, 1, 2])), max_size=7
    )
)
def test_no_two_have_the_same_name(made):
    deals = [
        an_opportunity(f"O-{n}", name=name * 50, account=account, amount=None if amount is None else dollars(amount))
        for n, (name, account, amount) in enumerate(made)
    ]
    found = told_apart(deals)
    assert len(set(found.values())) == len(found) == len(deals)
