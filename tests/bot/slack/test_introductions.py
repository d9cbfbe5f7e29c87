"""Somebody unknown in Slack, from the signed request to the linked member, on both databases: only Slack is a fake."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import buttons
from bot import introductions as bot_introductions
from bot.introductions import Nobody
from bot.slack.app import FOREIGN
from bot.slack.introductions import seen
from coaching.card import Action
from coaching.checkins import CheckInStatus
from coaching.events import Knocked
from coaching.identity import Doubt, How, Standing
from tests.bot.slack.test_home import Acme
from tests.builders import a_company, a_manager, a_member, an_owner
from tests.fake_slack import FakeSlack
from tests.quiet import Quiet
from tests.slack_requests import form_call, home_opened, interaction, json_call, message, press, slash

NEW = "U0NEW"
DM = "D0NEW"


class Town(Acme):
    """Acme's, where Dana is known in Teams only, by the address dana@acme.example."""

    def __init__(self, url: str, slack: FakeSlack) -> None:
        super().__init__(url, slack)
        dana = a_member(email="Dana@acme.example", handles={"teams": "aad-dana"})
        ben = a_member("ben", email="ben@acme.example", handles={})
        with self.store.work("acme") as work:
            company = replace(work.company, members=(dana, ben, a_manager(), an_owner()), teams_tenant="t-acme")
            work.keep_company(company)

    def deliver(self) -> None:
        async def run() -> None:
            for _ in range(4):
                await self.program.delivery.step()
            await self.program.close()

        asyncio.run(run())

    def says(self, *texts: str, user: str = NEW, **more: Any) -> None:
        channel = "D" + user.removeprefix("U")
        calls = [
            json_call(message(it, user=user, channel=channel, event_id=f"Ev{user}{n}{it}"[:40], **more))
            for n, it in enumerate(texts)
        ]
        self.post(*calls)
        self.deliver()

    def newcomer(self, user: str = NEW) -> Any:
        with self.store.work("acme") as work:
            return work.newcomer("slack", user)

    def handles(self, member: str = "dana") -> dict[str, str]:
        found = self.store.company("acme").member(member)
        assert found
        return dict(found.handles)

    def told(self, user: str = NEW) -> list[str]:
        return [it.text for it in self.slack.to(user)]

    def read(self, user: str = NEW) -> list[str]:
        """The same, whole."""
        return [json.dumps(it.blocks, ensure_ascii=False) for it in self.slack.to(user)]

    def asked(self) -> list[str]:
        """What the manager reads, but for their Monday's card."""
        return [it for it in self.told("U0MORGAN") if not it.startswith("Monday at")]

    def decide(self, action: str, user: str = "U0MORGAN", *, handle: str = NEW, who: str = "", ts: str = "1.1") -> None:
        value = buttons.write(Action(f"identity.{action}", "x", {"platform": "slack", "handle": handle}))
        chosen = {"field:member": {"value": {"type": "static_select", "selected_option": {"value": who}}}}
        self.post(interaction(press(value, chosen, user=user, action_ts=ts, channel=f"D{user[1:]}")))
        self.deliver()


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.fixture
def town(each_migrated: str, slack: FakeSlack) -> Iterator[Town]:
    made = Town(each_migrated, slack)
    yield made
    made.store.engine.dispose()


# --- by the address that Slack vouches for -------------------------------------------------------------------------
def test_who_writes_with_a_members_address_is_that_member_and_what_they_wrote_counts(town, slack):
    slack.add_user(NEW, name="D. Reyes", email="dana@ACME.example")
    town.says("12 calls")
    assert town.handles() == {"teams": "aad-dana", "slack": NEW}
    assert (town.newcomer().how, town.newcomer().standing) == (How.EMAIL, Standing.KNOWN)
    assert town.checkin().status is CheckInStatus.ANSWERED
    assert town.checkin().counts == {"calls": 12}
    hello, *answers = town.told()
    assert "a program, not a person" in hello
    assert "I know you by the e-mail address that Slack and Acme Robotics have for you." in town.read()[0]
    assert answers
    assert sum("Hello" in it for it in town.told()) == 1
    (notice,) = town.asked()
    assert "Dana Reyes is known in Slack now" in notice


