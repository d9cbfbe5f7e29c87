"""From a signed request to the engine and back, through the real front door and the real Bolt."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import buttons
from bot.slack import app as slack_app
from bot.slack.api import Api
from bot.slack.app import FOREIGN, SENT, SORRY, SlackApp
from bot.slack.front import Front
from coaching.card import Action, Buttons, Card, Mention, note, say
from coaching.company import Company
from coaching.events import Commanded, Event, Pressed, Said
from tests.builders import a_company
from tests.fake_slack import TOKEN, FakeSlack
from tests.slack_requests import (
    SECRET,
    Answered,
    Call,
    ask,
    callback,
    form_call,
    interaction,
    json_call,
    message,
    press,
    slash,
    submission,
)
from tests.thorough import often

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SUBMIT = buttons.write(Action("checkin.submit", "Send"))
VALUES = {"field:calls": {"value": {"type": "plain_text_input", "value": "12"}}}


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        fake.add_user("U0STRANGER")
        yield fake


class Office:
    """Engine and people, and what happened in which order."""

    def __init__(self, slack: FakeSlack, *, fails: bool = False) -> None:
        self.acme: Company = a_company(slack_team="T0ACME")
        self.known = {("T0ACME", "U0DANA"): ("acme", "dana")}
        self.fails = fails
        self.events: list[Event] = []
        self.claimed: set[str] = set()
        self.order: list[str] = []
        self.card: Card | None = note("Here you are")
        self.lock = threading.Lock()
        self.api = Api(TOKEN, slack.url)
        self.app = SlackApp(
            handle=self.handle_all,
            people=self,
            api=self.api,
            now=lambda: NOW,
            anothers=lambda *_: False,
            nudge=lambda: self.order.append("nudged"),
        )
        self.front = Front((SECRET,), self.app)

    def handle(self, event: Event) -> Card | None:
        assert threading.current_thread() is not threading.main_thread()
        if self.fails:
            raise RuntimeError("the database is away")
        with self.lock:
            if event.key in self.claimed:
                return None
            self.claimed.add(event.key)
            self.events.append(event)
            self.order.append("kept")
        return self.card if isinstance(event, Commanded) else None

    def handle_all(self, events: Sequence[Event]) -> list[Card | Exception | None]:
        return [self.handle(it) for it in events]

    def who(self, platform: str, workspace: str, handle: str) -> tuple[str, str] | None:
        assert platform == "slack"
        return self.known.get((workspace, handle))

    def company_of(self, platform: str, workspace: str) -> str | None:
        return {"T0ACME": "acme"}.get(workspace) if platform == "slack" else None

    def company(self, slug: str) -> Company:
        assert slug == "acme"
        return self.acme

    def ask(self, *calls: Call) -> list[Answered]:
        """One after the other, then everything in the background to its end."""

        async def run() -> list[Answered]:
            answers = []
            for call in calls:
                answers.append(await ask(self.front, call))
                self.order.append("acknowledged")
            await self.app.close()
            await self.api.close()
            return answers

        return asyncio.run(run())

    def at_once(self, call: Call, times: int) -> list[Answered]:
        async def run() -> list[Answered]:
            answers = await asyncio.gather(*(ask(self.front, call) for _ in range(times)))
            await self.app.close()
            await self.api.close()
            return answers

        return asyncio.run(run())


@pytest.fixture
def office(slack: FakeSlack) -> Office:
    slack.responses.clear()
    slack.sent.clear()
    return Office(slack)


# --- what people do ------------------------------------------------------------------------------------------------
def test_a_press_is_kept_before_it_is_acknowledged_and_delivery_is_woken(office: Office) -> None:
    (answer,) = office.ask(interaction(press(SUBMIT, VALUES)))
    assert (answer.status, answer.body) == (200, b"")
    assert office.order == ["kept", "nudged", "acknowledged"]
    (event,) = office.events
    assert isinstance(event, Pressed)
    assert (event.member, event.action, event.fields) == ("dana", "checkin.submit", {"calls": "12"})


def test_a_command_is_answered_with_its_card_for_that_person_only(office: Office) -> None:
    office.card = Card(
        "Hi", (say("Ask ", Mention("morgan", "Morgan Lee")), Buttons((Action("escalate.raise", "Talk"),)))
    )
    (answer,) = office.ask(form_call(slash("/forecast", "commit 120k best 150k")))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json;charset=utf-8")
    assert answer.json["response_type"] == "ephemeral"
    assert answer.json["text"] == "Hi"
    assert answer.json["blocks"][0]["text"]["text"] == "Ask <@U0MORGAN>"
    (event,) = office.events
    assert isinstance(event, Commanded)
    assert (event.name, event.text) == ("forecast", "commit 120k best 150k")


def test_a_command_with_the_word_payload_reaches_its_listener(office: Office) -> None:
    (answer,) = office.ask(form_call(slash("/forecast", "payload systems 120k")))
    assert answer.json["text"] == "Here you are"


def test_words_in_a_direct_message_are_said(office: Office) -> None:
    (answer,) = office.ask(json_call(message("12 calls, 2 appointments")))
    assert (answer.status, answer.body) == (200, b"")
    (event,) = office.events
    assert isinstance(event, Said)
    assert event.text == "12 calls, 2 appointments"


def test_a_modal_is_a_press(office: Office) -> None:
    (answer,) = office.ask(interaction(submission(SUBMIT, VALUES)))
    assert (answer.status, answer.body) == (200, b"")
    assert isinstance(office.events[0], Pressed)


IGNORED = {
    "a bot": json_call(message("hi", bot_id="B1")),
    "an edit": json_call(message("hi", subtype="message_changed")),
    "a channel": json_call(message("hi", channel_type="channel")),
    "a home tab": json_call(callback({"type": "app_home_opened", "user": "U0DANA", "tab": "home"})),
    "an event nobody listens to": json_call(callback({"type": "team_join", "user": {"id": "U1"}})),
    "a shortcut": interaction(
        {"type": "shortcut", "callback_id": "x", "user": {"id": "U0DANA"}, "team": {"id": "T0ACME"}}
    ),
    "a select": interaction({"type": "block_suggestion", "user": {"id": "U0DANA"}, "team": {"id": "T0ACME"}}),
    "a rate limit notice": json_call({"type": "app_rate_limited", "team_id": "T0ACME", "minute_rate_limited": 1}),
    "an empty object": json_call({}),
}


@pytest.mark.parametrize("call", IGNORED.values(), ids=IGNORED)
def test_what_is_not_for_us_is_taken_with_thanks_so_that_slack_does_not_send_it_again(
    office: Office, call: Call
) -> None:
    (answer,) = office.ask(call)
    assert (answer.status, answer.body, office.events) == (200, b"", [])


# --- again and again -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "call",
    [
        interaction(press(SUBMIT)),
        form_call(slash()),
        json_call(message("hi"), headers=[(b"x-slack-retry-num", b"1"), (b"x-slack-retry-reason", b"http_timeout")]),
    ],
    ids=["press", "command", "words"],
)
def test_delivered_three_times_counts_once(office: Office, call: Call) -> None:
    answers = office.ask(call, call, call)
    assert [it.status for it in answers] == [200, 200, 200]
    assert len(office.events) == 1


def test_a_command_delivered_again_is_answered_with_nothing_rather_than_twice(office: Office) -> None:
    first, second = office.ask(form_call(slash()), form_call(slash()))
    assert first.json["text"] == "Here you are"
    assert second.body == b""


def test_the_same_bytes_fifty_times_at_once_count_once(office: Office) -> None:
    answers = office.at_once(interaction(press(SUBMIT, VALUES)), 50)
    assert {it.status for it in answers} == {200}
    assert len(office.events) == 1


# --- strangers -----------------------------------------------------------------------------------------------------
def test_an_unknown_user_is_told_whom_to_ask(office: Office, slack: FakeSlack) -> None:
    url = slack.response_url("stranger")
    (command,) = office.ask(form_call(slash(user="U0STRANGER")))
    assert "or whoever set me up, to add you" in command.json["text"]
    assert "U0STRANGER" in command.json["text"]
    office.ask(interaction(press(SUBMIT, user="U0STRANGER", response_url=url)))
    ((name, said),) = slack.responses
    assert (name, said["replace_original"], "Ask your sales manager" in said["text"]) == ("stranger", False, True)
    (modal,) = office.ask(interaction(submission(SUBMIT, user="U0STRANGER")))
    assert "Ask your sales manager" in str(modal.json["view"])
    assert office.events == []


def test_an_unknown_user_who_keeps_writing_is_told_once(office: Office, slack: FakeSlack) -> None:
    words = [
        json_call(message(f"hello {n}", user="U0STRANGER", channel="D0STRANGER", event_id=f"Ev{n}")) for n in range(4)
    ]
    answers = office.ask(*words)
    assert {it.status for it in answers} == {200}
    (told,) = slack.to("U0STRANGER")
    assert "Ask your sales manager" in told.text
    assert office.events == []


def test_someone_who_was_a_member_is_a_stranger_now(office: Office) -> None:
    office.known.clear()
    (answer,) = office.ask(form_call(slash()))
    assert "Ask your sales manager" in answer.json["text"]


def test_an_unknown_team_is_refused_though_it_is_signed(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    command, press_ = office.ask(form_call(slash(team="T0OTHER")), interaction(press(SUBMIT, team="T0OTHER")))
    assert "isn't connected to the coach yet" in command.json["text"]
    assert (press_.status, office.events) == (200, [])
    assert caplog.text.count("signed, but from nobody we know") == 1, "once an hour each"
    assert not [it for it in caplog.records if it.levelno >= logging.WARNING]


def test_someone_of_another_workspace_is_never_taken_for_one_of_ours(office: Office, slack: FakeSlack) -> None:
    office.known["T0OTHER", "U0DANA"] = ("acme", "dana")
    office.ask(interaction(press(SUBMIT, home="T0OTHER", response_url=slack.response_url("foreign"))))
    assert office.events == []
    assert slack.responses[0][1]["text"] == FOREIGN


# --- failures ------------------------------------------------------------------------------------------------------
def test_a_command_that_fails_is_answered_kindly_and_at_once(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    (answer,) = Office(slack, fails=True).ask(form_call(slash("/coach", "my secret pipeline")))
    assert (answer.status, answer.json["text"]) == (200, SORRY)
    assert "the database is away" in caplog.text
    assert "secret pipeline" not in caplog.text


def test_a_press_that_fails_tells_the_person_to_press_again(slack: FakeSlack) -> None:
    slack.responses.clear()
    office = Office(slack, fails=True)
    (answer,) = office.ask(interaction(press(SUBMIT, response_url=slack.response_url("failed"))))
    assert (answer.status, office.order) == (200, ["acknowledged"])
    assert slack.responses == [("failed", {"response_type": "ephemeral", "replace_original": False, "text": SORRY})]


def test_a_modal_that_fails_says_so_in_its_place(slack: FakeSlack) -> None:
    (answer,) = Office(slack, fails=True).ask(interaction(submission(SUBMIT)))
    assert answer.json["response_action"] == "update"


def test_words_that_fail_are_asked_for_again(slack: FakeSlack) -> None:
    (answer,) = Office(slack, fails=True).ask(json_call(message("12 calls")))
    assert answer.status == 503


# --- forms that only their reader sees -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("channel", "told"),
    [("D0DANA", {"delete_original": True}), ("C0SALES", {"replace_original": True, "text": SENT})],
)
def test_a_form_that_only_its_reader_sees_goes_once_it_is_answered(
    office: Office, slack: FakeSlack, channel: str, told: dict[str, Any]
) -> None:
    office.ask(interaction(press(SUBMIT, ephemeral=True, channel=channel, response_url=slack.response_url("form"))))
    assert slack.responses == [("form", told)]


def test_a_card_in_the_conversation_is_left_to_the_outbox_which_may_change_it_there(
    office: Office, slack: FakeSlack
) -> None:
    url = slack.response_url("card")
    office.ask(interaction(press(SUBMIT, response_url=url)))
    assert slack.responses == []
    assert office.app.replies.use(("acme", "DDANA", "1763990000.000100")) == url


@pytest.mark.parametrize("more", [{"ephemeral": True}, {"user": "U0STRANGER"}, {"home": "T0OTHER"}])
def test_an_address_is_kept_of_members_and_of_what_all_can_see_only(
    office: Office, slack: FakeSlack, more: dict[str, Any]
) -> None:
    office.ask(interaction(press(SUBMIT, response_url=slack.response_url("card"), **more)))
    assert office.app.replies.use(("acme", "DDANA", "1763990000.000100")) is None


@pytest.mark.parametrize(
    "url",
    ["", "http://169.254.169.254/latest", "https://hooks.slack.com.evil.example/x", "https://hooks.slack.com@evil.example/x", "http://hooks.slack.com/x",
     "https://hooks.slack.com:8443/x", "http://127.0.0.1:1/x", "file:///etc/passwd", "http://[::1", "https://u:p@hooks.slack.com/x"],
)  # fmt: skip
def test_only_slacks_own_host_is_spoken_to(url: str) -> None:
    assert asyncio.run(Api(TOKEN).respond(url, {"text": "x"})) is False


def test_a_response_url_that_is_gone_harms_nobody(office: Office, slack: FakeSlack) -> None:
    (answer,) = office.ask(interaction(press(SUBMIT, ephemeral=True, response_url=f"{slack.origin}/nowhere")))
    assert answer.status == 200


# --- what Bolt would do by itself ----------------------------------------------------------------------------------
def test_slack_is_not_asked_who_we_are_with_every_request(office: Office, slack: FakeSlack) -> None:
    before = slack.calls.copy()
    office.ask(*(interaction(press(SUBMIT, action_ts=f"1.{n}")) for n in range(5)))
    assert slack.calls == before


def test_bolts_environment_does_not_change_who_we_are(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, "x")
    office = Office(slack)
    (answer,) = office.ask(form_call(slash()))
    assert answer.json["text"] == "Here you are"


def test_no_payload_is_logged_by_anybody(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("bot.slack.bolt").setLevel(logging.ERROR)
        office.ask(
            *IGNORED.values(),
            form_call(slash("/coach", "quota 99")),
            form_call(slash("/coach", "quota 99", user="U0STRANGER")),
        )
    assert "quota 99" not in caplog.text


def test_the_stranger_list_forgets(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack_app, "QUIET_SECONDS", 0)
    office.ask(*(json_call(message("hi", user=f"U{n}", event_id=f"Ev{n}")) for n in range(20)))
    assert len(office.app._told) == 1


def test_a_database_that_is_away_is_not_told_as_an_app_that_is_not_installed(office: Office) -> None:
    def away(*_: str) -> None:
        raise RuntimeError("the database is away")

    office.who = away
    (answer,) = office.ask(form_call(slash()))
    assert answer.json["text"] == SORRY


def test_what_is_answered_afterwards_outlives_the_request(office: Office, slack: FakeSlack) -> None:
    """Bolt's lazy listeners are dropped by the loop half-way; ours are held until they end."""

    async def run() -> None:
        answer = await ask(
            office.front, interaction(press(SUBMIT, ephemeral=True, response_url=slack.response_url("later")))
        )
        assert answer.status == 200
        assert len(office.app._background) == 1
        await office.app.close()
        assert not office.app._background
        await office.api.close()

    asyncio.run(run())
    assert len(slack.responses) == 1


