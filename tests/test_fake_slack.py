"""The fake behaves as Slack does where our delivery depends on it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fake_slack import FakeSlack, Fault

METADATA = {"event_type": "coach_delivery", "event_payload": {"k": "n1"}}


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as it:
        yield it


def ask(slack: FakeSlack, call: Callable[[AsyncWebClient], Awaitable[object]], *, token: str | None = None):
    async def run():
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=1)) as session:
            client = AsyncWebClient(token=token or slack.token, base_url=slack.url, session=session, retry_handlers=[])
            return await call(client)

    return asyncio.run(run())


def post(slack: FakeSlack, **more):
    return ask(slack, lambda it: it.chat_postMessage(channel="U0DANA", text="hello", **more))


def test_a_post_to_a_person_lands_in_their_direct_message_with_its_metadata(slack):
    sent = post(slack, metadata=METADATA)
    assert sent["channel"] == "D0DANA"
    history = ask(slack, lambda it: it.conversations_history(channel="D0DANA", include_all_metadata=True, oldest="0"))
    assert [it["metadata"] for it in history["messages"]] == [METADATA]
    without = ask(slack, lambda it: it.conversations_history(channel="D0DANA"))
    assert "metadata" not in without["messages"][0]


def test_history_is_newest_first_in_pages_and_can_lag(slack):
    for text in ("a", "b", "c"):
        slack.say("U0DANA", text)
    page = ask(slack, lambda it: it.conversations_history(channel="D0DANA", limit=2))
    assert [it["text"] for it in page["messages"]] == ["c", "b"]
    cursor = page["response_metadata"]["next_cursor"]
    rest = ask(slack, lambda it: it.conversations_history(channel="D0DANA", limit=2, cursor=cursor))
    assert [it["text"] for it in rest["messages"]] == ["a"]
    assert not rest["has_more"]
    slack.history_lag = 60
    assert not ask(slack, lambda it: it.conversations_history(channel="D0DANA"))["messages"]


def test_an_update_overwrites_and_needs_the_channel_id_that_posting_gave(slack):
    sent = post(slack)
    ask(slack, lambda it: it.chat_update(channel=sent["channel"], ts=sent["ts"], text="done"))
    assert [(it.text, it.edits) for it in slack.to("U0DANA")] == [("done", 1)]
    with pytest.raises(SlackApiError, match="channel_not_found"):
        ask(slack, lambda it: it.chat_update(channel="U0DANA", ts=sent["ts"], text="done"))


@pytest.mark.parametrize(
    ("fault", "stored"),
    [
        (Fault.DROPPED_STORED, 1),
        (Fault.DROPPED, 0),
        (Fault.LATE_REPLY, 1),
        (Fault.ERROR_STORED, 1),
        (Fault.UNAVAILABLE, 0),
        (Fault.RATE_LIMITED, 0),
    ],
)
def test_a_planned_fault_happens_once(slack, fault, stored):
    slack.next(fault)
    with pytest.raises((SlackApiError, aiohttp.ClientError, TimeoutError)):
        post(slack)
    assert len(slack.sent) == stored
    post(slack)
    assert len(slack.sent) == stored + 1


def test_two_posts_at_once_to_one_person_are_too_many(slack):
    slack.per_channel = 1.0
    post(slack)
    with pytest.raises(SlackApiError) as caught:
        post(slack)
    assert caught.value.response.headers["Retry-After"] == "1"
    assert len(slack.sent) == 1


def test_a_message_that_arrives_late_does_arrive(slack):
    slack.late_by = 0.1
    slack.next(Fault.LATE_STORED)
    with pytest.raises(aiohttp.ClientError):
        post(slack)
    assert not slack.sent

    async def wait():
        await asyncio.sleep(0.3)

    asyncio.run(wait())
    assert len(slack.sent) == 1


def test_tokens_arguments_and_scopes_are_checked(slack):
    with pytest.raises(SlackApiError, match="invalid_auth"):
        ask(slack, lambda it: it.auth_test(), token="xoxb-other")
    with pytest.raises(SlackApiError, match="channel_not_found"):
        ask(slack, lambda it: it.chat_postMessage(channel="U0NOBODY", text="x"))
    with pytest.raises(SlackApiError, match="no_text"):
        ask(slack, lambda it: it.api_call("chat.postMessage", json={"channel": "U0DANA"}))
    slack.scopes.discard("im:history")
    with pytest.raises(SlackApiError, match="missing_scope"):
        ask(slack, lambda it: it.conversations_history(channel="D0DANA"))
    slack.revoke()
    with pytest.raises(SlackApiError, match="token_revoked"):
        post(slack)


def test_files_go_up_in_three_steps(slack):
    ask(slack, lambda it: it.files_upload_v2(filename="chart.png", content=b"png", channel="D0DANA"))
    assert slack.files == {"F00000001": b"png"}
    assert slack.completed[0]["files"][0]["id"] == "F00000001"


def test_people_views_and_homes(slack):
    assert ask(slack, lambda it: it.users_info(user="U0DANA"))["user"]["tz"] == "America/Chicago"
    modal = {"type": "modal", "title": {"type": "plain_text", "text": "Hi"}, "blocks": [{"type": "divider"}]}
    ask(slack, lambda it: it.views_open(trigger_id="1", view=modal))
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        ask(slack, lambda it: it.views_open(trigger_id="1", view=modal))
    ask(slack, lambda it: it.views_publish(user_id="U0DANA", view={"type": "home", "blocks": [{"type": "divider"}]}))
    assert slack.published["U0DANA"]["type"] == "home"
    assert ask(slack, lambda it: it.conversations_open(users="U0DANA"))["channel"]["id"] == "D0DANA"
