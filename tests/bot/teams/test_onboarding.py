"""From the app that somebody adds to a coached company, in Teams alone: real store and engine; only Microsoft is a fake."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.files.company import read_company
from bot.files.plain import dump
from coaching.company import Company
from coaching.identity import Standing
from coaching.people import Role
from storage.setups import ABANDONED, Setups
from tests.adaptive_lint import problems
from tests.bot.teams.conftest import Office, button, buttons_of, in_the_office, the_company
from tests.bot.teams.test_changing import WHO, card, inputs, text, wrong
from tests.builders import at
from tests.fake_teams import FakeTeams
from tests.teams_activities import GROUP, installed, invoke, words

TENANT, OTHER = "77aa0000-bbbb-4bbb-8ccc-0000000041ee", "77aa0000-bbbb-4bbb-8ccc-00000000bad1"
ANNA, BEN, CLEO = "aad-anna-berg", "aad-ben-okafor", "aad-cleo-marsh"
BEGIN = '{"v":1,"a":"setup.begin","args":{}}'
CREATED = "A company of that name was created just now. Close this window and press the button again."
THERE = "It is set up. Write “set up” to me to change it."
PEOPLE = {
    "name": "Quill & Fern", "reps": "Ben Okafor, ben@quill.example\nCleo Marsh, cleo@quill.example", "manager": "Anna Berg",
    "owner": "Oskar Lind, oskar@quill.example", "zone": "Europe/Berlin", "currency": "EUR", "country": "DE",
}  # fmt: skip
WEEK = {
    "several_of_days": "mon,tue,wed,thu", "several_of_visits": "mon,thu", "at": "09:15", "calls": "25", "appointments": "4",
    "proposals": "", "target": "500k", "targets": "Ben Okafor: 180k\nCleo Marsh:",
    "stages": "Discovery 20 %\nProposal: 50%\nClosed won\nLost",
}  # fmt: skip


class Town(Office):
    """A deployment with a company of its own, that accepts one more tenant."""

    def __init__(self, teams: FakeTeams, url: str, *accepted: str, **settings: Any) -> None:
        super().__init__(teams, url, the_company(), microsoft_setup_tenants=accepted or (TENANT,), **settings)
        for person, name, email in (
            (ANNA, "Anna Berg", "anna@quill.example"),
            (BEN, "Ben Okafor", "ben@quill.example"),
            (CLEO, "Cleo Marsh", "cleo@quill.example"),
        ):
            teams.add_person(person, name=name, email=email, tenantId=TENANT)

    async def come(self, activity: dict[str, Any], tenant: str = TENANT) -> Any:
        """In that tenant."""
        conversation = {**activity["conversation"], "tenantId": tenant}
        more = {"channelData": {"tenant": {"id": tenant}}, "conversation": conversation}
        answered = await self.post({**activity, "localTimezone": "Europe/Berlin", **more})
        assert answered.status == 200
        return answered.json if answered.body else None

    async def begin(self, person: str = ANNA, tenant: str = TENANT) -> dict[str, Any]:
        data = {"press": BEGIN, "msteams": {"type": "task/fetch"}}
        return (await self.come(invoke("task/fetch", {"data": data}, person), tenant))["task"]

    async def send(self, task: dict[str, Any], person: str = ANNA, tenant: str = TENANT, **typed: str) -> Any:
        shown = card(task)
        (press,) = buttons_of(shown)
        fields = {f"field:{name.replace('_of_', ':')}": it for name, it in typed.items()}
        data = press["data"] | {name: it for name, it in (inputs(shown) | fields).items() if it}
        return (await self.come(invoke("task/submit", {"data": data}, person), tenant))["task"]

    async def open_change(self, person: str = ANNA) -> dict[str, Any]:
        data = {"press": WHO, "msteams": {"type": "task/fetch"}}
        return (await self.come(invoke("task/fetch", {"data": data}, person)))["task"]

    async def founded(self) -> dict[str, Any]:
        await self.come(installed(ANNA))
        week = await self.send(await self.begin(), **PEOPLE)
        return await self.send(await self.send(week, **WEEK))

    def made(self, slug: str = "quill-fern") -> Company:
        return self.store.company(slug)


@pytest.fixture
def town(teams: FakeTeams, migrated_sqlite_url: str) -> Iterator[Town]:
    it = Town(teams, migrated_sqlite_url)
    yield it
    it.store.engine.dispose()


def in_town(town: Town, what: Callable[[Town], Awaitable[Any]]) -> Any:
    return in_the_office(town, what)  # type: ignore[arg-type]  # it is one


def said(town: Town, person: str) -> list[str]:
    return [it.activity.get("text") or it.text for it in town.to(person)]


# --- the way ---------------------------------------------------------------------------------------------------------
def test_whoever_adds_the_app_first_is_invited_and_three_dialogs_make_a_company(town: Town) -> None:
    async def it(town: Town) -> None:
        await town.come(installed(ANNA))
        (invited,) = town.to(ANNA)
        assert problems(invited.card) == []
        assert "Coach is in your organisation" in invited.text
        data = button(invited.card, "Set up the coach")
        form = (await town.come(invoke("task/fetch", {"data": data}, ANNA)))["task"]
        assert inputs(card(form)) | {"field:currency": ""} == {
            "field:language": "en", "field:manager": "Anna Berg, anna@quill.example", "field:zone": "Europe/Berlin", "field:currency": "",
        }  # fmt: skip
        week = await town.send(form, **PEOPLE)
        assert "Target for 2026-Q4" in text(week)
        assert "Ben Okafor: " in inputs(card(week))["field:targets"]
        dry = await town.send(week, **WEEK)
        for line in (
            "Company: Quill ＆ Fern (quill-fern)", "Rep: Ben Okafor", "E-mail of Ben Okafor: ben@quill.example",
            "Check-in: Mon, Tue, Wed, Thu at 09:15", "Target 2026-Q4, Ben Okafor: €180,000", "Stage: Lost, lost",
        ):  # fmt: skip
            assert line.replace("＆", "&") in text(dry), line
        assert f"Teams account of Anna Berg: {ANNA}" in text(dry)
        assert "quill-fern" not in town.store.companies()
        done = await town.send(dry)
        assert "is set up" in text(done)
        made = town.made()
        assert made.teams_tenant == TENANT
        assert [(it.id, it.role, it.email, dict(it.handles)) for it in made.members] == [
            ("ben", Role.REP, "ben@quill.example", {}), ("cleo", Role.REP, "cleo@quill.example", {}),
            ("anna", Role.MANAGER, "anna@quill.example", {"teams": ANNA}), ("oskar", Role.OWNER, "oskar@quill.example", {}),
        ]  # fmt: skip
        assert {it.zone for it in made.members} == {"Europe/Berlin"}
        assert made.digest.to == ("oskar",)
        assert read_company(dump(made).encode()) == made
        assert Setups(town.store).find(TENANT) is None

    in_town(town, it)


def test_everybody_is_greeted_and_the_others_are_known_by_their_address(town: Town) -> None:
    async def it(town: Town) -> None:
        await town.founded()
        await town.settle()
        assert any("Hello Anna" in it for it in said(town, ANNA))
        await town.come(installed(BEN))
        for _ in range(3):
            await town.settle()
        ben = town.made().member("ben")
        assert ben
        assert dict(ben.handles) == {"teams": BEN}
        assert any("Hello Ben" in it for it in said(town, BEN))
        await town.come(words("set up", ANNA))
        await town.settle()
        assert "Who is who" in said(town, ANNA)[-1]

    in_town(town, it)


def test_where_pages_can_be_reached_the_end_leads_to_the_deals_and_the_file(
    teams: FakeTeams, migrated_sqlite_url: str
) -> None:
    key = "3s8u3Jz0l1d6v1m2Qk5mFvC4Jm0C7W0c0e2o5l7i9nA="
    more = {"coach_public_url": "https://coach.example", "coach_secret_keys": key}
    town = Town(teams, migrated_sqlite_url, **more)

    async def it(town: Town) -> None:
        done = (await town.founded())["value"]["card"]["content"]
        assert problems(done, hosts=("https://coach.example/",)) == []
        assert "[Bring in the open deals](https://coach.example/deals/" in text(done)
        assert "[The whole set-up as a file](https://coach.example/company/" in text(done)

    in_town(town, it)
    town.store.engine.dispose()


def test_whoever_sets_it_up_for_others_looks_after_it(town: Town) -> None:
    async def it(town: Town) -> None:
        await town.come(installed(ANNA))
        week = await town.send(await town.begin(), **(PEOPLE | {"manager": "Ida Holm, ida@quill.example"}))
        dry = await town.send(week, **WEEK)
        assert "Admin: Anna Berg" in text(dry)
        await town.send(dry)
        anna = town.made().member("anna")
        assert anna
        assert (anna.role, dict(anna.handles)) == (Role.ADMIN, {"teams": ANNA})

    in_town(town, it)


def test_a_closed_dialog_loses_nothing_and_speaks_the_language_that_was_picked(town: Town) -> None:
    async def it(town: Town) -> None:
        await town.come(installed(ANNA))
        assert "Die Woche" in text(await town.send(await town.begin(), **PEOPLE, language="de"))
        again = await town.begin()
        assert again["value"]["title"] == "Wer ist wer"
        assert inputs(card(again))["field:reps"] == PEOPLE["reps"]
        await town.come(words("hello", ANNA))
        assert "Coach einrichten" in said(town, ANNA)[-1]

    in_town(town, it)


def test_it_begins_in_the_language_and_with_the_region_of_whoever_adds_it(town: Town) -> None:
    async def it(town: Town) -> None:
        await town.come(installed(ANNA, locale="de-DE"))
        assert "Coach einrichten" in said(town, ANNA)[-1]
        data = {"press": BEGIN, "msteams": {"type": "task/fetch"}}
        form = (await town.come(invoke("task/fetch", {"data": data}, ANNA, locale="de-DE")))["task"]
        assert form["value"]["title"] == "Wer ist wer"
        shown = inputs(card(form))
        assert [shown[f"field:{it}"] for it in ("language", "currency", "country")] == ["de", "EUR", "DE"]
        assert "Die Woche" in text(await town.send(form, reps=PEOPLE["reps"], name="Quill"))

    in_town(town, it)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"), ({"zone": "Mars"}, "zone"), ({"currency": "XXX"}, "currency"), ({"country": "ZZ"}, "country"),
        ({"reps": ""}, "reps"), ({"reps": "Ben"}, "reps"), ({"owner": "Anna Berg"}, "owner"), ({"manager": "x"}, "manager"),
        ({"reps": "Ben Okafor, ben@quill.example\nBen Okafor, ben2@quill.example"}, "reps"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_people_is_said_under_its_field(town: Town, changed: dict[str, str], field: str) -> None:
    async def it(town: Town) -> None:
        await town.come(installed(ANNA))
        answer = await town.send(await town.begin(), **(PEOPLE | changed))
        assert wrong(answer) == [field]
        assert inputs(card(answer)).get(f"field:{field}", "") == changed[field].strip()

    in_town(town, it)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"several_of_days": ""}, "several:days"), ({"calls": "many"}, "calls"), ({"target": "-5"}, "target"),
        ({"targets": "Zoe: 5k"}, "targets"), ({"stages": "A\nA"}, "stages"), ({"at": "25:00"}, "at"),
        ({"target": "500", "targets": ""}, "target"), ({"target": "85k"}, "target"), ({"targets": "Ben Okafor: 180"}, "targets"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_week_is_said_under_its_field(town: Town, changed: dict[str, str], field: str) -> None:
    async def it(town: Town) -> None:
        await town.come(installed(ANNA))
        week = await town.send(await town.begin(), **PEOPLE)
        assert wrong(await town.send(week, **(WEEK | changed))) == [field]
        assert "quill-fern" not in town.store.companies()

    in_town(town, it)


def test_all_that_is_wrong_with_a_form_is_told_at_once(town: Town) -> None:
    async def it(town: Town) -> None:
        await town.come(installed(ANNA))
        bad = {"reps": "Ben\nCleo", "zone": "Mars", "currency": "EURO", "country": "GERMANY", "name": " ", "owner": "x"}
        answer = await town.send(await town.begin(), **(PEOPLE | bad))
        assert sorted(wrong(answer)) == sorted(bad)
        assert "What can’t be is said under its field." in text(answer)
        assert "“Cleo”" in text(answer)
        week = await town.send(await town.begin(), **PEOPLE)
        answer = await town.send(week, **(WEEK | {"calls": "many", "target": "-5", "stages": "A\nA", "at": ""}))
        assert sorted(wrong(answer)) == ["at", "calls", "stages", "target"]

    in_town(town, it)


def test_a_guest_who_is_the_manager_is_named_by_the_id_that_they_read_when_they_write(town: Town) -> None:
    async def it(town: Town) -> None:
        guest = "6b1f4a00-0000-4000-8000-0000000b0055"
        town.teams.add_person(guest, name="Gus Hire", email="gus@hire.example", tenantId=TENANT, userRole="guest")
        await town.come(installed(ANNA))
        week = await town.send(await town.begin(), **(PEOPLE | {"manager": "Gus Hire, gus@hire.example"}))
        await town.send(await town.send(week, **WEEK))
        await town.come(words("hello", guest))
        await town.settle()
        assert guest in said(town, guest)[-1]
        form = await town.open_change()
        shown = inputs(card(form))["field:managers"]
        dry = await town.send(form, managers=f"{shown}, {guest}")
        assert f"Teams account of Gus Hire: {guest}" in text(dry)
        await town.send(dry)
        gus = town.made().member("gus")
        assert gus
        assert dict(gus.handles) == {"teams": guest}
        with town.store.work("quill-fern") as work:
            (known,) = work.newcomers(Standing.KNOWN)
        assert (known.member, known.by) == ("gus", "anna")
        await town.come(words("queue", guest))
        await town.settle()
        assert "don't know you" not in said(town, guest)[-1]

    in_town(town, it)


# --- who may -------------------------------------------------------------------------------------------------------
def test_nobody_but_the_first_may(town: Town) -> None:
    async def it(town: Town) -> None:
        await town.come(installed(ANNA))
        form = await town.begin()
        await town.come(installed(BEN))
        assert "somebody who added me before you" in said(town, BEN)[-1]
        for task in (await town.begin(BEN), await town.send(form, BEN, **PEOPLE)):
            assert task["type"] == "message"
            assert "Only whoever added the coach first" in task["value"]
        assert town.teams.calls["member"] == 1, "nobody else is even looked up"
        kept = Setups(town.store).find(TENANT)
        assert kept
        assert (kept.person, kept.draft["typed"]["people"]) == (ANNA, [])

    in_town(town, it)


def test_a_tenant_that_the_settings_do_not_name_is_told_what_it_always_was(town: Town) -> None:
    async def it(town: Town) -> None:
        town.teams.add_person(ANNA, email="anna@other.example", tenantId=OTHER)
        await town.come(installed(ANNA), OTHER)
        await town.come(words("set up", ANNA), OTHER)
        assert said(town, ANNA) == [
            f"This organisation isn't connected to the coach yet. Whoever runs the coach can connect {OTHER}."
        ]
        assert (await town.begin(ANNA, OTHER))["type"] == "message"
        assert Setups(town.store).find(OTHER) is None

    in_town(town, it)


def test_an_installer_of_one_tenant_sets_nothing_up_in_another(teams: FakeTeams, migrated_sqlite_url: str) -> None:
    town = Town(teams, migrated_sqlite_url, TENANT, OTHER)

    async def it(town: Town) -> None:
        await town.come(installed(ANNA))
        dry = await town.send(await town.send(await town.begin(), **PEOPLE), **WEEK)
        assert (await town.send(dry, ANNA, OTHER))["type"] == "message"
        assert "quill-fern" not in town.store.companies()

    in_town(town, it)
    town.store.engine.dispose()


@pytest.mark.parametrize(
    "more",
    [
        {"tenantId": OTHER}, {"objectId": BEN}, {"userRole": "guest"}, {"userPrincipalName": "anna_x.example#EXT#@quill.example"},
    ],
)  # fmt: skip
def test_whoever_is_not_a_user_of_the_tenant_is_invited_to_nothing(town: Town, more: dict[str, str]) -> None:
    async def it(town: Town) -> None:
        town.teams.add_person(ANNA, **{"email": "anna@quill.example", "tenantId": TENANT, **more})
        await town.come(installed(ANNA))
        assert "isn't connected" in said(town, ANNA)[-1]
        assert (await town.begin())["type"] == "message"

    in_town(town, it)


def test_somebody_of_another_organisation_or_in_a_group_is_invited_to_nothing(town: Town) -> None:
    async def it(town: Town) -> None:
        sender = {"id": f"29:{ANNA}", "aadObjectId": ANNA, "tenantId": "their-own"}
        await town.come(words("help", ANNA, **{"from": sender}))
        group = {"isGroup": True, "conversationType": "groupChat", "id": GROUP}
        await town.come(installed(ANNA, conversation=group))
        assert Setups(town.store).find(TENANT) is None

    in_town(town, it)


def test_where_the_settings_name_a_person_nobody_else_may_and_they_may_be_a_guest(
    teams: FakeTeams, migrated_sqlite_url: str
) -> None:
    town = Town(teams, migrated_sqlite_url, f"{TENANT}/{ANNA}")

    async def it(town: Town) -> None:
        teams.add_person(ANNA, name="Anna Berg", email="anna@hire.example", tenantId=TENANT, userRole="guest")
        await town.come(installed(BEN))
        assert "isn't connected" in said(town, BEN)[-1]
        done = await town.founded()
        assert "is set up" in text(done)
        anna = town.made().member("anna")
        assert anna
        assert (anna.email, dict(anna.handles)) == (None, {"teams": ANNA})

    in_town(town, it)
    town.store.engine.dispose()


def test_a_forged_dialog_creates_nothing_but_what_was_kept(town: Town) -> None:
    async def it(town: Town) -> None:
        await town.come(installed(ANNA))
        form = await town.begin()
        for value in (
            {"v": 1, "a": "setup.start", "args": {"slug": "acme", "name": "Evil"}}, {"v": 1, "a": "setup.other", "args": {}},
            {"v": 1, "a": "setup.", "args": {}}, {"v": 1, "a": "setup.week", "args": {}},
        ):  # fmt: skip
            (press,) = buttons_of(card(form))
            press["data"]["press"] = json.dumps(value)
            await town.send(form, **PEOPLE)
        assert town.store.companies() == ("acme",)

    in_town(town, it)


def test_start_on_an_old_dry_run_shows_it_anew_and_creates_what_was_seen(town: Town) -> None:
    async def it(town: Town) -> None:
        await town.come(installed(ANNA))
        old = await town.send(await town.send(await town.begin(), **PEOPLE), **(WEEK | {"targets": ""}))
        await town.send(await town.begin(), **(PEOPLE | {"reps": "Zed Quick, zed@quill.example"}))
        anew = await town.send(old)
        assert "filled in differently meanwhile" in text(anew)
        assert "Rep: Zed Quick" in text(anew)
        assert "quill-fern" not in town.store.companies()
        assert "is set up" in text(await town.send(anew))
        assert [it.name for it in town.made().reps] == ["Zed Quick"]

    in_town(town, it)


def test_once_it_is_there_it_cannot_be_set_up_again(town: Town) -> None:
    async def it(town: Town) -> None:
        await town.come(installed(ANNA))
        dry = await town.send(await town.send(await town.begin(), **PEOPLE, language="de"), **WEEK)
        await town.send(dry)
        made = town.made()
        for task in (await town.send(dry), await town.begin()):
            assert task["value"] == "Der Coach ist eingerichtet. Schreib mir „einrichtung“, um etwas zu ändern."
        assert (town.store.companies(), town.made()) == (("acme", "quill-fern"), made)

    in_town(town, it)


def test_once_it_is_there_a_member_reads_what_to_write_and_a_stranger_what_leads_nowhere_else(town: Town) -> None:
    async def it(town: Town) -> None:
        await town.founded()
        await town.come(installed(BEN))
        await town.settle()
        assert (await town.begin(BEN))["value"] == "It is set up. Write “home” to me to see how things stand."
        for person, tenant in ((BEN, OTHER), ("aad-nobody", TENANT)):
            task = await town.begin(person, tenant)
            assert task["value"] == "Only whoever added the coach first can set it up, and only once."

    in_town(town, it)


def test_two_starts_at_once_make_one_company(teams: FakeTeams, each_migrated: str) -> None:
    town = Town(teams, each_migrated)

    async def it(town: Town) -> None:
        await town.come(installed(ANNA))
        dry = await town.send(await town.send(await town.begin(), **PEOPLE), **WEEK)
        answers = await asyncio.gather(*(town.send(dry) for _ in range(4)))
        made = [it for it in answers if "Fern is set up" in text(it)]
        late = {it["value"] for it in answers if it not in made}
        assert len(made) == 1
        # Before it is there they come upon its name, and after that upon itself.
        assert late <= {CREATED, THERE}, late
        assert town.store.companies() == ("acme", "quill-fern")

    in_town(town, it)
    town.store.engine.dispose()


def test_a_start_that_is_overtaken_between_looking_and_reading_says_that_it_is_set_up(town: Town) -> None:
    async def it(town: Town) -> None:
        theirs = replace(the_company(), slug="quill-fern", teams_tenant=TENANT, name="Quill & Fern", members=())
        founder = town.app.onboarding._founder
        slugs = founder.slugs

        def overtaken() -> Iterable[str]:
            founder.slugs = slugs
            with town.store.opened(theirs, at("08:00")) as work:
                work.keep_company(theirs)
            return slugs()

        await town.come(installed(ANNA))
        dry = await town.send(await town.send(await town.begin(), **PEOPLE), **WEEK)
        founder.slugs = overtaken
        assert (await town.send(dry))["value"] == THERE

    in_town(town, it)


def test_a_company_that_takes_the_name_meanwhile_is_left_alone(town: Town) -> None:
    async def it(town: Town) -> None:
        theirs = replace(the_company(), slug="quill-fern", teams_tenant="elsewhere", name="Theirs", members=())
        founder = town.app.onboarding._founder
        slugs = founder.slugs
        founder.slugs = lambda: ()  # as they were a moment before
        await town.come(installed(ANNA))
        dry = await town.send(await town.send(await town.begin(), **PEOPLE), **WEEK)
        with town.store.opened(theirs, at("08:00")) as work:
            work.keep_company(theirs)
        assert "was created just now" in (await town.send(dry))["value"]
        assert town.made().name == "Theirs"
        founder.slugs = slugs
        await town.send(await town.send(await town.send(await town.begin(), **PEOPLE), **WEEK))
        assert town.made("quill-fern-2").teams_tenant == TENANT

    in_town(town, it)


# --- what becomes of it ----------------------------------------------------------------------------------------------
def test_taken_out_meanwhile_what_was_typed_is_gone_and_somebody_else_may(town: Town) -> None:
    async def it(town: Town) -> None:
        await town.come(installed(ANNA))
        await town.send(await town.begin(), **PEOPLE)
        await town.come(installed(BEN, "remove"))
        assert Setups(town.store).find(TENANT)
        await town.come(installed(ANNA, "remove"))
        assert Setups(town.store).find(TENANT) is None
        await town.come(installed(BEN))
        assert "Set up the coach" in said(town, BEN)[-1]

    in_town(town, it)


def test_what_was_left_lying_for_a_week_somebody_else_may_begin_anew(town: Town) -> None:
    async def it(town: Town) -> None:
        await town.come(installed(ANNA))
        await town.send(await town.begin(), **PEOPLE)
        town.clock.move_to(at("08:00") + ABANDONED + timedelta(hours=1))
        await town.come(words("hello", BEN))
        assert "Set up the coach" in said(town, BEN)[-1]
        assert "reps" not in inputs(card(await town.begin(BEN)))
        assert (await town.begin(ANNA))["type"] == "message"

    in_town(town, it)


def test_what_nobody_touches_for_a_month_is_forgotten(town: Town) -> None:
    async def it(town: Town) -> None:
        await town.come(installed(ANNA))
        await town.send(await town.begin(), **PEOPLE)
        for days, there in ((29, True), (31, False)):
            town.clock.move_to(at("08:00") + timedelta(days=days))
            await town.program._housekeeping()
            assert (Setups(town.store).find(TENANT) is not None) is there

    in_town(town, it)
