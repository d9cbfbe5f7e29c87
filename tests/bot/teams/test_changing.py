"""A company is changed in Teams: real store and engine, dialogs over the real wire; only Microsoft is a fake."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.files.company import read_company
from bot.files.plain import dump
from coaching.company import Company, DigestPlan
from coaching.identity import Standing
from coaching.people import Role
from tests.adaptive_lint import problems
from tests.bot.teams.conftest import Office, button, buttons_of, in_the_office, the_company
from tests.builders import a_manager, a_member, an_owner, at
from tests.fake_teams import FakeTeams
from tests.teams_activities import DANA, GROUP, MORGAN, OLIVIA, execute, invoke, mention, words

WHO, PLAN = '{"v":1,"a":"files.who","args":{}}', '{"v":1,"a":"files.plan","args":{}}'
NEW = "aad-new"


def company(**more: Any) -> Company:
    """Dana, Morgan and Olivia are in Teams, Lee only has an address."""
    dana = a_member(name="Dana Reyes", email="dana@acme.example", handles={"teams": DANA})
    lee = a_member("lee", name="Lee Kim", email="lee@acme.example", handles={})
    manager = a_manager(name="Morgan Lee", handles={"teams": MORGAN}, email="morgan@lee.example")
    owner = an_owner(name="Olivia Park", handles={"teams": OLIVIA}, email="olivia@acme.example")
    made = replace(the_company(), members=(dana, lee, manager, owner), digest=DigestPlan(to=("olivia",)))
    return replace(made, **more)


@pytest.fixture
def town(teams: FakeTeams, migrated_sqlite_url: str) -> Iterator[Office]:
    it = Office(teams, migrated_sqlite_url, company())
    yield it
    it.store.engine.dispose()


# --- a dialog as Teams shows it ------------------------------------------------------------------------------------
async def opened(office: Office, value: str, person: str = MORGAN, **more: Any) -> dict[str, Any]:
    """The task that a press on such a button brings."""
    data = {"press": value, "msteams": {"type": "task/fetch"}} | more
    return (await office.post(invoke("task/fetch", {"data": data}, person))).json["task"]


def card(task: dict[str, Any]) -> dict[str, Any]:
    assert task["type"] == "continue", task
    shown = task["value"]["card"]["content"]
    assert problems(shown) == []
    return shown


def inputs(shown: dict[str, Any]) -> dict[str, str]:
    """What a dialog that nobody touches sends: what is empty the client leaves out."""
    held = {it["id"]: it.get("value", "") for it in shown["body"] if it["type"].startswith("Input.")}
    return {name: it for name, it in held.items() if it}


async def sent(office: Office, task: dict[str, Any], person: str = MORGAN, **changed: str) -> dict[str, Any]:
    """The dialog's button, with fields as `name__part`."""
    shown = card(task)
    (press,) = buttons_of(shown)
    fields = {f"field:{name.replace('__', '.').replace('_of_', ':')}": it for name, it in changed.items()}
    data = press["data"] | {name: it for name, it in (inputs(shown) | fields).items() if it}
    return (await office.post(invoke("task/submit", {"data": data}, person))).json["task"]


def text(it: Any) -> str:
    return json.dumps(it, ensure_ascii=False)


def wrong(task: dict[str, Any]) -> list[str]:
    """The fields under which something is said to be wrong."""
    found, last = [], ""
    for it in card(task)["body"]:
        last = it.get("id", last)
        if it.get("color") == "Attention":
            found.append(last.removeprefix("field:"))
    return found


def now(office: Office) -> Company:
    return office.store.company("acme")


REPS = "Dana Reyes, dana@acme.example\nLee Kim, lee@acme.example"
KIM = f"{REPS}\nKim Novak, kim@acme.example"


# --- the way there -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("word", "person"), [("set up", MORGAN), ("einrichtung", OLIVIA)])
def test_a_word_leads_to_the_dialogs_for_whoever_looks_after_the_set_up(town: Office, word: str, person: str) -> None:
    async def it(office: Office) -> None:
        await office.install(person)
        await office.post(words(word, person))
        await office.settle()
        shown = office.to(person)[-1].card
        for title, field in (("Who is who", "reps"), ("Days, habits, targets", "habit.calls")):
            data = button(shown, title)
            assert data["msteams"] == {"type": "task/fetch"}
            task = (await office.post(invoke("task/fetch", {"data": data}, person))).json["task"]
            assert f"field:{field}" in inputs(card(task))

    in_the_office(town, it)


def test_a_rep_reads_who_can(town: Office) -> None:
    async def it(office: Office) -> None:
        form = await opened(office, WHO)
        for task in (await opened(office, WHO, DANA), await opened(office, PLAN, DANA), await sent(office, form, DANA)):
            assert task["type"] == "message"
            assert "Morgan, Olivia" in task["value"]

    in_the_office(town, it)


