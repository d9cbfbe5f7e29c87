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
