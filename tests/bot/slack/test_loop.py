"""A rep's day over Slack: real engine, real SQLite, real front door and delivery; only Slack itself is a fake."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.delivery import Delivery
from bot.slack.api import Api
from bot.slack.app import SlackApp
from bot.slack.front import Front
from bot.slack.outbound import SlackChannel
from coaching.checkins import CheckInStatus
from coaching.company import Company
from coaching.engine import Engine
from coaching.events import Imported, Planned
from coaching.routines import checkin, forecast
from storage import schema
from storage.database import create_engine
from storage.deliveries import Pace, Patience
from storage.outbox import Outbox
from storage.showing import Showing
from storage.store import SqlStore
from tests.builders import MONDAY, a_company, an_opportunity, at
from tests.fake_slack import TOKEN, FakeSlack, Fault, Sent
from tests.fakes import no_holidays
from tests.slack_requests import SECRET, Answered, Call, ask, form_call, interaction, json_call, message, press, slash

PACE = Pace(company=timedelta(0), conversation=timedelta(0))
PATIENCE = Patience(settle=timedelta(seconds=0.2), first_look=timedelta(seconds=0.05), upkeep=timedelta(0))


class Morning:
    """A company on a clock that stands still until it is moved."""

    def __init__(self, folder: Path, slack: FakeSlack) -> None:
        self.slack = slack
        self.time = at("07:00")
        database = create_engine(f"sqlite:///{folder / 'coach.db'}")
        schema.upgrade(database)
        self.store = SqlStore(database)
        self.anothers = Showing(self.store).is_anothers
        acme = a_company(slack_team="T0ACME")
        with self.store.opened(acme, self.time) as work:
            work.keep_company(acme)
        with self.store.work("acme") as work:
            work.keep_pipeline(opportunities=(an_opportunity(),), changes=(), snapshots=(), on=MONDAY)
        self.engine = Engine(self.store, no_holidays, (checkin.ROUTINE, forecast.ROUTINE))
        self.engine.handle(Planned(company="acme", key="planned", at=self.time))
        self.engine.handle(Imported(company="acme", key="imported", at=self.time))

    def now(self) -> datetime:
        return self.time

    # What SlackApp asks of the store.
    def who(self, platform: str, workspace: str, handle: str) -> tuple[str, str] | None:
        return self.store.who(platform, workspace, handle)

    def company_of(self, platform: str, workspace: str) -> str | None:
        return self.store.company_of(platform, workspace)

    def company(self, slug: str) -> Company:
        with self.store.work(slug) as work:
            return work.company

    def goes(self, *calls: Call, until: datetime | None = None) -> list[Answered]:
        """The clock moves on, alarms ring, people do things, messages are delivered."""
        if until:
            self.time = until
            while self.engine.tick(self.time):
                pass
        return asyncio.run(self._goes(calls))

    async def _goes(self, calls: tuple[Call, ...]) -> list[Answered]:
        api = Api(TOKEN, self.slack.url, timeout=1)
        channel = SlackChannel(api)
        channel.pace = PACE
        delivery = Delivery(Outbox(self.store, PATIENCE), (channel,), self)
        app = SlackApp(
            handle=self.engine.handle_all,
            people=self,
            api=api,
            now=self.now,
            nudge=delivery.nudge,
            anothers=self.anothers,
        )
        front = Front((SECRET,), app)
        answers = []
        for call in calls:
            answers.append(await ask(front, call))
            await self._delivered(delivery)
        await self._delivered(delivery)
        await app.close()
        await api.close()
        return answers

    async def _delivered(self, delivery: Delivery) -> None:
        for _ in range(3):
            await delivery.step()
            await asyncio.sleep(0.02)

    def checkin(self) -> Any:
        with self.store.work("acme") as work:
            return next(iter(work.checkins(MONDAY, MONDAY, "dana")), None)

    def calls(self) -> Any:
        with self.store.work("acme") as work:
            return work.calls("2026-Q4")

    def seen(self) -> list[Sent]:
        return self.slack.to("U0DANA")


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.fixture
def morning(tmp_path: Path, slack: FakeSlack) -> Iterator[Morning]:
    made = Morning(tmp_path, slack)
    yield made
    made.store.engine.dispose()


def pressed(
    blocks: list[Any],
    label: str,
    typed: dict[str, str],
    *,
    channel: str = "D0DANA",
    ephemeral: bool = False,
    response_url: str = "",
    action_ts: str = "1.1",
) -> Call:
    """What Slack sends when that button of a message is pressed, its fields as shown or as typed over."""
    values: dict[str, Any] = {}
    for it in blocks:
        if it["type"] == "input":
            element, name = it["element"], it["block_id"].removeprefix("field:")
            kept: dict[str, Any] = {"type": element["type"]}
            if element["type"] == "plain_text_input":
                kept["value"] = typed.get(name, element.get("initial_value"))
            elif element["type"] == "static_select":
                kept["selected_option"] = element.get("initial_option")
            values[it["block_id"]] = {element["action_id"]: kept}
    row, button = next(
        (it, element)
        for it in blocks
        if it["type"] == "actions"
        for element in it["elements"]
        if label in element["text"]["text"]
    )
    payload = press(
        button["value"], values, channel=channel, ephemeral=ephemeral, response_url=response_url, action_ts=action_ts
    )
    payload["actions"][0]["action_id"] = button["action_id"]
    payload["actions"][0]["block_id"] = row.get("block_id", "aB3")
    return interaction(payload)


def test_a_check_in_is_asked_answered_kept_and_its_card_overwritten(morning: Morning) -> None:
    morning.goes(until=at("08:30"))
    (asked,) = morning.seen()
    assert asked.edits == 0
    (answer,) = morning.goes(
        pressed(asked.blocks, "Send", {"count.calls": "12", "count.appointments": "2"}), until=at("08:41")
    )
    assert (answer.status, answer.body) == (200, b"")
    kept = morning.checkin()
    assert (kept.status, kept.counts["calls"], kept.counts["appointments"]) == (CheckInStatus.ANSWERED, 12, 2)
    (now,) = morning.seen()
    assert (now.ts, now.edits) == (asked.ts, 1)
    assert not [it for it in now.blocks if it["type"] == "input"]


def test_the_answer_is_in_the_database_before_slack_is_told(morning: Morning, monkeypatch: pytest.MonkeyPatch) -> None:
    morning.goes(until=at("08:30"))
    (asked,) = morning.seen()
    seen: list[CheckInStatus] = []

    async def told(_send: Any, answer: Any, *, close: bool) -> None:
        del answer, close
        seen.append(morning.checkin().status)

    monkeypatch.setattr("bot.door.answered", told)
    morning.goes(pressed(asked.blocks, "Send", {"count.calls": "12"}))
    assert seen == [CheckInStatus.ANSWERED]


def test_a_press_delivered_three_times_counts_once(morning: Morning) -> None:
    morning.goes(until=at("08:30"))
    (asked,) = morning.seen()
    call = pressed(asked.blocks, "Send", {"count.calls": "12"})
    answers = morning.goes(call, call, call)
    assert {it.status for it in answers} == {200}
    assert morning.seen()[0].edits == 1
    assert len(morning.seen()) == 1


def test_the_same_press_fifty_times_at_once_is_one_answer(morning: Morning) -> None:
    morning.goes(until=at("08:30"))
    (asked,) = morning.seen()
    call = pressed(asked.blocks, "Send", {"count.calls": "12"})

    async def all_at_once() -> list[Answered]:
        api = Api(TOKEN, morning.slack.url)
        front = Front(
            (SECRET,),
            SlackApp(
                handle=morning.engine.handle_all, people=morning, api=api, now=morning.now, anothers=morning.anothers
            ),
        )
        answers = await asyncio.gather(*(ask(front, call) for _ in range(50)))
        await api.close()
        return answers

    assert {it.status for it in asyncio.run(all_at_once())} == {200}
    morning.goes()
    assert (morning.checkin().counts["calls"], morning.checkin().edits, morning.seen()[0].edits) == (12, 0, 1)


def test_a_second_device_changes_nothing_and_is_answered(morning: Morning) -> None:
    morning.goes(until=at("08:30"))
    (asked,) = morning.seen()
    answers = morning.goes(
        pressed(asked.blocks, "Send", {"count.calls": "12"}, action_ts="1.1"),
        pressed(asked.blocks, "Send", {"count.calls": "12"}, action_ts="1.2"),
    )
    assert {it.status for it in answers} == {200}
    assert morning.checkin().counts["calls"] == 12
    assert len(morning.seen()) == 1


def test_a_check_in_can_be_answered_in_words_and_the_card_follows(morning: Morning) -> None:
    morning.goes(until=at("08:30"))
    (answer,) = morning.goes(json_call(message("12 calls, 2 appointments")))
    assert answer.status == 200
    assert morning.checkin().counts["calls"] == 12
    asked, confirmed = morning.seen()
    assert asked.edits == 1
    assert "12" in json.dumps(confirmed.blocks)


def test_a_forecast_is_called_in_one_line(morning: Morning) -> None:
    (answer,) = morning.goes(form_call(slash("/forecast", "commit 120k best 150k")))
    (call,) = morning.calls()
    assert (call.member, call.commit.minor, call.best_case.minor) == ("dana", 12_000_000, 15_000_000)
    assert answer.json["response_type"] == "ephemeral"
    assert "120" in json.dumps(answer.json["blocks"])
    assert morning.seen() == []


def test_a_forecast_form_in_a_channel_is_answered_and_goes(morning: Morning) -> None:
    (shown,) = morning.goes(form_call(slash("/forecast")))
    blocks = shown.json["blocks"]
    names = {it["block_id"].removeprefix("field:") for it in blocks if it["type"] == "input"}
    assert {"commit", "best"} <= names
    label = next(
        element["text"]["text"]
        for it in blocks
        if it["type"] == "actions"
        for element in it["elements"]
        if element.get("style") == "primary"
    )
    url = morning.slack.response_url("form")
    morning.goes(
        pressed(blocks, label, {"commit": "120k", "best": "150k"}, channel="C0SALES", ephemeral=True, response_url=url)
    )
    (call,) = morning.calls()
    assert call.commit.minor == 12_000_000
    assert morning.slack.responses[0][1]["replace_original"] is True
    assert len(morning.seen()) == 1


def test_an_old_button_is_answered_kindly(morning: Morning) -> None:
    (answer,) = morning.goes(interaction(press("checkin_submit_v0")))
    assert answer.status == 200
    (told,) = morning.seen()
    assert "earlier version" in told.text


def test_nonsense_is_answered_helpfully(morning: Morning) -> None:
    answers = morning.goes(
        form_call(slash("/coach", "🎉 <!channel> =1+1", trigger="1")),
        form_call(slash("/forecast", "commit -5 best 9e99", trigger="2")),
        form_call(slash("/coach", "x" * 10_000, trigger="3")),
        form_call(slash("/unheard", "of", trigger="4")),
        json_call(message("שלום " * 2000)),
    )
    assert {it.status for it in answers} == {200}
    for it in answers[:4]:
        assert it.json["blocks"]
        assert "<!channel>" not in json.dumps(it.json)
    assert len(morning.seen()) == 1


def test_a_card_whose_reply_was_lost_is_found_again_and_not_sent_twice(morning: Morning) -> None:
    morning.slack.next(Fault.DROPPED_STORED)
    morning.goes(until=at("08:30"))
    morning.goes()
    (asked,) = morning.seen()
    morning.goes(pressed(asked.blocks, "Send", {"count.calls": "12"}))
    (now,) = morning.seen()
    assert now.edits == 1


def test_someone_who_leaves_is_refused_from_then_on(morning: Morning) -> None:
    acme = a_company(slack_team="T0ACME", members=(a_company().members[1],))
    with morning.store.work("acme") as work:
        gone = tuple(replace(it, active=False) for it in work.company.members if it.id == "dana")
        work.keep_company(replace(acme, members=(*acme.members, *gone)))
    (answer,) = morning.goes(form_call(slash("/coach", "today")))
    assert "Ask your sales manager" in answer.json["text"]


def test_what_a_person_wrote_is_not_in_the_log_when_the_database_fails(
    morning: Morning, caplog: pytest.LogCaptureFixture
) -> None:
    with morning.store.work("acme") as work:
        work._connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON checkin BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    morning.time = at("08:30")
    (answer,) = morning.goes(json_call(message("12 calls; my secret is that I hate Mondays")))
    assert answer.status == 503
    assert "disk is full" in caplog.text
    assert "secret" not in caplog.text