def test_among_others_no_dialog_opens_and_words_say_where_it_does(town: Office) -> None:
    async def it(office: Office) -> None:
        await office.post(mention("set up", MORGAN))
        cover = office.teams.to(GROUP)[-1].card
        look = cover["refresh"]["action"]
        group = {"conversation": {"id": GROUP, "isGroup": True, "conversationType": "groupChat"}}
        shown = (await office.post(execute("look", look["data"], MORGAN, **group))).json["value"]
        (press,) = [it for it in buttons_of(shown) if it["title"] == "Who is who"]
        assert (press["type"], "msteams" in press["data"]) == ("Action.Execute", False)
        answer = await office.post(execute("press", press["data"], MORGAN, **group))
        assert answer.status == 200

    in_the_office(town, it)


def test_all_that_is_wrong_with_who_is_who_is_told_at_once(town: Office) -> None:
    async def it(office: Office) -> None:
        task = await sent(office, await opened(office, WHO), reps=f"{REPS}\nKim", zone="Mars", country="ZZ")
        assert wrong(task) == ["reps", "zone", "country"]

    in_the_office(town, it)


# --- people --------------------------------------------------------------------------------------------------------
def test_a_new_hire_is_added_after_a_dry_run_and_is_known_by_the_address_once_they_write(town: Office) -> None:
    async def it(office: Office) -> None:
        form = await opened(office, WHO)
        assert inputs(card(form)) == {
            "field:name": "Acme Robotics", "field:language": "en", "field:reps": REPS,
            "field:managers": "Morgan Lee, morgan@lee.example", "field:owners": "Olivia Park, olivia@acme.example",
            "field:zone": "America/New_York", "field:country": "US",
        }  # fmt: skip
        before = now(office)
        dry = await sent(office, form, reps=KIM)
        assert "✚ Rep: Kim Novak" in text(dry)
        assert "✚ E-mail of Kim Novak: kim@acme.example" in text(dry)
        assert now(office) == before
        done = await sent(office, dry)
        assert "is changed" in text(done)
        assert buttons_of(card(done)) == []
        kim = now(office).member("kim")
        assert kim
        assert (kim.name, kim.role, kim.email, dict(kim.handles)) == ("Kim Novak", Role.REP, "kim@acme.example", {})
        assert replace(now(office), members=before.members) == before
        assert read_company(dump(now(office)).encode()) == now(office)
        office.teams.add_person(NEW, email="kim@acme.example")
        await office.post(words("help", NEW))
        await office.settle()
        linked = now(office).member("kim")
        assert linked
        assert dict(linked.handles) == {"teams": NEW}
        assert any("Hello Kim" in it.text for it in office.to(NEW))

    in_the_office(town, it)


def test_what_is_altered_after_the_dry_run_is_shown_anew_before_it_counts(town: Office) -> None:
    async def it(office: Office) -> None:
        dry = await sent(office, await opened(office, WHO), reps=KIM)
        other = await sent(office, dry, reps=KIM.replace("Lee Kim, lee@acme.example\n", ""))
        assert "− Rep: Lee Kim" in text(other)
        assert now(office).member("kim") is None
        await sent(office, other)
        kim, lee = now(office).member("kim"), now(office).member("lee")
        assert kim
        assert lee
        assert (kim.active, lee.active) == (True, False)

    in_the_office(town, it)


def test_nothing_changed_says_so_and_applies_nothing(town: Office) -> None:
    async def it(office: Office) -> None:
        before = now(office)
        same = await sent(office, await opened(office, WHO))
        assert "Nothing would change" in text(same)
        assert "Nothing would change" in text(await sent(office, same))
        plan = await sent(office, await opened(office, PLAN))
        assert "Nothing would change" in text(plan)
        assert now(office) == before

    in_the_office(town, it)