def test_a_command_is_answered_within_its_request(town, slack):
    slack.add_user(NEW, email="dana@acme.example")
    (answer,) = town.post(form_call(slash("/coach", "help", user=NEW)))
    assert "Hello Dana" in answer.json()["text"]
    assert town.handles()["slack"] == NEW


def test_whoever_opens_home_sees_their_own_at_once(town, slack):
    slack.add_user(NEW, email="dana@acme.example")
    town.post(json_call(home_opened(user=NEW)))
    assert "Today’s check-in waits" in json.dumps(slack.published[NEW], ensure_ascii=False)
    assert town.handles()["slack"] == NEW


def test_once_they_are_known_slack_is_asked_no_more(town, slack):
    slack.add_user(NEW, email="dana@acme.example")
    town.says("help", "help", "today")
    assert slack.calls["users.info"] == 1


@pytest.mark.parametrize(("them", "doubt"), [({}, Doubt.STRANGE), ({"is_restricted": True}, Doubt.GUEST)])
def test_an_address_that_says_nothing_is_a_question_for_the_manager(town, slack, them, doubt):
    address = "dana@acme.example" if doubt is Doubt.GUEST else "dana@acme.example.evil.example"
    slack.add_user(NEW, name="Dana Reyes", email=address, **them)
    town.says("12 calls")
    assert (town.handles(), town.newcomer().doubt) == ({"teams": "aad-dana"}, doubt)
    assert town.checkin().status is CheckInStatus.OPEN
    (told,) = town.told()
    assert "I don't know you here yet" in told
    (asked,) = town.asked()
    assert "Dana Reyes in Slack. Who is this?" in asked


@pytest.mark.parametrize("them", [{"deleted": True}, {"is_stranger": True}])
def test_apps_closed_accounts_and_people_of_other_workspaces_are_refused_and_asked_about_by_nobody(town, slack, them):
    slack.add_user(NEW, email="dana@acme.example", **them)
    town.says("12 calls", "13 calls")
    assert town.told() == [FOREIGN]
    assert (town.handles(), town.newcomer(), town.asked()) == ({"teams": "aad-dana"}, None, [])


def test_a_person_of_a_shared_channel_is_not_even_asked_about(town, slack):
    slack.add_user(NEW, email="dana@acme.example")
    town.says("12 calls", user_team="T0OTHER")
    assert slack.calls["users.info"] == 0
    assert town.handles() == {"teams": "aad-dana"}


def test_what_a_payload_says_about_an_address_is_not_read(town, slack):
    slack.add_user(NEW, name="Dana Reyes")
    profile = {"email": "dana@acme.example", "real_name": "Dana Reyes"}
    town.says("12 calls", user_profile=profile, email="dana@acme.example")
    assert town.handles() == {"teams": "aad-dana"}


@pytest.mark.parametrize("missing", ["users:read.email", "users:read"])
def test_without_the_permission_the_manager_decides(town, slack, missing):
    slack.add_user(NEW, name="D. Reyes", email="dana@acme.example")
    slack.scopes -= {missing}
    town.says("12 calls")
    assert town.newcomer().doubt is Doubt.UNVERIFIED
    called = NEW if missing == "users:read" else "D. Reyes"
    assert f"{called} in Slack. Who is this?" in town.asked()[0]


def test_while_slack_doesnt_answer_nobody_is_asked_and_they_may_try_again(town, slack, monkeypatch):
    slack.add_user(NEW, email="dana@acme.example")
    with monkeypatch.context() as it:
        it.setattr(slack, "_do_users_info", _fails, raising=False)
        town.says("12 calls")
    assert "can't look you up just now" in town.told()[0]
    assert (town.newcomer(), town.asked()) == (None, [])
    town.says("13 calls")
    assert town.handles()["slack"] == NEW
    assert town.checkin().counts == {"calls": 13}


def _fails(_args: Any) -> Any:
    raise ConnectionAbortedError


