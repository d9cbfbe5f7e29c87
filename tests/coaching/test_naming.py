"""Two reps with one first name: it means neither of them, and who wrote it is asked which one."""

from dataclasses import replace

import pytest

from coaching.changing import with_week
from coaching.engine import Engine
from coaching.naming import by_name, named, named_first
from coaching.people import Role
from coaching.routines import ROUTINES
from coaching.setting_up import Draft, Person, company
from tests.builders import MONDAY, a_company, a_manager, a_member, an_opportunity, an_owner, commanded, dollars, said
from tests.fakes import MemoryStore, no_holidays, remember
from tests.forecasting import a_call, words

ANNA = a_member("anna", name="Anna Kim")
OTHER = a_member("anna-b", name="Anna B. Kim")
TEAM = a_company(ANNA, OTHER, a_member("jo", name="Jo Ek"), a_manager(), an_owner())
ASKED = "Anna Kim and Anna B. Kim go by that name. Which one?"


class Desk:
    def __init__(self, *things, team=TEAM):
        self.store = MemoryStore(team)
        self.memory = remember(self.store.of["acme"], *things)
        self.engine = Engine(self.store, no_holidays, ROUTINES)

    def type(self, text, member="morgan"):
        return words(self.engine.handle(commanded("coach", text, member=member)))

    def write(self, text, member="morgan"):
        self.engine.handle(said(text, member=member))
        return words([it.card for it in self.memory.messages.values() if it.to == member][-1])

    @property
    def calls(self):
        return [(it.member, it.by, it.commit) for it in self.memory.calls]


@pytest.mark.parametrize("who", ["morgan", "anna", "anna-b"])
@pytest.mark.parametrize("text", ["forecast anna commit 100k best 140k because so", "forecast Anna: commit 100k"])
def test_a_call_for_a_name_that_two_share_is_nobodys(text, who):
    desk = Desk()
    assert ASKED in desk.type(text, who)
    assert desk.calls == []


@pytest.mark.parametrize("text", ["forecast anna", "agree anna", "stimme Anna zu", "majors anna", "review anna"])
def test_which_one_is_asked_whatever_was_wanted(text):
    assert ASKED in Desk(an_opportunity(member="anna"), a_call(member="anna", by="anna")).write(text)


@pytest.mark.parametrize("text", ["actions anna", "ratios anna"])
def test_which_one_is_asked_of_figures(text):
    assert ASKED in Desk().type(text)


@pytest.mark.parametrize(("whose", "member"), [("anna kim", "anna"), ("Anna B. Kim", "anna-b"), ("anna-b", "anna-b")])
def test_the_whole_name_or_an_id_of_ones_own_tells(whose, member):
    desk = Desk()
    desk.type(f"forecast {whose} commit 100k best 140k because so")
    assert desk.calls == [(member, "morgan", dollars(100_000))]


def test_agreeing_hears_a_whole_name_with_an_initial():
    desk = Desk(a_call(member="anna-b", by="anna-b"))
    assert "Anna B. Kim" in desk.write("agree Anna B. Kim")


@pytest.mark.parametrize("whose", ["jo", "Jo Ek", "Jo."])
def test_a_first_name_that_one_has_is_enough(whose):
    assert [it.id for it in named(TEAM, whose)] == ["jo"]


def test_who_left_and_who_manages_is_not_meant():
    one = a_company(ANNA, a_member("anna-b", name="Anna B. Kim", active=False), a_manager(name="Anna Lee"))
    assert [it.id for it in named(one, "anna")] == ["anna"]


def test_of_names_that_begin_alike_the_longest_is_meant():
    team = a_company(a_member("kim", name="Anna Kim"), a_member("lee", name="Anna Kim-Lee"))
    them, rest = named_first(team, "anna kim-lee commit 1k")
    assert ([it.id for it in them], rest) == (["lee"], " commit 1k")


def test_two_of_one_whole_name_are_told_apart_by_their_id():
    team = a_company(ANNA, a_member("anna-kim", name="Anna Kim"))
    asked = Desk(team=a_company(*team.members, a_manager())).type("forecast anna kim commit 1k")
    assert "Anna Kim (anna) and Anna Kim (anna-kim)" in asked
    assert [it.id for it in named(team, "Anna Kim (anna)")] == ["anna"]


def test_who_has_one_word_for_a_name_is_told_from_whom_it_is_the_first_name_of():
    team = a_company(a_member("kim", name="Kim"), a_member("kim-novak", name="Kim Novak"))
    assert [team.in_full(it) for it in named(team, "kim")] == ["Kim (kim)", "Kim Novak"]
    assert {name: it.id for name, it in by_name(team).items()} == {
        "kim (kim)": "kim",
        "kim novak": "kim-novak",
        "kim novak (kim-novak)": "kim-novak",
        "kim-novak": "kim-novak",
    }


def test_the_owner_is_not_asked_as_they_are_told_of_nobody():
    assert ASKED not in Desk().type("forecast anna", "olivia")


def test_a_targets_line_for_a_name_that_two_share_is_refused_when_a_company_is_set_up():
    people = [
        Person(handle=f"U{n}", name=name, zone="UTC", role=role)
        for n, (name, role) in enumerate((("Anna Kim", Role.REP), ("Anna B. Kim", Role.REP), ("Max Lee", Role.MANAGER)))
    ]
    draft = Draft(name="Acme", zone="UTC", people=tuple(people), targets="Anna: 100k")
    assert "more than one. Such as Anna Kim: 180k" in company(draft, "acme", MONDAY)[1]["targets"]
    made, errors = company(replace(draft, targets="Anna B. Kim: 100k"), "acme", MONDAY)
    assert errors == {}
    assert [it.member for it in made.targets] == ["anna-b-kim"]


def test_a_targets_line_for_a_name_that_two_share_is_refused_when_it_is_changed():
    for typed, refused in (("Anna: 1k", True), ("Anna B. Kim: 1k", False)):
        assert (
            bool(with_week(TEAM, {"targets.2026-Q4": typed, "days": ["mon"]}, MONDAY)[1].get("targets.2026-Q4"))
            is refused
        )