def test_a_command_is_acknowledged_without_waiting_for_a_poll(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bolt looks every 10 ms whether a listener has acknowledged; ours has ended when it is asked."""
    sleep, slept = asyncio.sleep, []

    async def noted(seconds: float, *more: object) -> object:
        slept.append(seconds)
        return await sleep(seconds, *more)

    monkeypatch.setattr(asyncio, "sleep", noted)

    async def run() -> None:
        assert (await ask(office.front, form_call(slash()))).status == 200
        await office.app.close()

    asyncio.run(run())
    assert 0.01 not in slept


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([press(SUBMIT, VALUES), submission(SUBMIT, VALUES), message("12 calls")]), st.data())
@settings(max_examples=often(150), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_signed_payload_spoilt_anywhere_is_never_our_failure(
    slack: FakeSlack, payload: dict[str, Any], data: st.DataObject
) -> None:
    """Any part of it, at any depth, in the place of another."""
    spoilt = json.loads(json.dumps(payload))
    node: Any = spoilt
    while True:
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        if isinstance(node[key], dict | list) and node[key] and data.draw(st.booleans()):
            node = node[key]
            continue
        node[key] = data.draw(ANYTHING)
        break
    (answer,) = Office(slack).ask(json_call(spoilt))
    assert answer.status in {200, 400}, spoilt