# --- twice, at once, and in the way of each other ------------------------------------------------------------------
def at_once(town: Town, *calls: Any) -> None:
    import httpx

    from bot.server import server

    async def run() -> None:
        app = server(town.program, worker=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client,
        ):
            quiet = Quiet(town.program)
            await asyncio.gather(
                *(client.post("/slack/events", content=it.body, headers=it.all_headers()) for it in calls)
            )
            await quiet()

    asyncio.run(run())
    town.deliver()


def test_many_words_at_once_link_once_and_all_of_them_count(town, slack):
    slack.add_user(NEW, email="dana@acme.example")
    at_once(town, *(json_call(message(f"{n} calls", user=NEW, channel=DM, event_id=f"Ev{n}")) for n in range(1, 9)))
    assert (town.handles()["slack"], slack.calls["users.info"]) == (NEW, 1)
    for _ in range(3):
        town.deliver()
    assert sum("I know you by the e-mail address" in it for it in town.read()) == 1
    assert len(town.asked()) == 1
    assert town.checkin().edits == 7


def test_words_count_of_whoever_is_linked_in_the_moment_they_are_looked_for(town, slack, monkeypatch):
    slack.add_user(NEW, email="dana@acme.example")
    people = town.program.slack.app.people
    who, knock = people.who, Knocked(
        company="acme", key="slack:knock:1", at=town.clock.now(), platform="slack", handle=NEW, name="Dana",
        addresses=("dana@acme.example",),
    )  # fmt: skip

    def just_before(*them: str) -> tuple[str, str] | None:
        monkeypatch.setattr(people, "who", who)
        found = who(*them)
        town.program.engine.handle(knock)
        return found

    monkeypatch.setattr(people, "who", just_before)
    town.says("12 calls")
    assert town.checkin().counts == {"calls": 12}


def test_two_accounts_with_one_address_at_once_link_one_and_ask_about_the_other(town, slack):
    for user in ("U0ONE", "U0TWO"):
        slack.add_user(user, name=user, email="dana@acme.example")
    at_once(
        town, *(json_call(message("help", user=it, channel=f"D{it[1:]}", event_id=it)) for it in ("U0ONE", "U0TWO"))
    )
    linked = town.handles()["slack"]
    (other,) = {"U0ONE", "U0TWO"} - {linked}
    assert town.newcomer(linked).standing is Standing.KNOWN
    assert (town.newcomer(other).standing, town.newcomer(other).doubt) == (Standing.WAITING, Doubt.TAKEN)


# --- by the manager ------------------------------------------------------------------------------------------------
def test_the_manager_says_who_it_is_and_the_person_hears_of_it(town, slack):
    slack.add_user(NEW, name="D. Reyes")
    town.says("12 calls")
    town.decide("is", who="dana")
    assert (town.handles()["slack"], town.newcomer().by) == (NEW, "morgan")
    assert "Morgan told me that it’s you" in town.read()[-1]
    town.says("12 calls")
    assert town.checkin().counts == {"calls": 12}


def test_who_becomes_known_within_the_minute_is_heard_and_asked_to_say_again_what_was_lost(town, slack):
    slack.add_user(NEW, email="new@acme.example")
    town.says("11 calls")
    with town.store.work("acme") as work:
        members = (replace(it, email="new@acme.example") if it.id == "dana" else it for it in work.company.members)
        work.keep_company(replace(work.company, members=tuple(members)))
    town.says("12 calls")
    assert (town.checkin().counts, slack.calls["users.info"]) == ({"calls": 12}, 1)
    assert any("please write it again" in it for it in town.read())


def test_one_sentence_a_day_whatever_they_write(town, slack, monkeypatch):
    monkeypatch.setattr(bot_introductions, "GOOD_FOR", 0.0)
    slack.add_user(NEW)
    town.says("a", "b", "c")
    assert len(town.told()) == 1
    town.clock.at += timedelta(days=1)
    town.says("d", "e")
    assert len(town.told()) == 2


