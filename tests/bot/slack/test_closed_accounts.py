"""An account in Slack that was closed, and opened again: from the signed event to what is sent, and to whom."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.checkup import companies
from bot.greeting import greet
from coaching.card import note
from coaching.checkins import CheckInStatus
from coaching.decision import Decision, Kind, Message
from coaching.people import Member
from coaching.revision import revised
from storage.tables import DeliveryRow
from tests.bot.slack.test_home import Acme, value
from tests.builders import MONDAY, a_company, at, with_member
from tests.delivering import FakeChannel
from tests.fake_slack import FakeSlack
from tests.fakes import no_holidays
from tests.slack_requests import (
    form_call,
    home_opened,
    interaction,
    json_call,
    message,
    press,
    sent_in,
    shortcut,
    slash,
    user_changed,
)

DANA = "U0DANA"
ACME = a_company(slack_team="T0ACME")


class Firm(Acme):
    def deliver(self) -> None:
        async def run() -> None:
            for _ in range(4):
                await self.program.delivery.step()
            await self.program.close()

        asyncio.run(run())

    def account(self, event_id: str, **user: Any) -> None:
        self.post(json_call(user_changed(None, event_id=event_id, **user)))

    def queue(self, key: str, to: str = "dana") -> None:
        message = Message(key=key, to=to, card=note(key), kind=Kind.NOTICE)
        with self.store.work("acme") as work:
            work.apply(Decision(messages=(message,)), self.clock.now())

    def row(self, key: str) -> DeliveryRow:
        with self.store.work("acme") as work:
            found = work.session.scalars(select(DeliveryRow).where(DeliveryRow.key == key)).one()
            work.session.expunge(found)
            return found

    def dana(self) -> Member:
        found = self.store.company("acme").member("dana")
        assert found
        return found

    def told(self, user: str) -> list[str]:
        return [it.text for it in self.slack.to(user)]

    def has(self, **more: Any) -> None:
        now = replace(self.dana(), **more)
        with self.store.work("acme") as work:
            work.keep_company(with_member(work.company, now))


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.fixture
def firm(each_migrated: str, slack: FakeSlack) -> Iterator[Firm]:
    made = Firm(each_migrated, slack)
    made.deliver()
    yield made
    made.store.engine.dispose()


# --- Slack says so -------------------------------------------------------------------------------------------------
def test_nothing_goes_to_a_closed_account_and_the_manager_reads_of_it(firm, slack):
    before = len(slack.to(DANA))
    firm.account("Ev1", deleted=True)
    firm.queue("after")
    firm.deliver()
    assert len(slack.to(DANA)) == before
    assert firm.row("after").reason.startswith("nothing reaches Dana Reyes: their account in Slack is closed")
    assert [it for it in firm.told("U0MORGAN") if "account in Slack is closed, and I know no other way" in it]


def test_slack_tells_it_twice_and_the_manager_reads_it_once(firm):
    firm.account("Ev1", deleted=True)
    firm.account("Ev1", deleted=True)
    firm.account("Ev2", deleted=True)
    firm.deliver()
    assert sum("is closed" in it for it in firm.told("U0MORGAN")) == 1


def test_an_introduction_that_waited_for_an_account_waits_for_the_morning_too(firm, slack):
    greet(firm.store, no_holidays, "acme", firm.clock.now())
    firm.account("Ev1", user="U0OLIVIA", deleted=True)
    firm.deliver()
    assert firm.row("hello:olivia").state == "dead"
    firm.clock.at = at("22:00")
    firm.account("Ev2", user="U0OLIVIA")
    firm.deliver()
    assert not slack.to("U0OLIVIA")
    firm.clock.at = at("09:00", MONDAY + timedelta(days=1))
    firm.deliver()
    assert "Hello Olivia" in firm.told("U0OLIVIA")[0]


def test_a_message_goes_by_another_channel_that_reaches_them(firm, slack):
    mail = FakeChannel(platform="mail")
    firm.program.delivery._courier._channels += (mail,)
    firm.has(email="dana@acme.example")
    firm.account("Ev1", deleted=True)
    firm.queue("after")
    firm.deliver()
    assert "after" in mail.said
    assert [it for it in firm.told("U0MORGAN") if "Instead I write to them by e-mail where" in it]


def test_an_account_that_opens_again_gets_what_waited(firm, slack):
    firm.account("Ev1", deleted=True)
    firm.queue("after")
    firm.deliver()
    firm.account("Ev2", deleted=False)
    firm.deliver()
    assert dict(firm.dana().closed) == {}
    assert "after" in firm.told(DANA)


def test_nobody_speaks_by_a_closed_account(firm, slack):
    slack.add_user(DANA, deleted=True)
    firm.account("Ev1", deleted=True)
    (answer,) = firm.post(form_call(slash("/coach", "queue", user=DANA)))
    assert "I only coach the people of this workspace" in answer.json()["text"]
    firm.post(interaction(press(value("checkin.off", day="2026-11-23"), user=DANA)))
    assert firm.checkin().status is CheckInStatus.OPEN


@pytest.mark.parametrize("how", ["home", "window", "shortcut", "words"])
def test_whatever_comes_by_a_closed_account_shows_and_changes_nothing_of_the_company(firm, slack, how):
    """A request of theirs may still be on its way, or be sent again within Slack's five minutes."""
    slack.add_user(DANA, deleted=True)
    firm.account("Ev1", deleted=True)
    calls = {
        "home": json_call(home_opened(user=DANA)),
        "window": interaction(sent_in({"private_metadata": value("checkin.send", day=str(MONDAY))}, {}, user=DANA)),
        "shortcut": interaction(shortcut("promise", "Call Globex", user=DANA)),
        "words": json_call(message("12 calls", user=DANA, event_id="Ev5")),
    }
    (answer,) = firm.post(calls[how])
    assert answer.status_code == 200
    shown = answer.text + json.dumps([slack.published.get(DANA), slack.opened, [it.text for it in slack.to(DANA)][1:]])
    assert "check-in" not in shown
    assert firm.checkin().status is CheckInStatus.OPEN
    assert dict(firm.dana().closed) == {"slack": DANA}


