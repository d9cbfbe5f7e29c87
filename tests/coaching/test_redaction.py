"""A person's name taken out: all of theirs, and nothing that only looks like it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coaching.people import Member
from coaching.redaction import Redaction
from tests.builders import a_company, a_manager, a_member


def taken_out(member: Member, *others: Member) -> Redaction:
    return Redaction.of(member, a_company(member, *others), label="somebody", alias="x", also=["dana-asked-1"])


DANA = a_member(email="dana@acme.example", crm_owner="Reyes, D.")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Dana Reyes called", "somebody called"),
        ("DANA  REYES called", "somebody called"),
        ("Dana’s deal, and Dana.", "somebody’s deal, and somebody."),
        ("Danae and Bandana", "Danae and Bandana"),
        ("write to Dana@Acme.example", "write to somebody"),
        ("<@U0DANA>", "<@somebody>"),
        ("nothing of hers", "nothing of hers"),
    ],
)
def test_words_lose_every_form_of_the_name(said, left):
    assert taken_out(DANA).words(said) == left


def test_a_first_name_that_two_share_stays():
    other = a_member("dana2", name="Dana Scully", crm_owner=None)
    assert taken_out(DANA, other).words("Dana Reyes and Dana") == "somebody and Dana"


def test_a_first_name_that_is_also_a_word_stays():
    will = a_member("will", name="Will Stone", crm_owner=None)
    assert taken_out(will).words("Will Stone: Will call Acme, will you?") == "somebody: Will call Acme, will you?"


def test_a_deals_own_words_lose_whole_names_only():
    grace = a_member("ida", name="Ida Park", crm_owner=None)
    assert taken_out(grace).business("Ida Foods, by Ida Park") == "Ida Foods, by somebody"


def test_owners_are_compared_as_imports_compare_them():
    it = taken_out(DANA)
    assert [it.owns(name) for name in ("dana reyes", "REYES,  D.", "dana", "dana@acme.example", "Dana")] == [True] * 5
    assert not it.owns("Reyes")


@pytest.mark.parametrize(
    ("key", "left"),
    [
        ("checkin:dana:2026-11-23", "checkin:x:2026-11-23"),
        ("digest:dana", "digest:x"),
        ("press:T1:U0DANA:17", "press:T1:x:17"),
        ("escalation:dana-asked-1:rep", "escalation:x:rep"),
        ("checkin:bandana:1", "checkin:bandana:1"),
        ("checkin:dana-maria:1", "checkin:dana-maria:1"),
    ],
)
def test_keys_lose_the_id(key, left):
    assert taken_out(DANA).key(key) == left


def test_our_own_words_in_a_key_are_nobodys():
    boss = a_manager("manager", name="Kim Lee", handles={})
    assert taken_out(boss).key("escalation:dana-1:manager") == "escalation:dana-1:manager"


def test_a_kept_card_keeps_its_shape():
    card = {
        "summary": "Dana asks",
        "elements": [
            {"is": "Text", "spans": ["dana", {"is": "Mention", "member": "dana", "name": "Dana Reyes"}], "quiet": False},
            {"is": "Buttons", "actions": [{"name": "dana", "label": "Dana", "args": {"member": "dana", "id": "dana-asked-1"}}]},
        ],
    }  # fmt: skip
    assert taken_out(DANA).inside(card) == {
        "summary": "somebody asks",
        "elements": [
            {"is": "Text", "spans": ["dana", {"is": "Mention", "member": "x", "name": "somebody"}], "quiet": False},
            {"is": "Buttons", "actions": [{"name": "dana", "label": "somebody", "args": {"member": "x", "id": "x"}}]},
        ],
    }  # fmt: skip


def test_a_name_with_signs_of_a_pattern_in_it_is_a_name():
    odd = replace(DANA, name="D. (Dana) R+ *", crm_owner=None)
    assert taken_out(odd).words("By D. (Dana) R+ *") == "By somebody"
