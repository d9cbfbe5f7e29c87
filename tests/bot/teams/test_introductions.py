"""Somebody unknown in Teams, from the signed activity to the linked member: only Microsoft is a fake."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.introductions import Away, Nobody
from bot.teams.desk import FOREIGN
from bot.teams.inbound import Origin
from bot.teams.introductions import seen
from coaching.checkins import CheckInStatus
from coaching.identity import Doubt, How, Standing
from tests.bot.teams.conftest import Office, button, in_the_office, pressed, the_company
from tests.builders import MONDAY, a_manager, a_member, an_owner
from tests.fake_teams import TENANT, FakeTeams, Fault
from tests.teams_activities import GROUP, MORGAN, installed, mention, personal, submit, words

NEW = "aad-new"


def company() -> Any:
    """Dana is known in Slack only, by the address dana@acme.example."""
    dana = a_member(email="Dana@acme.example", handles={"slack": "U0DANA"})
    ben = a_member("ben", email="ben@acme.example", handles={})
    manager = replace(a_manager(), handles={"teams": MORGAN})
    return replace(the_company(), members=(dana, ben, manager, an_owner()))


@pytest.fixture
def town(teams: FakeTeams, each_migrated: str) -> Iterator[Office]:
    it = Office(teams, each_migrated, company())
    yield it
    it.store.engine.dispose()


def handles(office: Office, member: str = "dana") -> dict[str, str]:
    found = office.store.company("acme").member(member)
    assert found
    return dict(found.handles)


def newcomer(office: Office, person: str = NEW) -> Any:
    with office.store.work("acme") as work:
        return work.newcomer("teams", person)


def checkin(office: Office) -> Any:
    with office.store.work("acme") as work:
        return next(iter(work.checkins(MONDAY, MONDAY, "dana")), None)


def texts(office: Office, person: str = NEW) -> list[str]:
    return [it.text for it in office.to(person)]


async def said(office: Office, text: str, person: str = NEW, **more: Any) -> None:
    assert (await office.post(words(text, person, **more))).status == 200
    for _ in range(3):
        await office.settle()


def test_who_writes_with_a_members_address_is_that_member_and_what_they_wrote_counts(town: Office) -> None:
    async def it(office: Office) -> None:
        await office.ring("08:30")
        await office.install(MORGAN)
        office.teams.add_person(NEW, email="dana@ACME.example", name="D. Reyes")
        await said(office, "12 calls")
        assert handles(office) == {"slack": "U0DANA", "teams": NEW}
        assert (newcomer(office).how, newcomer(office).standing) == (How.EMAIL, Standing.KNOWN)
        assert (checkin(office).status, checkin(office).counts) == (CheckInStatus.ANSWERED, {"calls": 12})
        hello, *answers = texts(office)
        assert "Hello Dana" in hello
        assert "a program, not a person" in hello
        assert "I know you by the e-mail address that Teams and Acme Robotics have for you." in hello
        assert "counts in Slack too" in hello
        assert answers
        assert not any("Hello" in it for it in answers)
        assert "Dana Reyes is known in Teams now" in texts(office, MORGAN)[-1]

    in_the_office(town, it)


def test_who_takes_the_app_is_welcomed_by_name(town: Office) -> None:
    async def it(office: Office) -> None:
        office.teams.add_person(NEW, email="dana@acme.example")
        await office.post(installed(NEW))
        await office.settle()
        assert handles(office)["teams"] == NEW
        assert any("Hello Dana" in it for it in texts(office))
        assert office.teams.calls["member"] == 1

    in_the_office(town, it)


def test_among_others_the_answer_is_theirs_alone(town: Office) -> None:
    async def it(office: Office) -> None:
        office.teams.add_person(NEW, email="dana@acme.example")
        await office.post(mention("help", NEW))
        assert handles(office)["teams"] == NEW
        (cover,) = office.teams.to(GROUP)
        assert "12 calls" not in cover.text

    in_the_office(town, it)


@pytest.mark.parametrize(
    ("them", "doubt"),
    [
        ({"email": "nobody@acme.example"}, Doubt.STRANGE),
        ({"email": "dana@acme.example", "userPrincipalName": "dana_acme.example#EXT#@x.example"}, Doubt.GUEST),
        ({"email": "dana@acme.example", "userPrincipalName": "ben@acme.example"}, Doubt.SHARED),
    ],
)
def test_an_address_that_says_nothing_is_a_question_for_the_manager(town: Office, them: Any, doubt: Doubt) -> None:
    async def it(office: Office) -> None:
        await office.install(MORGAN)
        office.teams.add_person(NEW, name="Dana Reyes", **them)
        await said(office, "12 calls")
        assert (handles(office), newcomer(office).doubt) == ({"slack": "U0DANA"}, doubt)
        (told,) = texts(office)
        assert "I don't know you here yet" in told
        assert NEW in told
        assert "Dana Reyes in Teams. Who is this?" in texts(office, MORGAN)[-1]

    in_the_office(town, it)


@pytest.mark.parametrize("more", [{"tenantId": "another"}, {"tenantId": None}, {"objectId": "aad-olivia"}])
def test_who_isnt_of_the_tenant_or_isnt_who_they_say_is_asked_about_by_nobody(town: Office, more: Any) -> None:
    async def it(office: Office) -> None:
        office.teams.add_person(NEW, email="dana@acme.example", **more)
        await said(office, "12 calls")
        assert (handles(office), newcomer(office)) == ({"slack": "U0DANA"}, None)

    in_the_office(town, it)


def test_a_person_of_another_organisation_is_not_even_asked_about(town: Office) -> None:
    async def it(office: Office) -> None:
        office.teams.add_person(NEW, email="dana@acme.example")
        sender = {"id": f"29:{NEW}", "aadObjectId": NEW, "tenantId": "their-own"}
        await office.post(words("help", NEW, **{"from": sender}))
        assert office.teams.calls["member"] == 0
        assert [it.activity["text"] for it in office.teams.sent] == [FOREIGN]

    in_the_office(town, it)


def with_address(office: Office, address: str) -> None:
    """Ben's, in the company's file from now on."""
    with office.store.work("acme") as work:
        members = (replace(it, email=address) if it.id == "ben" else it for it in work.company.members)
        work.keep_company(replace(work.company, members=tuple(members)))


def test_who_becomes_known_within_the_minute_is_heard_and_asked_to_say_again_what_was_lost(town: Office) -> None:
    async def it(office: Office) -> None:
        await office.install(MORGAN)
        office.teams.add_person(NEW, email="new@acme.example")
        await said(office, "forecast commit 100k")
        await said(office, "forecast commit 110k")
        (told,) = texts(office)
        assert "I don't know you here yet" in told
        with_address(office, "new@acme.example")
        await said(office, "forecast commit 120k because it is signed")
        assert office.teams.calls["member"] == 1, "within the minute"
        with office.store.work("acme") as work:
            (call,) = work.calls("2026-Q4", "ben")
        assert call.commit.amount == 120_000
        assert any("please write it again" in it for it in texts(office))

    in_the_office(town, it)


def test_among_others_nobody_reads_a_strangers_id_or_whom_they_may_ask(town: Office) -> None:
    async def it(office: Office) -> None:
        office.teams.add_person(NEW, email="nobody@acme.example")
        for text in ("help", "forecast"):
            await office.post(mention(text, NEW))
        (shown,) = office.teams.to(GROUP)
        assert "I don't know you here yet. Write to me in a chat of our own" in shown.text
        assert NEW not in json.dumps(shown.activity)
        await said(office, "help")
        (told,) = texts(office)
        assert NEW in told

    in_the_office(town, it)


@pytest.mark.parametrize("elsewhere", [True, False])
def test_what_is_said_among_others_where_nobody_can_be_looked_up_holds_no_id_either(
    town: Office, elsewhere: bool
) -> None:
    async def it(office: Office) -> None:
        sent = mention("help", NEW)
        if elsewhere:
            sent = {**sent, "channelData": {"tenant": {"id": "elsewhere"}}}
        await office.post(sent)
        (shown,) = office.teams.to(GROUP)
        assert "I don't know you here yet" in shown.text
        assert not [it for it in (NEW, "elsewhere") if it in shown.activity["text"]]

    in_the_office(town, it)


def test_who_is_taken_out_of_the_team_is_told_at_each_press(town: Office) -> None:
    async def it(office: Office) -> None:
        await office.install(MORGAN)
        office.teams.add_person(MORGAN)
        (hello,) = office.to(MORGAN)
        with office.store.work("acme") as work:
            members = (replace(it, active=it.id != "morgan") for it in work.company.members)
            work.keep_company(replace(work.company, members=tuple(members)))
        await said(office, "help", MORGAN)
        for n in range(2, 5):
            assert len(texts(office, MORGAN)) == n
            assert "I don't know you here any more" in texts(office, MORGAN)[-1]
            assert (await office.post(pressed(hello, "What I can do", MORGAN))).status == 200

    in_the_office(town, it)


def test_what_an_activity_says_about_an_address_is_not_read(town: Office) -> None:
    async def it(office: Office) -> None:
        office.teams.add_person(NEW)
        sender = {
            "id": f"29:{NEW}",
            "aadObjectId": NEW,
            "email": "dana@acme.example",
            "userPrincipalName": "dana@acme.example",
        }
        await said(office, "12 calls", **{"from": sender})
        assert handles(office) == {"slack": "U0DANA"}

    in_the_office(town, it)


@pytest.mark.parametrize("fault", [Fault.BAD_GATEWAY, Fault.RATE_LIMITED, Fault.NO_JSON])
def test_while_teams_doesnt_answer_nobody_is_asked_and_they_may_try_again(town: Office, fault: Fault) -> None:
    async def it(office: Office) -> None:
        office.teams.add_person(NEW, email="dana@acme.example")
        office.teams.next(fault, "member")
        await said(office, "help")
        assert "can't look you up just now" in texts(office)[0]
        assert newcomer(office) is None
        await said(office, "help")
        assert handles(office)["teams"] == NEW

    in_the_office(town, it)


def test_the_manager_says_who_it_is_and_the_person_hears_of_it(town: Office) -> None:
    async def it(office: Office) -> None:
        await office.install(MORGAN)
        office.teams.add_person(NEW, name="D. Reyes")
        await said(office, "hello")
        asked = office.to(MORGAN)[-1]
        await office.post(pressed(asked, "That’s who it is", MORGAN, member="dana"))
        for _ in range(3):
            await office.settle()
        assert (handles(office)["teams"], newcomer(office).by) == (NEW, "morgan")
        assert "Morgan told me that it’s you" in texts(office)[-1]
        assert "D. Reyes in Teams is Dana Reyes." in asked.text

    in_the_office(town, it)


def test_a_forged_press_of_the_person_themself_links_nobody(town: Office) -> None:
    async def it(office: Office) -> None:
        await office.install(MORGAN)
        office.teams.add_person(NEW, name="D. Reyes")
        await said(office, "hello")
        data = button(office.to(MORGAN)[-1].card, "That’s who it is")
        where = {"conversationType": "personal", "tenantId": TENANT, "id": personal(NEW)}
        await office.post(submit({**data, "field:member": "dana"}, NEW, conversation=where))
        assert handles(office) == {"slack": "U0DANA"}
        assert newcomer(office).standing is Standing.WAITING

    in_the_office(town, it)


# --- what Teams says, read by itself -------------------------------------------------------------------------------
THEM = Origin(TENANT, NEW)
USER = {
    "objectId": NEW,
    "tenantId": TENANT,
    "userPrincipalName": "d.reyes@acme.example",
    "email": "dana@acme.example",
    "userRole": "user",
}


def test_both_the_login_and_the_address_of_a_user_of_the_tenant_count():
    assert seen(USER, THEM).addresses == ("d.reyes@acme.example", "dana@acme.example")
    assert seen({**USER, "aadObjectId": NEW.upper()}, THEM).addresses


@pytest.mark.parametrize(
    "more",
    [
        {"userRole": "guest"},
        {"userRole": "anonymous"},
        {"userPrincipalName": "dana_acme.example#EXT#@acme.onmicrosoft.com"},
        {"userPrincipalName": "dana_acme.example#ext#@acme.onmicrosoft.com"},
        {"userPrincipalName": None},
        {"userPrincipalName": "", "email": "dana@acme.example"},
    ],
)
def test_no_address_of_a_guest_or_of_somebody_without_a_login_counts(more):
    assert seen({**USER, **more}, THEM).addresses == ()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"tenantId": "another"}, Nobody),
        ({"tenantId": None}, Nobody),
        ({"objectId": "aad-dana"}, Away),
        ({"objectId": None}, Away),
        ({"aadObjectId": "aad-dana"}, Away),
    ],
)
def test_whoever_else_was_told_of_is_not_them(more, why):
    with pytest.raises(why):
        seen({**USER, **more}, THEM)
