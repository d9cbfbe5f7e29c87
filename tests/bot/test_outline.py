"""What a set-up in the chat is read back as."""

from dataclasses import replace

from bot.languages import language
from bot.outline import changed, outline
from coaching.language import speaking
from coaching.people import Role
from tests.builders import a_company, a_manager, a_member


def test_what_goes_and_what_comes_stand_in_a_line_each():
    before = a_company(a_member(name="Dana Reyes"), a_manager(name="Morgan Lee"))
    after = replace(before, members=(replace(before.members[0], role=Role.ADMIN), before.members[1]), country="DE")
    assert changed(before, after) == [
        "- Public holidays: US",
        "- Rep: Dana Reyes",
        "+ Public holidays: DE",
        "+ Admin: Dana Reyes",
    ]
    assert changed(before, before) == []


def test_whoever_left_is_no_longer_among_the_people():
    company = a_company(a_member(name="Dana Reyes"), a_member("kim", name="Kim Lee", active=False))
    assert "+ Rep: Dana Reyes" in outline(company)
    assert not [it for it in outline(company) if "Kim Lee" in it]


def test_a_second_person_of_the_same_name_is_seen():
    one = a_company(a_member("kim", name="Kim Lee"))
    two = replace(one, members=(*one.members, a_member("kim2", name="Kim Lee")))
    assert changed(one, two) == ["+ Rep: Kim Lee"]


def test_the_lines_are_in_the_language_of_the_company():
    before = a_company()
    with speaking(language("de")):
        assert changed(before, replace(before, country="DE")) == ["- Feiertage: US", "+ Feiertage: DE"]


def test_addresses_that_were_written_down_are_told():
    kim = a_member("kim", name="Kim Novak", email="kim@acme.example", handles={})
    dana = a_member(name="Dana Reyes", email="dana@acme.example", handles={"teams": "aad-dana"})
    moved = replace(dana, email=None)
    assert outline(a_company(kim, dana))[-1] == "+ E-mail of Kim Novak: kim@acme.example"
    assert changed(a_company(dana), a_company(dana, kim)) == [
        "+ Rep: Kim Novak", "+ E-mail of Kim Novak: kim@acme.example",
    ]  # fmt: skip
    assert changed(a_company(dana), a_company(moved)) == [
        "- E-mail of Dana Reyes: dana@acme.example", "+ E-mail of Dana Reyes: –",
    ]  # fmt: skip
    linked = replace(kim, handles={"slack": "U0KIM"})
    assert changed(a_company(dana, kim), a_company(dana, linked)) == [], "the file's own lines tell it"
