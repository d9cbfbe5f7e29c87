"""Deals in, the company out: who is given a way, for which words, and what everybody else reads."""

import pytest

from coaching.card import Page
from coaching.people import Role
from coaching.routine import chosen
from coaching.routines import ROUTINES
from coaching.routines.files import ROUTINE
from tests.builders import a_company, a_manager, a_member, an_owner, commanded, said
from tests.coaching.routines.test_chat import Desk, words

RUNS = ("morgan", "olivia", "adam")


def pages(card) -> list[tuple[str, str]]:
    spans = (span for it in card.elements for span in getattr(it, "spans", ()))
    return [(it.page, it.member) for it in spans if isinstance(it, Page)]


@pytest.mark.parametrize("member", RUNS)
@pytest.mark.parametrize("word", ["import", "Upload", "csv", "deals upload", "hochladen", "Deals hochladen."])
def test_whoever_looks_after_the_set_up_is_given_a_way_of_their_own_to_bring_deals_in(member, word):
    assert pages(Desk().type(word, member)) == [("deals", member)]


@pytest.mark.parametrize("member", RUNS)
@pytest.mark.parametrize("word", ["company file", "Company  file", "firmendatei"])
def test_and_to_the_company_as_a_file(member, word):
    assert pages(Desk().type(word, member)) == [("company", member)]


@pytest.mark.parametrize("word", ["import", "company file"])
def test_a_rep_reads_who_can(word):
    card = Desk().type(word)
    assert pages(card) == []
    assert "Morgan, Olivia, Adam" in words(card)


def test_where_nobody_looks_after_it_they_read_that():
    assert "Nobody here looks after the set-up" in words(Desk(company=a_company(a_member())).type("import"))


@pytest.mark.parametrize(
    "text", ["import of the leads done, 12 calls", "csv sent to Acme, 3 calls", "upload 2 proposals", "company files"]
)
def test_a_check_in_that_begins_with_such_a_word_stays_one(text):
    assert ROUTINE not in chosen(ROUTINES, said(text))
    assert ROUTINE not in chosen(ROUTINES, commanded("coach", text))


def test_a_button_answers_beside_its_card_which_is_still_wanted():
    desk = Desk()
    assert pages(desk.press("files.deals", member="morgan")) == [("deals", "morgan")]
    assert pages(desk.press("files.company", member="olivia", key="k2")) == [("company", "olivia")]
    assert pages(desk.press("files.deals", key="k3")) == []
    assert all(it.replaces is None for it in desk.memory.messages.values())


@pytest.mark.parametrize("member", RUNS)
@pytest.mark.parametrize("word", ["set up", "Setup", "einrichtung"])
def test_the_set_up_leads_to_its_forms(member, word):
    named = [it.name for it in Desk().type(word, member).actions]
    assert named == ["files.who", "files.plan", "files.deals", "files.company"]


@pytest.mark.parametrize("form", ["files.who", "files.plan"])
def test_where_a_platform_has_no_such_forms_the_file_says_the_same(form):
    desk = Desk()
    shown = desk.press(form, member="morgan")
    assert "in Slack" in words(shown)
    assert pages(shown) == [("company", "morgan")]
    assert pages(desk.press(form, key="k2")) == []


def test_whoever_was_left_out_of_the_company_is_given_nothing():
    gone = a_member("adam", role=Role.ADMIN, active=False)
    assert Desk(company=a_company(a_member(), a_manager(), an_owner(), gone)).type("import", "adam") is None