def test_what_somebody_else_changed_meanwhile_is_seen_before_anything_is_applied(town: Office) -> None:
    async def it(office: Office) -> None:
        dry = await sent(office, await opened(office, WHO), reps=KIM)
        other = await sent(office, await opened(office, WHO, OLIVIA), OLIVIA, reps=f"{REPS}\nSam Fox, sam@acme.example")
        await sent(office, other, OLIVIA)
        shown = await sent(office, dry)
        assert "− Rep: Sam Fox" in text(shown), "the dialog is of before"
        assert now(office).member("sam")
        assert now(office).member("kim") is None

    in_the_office(town, it)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"zone": "Mars"}, "zone"), ({"country": "ZZ"}, "country"), ({"name": " "}, "name"), ({"reps": ""}, "reps"),
        ({"managers": "", "owners": ""}, "managers"), ({"reps": "Dana Reyes\nKim Novak"}, "reps"),
        ({"reps": "Kim Novak, kim@"}, "reps"), ({"admins": "Dana Reyes"}, "admins"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_under_its_field_with_what_was_typed_still_there(
    town: Office, changed: dict[str, str], field: str
) -> None:
    async def it(office: Office) -> None:
        before = now(office)
        answer = await sent(office, await opened(office, WHO), **changed)
        assert wrong(answer) == [field]
        shown = inputs(card(answer))
        assert {name: shown.get(f"field:{name}", "") for name in changed} == {k: v.strip() for k, v in changed.items()}
        assert now(office) == before

    in_the_office(town, it)


# --- the week ------------------------------------------------------------------------------------------------------
def test_days_habits_and_the_targets_of_two_quarters_are_changed(town: Office) -> None:
    async def it(office: Office) -> None:
        form = await opened(office, PLAN)
        assert inputs(card(form))["field:several:days"] == "mon,tue,wed,thu,fri"
        dry = await sent(
            office, form, at="10:00", several_of_days="mon,tue", habit__calls="30",
            **{"target__2027-Q1": "600k", "targets__2027-Q1": "Dana Reyes: 200k\nLee Kim: 150k"},
        )  # fmt: skip
        assert "✚ Counted: Calls, 30 a day" in text(dry)
        await sent(office, dry)
        made = now(office)
        assert (f"{made.checkin.at:%H:%M}", len(made.checkin.days), made.habits[0].per_day) == ("10:00", 2, 30)
        assert [(it.member, it.amount.amount) for it in made.targets if it.period == "2027-Q1"] == [
            (None, 600_000), ("dana", 200_000), ("lee", 150_000),
        ]  # fmt: skip

    in_the_office(town, it)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"targets__2027-Q1": "Zoe: 5k"}, "targets.2027-Q1"), ({"several_of_days": ""}, "several:days"),
        ({"habit__calls": "many"}, "habit.calls"), ({"at": "25:00"}, "at"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_of_the_week_is_said_under_its_field(
    town: Office, changed: dict[str, str], field: str
) -> None:
    async def it(office: Office) -> None:
        assert wrong(await sent(office, await opened(office, PLAN), **changed)) == [field]

    in_the_office(town, it)


# --- who may -------------------------------------------------------------------------------------------------------
def test_whoever_lost_the_role_meanwhile_applies_nothing(town: Office) -> None:
    async def it(office: Office) -> None:
        dry = await sent(office, await opened(office, WHO), reps=KIM)
        with office.store.work("acme") as work:
            people = tuple(replace(it, role=Role.REP) if it.id == "morgan" else it for it in work.company.members)
            work.keep_company(replace(work.company, members=people))
        assert (await sent(office, dry))["type"] == "message"
        assert now(office).member("kim") is None

    in_the_office(town, it)


def test_a_stranger_a_foreigner_and_another_tenant_are_told_nothing(town: Office) -> None:
    async def it(office: Office) -> None:
        data = {"press": WHO, "msteams": {"type": "task/fetch"}}
        foreigner = {"id": f"29:{MORGAN}", "aadObjectId": MORGAN, "tenantId": "their-own"}
        elsewhere = {"channelData": {"tenant": {"id": "another"}}, "conversation": {"id": "a:x"}}
        for activity in (
            invoke("task/fetch", {"data": data}, NEW),
            invoke("task/fetch", {"data": data}, MORGAN, **{"from": foreigner}),
            invoke("task/fetch", {"data": data}, MORGAN, **elsewhere),
        ):
            task = (await office.post(activity)).json["task"]
            assert task == {"type": "message", "value": "I don't know you here."}

    in_the_office(town, it)


@pytest.mark.parametrize("seen", ["", "0" * 32])
def test_a_forged_dialog_shows_what_would_change_first(town: Office, seen: str) -> None:
    async def it(office: Office) -> None:
        before = now(office)
        form = await opened(office, WHO)
        (press,) = buttons_of(card(form))
        press["data"]["press"] = json.dumps({"v": 1, "a": "files.who", "args": {"seen": seen}})
        assert "This would change" in text(await sent(office, form, reps=KIM))
        assert now(office) == before

    in_the_office(town, it)


def test_a_dialog_that_was_applied_applies_nothing_when_it_is_sent_again(town: Office) -> None:
    async def it(office: Office) -> None:
        dry = await sent(office, await opened(office, WHO), reps=KIM)
        await sent(office, dry)
        made = now(office)
        assert "Nothing would change" in text(await sent(office, dry))
        assert now(office) == made

    in_the_office(town, it)


def test_what_fails_says_so_and_changes_nothing(town: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def it(office: Office) -> None:
        dry = await sent(office, await opened(office, WHO), reps=KIM)

        def broken(*_: object) -> str:
            raise OSError

        monkeypatch.setattr("bot.founding.ByFile.change", broken)
        task = await sent(office, dry)
        assert "didn't get through" in task["value"]
        assert now(office).member("kim") is None

    in_the_office(town, it)


# --- somebody who wrote and isn't known ----------------------------------------------------------------------------
def test_who_is_this_leads_to_the_dialog_with_them_written_there_and_they_are_known_then(town: Office) -> None:
    async def it(office: Office) -> None:
        await office.install(MORGAN)
        office.teams.add_person(NEW, name="Kim Novak", email="kim@elsewhere.example")
        await office.post(words("hello", NEW))
        for _ in range(3):
            await office.settle()
        data = button(office.to(MORGAN)[-1].card, "Somebody new")
        form = (await office.post(invoke("task/fetch", {"data": data}, MORGAN))).json["task"]
        assert inputs(card(form))["field:reps"].splitlines()[-1] == "Kim Novak"
        await sent(office, await sent(office, form))
        with office.store.work("acme") as work:
            assert work.newcomers(Standing.WAITING) == ()
            (known,) = work.newcomers(Standing.KNOWN)
        kim = now(office).member("kim")
        assert kim
        assert (dict(kim.handles), known.member, known.by) == ({"teams": NEW}, "kim", "morgan")

    in_the_office(town, it)


def test_who_is_settled_before_the_question_is_sent_is_not_asked_about_any_more(town: Office) -> None:
    async def it(office: Office) -> None:
        await office.install(MORGAN)
        office.clock.move_to(at("22:00"))
        office.teams.add_person(NEW, name="Kim Novak", email="kim@elsewhere.example")
        await office.post(words("hello", NEW))
        value = json.dumps({"v": 1, "a": "files.who", "args": {"platform": "teams", "handle": NEW}})
        assert "withdrawn" not in dict(office.delivered())
        await sent(office, await sent(office, await opened(office, value)))
        assert now(office).member("kim")
        assert [state for state, _ in office.delivered()].count("withdrawn") == 1

    in_the_office(town, it)


@pytest.mark.parametrize("typed", [{"managers": ""}, {"managers": "", "reps": f"{REPS}\nMorgan Lee"}])
def test_who_takes_themself_out_reads_that_before(town: Office, typed: dict[str, str]) -> None:
    async def it(office: Office) -> None:
        words_of_it = "You then don’t look after the set-up any more yourself"
        form = await opened(office, WHO)
        assert words_of_it not in text(await sent(office, form, owners="", admins="Olivia Park"))
        dry = await sent(office, form, **typed)
        assert words_of_it in text(dry)
        assert "is changed" in text(await sent(office, dry))
        assert (await opened(office, WHO))["type"] == "message"

    in_the_office(town, it)


def test_a_forged_account_that_never_wrote_is_nobodys(town: Office) -> None:
    async def it(office: Office) -> None:
        value = json.dumps({"v": 1, "a": "files.who", "args": {"platform": "teams", "handle": "aad-forged"}})
        form = await opened(office, value)
        assert inputs(card(form))["field:reps"] == REPS
        assert wrong(await sent(office, form, reps=f"{REPS}\naad-forged")) == ["reps"]

    in_the_office(town, it)


# --- what Teams takes ----------------------------------------------------------------------------------------------
def test_a_large_company_fits_and_those_who_are_too_many_to_be_written_stay(
    teams: FakeTeams, migrated_sqlite_url: str
) -> None:
    reps = tuple(
        a_member(f"r{n}", name=f"Rep Number {n} of the whole company", email=f"number{n}@acme.example", handles={})
        for n in range(80)
    )
    made = company()
    office = Office(teams, migrated_sqlite_url, replace(made, members=(*reps, *made.members[2:])))

    async def it(office: Office) -> None:
        form = await opened(office, WHO)
        assert "left as they are: 80 people" in text(form)
        assert "field:reps" not in inputs(card(form))
        dry = await sent(office, form, owners="Olivia Park, olivia@acme.example\nKim Novak, kim@acme.example")
        await sent(office, dry)
        assert len([it for it in now(office).members if it.active]) == 83

    in_the_office(office, it)
    office.store.engine.dispose()


def test_in_german_it_is_german(town: Office) -> None:
    async def it(office: Office) -> None:
        done = await sent(office, await sent(office, await opened(office, WHO), language="de"))
        assert "ist geändert" in text(done)
        assert "So ist es jetzt." in text(await opened(office, PLAN))
        assert "Eine Zeile für jede Person" in text(await opened(office, WHO))

    in_the_office(town, it)
