"""What a first set-up asks for, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.languages import language
from coaching.company import Engagement, Stage, Weekday
from coaching.language import speaking
from coaching.people import Member, Role
from coaching.setting_up import Draft, Person, company
from coaching.setup_windows import done, week
from coaching.window import Question
from tests.builders import a_company, a_manager, a_member, an_owner

TODAY = date(2026, 11, 24)
DANA = Person(handle="U0DANA", name="Dana Reyes", zone="America/Chicago", role=Role.REP)
MORGAN = Person(handle="U0MORGAN", name="Morgan Lee", zone="America/New_York", role=Role.MANAGER)


def draft(*people: Person, **more: object) -> Draft:
    return Draft(name="Acme", zone="America/Chicago", people=people or (DANA, MORGAN), **more)


def asked(it: Draft) -> dict[str, Question]:
    return {part.name: part for part in week(it, "2026-Q4").parts if isinstance(part, Question)}


def test_on_which_days_the_manager_is_here_is_asked_and_not_taken_for_granted():
    assert asked(draft())["visits"].picked == ()
    assert asked(draft())["days"].picked == ("mon", "tue", "wed", "thu", "fri")
    assert company(draft(), "acme", TODAY)[1] == {}, "before it was asked, nothing lacks"
    assert company(draft(visits=()), "acme", TODAY)[1] == {"visits": "One day at least."}


def test_two_reps_of_one_name_are_told_apart_before_the_crm_cannot():
    two = (replace(DANA, platform="teams"), replace(DANA, handle="", platform="teams", email="dana2@acme.example"))
    errors = company(draft(*two), "acme", TODAY)[1]
    assert errors == {
        "reps": "Two people are called Dana Reyes: their deals couldn’t be told apart. Write one differently, such as "
        "Dana B. Reyes."
    }
    assert company(draft(two[0], replace(two[1], role=Role.MANAGER)), "acme", TODAY)[1] == {}
    assert "called differently in Slack" in company(draft(DANA, replace(DANA, handle="U2")), "acme", TODAY)[1]["reps"]


def test_a_rep_whom_nobody_knows_is_called_that():
    errors = company(draft(targets="Claus: 3\njust words"), "acme", TODAY)[1]
    assert "“Claus: 3”: that names no rep, or more than one. Such as Dana Reyes: 180k." in errors["targets"]
    assert "“just words”: write a rep and an amount" in errors["targets"]


def stages(*lines: str) -> tuple[Stage, ...]:
    found, errors = company(draft(stages="\n".join(lines)), "acme", TODAY)
    assert not errors
    return found.stages


@pytest.mark.parametrize(
    "chance", [" 50 %", " (50 %)", " [50%]", ": 0,5", " 0.5", " - 50%", " – 50 %", "; 50", " = 50 percent"]
)
@pytest.mark.parametrize("name", ["Angebot", "E-Mail 2", "Demo (remote)"])
def test_a_chance_is_understood_as_people_write_it(name: str, chance: str):
    assert stages(f"{name}{chance}", "Won", "Lost")[0] == Stage(name=name, probability=0.5)


def test_what_ends_a_deal_may_have_a_chance_too_and_a_year_is_none():
    assert stages("Gewonnen (100 %)", "Lost 0%") == (Stage(name="Gewonnen", won=True), Stage(name="Lost", lost=True))
    assert "CRM 2024" in company(draft(stages="CRM 2024"), "acme", TODAY)[1]["stages"]
    assert "20 %" in company(draft(stages="20 %"), "acme", TODAY)[1]["stages"]
    assert stages("Demo 0,5 %")[0] == Stage(name="Demo", probability=0.005)


def test_every_list_of_stages_has_one_that_is_won_and_one_that_is_lost():
    won, lost = Stage(name="Won", won=True), Stage(name="Lost", lost=True)
    assert stages("Demo 20 %")[1:] == (won, lost)
    assert stages("Signed won")[1:] == (lost,)
    assert stages() == ()
    with speaking(language("de")):
        assert [it.name for it in stages("Demo", "Verloren")] == ["Demo", "Verloren", "Gewonnen"]


def test_all_that_is_wrong_with_a_field_is_told_at_once():
    lines = "Zoe: 5k\nDana Reyes: lots\nMorgan: 1\n" + "\n".join(f"Nobody {n}: 5k" for n in range(9))
    errors = company(draft(targets=lines, stages="A 120 %\nB 130 %"), "acme", TODAY)[1]
    for it in ("“Zoe: 5k”", "“lots” is not an amount", "“Morgan: 1”", "And 7 more."):
        assert it in errors["targets"]
    assert "“A 120 %”" in errors["stages"]
    assert "“B 130 %”" in errors["stages"]


def test_the_end_says_who_has_the_matters_of_a_manager_whom_nobody_named():
    def said(*people: Member) -> list[str]:
        parts = done(a_company(*people), "", "").parts
        return [it for it in parts if isinstance(it, str) and "manager" in it]

    assert said(a_member(), a_manager(), an_owner()) == []
    assert "goes to the owner, Olivia Park." in said(a_member(), an_owner(name="Olivia Park"))[0]
    assert said(a_member())[0].startswith("Neither a manager nor an owner was named")


def test_a_target_given_twice_or_readable_in_two_ways_is_refused_and_a_count_below_zero_asks_how_many():
    assert company(draft(targets="Dana Reyes: 5k\nDana: 6k"), "acme", TODAY)[1] == {
        "targets": "Dana Reyes stands there twice; one target each."
    }
    assert company(draft(target="1.234"), "acme", TODAY)[1] == {
        "target": "“1.234” may be $1,234 or $1.23; write 1234 if it is the first."
    }
    assert company(draft(target="1,234", targets="Dana: 1,234.50"), "acme", TODAY)[1] == {}
    assert company(draft(counts={"calls": "-5"}), "acme", TODAY)[1] == {
        "calls": "That is below zero; write how many there should be, such as 12."
    }


def test_what_a_language_groups_with_is_no_doubt_in_it():
    with speaking(language("de")):
        made, errors = company(draft(target="180.000", targets="Dana: 1,234"), "acme", TODAY)
    assert list(errors) == ["targets"]
    assert made.targets[0].amount.amount == 180_000


def test_the_days_that_are_picked_are_the_engagements():
    made, errors = company(draft(visits=("tue", "thu")), "acme", TODAY)
    assert errors == {}
    assert made
    assert made.engagement.days == {Weekday.TUE, Weekday.THU}


def test_where_nobody_manages_nobody_is_asked_when_they_are_here():
    assert "visits" not in asked(draft(DANA))
    made, errors = company(draft(DANA), "acme", TODAY)
    assert errors == {}
    assert made
    assert made.engagement == Engagement()
