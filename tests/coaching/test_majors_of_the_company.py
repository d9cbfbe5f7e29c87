"""The week's majors of all reps together, as the owner's digest counts them."""

from dataclasses import replace

from coaching.chosen import CameOf, Pick, Ruling
from coaching.majors import of_the_company
from coaching.opportunities import Status
from tests.builders import MONDAY, a_change, a_choice, a_company, an_opportunity, days_later, dollars

FRIDAY = days_later(4)


def summed(*choices, deals=(), changes=()):
    return of_the_company(choices, {it.id: it for it in deals}, a_company(), FRIDAY, changes)


def test_they_stand_with_most_at_stake_first_and_add_up():
    found = summed(
        a_choice(opportunity="O-1", amount=dollars(40_000), at_stake=dollars(10_000)),
        a_choice(opportunity="O-2", amount=dollars(20_000), at_stake=dollars(15_000), member="eve"),
        a_choice(opportunity="O-3", amount=None, at_stake=None),
        deals=[an_opportunity(f"O-{n}") for n in (1, 2, 3)],
    )
    assert [it.choice.opportunity for it in found.majors] == ["O-2", "O-1", "O-3"]
    assert (found.amount, found.at_stake, found.unknown) == (dollars(60_000), dollars(25_000), 1)


def test_an_argued_major_counts_only_where_the_manager_stood_by_it():
    argued = a_choice(agrees=False)
    assert summed(argued).majors == ()
    assert len(summed(replace(argued, ruling=Ruling.INSISTED)).majors) == 1
    assert summed(replace(argued, ruling=Ruling.AGREED)).majors == ()


def test_of_each_rep_the_latest_day_counts_and_nothing_later_than_the_day():
    old, new = a_choice(opportunity="O-1", on=days_later(-7)), a_choice(opportunity="O-2")
    later = a_choice(opportunity="O-3", on=days_later(7))
    hers = a_choice(opportunity="O-4", on=days_later(-7), member="eve")
    found = summed(old, new, later, hers)
    assert {it.choice.opportunity for it in found.majors} == {"O-2", "O-4"}
    assert found.since == days_later(-7)


def test_what_came_of_each_is_told():
    deals = [an_opportunity("O-1", status=Status.WON), an_opportunity("O-2"), an_opportunity("O-3")]
    choices = [a_choice(opportunity=f"O-{n}", at_stake=dollars(10 - n)) for n in (1, 2, 3, 4)]
    found = summed(*choices, deals=deals, changes=[a_change("O-2", on=days_later(2))])
    assert [it.came_of for it in found.majors] == [CameOf.WON, CameOf.MOVED, CameOf.NOTHING, CameOf.GONE]


def test_what_was_dropped_says_how_much_time_it_frees():
    gone = a_choice(opportunity="O-5", pick=Pick.DISTRACTION, agrees=True, minutes=90)
    kept = a_choice(opportunity="O-6", pick=Pick.DISTRACTION, agrees=False, minutes=90)
    found = summed(gone, kept)
    assert (found.freed, [it.choice.opportunity for it in found.dropped], found.majors) == (90, ["O-5"], ())


def test_without_any_there_is_nothing_at_stake():
    found = summed()
    assert (found.since, found.majors, found.at_stake) == (None, (), dollars(0))


def test_a_change_on_the_very_morning_is_not_what_came_of_it():
    [one] = summed(a_choice(), deals=[an_opportunity()], changes=[a_change(on=MONDAY)]).majors
    assert one.came_of is CameOf.NOTHING


def test_nothing_is_at_stake_in_a_major_that_has_ended():
    choices = [a_choice(opportunity=f"O-{n}", amount=dollars(n * 1_000), at_stake=dollars(n * 100)) for n in (1, 2, 3)]
    lost = an_opportunity("O-2", status=Status.LOST, closed_on=days_later(2))
    won = an_opportunity("O-3", status=Status.WON, closed_on=days_later(2))
    found = summed(*choices, deals=[an_opportunity("O-1"), lost, won])
    assert (found.amount, found.at_stake) == (dollars(1_000), dollars(100))
    assert ([it.choice.opportunity for it in found.open], len(found.majors)) == (["O-1"], 3)
