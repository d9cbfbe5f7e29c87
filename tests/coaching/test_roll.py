"""People as lines: whom they mean, and what becomes of a company that is written down anew."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files.plain import dump
from coaching.changing import PICKED, periods, pickable, typed_targets, with_lines, with_people, with_week
from coaching.company import Company, Target
from coaching.money import Money
from coaching.people import Member, Role
from coaching.roll import Roll, fits, lines_of
from coaching.setting_up import Person
from tests.builders import MONDAY, a_company, a_manager, a_member, an_owner

DANA = replace(a_member("dana", name="Dana Reyes", email="dana@acme.example"), handles={"teams": "aad-dana"})
LEE = a_member("lee", name="Lee Kim", email="lee@acme.example", handles={})
GONE = replace(a_member("sam", name="Sam Fox", email="sam@acme.example", handles={}), active=False)
COMPANY = a_company(DANA, LEE, GONE, a_manager(name="Morgan Lee"), an_owner(name="Olivia Park"))
KIM = Person(handle="aad-kim", platform="teams", name="Kim Novak", zone="Europe/Berlin", role=Role.REP)
A_WEEK = {"days": ["mon"], "visits": ["mon"], "at": "08:30"}
REPS = "Dana Reyes, dana@acme.example\nLee Kim, lee@acme.example"


def as_shown(company: Company = COMPANY, **changed: str) -> dict[str, str]:
    """What comes back of a form that nobody touches."""
    them = pickable(company, "teams")
    lines = lines_of(company)
    roles = {name: "\n".join(lines[it.id] for it in them if it.role is role) for name, role in PICKED.items()}
    texts = {"name": company.name, "language": "en", "zone": company.zone, "country": company.country or ""}
    return texts | roles | changed


def after(reps: str, newcomer: Person | None = None) -> Company:
    made, errors = with_lines(COMPANY, as_shown(reps=reps), "teams", newcomer)
    assert errors == {}
    return made


def rep(company: Company, member: str) -> Member:
    found = company.member(member)
    assert found is not None
    return found


def test_what_nobody_changed_is_the_same_company():
    assert with_lines(COMPANY, as_shown(), "teams") == (COMPANY, {})


@pytest.mark.parametrize(
    "line",
    [
        "Kim Novak, kim@acme.example", "Kim Novak kim@acme.example", "Kim Novak <kim@acme.example>", "Kim Novak (kim@acme.example)",
        "  Kim   Novak ;kim@acme.example ; ", "Kim Novak: kim@acme.example",
    ],
)  # fmt: skip
def test_who_is_new_has_a_name_and_an_address_and_no_account(line: str):
    kim = rep(after(f"{REPS}\n\n{line}\n"), "kim")
    assert (kim.name, kim.email, kim.zone, dict(kim.handles)) == ("Kim Novak", "kim@acme.example", COMPANY.zone, {})


@pytest.mark.parametrize(
    "line", ["Novak, Kim, kim@acme.example", "Novak, Kim <kim@acme.example>", "Novak,Kim; kim@acme.example"]
)
def test_a_name_as_directories_have_it_is_said_as_people_say_it(line: str):
    kim = rep(after(f"{REPS}\n{line}"), "kim")
    assert (kim.name, kim.first_name, kim.crm_owner, kim.email) == ("Kim Novak", "Kim", "Kim Novak", "kim@acme.example")


def test_a_member_is_found_by_either_form_of_their_name_and_keeps_it():
    assert after("Reyes, Dana, dana@acme.example\nLee Kim") == COMPANY
    assert after("Reyes, Dana\nLee Kim") == COMPANY
    filed = replace(DANA, name="Reyes, Dana")
    company = replace(COMPANY, members=(filed, *COMPANY.members[1:]))
    made, errors = with_lines(company, as_shown(company, reps="Reyes, Dana, new@acme.example\nLee Kim"), "teams")
    assert (errors, rep(made, "dana").name, rep(made, "dana").first_name) == ({}, "Reyes, Dana", "Dana")


def test_what_follows_a_name_is_no_first_name():
    kim = rep(after(f"{REPS}\nKim Novak, Jr., kim@acme.example"), "kim")
    assert (kim.name, kim.first_name) == ("Kim Novak, Jr.", "Kim")


@pytest.mark.parametrize("line", ["Dana Reyes", "dana reyes", "DANA@acme.example", "Dana Reyes, Dana@acme.example"])
def test_an_address_or_a_name_says_who_it_is(line: str):
    dana = rep(after(f"{line}\nLee Kim"), "dana")
    assert (dana.handles, dana.active, dana.role) == (DANA.handles, True, Role.REP)


def test_a_line_that_goes_is_somebody_who_left_and_one_that_comes_back_is_them_again():
    left = after("Dana Reyes")
    assert not rep(left, "lee").active
    back, _ = with_lines(left, as_shown(left, reps=REPS), "teams")
    assert back.member("lee") == LEE
    assert rep(after(f"{REPS}\nSam Fox"), "sam") == replace(GONE, active=True)


def test_another_address_is_the_same_member_and_a_name_in_capitals_is_no_other():
    dana = rep(after(REPS.replace("dana@acme", "reyes@acme").replace("Dana Reyes", "DANA REYES")), "dana")
    assert (dana.name, dana.email, dana.handles) == ("Dana Reyes", "reyes@acme.example", DANA.handles)


def test_a_mailbox_that_is_handed_on_makes_nobody_somebody_else():
    for line in ("Kim Novak, dana@acme.example", "Lee Kim, dana@acme.example"):
        _, errors = with_lines(COMPANY, as_shown(reps=f"{line}\nSomebody Else, x@acme.example"), "teams")
        assert "is the address of Dana Reyes" in errors["reps"]
    kim = rep(after(f"{REPS}\nKim Novak, sam@acme.example"), "kim")
    assert kim.email == "sam@acme.example", "Sam has left, and keeps their history"


@pytest.mark.parametrize(
    "names",
    [
        ("Dana Reyes (External)", "Reyes, Dana"), ("Dana @ Acme", "Dana:"), ("Dana Reyes", "Dana Reyes"), ("dana", "Dana"),
        ("Dana  <Reyes>", "D@na"), ("lee", "Dana"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("email", [None, "sales@acme.example"])
def test_whatever_people_are_called_their_lines_mean_them(names: tuple[str, str], email: str | None):
    dana, lee = (replace(it, name=name, email=email) for it, name in zip((DANA, LEE), names, strict=True))
    company = replace(COMPANY, members=(dana, lee, *COMPANY.members[2:]))
    lines = "\n".join(lines_of(company)[it] for it in ("dana", "lee"))
    assert with_lines(company, as_shown(company, reps=lines), "teams") == (company, {})


def test_another_field_is_another_role():
    made, errors = with_lines(COMPANY, as_shown(reps="Dana Reyes", managers="Morgan Lee\nLee Kim"), "teams")
    assert errors == {}
    assert rep(made, "lee") == replace(LEE, role=Role.MANAGER)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reps": f"{REPS}\nKim Novak"}, "reps"), ({"reps": f"{REPS}\nKim Novak, kim@acme"}, "reps"),
        ({"reps": f"{REPS}\nKim, kim@acme.example, kim@other.example"}, "reps"), ({"reps": f"{REPS}\nkim@acme.example"}, "reps"),
        ({"reps": f"{REPS}\nDana Reyes"}, "reps"), ({"admins": "Dana Reyes"}, "admins"), ({"reps": ""}, "reps"),
        ({"reps": f"{REPS}\n{'x' * 90}, kim@acme.example"}, "reps"), ({"managers": "", "owners": ""}, "managers"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field(changed: dict[str, str], field: str):
    assert list(with_lines(COMPANY, as_shown(**changed), "teams")[1]) == [field]


def test_each_line_that_cannot_be_read_is_told():
    errors = with_lines(COMPANY, as_shown(reps=f"{REPS}\nKim\nSue\nKim", zone="Mars"), "teams")[1]
    assert errors["reps"].count("“Kim”") == errors["reps"].count("“Sue”") == 1
    assert "zone" in errors


def test_who_wrote_is_known_by_the_name_they_have_there():
    kim = rep(after(f"{REPS}\nKim Novak", KIM), "kim")
    assert (dict(kim.handles), kim.email) == ({"teams": "aad-kim"}, None)
    kim = rep(after(f"{REPS}\nKim Novak, kim@acme.example", KIM), "kim")
    assert (dict(kim.handles), kim.email) == ({"teams": "aad-kim"}, "kim@acme.example")


ID = "6b1f4a00-0000-4000-8000-0000000b0055"


@pytest.mark.parametrize(
    "line", [f"Kim Novak, {ID}", f"Kim Novak {ID.upper()}", f"Kim Novak, kim@acme.example ({ID})", f"{ID}: Kim Novak"]
)
def test_an_id_says_whose_account_it_is_where_no_address_proves_anything(line: str):
    kim = rep(after(f"{REPS}\n{line}"), "kim")
    assert (kim.name, dict(kim.handles)) == ("Kim Novak", {"teams": ID})
    lee = rep(after(f"Dana Reyes\nLee Kim, {ID}"), "lee")
    assert lee == replace(LEE, handles={"teams": ID})


@pytest.mark.parametrize("others", [f"Lee Kim, {ID}", f"Lee Kim\nKim Novak, {ID}"])
def test_an_account_is_one_persons(others: str):
    company = replace(COMPANY, members=(replace(DANA, handles={"teams": ID}), *COMPANY.members[1:]))
    _, errors = with_lines(company, as_shown(company, reps=f"Dana Reyes\n{others}"), "teams")
    assert errors == {"reps": "That is Dana Reyes’s account already; an account is one person’s."}
    assert with_lines(company, as_shown(company, reps=others), "teams")[1] == {}, "Dana has left"


TWO_DANAS = "Two people are called Dana Reyes: their deals couldn’t be told apart. Write one differently, such as Dana B. Reyes."


@pytest.mark.parametrize(
    ("changed", "field", "why"),
    [
        ({"reps": f"{REPS}\nDana Reyes, dana2@acme.example"}, "reps", TWO_DANAS),
        ({"reps": f"{REPS}\nDana Reyes"}, "reps", "Dana Reyes is named twice; once is enough."),
        ({"reps": f"{REPS}\nKim Novak, k@acme.example\nKira Holm, k@acme.example"}, "reps",
         "k@acme.example is Kim Novak’s address already; an address is one person’s."),
        ({"reps": f"{REPS}\nKim Novak, {ID}\nKira Holm, {ID}"}, "reps",
         "That is Kim Novak’s account already; an account is one person’s."),
        ({"owners": "Morgan Lee"}, "owners",
         "Morgan Lee is named twice; one person, one role. Take them out of one field; the owner may stay empty."),
    ],
)  # fmt: skip
def test_of_two_who_cannot_be_told_apart_it_is_said_by_what_and_what_to_do(
    changed: dict[str, str], field: str, why: str
):
    assert with_lines(COMPANY, as_shown(**changed), "teams")[1] == {field: why}


def test_of_two_of_one_name_one_is_picked_once_they_are_called_differently():
    dana = Person(handle="U0OTHER", name="Dana Reyes", zone="UTC", role=Role.REP)
    shown = [
        replace(dana, handle=it.handles["slack"], name=it.name, role=it.role)
        for it in (a_member(handles={"slack": "U1"}), a_manager(handles={"slack": "U2"}))
    ]
    company = a_company(a_member(name="Dana Reyes", handles={"slack": "U1"}), a_manager(handles={"slack": "U2"}))
    typed = {"name": "Acme", "zone": "UTC"}
    assert (
        "called differently in Slack, such as Dana B. Reyes" in with_people(company, typed, (*shown, dana))[1]["reps"]
    )
    assert with_people(company, typed, (*shown, replace(dana, name="Dana B. Reyes")))[1] == {}


def test_a_role_that_was_not_asked_for_stays():
    asked = as_shown()
    del asked["reps"]
    assert with_lines(COMPANY, asked, "teams") == (COMPANY, {})


def test_those_who_are_too_many_for_a_field_are_not_asked_for():
    many: tuple[Any, ...] = tuple(
        a_member(f"r{n}", name=f"Rep Number {n}", email=f"r{n}@acme.example") for n in range(200)
    )
    company = replace(COMPANY, members=(*many, *COMPANY.members[3:]))
    assert not fits(lines_of(company)[it.id] for it in many)
    assert {it.role for it in pickable(company, "teams")} == {Role.MANAGER, Role.OWNER}


def test_however_many_a_field_holds_none_of_them_is_left_out():
    many = tuple(a_member(f"m{n}", name=f"M{n}", email=None, handles={}) for n in range(400))
    target = Target(period="2026-Q4", amount=Money.of(5, "USD"), member="m399")
    company = replace(COMPANY, members=(*many, *COMPANY.members[3:]), targets=(target,))
    assert with_lines(company, as_shown(company), "teams") == (company, {})
    lines = {f"targets.{it}": typed_targets(company, it) for it in periods(company, MONDAY)}
    assert with_week(company, {**A_WEEK, **lines}, MONDAY)[0].targets == company.targets


@given(st.text(max_size=200))
def test_whatever_is_written_is_read_or_refused(text: str):
    errors: dict[str, str] = {}
    found = Roll(zone="UTC", platform="teams", company=COMPANY).read({"reps": text}, {"reps": Role.REP}, errors)
    assert all(it.name and it.role is Role.REP for it in found)
    assert set(errors) <= {"reps"}


# --- the company's zone ----------------------------------------------------------------------------------------------
def in_berlin(member: str, **more: Any) -> Member:
    usual: dict[str, Any] = {"name": f"{member.title()} Fox", "zone": "Europe/Berlin", "handles": {}}
    return a_member(member, **(usual | {"email": f"{member}@acme.example"} | more))


def moved_to_vienna(*members: Member, typed: str = "", newcomer: Person | None = None) -> Company:
    """After its zone was put right and nothing else; `typed` is written below the reps."""
    company = a_company(*members, a_manager(zone="Europe/Berlin", handles={}), zone="Europe/Berlin")
    form = as_shown(company, zone="Europe/Vienna")
    made, errors = with_lines(company, form | {"reps": f"{form['reps']}\n{typed}"}, "teams", newcomer)
    assert errors == {}
    return made


def test_whose_zone_was_only_the_companys_moves_with_it():
    in_slack = in_berlin("sam", handles={"slack": "U0SAM"})
    made = moved_to_vienna(in_berlin("dana"), in_berlin("lee", zone_filed="Europe/Berlin"), in_slack)
    assert made.zone == "Europe/Vienna"
    assert {it.zone for it in made.members} == {"Europe/Vienna"}
    assert rep(made, "lee").zone_filed == "Europe/Vienna", "or the file would seem to have changed its word"
    assert "timezone: Europe/Berlin" not in dump(made)


def test_who_is_added_in_the_same_step_is_where_the_company_is_now():
    assert rep(moved_to_vienna(in_berlin("dana"), typed="Kim Novak, kim@acme.example"), "kim").zone == "Europe/Vienna"
    assert rep(moved_to_vienna(in_berlin("dana"), typed="Kim Novak", newcomer=KIM), "kim").zone == "Europe/Vienna"


def test_a_zone_of_ones_own_stays_and_so_does_what_a_device_said():
    seen = in_berlin("lee", zone_seen="Europe/Berlin")
    made = moved_to_vienna(in_berlin("dana", zone="Europe/Lisbon"), seen)
    assert [rep(made, it).zone for it in ("dana", "lee")] == ["Europe/Lisbon", "Europe/Berlin"]


def test_a_zone_that_is_none_moves_nobody():
    company = a_company(in_berlin("dana"), a_manager(), zone="Europe/Berlin")
    made, errors = with_lines(company, as_shown(company, zone="Mars"), "teams")
    assert list(errors) == ["zone"]
    assert rep(made, "dana").zone == "Europe/Berlin"