@pytest.mark.parametrize("user", ["U0OLIVIA", NEW])
def test_a_forged_press_of_anybody_else_changes_and_shows_nothing(town, slack, user):
    slack.add_user(NEW, name="D. Reyes")
    town.says("hi")
    before, told = (town.handles(), town.newcomer()), len(town.told(user))
    for n, action in enumerate(("is", "nobody", "undo", "open", "list")):
        town.decide(action, user, who="dana", ts=f"{n}.1")
    assert (town.handles(), town.newcomer()) == before
    assert not [it for it in town.told(user)[told:] if "Reyes" in it]


def test_a_forged_choice_links_nobody(town, slack):
    slack.add_user(NEW, name="D. Reyes")
    town.says("hi")
    for n, who in enumerate(("morgan", "nobody", "", "Dana", "💥")):
        town.decide("is", who=who, ts=f"{n}.1")
    assert (town.handles(), town.handles("morgan")) == ({"teams": "aad-dana"}, {"slack": "U0MORGAN"})
    assert town.newcomer().standing is Standing.WAITING


def test_a_forged_id_of_somebody_who_never_wrote_is_not_linked(town):
    town.decide("is", handle="U0ATTACKER", who="dana")
    assert town.handles() == {"teams": "aad-dana"}


def test_the_same_person_in_another_company_is_nobody_there(town, slack):
    slack.add_user(NEW, email="dana@acme.example")
    other = a_company(a_member(email="dana@acme.example", handles={}), slug="globex", slack_team="T0GLOBEX")
    with town.store.opened(other, town.clock.now()) as work:
        work.keep_company(other)
    town.says("help")
    assert town.handles()["slack"] == NEW
    assert town.store.company("globex").member("dana").handles == {}


# --- what Slack says, read by itself -------------------------------------------------------------------------------
DANAS = {"team_id": "T0ACME", "profile": {"email": "dana@acme.example", "real_name": "Dana Reyes"}}


def test_the_address_of_a_full_member_of_the_workspace_is_vouched_for():
    for more in ({}, {"is_email_confirmed": True}, {"is_restricted": False, "deleted": False}):
        assert seen(NEW, DANAS | more, "T0ACME").addresses == ("dana@acme.example",)


@pytest.mark.parametrize(
    "more",
    [
        {"is_email_confirmed": False},
        {"is_email_confirmed": "yes"},
        {"is_email_confirmed": None},
        {"is_invited_user": True},
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_restricted": 1},
        {"profile": {"email": None}},
        {"profile": {"email": ["dana@acme.example"]}},
        {"profile": {"email": "dana@acme.example" + "x" * 400}},
        {"profile": None},
        {"profile": "dana@acme.example"},
    ],
)
def test_any_other_address_is_not(more):
    assert seen(NEW, DANAS | more, "T0ACME").addresses == ()


@pytest.mark.parametrize(
    "more",
    [
        {"is_bot": True},
        {"deleted": True},
        {"is_stranger": True},
        {"team_id": "T0OTHER"},
        {"team_id": None},
        {"team_id": 7},
        {"team_id": "T0OTHER", "enterprise_user": {"enterprise_id": "E0OTHER", "teams": ["T0ELSE", None]}},
        {"team_id": "T0OTHER", "enterprise_user": {"teams": "T0ACME"}},
        {"team_id": "T0OTHER", "enterprise_user": "T0ACME"},
    ],
)
def test_whoever_isnt_a_person_of_the_workspace_is_nobody(more):
    with pytest.raises(Nobody):
        seen(NEW, DANAS | more, "T0ACME")


def test_slacks_own_app_is_nobody():
    with pytest.raises(Nobody):
        seen("USLACKBOT", DANAS, "T0ACME")


def test_in_an_organisation_a_workspace_among_theirs_is_home():
    them = DANAS | {"team_id": "T0HEAD", "enterprise_user": {"enterprise_id": "E0", "teams": ["T0ACME"]}}
    assert seen(NEW, them, "T0ACME").addresses == ("dana@acme.example",)
    assert seen(NEW, them, "E0").addresses == ("dana@acme.example",)
    with pytest.raises(Nobody):
        seen(NEW, them, "T0OTHER")
