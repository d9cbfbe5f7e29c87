"""What a set-up in the chat is read back as."""

from dataclasses import replace
from datetime import time

from bot.languages import language
from bot.outline import changed, outline
from coaching.company import CheckInPlan, Company
from coaching.language import speaking
from coaching.people import Role
from tests.builders import a_company, a_manager, a_member, an_owner


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


def test_who_gets_what_a_manager_would_is_told_where_there_is_none():
    def managing(company: Company) -> list[str]:
        return [it for it in outline(company) if "manager" in it]

    assert managing(a_company(a_member(), a_manager()))[0].startswith("+ The manager is here: ")
    assert managing(a_company(a_member(), an_owner(name="Olivia Park"))) == [
        "+ No manager: what a rep can’t settle goes to the owner, Olivia Park"
    ]
    assert managing(a_company(a_member())) == ["+ No manager and no owner: what a rep can’t settle goes to nobody"]


def test_a_second_person_of_the_same_name_is_seen():
    one = a_company(a_member("kim", name="Kim Lee"))
    two = replace(one, members=(*one.members, a_member("kim2", name="Kim Lee")))
    assert changed(one, two) == ["+ Rep: Kim Lee"]


def test_the_lines_are_in_the_language_of_the_company():
    before = a_company()
    with speaking(language("de")):
        assert changed(before, replace(before, country="DE")) == ["- Feiertage: US", "+ Feiertage: DE"]


def test_by_what_somebody_is_known_who_was_written_down_is_told():
    kim = a_member("kim", name="Kim Novak", email="kim@acme.example", handles={})
    dana = a_member(name="Dana Reyes", email="dana@acme.example", handles={"teams": "aad-dana"})
    moved = replace(dana, email="reyes@acme.example", handles={"teams": "aad-2"})
    assert outline(a_company(kim, dana))[-3:] == [
        "+ E-mail of Kim Novak: kim@acme.example",
        "+ E-mail of Dana Reyes: dana@acme.example",
        "+ Teams account of Dana Reyes: aad-dana",
    ]
    assert changed(a_company(dana), a_company(dana, kim)) == [
        "+ Rep: Kim Novak", "+ E-mail of Kim Novak: kim@acme.example",
    ]  # fmt: skip
    assert changed(a_company(dana), a_company(moved)) == [
        "- E-mail of Dana Reyes: dana@acme.example", "- Teams account of Dana Reyes: aad-dana",
        "+ E-mail of Dana Reyes: reyes@acme.example", "+ Teams account of Dana Reyes: aad-2",
    ]  # fmt: skip


def test_who_was_picked_from_a_list_came_with_all_that_and_it_is_not_told():
    kim = a_member("kim", name="Kim Novak", email="kim@acme.example", handles={"slack": "U0KIM"})
    assert changed(a_company(a_member()), a_company(a_member(), kim)) == ["+ Rep: Kim Novak"]


def test_an_account_that_somebody_has_from_now_on_is_told_whatever_else_changes():
    kim = a_member("kim", name="Kim Novak", handles={})
    before, after = a_company(kim), a_company(replace(kim, handles={"slack": "U0KIM"}))
    assert changed(before, after) == ["+ Slack account of Kim Novak: U0KIM"]
    assert changed(before, replace(after, country="DE"))[2:] == ["+ Slack account of Kim Novak: U0KIM"]


def test_whose_clock_changes_with_the_companys_is_told():
    dana, lee = a_member(name="Dana Reyes", zone="Europe/Berlin"), a_member("lee", name="Lee Kim", zone="Europe/Berlin")
    kim = a_member("kim", name="Kim Novak", zone="Europe/Lisbon")
    before = a_company(dana, lee, kim, zone="Europe/Berlin")
    moved = tuple(replace(it, zone="Europe/Vienna") for it in (dana, lee))
    assert changed(before, replace(before, zone="Europe/Vienna", members=(*moved, kim))) == [
        "- Time zone: Europe/Berlin",
        "+ Time zone: Europe/Vienna",
        "+ Time zone of Dana Reyes and Lee Kim: Europe/Berlin → Europe/Vienna",
    ]


def test_a_check_in_within_quiet_hours_is_told_at_the_hour_that_it_comes_with_the_reason():
    early = a_company(checkin=CheckInPlan(at=time(6, 15)))
    assert (
        "+ Check-in: Mon, Tue, Wed, Thu, Fri at 07:30, when the quiet hours (19:00-07:30) end, and not at 06:15"
        in outline(early)
    )
