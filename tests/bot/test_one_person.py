"""Somebody known in Slack and in Teams is one person: what they do in one is seen in the other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.greeting import greet
from bot.teams.desk import NOT_YOURS
from coaching.checkins import CheckInStatus
from coaching.escalation import LIVE
from tests.bot.teams.conftest import Office, in_the_office
from tests.builders import MONDAY, a_company, a_manager, a_member, an_owner, at, planned, pressed
from tests.fake_slack import TOKEN, FakeSlack
from tests.fake_teams import TENANT, FakeTeams
from tests.fakes import no_holidays
from tests.slack_requests import SECRET, ask, form_call, slash
from tests.teams_activities import submit, words

DANA = "aad-dana"


class Both(Office):
    """Acme's file knows everybody in Slack only; Teams is there, too."""

    def __init__(self, teams: FakeTeams, slack: FakeSlack, url: str) -> None:
        people = (a_member(email="dana@acme.example"), a_manager(), an_owner())
        company = replace(a_company(*people), slack_team="T0ACME", teams_tenant=TENANT)
        slack_too = {"slack_api_url": slack.url, "slack_signing_secret": SECRET, "slack_bot_token": TOKEN}
        super().__init__(teams, url, company, **slack_too)
        self.slack = slack

    async def command(self, text: str, trigger: str) -> str:
        assert self.program.slack
        answered = await ask(self.program.slack.front, form_call(slash("/coach", text, trigger=trigger)))
        return str(answered.json)

    async def everything(self) -> None:
        """All that may go by now."""
        for _ in range(150):
            if not any(state == "queued" for state, _ in self.delivered()):
                return
            await self.deliver()
            await asyncio.sleep(0.04)


@pytest.fixture
def both(each_migrated: str) -> Iterator[Both]:
    with FakeSlack() as slack, FakeTeams() as teams:
        it = Both(teams, slack, each_migrated)
        yield it
        it.store.engine.dispose()


def test_what_is_done_in_one_is_seen_in_the_other_and_nothing_comes_twice(both: Both) -> None:
    async def it(office: Any) -> None:
        await office.ring("08:30")
        assert len(office.slack.to("U0DANA")) == 1
        office.teams.add_person(DANA, email="dana@acme.example")
        await office.post(words("12 calls, 2 appointments"))
        await office.everything()
        with office.store.work("acme") as work:
            assert work.company.member("dana").handles == {"slack": "U0DANA", "teams": DANA}
            (checkin,) = work.checkins(MONDAY, MONDAY, "dana")
        assert (checkin.status, checkin.counts) == (CheckInStatus.ANSWERED, {"calls": 12, "appointments": 2})
        # Answered where they asked; the card in Slack changes where it stands.
        assert any("Hello Dana" in it.text for it in office.to())
        assert len(office.slack.to("U0DANA")) == 1
        assert office.slack.to("U0DANA")[0].edits == 1
        assert "12 calls" in await office.command("today", "1.1")
        # What the coach says by itself comes once, in Slack.
        before = len(office.to())
        await office.ring("13:30")
        await office.everything()
        assert len(office.to()) == before

    in_the_office(both, it)


def test_what_is_asked_in_teams_is_confirmed_there_and_changes_there(both: Both) -> None:
    async def it(office: Any) -> None:
        office.teams.add_person(DANA, email="dana@acme.example")
        await office.post(words("ask May I give 10 %?"))
        await office.everything()
        assert any("May I give 10 %?" in str(it.activity) for it in office.to())
        with office.store.work("acme") as work:
            (matter,) = work.escalations(LIVE)
        seen = pressed("escalate.ack", at("10:00"), member="morgan", args={"id": matter.id, "member": "dana"})
        office.program.engine.handle(seen)
        await office.ring("10:00")
        await office.everything()
        assert any("has seen it" in str(it.activity) for it in office.to())
        assert not any("May I give" in str(it) for it in office.slack.to("U0DANA"))

    in_the_office(both, it)


def test_who_has_been_introduced_in_slack_is_not_introduced_in_teams_again(both: Both) -> None:
    async def it(office: Any) -> None:
        greet(office.store, no_holidays, "acme", at("08:00"))
        await office.ring("08:30")
        await office.everything()
        assert "a program, not a person" in office.slack.to("U0DANA")[0].text
        office.teams.add_person(DANA, email="dana@acme.example")
        await office.install(DANA)
        await office.everything()
        (said,) = [str(it.activity) for it in office.to()]
        assert "I know you by the e-mail address" in said
        assert "counts in Slack too" in said
        assert "a program, not a person" not in said

    in_the_office(both, it)


def test_a_press_on_anothers_card_in_teams_is_refused_there_and_changes_nothing_in_slack(both: Both) -> None:
    async def it(office: Any) -> None:
        with office.store.work("acme") as work:
            ben = a_member("ben", zone="America/Chicago")
            people = [
                replace(one, handles={**one.handles, "teams": f"aad-{one.id}"}) for one in (*work.company.members, ben)
            ]
            work.keep_company(replace(work.company, members=tuple(people)))
        office.slack.add_user("U0BEN")
        office.program.engine.handle(planned(at("07:00")))
        await office.ring("08:30")
        await office.everything()
        await office.install("aad-ben")
        await office.everything()
        (before,) = [it.edits for it in office.slack.to("U0BEN")]
        value = {
            "press": json.dumps({"v": 1, "a": "checkin.send", "args": {"day": str(MONDAY)}}),
            "message": f"checkin:dana:{MONDAY}",
            "count.calls": "12",
        }
        for n in range(2):
            assert (await office.post(submit(value, "aad-ben", id=f"press{n}"))).status == 200
            await office.everything()
            assert office.to("aad-ben")[-1].activity["text"] == NOT_YOURS
        assert [it.edits for it in office.slack.to("U0BEN")] == [before]
        with office.store.work("acme") as work:
            (checkin,) = work.checkins(MONDAY, MONDAY, "ben")
        assert checkin.status is CheckInStatus.OPEN

    in_the_office(both, it)