def test_a_press_that_names_somebody_elses_card_changes_nothing_of_theirs(firm, slack):
    named = press(value("checkin.send", day=str(MONDAY)), user="U0MORGAN")
    named["actions"][0]["block_id"] = f"in:0:checkin:dana:{MONDAY}"
    (before,) = [it.edits for it in slack.to(DANA)]
    firm.post(interaction(named))
    firm.deliver()
    assert [it.edits for it in slack.to(DANA)] == [before]
    assert firm.checkin().status is CheckInStatus.OPEN


def test_whoever_writes_again_is_looked_up_and_is_who_they_were(firm, slack):
    """Slack's word that it is open may have been lost, or its refusal was a mistake."""
    before = len(slack.to(DANA))
    firm.account("Ev1", deleted=True)
    firm.post(json_call(message("help", user=DANA, event_id="Ev3")))
    firm.deliver()
    assert dict(firm.dana().closed) == {}
    assert len(slack.to(DANA)) == before + 1
    assert slack.calls["users.info"] == 1


def test_whoever_becomes_a_guest_stays_who_they_are(firm, slack):
    firm.account("Ev1", is_restricted=True)
    firm.account("Ev2", is_ultra_restricted=True)
    firm.queue("after")
    firm.deliver()
    assert "after" in firm.told(DANA)


def test_somebody_who_became_a_stranger_is_nobodys(firm, slack):
    before = len(slack.to(DANA))
    firm.account("Ev1", is_stranger=True)
    firm.queue("after")
    firm.deliver()
    assert len(slack.to(DANA)) == before


def test_other_peoples_accounts_are_none_of_our_business(firm):
    firm.account("Ev1", user="U0NOBODY", deleted=True)
    firm.account("Ev2", user="U0NOBODY", deleted=False)
    firm.account("Ev3", team="T0OTHER", deleted=True)
    assert dict(firm.dana().closed) == {}


# --- Slack refuses -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("error", ["user_disabled", "user_not_found", "cannot_dm_bot", "user_not_visible"])
def test_a_refusal_that_says_so_closes_it_too(firm, slack, error):
    slack.closed_as = error
    slack.add_user(DANA, deleted=True)
    firm.queue("after")
    firm.deliver()
    assert dict(firm.dana().closed) == {"slack": DANA}
    assert firm.row("after").state == "queued"
    assert f"closed (U0DANA: {error})" in firm.row("after").reason
    calls = slack.calls["chat.postMessage"]
    firm.queue("later")
    firm.deliver()
    assert slack.calls["chat.postMessage"] == calls, "nothing is tried in vain"
    slack.add_user(DANA)
    firm.account("Ev2", deleted=False)
    firm.deliver()
    assert {"after", "later"} <= set(firm.told(DANA))


def test_an_id_that_slack_cannot_place_is_said_and_another_channel_is_tried(firm, slack):
    """It may be a closed account's, or a slip in the file: nothing is concluded from it."""
    firm.has(handles={"slack": "U0SLIP"})
    firm.queue("after")
    firm.deliver()
    assert (
        firm.row("after").reason
        == "Slack knows no U0SLIP in this workspace, which is Dana Reyes's id (channel_not_found)"
    )
    assert dict(firm.dana().closed) == {}


# --- where it is seen ----------------------------------------------------------------------------------------------
def test_the_managers_home_and_queue_say_who_is_not_reached(firm, slack):
    firm.account("Ev1", deleted=True)
    said = "Not reached in Slack, where the account is closed: "
    assert said in firm.open_home("U0MORGAN")
    (answer,) = firm.post(form_call(slash("/coach", "queue", user="U0MORGAN")))
    assert said in json.dumps(answer.json(), ensure_ascii=False)
    assert said not in firm.open_home("U0OLIVIA")


def test_doctor_names_them_and_what_to_do():
    acme = with_member(ACME, replace(ACME.members[0], closed={"slack": DANA}))
    facts = companies.Facts(company=acme, today=MONDAY, imported_on=MONDAY, chat=True, mail=False)
    (found,) = [it.text for it in companies.company(facts) if "closed" in it.text]
    assert found.startswith(
        "the Slack account of dana is closed, and nothing else reaches dana; who has left comes out"
    )


def test_a_new_file_leaves_it_closed_until_it_names_another_account():
    known = with_member(ACME, replace(ACME.members[0], closed={"slack": DANA}))
    again = revised(known, ACME).member("dana")
    assert again
    assert not again.open_handles
    other = replace(ACME.members[0], handles={"slack": "U1DANA"})
    moved = revised(known, with_member(ACME, other)).member("dana")
    assert moved
    assert dict(moved.open_handles) == {"slack": "U1DANA"}
