from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.channel import Busy, Parcel, Refused, Unknown
from bot.slack.api import Api
from bot.slack.outbound import RETRY_AFTER, RETRY_AFTER_MAX, WHOLE_COMPANY, SlackChannel, retry_after
from bot.slack.replies import Replies
from coaching.card import Bar, Bars, Card, Mention, Picture, note, say
from tests.builders import a_company, a_manager, a_member
from tests.fake_slack import TOKEN, FakeSlack, Fault

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
DANA = a_member()
ACME = a_company(DANA, a_manager(), slack_team="T0ACME")
CHART = Picture("Won 120k of 180k", "The quarter", Bars((Bar("Dana", 120.0),)))


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


def parcel(card: Card | str = "Good morning", **more: Any) -> Parcel:
    usual: dict[str, Any] = {"company": ACME, "member": DANA, "key": "checkin:dana:2026-11-23", "nonce": "n-1"}
    return Parcel(card=note(card) if isinstance(card, str) else card, **(usual | more))


def through(
    url: str, do: Callable[[SlackChannel], Awaitable[Any]], *, token: str = TOKEN, timeout: float = 0.5, **more: Any
) -> Any:
    async def run() -> Any:
        api = Api(token, url, timeout=timeout)
        try:
            return await do(SlackChannel(api, **more))
        finally:
            await api.close()

    return asyncio.run(run())


def send(slack: FakeSlack, it: Parcel, **more: Any) -> Any:
    return through(slack.url, lambda channel: channel.send(it), **more)


def find(slack: FakeSlack, it: Parcel) -> Any:
    return through(slack.url, lambda channel: channel.find(it))


# --- sending -------------------------------------------------------------------------------------------------------
def test_a_card_lands_in_the_persons_direct_message_with_its_key_and_nothing_else_in_the_metadata(
    slack: FakeSlack,
) -> None:
    place = send(slack, parcel())
    (sent,) = slack.to("U0DANA")
    assert place == {"channel": sent.channel, "ts": sent.ts}
    assert sent.metadata == {"event_type": "coach_delivery", "event_payload": {"k": "n-1"}}
    asked = dict(slack.asked[-1][1])
    assert (asked["unfurl_links"], asked["unfurl_media"], asked["link_names"]) == (False, False, False)


def test_an_answered_card_is_overwritten_where_it_stands(slack: FakeSlack) -> None:
    place = send(slack, parcel("Good morning"))
    assert send(slack, parcel("Thank you", nonce="n-2", replaces=place)) == place
    (sent,) = slack.to("U0DANA")
    assert (sent.text, sent.edits, sent.metadata["event_payload"]) == ("Thank you", 1, {"k": "n-2"})


def pressed(slack: FakeSlack, place: Any, *, company: str = "acme", url: str | None = None) -> Replies:
    known = Replies()
    here = slack.response_url(f"{place['channel']}:{place['ts']}")
    known.keep((company, place["channel"], place["ts"]), here if url is None else url)
    return known


def test_a_card_that_was_pressed_is_changed_at_the_address_of_the_press(slack: FakeSlack) -> None:
    place = send(slack, parcel("Good morning"))
    it = parcel("Thank you", nonce="n-2", replaces=place)
    assert send(slack, it, replies=pressed(slack, place)) == place
    (sent,) = slack.to("U0DANA")
    assert (sent.text, sent.edits, slack.calls["chat.update"]) == ("Thank you", 1, 0)
    assert slack.responses[0][1].keys() == {"replace_original", "text", "blocks"}


@pytest.mark.parametrize("url", ["{}/nowhere", "http://127.0.0.1:9/gone", "https://hooks.slack.com.evil.example/x"])
def test_where_that_address_is_no_good_it_is_changed_in_the_ordinary_way(slack: FakeSlack, url: str) -> None:
    place = send(slack, parcel("Good morning"))
    it = parcel("Thank you", nonce="n-2", replaces=place)
    send(slack, it, replies=pressed(slack, place, url=url.format(slack.origin)))
    (sent,) = slack.to("U0DANA")
    assert (sent.text, slack.calls["chat.update"], slack.responses) == ("Thank you", 1, [])


def test_a_card_is_never_shown_at_another_companys_address(slack: FakeSlack) -> None:
    place = send(slack, parcel("Good morning"))
    it = parcel("Thank you", nonce="n-2", replaces=place)
    send(slack, it, replies=pressed(slack, place, company="globex"))
    assert (slack.responses, slack.calls["chat.update"]) == ([], 1)


def test_a_card_that_can_no_longer_be_overwritten_says_so(slack: FakeSlack) -> None:
    with pytest.raises(Refused, match="message_not_found") as refused:
        send(slack, parcel(replaces={"channel": "D0DANA", "ts": "1.0"}))
    assert not refused.value.whole_company


def test_a_colleague_is_mentioned_by_their_id_and_a_stranger_by_name(slack: FakeSlack) -> None:
    send(
        slack, parcel(Card("Hi", (say("Ask ", Mention("morgan", "Morgan Lee"), " or ", Mention("gone", "Gil Gone")),)))
    )
    assert slack.to("U0DANA")[0].blocks[0]["text"]["text"] == "Ask <@U0MORGAN> or Gil Gone"


@pytest.mark.parametrize(
    ("company", "member", "reached"),
    [
        (ACME, DANA, True),
        (a_company(DANA), DANA, False),
        (ACME, a_member(handles={}), False),
        (ACME, a_member(handles={"teams": "x"}), False),
    ],
)
def test_it_reaches_members_with_an_id_in_a_connected_workspace(company: Any, member: Any, reached: bool) -> None:
    assert SlackChannel(Api(TOKEN)).reaches(company, member) is reached


# --- what may go wrong ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fault", "error", "stored"),
    [
        (Fault.DROPPED_STORED, Unknown, 1),
        (Fault.DROPPED, Unknown, 0),
        (Fault.LATE_REPLY, Unknown, 1),
        (Fault.ERROR_STORED, Unknown, 1),
        (Fault.UNAVAILABLE, Unknown, 0),
        (Fault.RATE_LIMITED, Busy, 0),
    ],
    ids=lambda it: it.name if isinstance(it, Fault) else None,
)
def test_each_failure_is_told_as_what_it_is_and_never_posts_twice(
    slack: FakeSlack, fault: Fault, error: type[Exception], stored: int
) -> None:
    slack.next(fault)
    with pytest.raises(error):
        send(slack, parcel())
    assert len(slack.to("U0DANA")) == stored
    assert slack.calls["chat.postMessage"] == 1


def test_a_rate_limit_says_how_long(slack: FakeSlack) -> None:
    slack.retry_after = 17
    slack.next(Fault.RATE_LIMITED)
    with pytest.raises(Busy) as busy:
        send(slack, parcel())
    assert busy.value.after == timedelta(seconds=17)


@pytest.mark.parametrize(
    ("header", "wait"),
    [("30", timedelta(seconds=30)), ("0", timedelta(seconds=1)), ("-5", timedelta(seconds=1)), ("1.5", timedelta(seconds=1.5)),
     ("99999999999", RETRY_AFTER_MAX), ("1e400", RETRY_AFTER), ("nan", RETRY_AFTER), ("Wed, 21 Oct 2026 07:28:00 GMT", RETRY_AFTER), ("", RETRY_AFTER), (None, RETRY_AFTER)],
)  # fmt: skip
def test_absurd_waits_are_kept_within_reason(header: str | None, wait: timedelta) -> None:
    assert retry_after(header) == wait


def test_a_revoked_token_stops_the_whole_company(slack: FakeSlack) -> None:
    slack.revoke()
    with pytest.raises(Refused, match="token_revoked") as refused:
        send(slack, parcel())
    assert refused.value.whole_company


def test_a_person_slack_does_not_know_concerns_only_them(slack: FakeSlack) -> None:
    with pytest.raises(Refused, match="channel_not_found") as refused:
        send(slack, parcel(member=a_member(handles={"slack": "U0NOBODY"})))
    assert not refused.value.whole_company


def test_an_address_that_refuses_the_connection_has_taken_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Busy):
            through(f"http://127.0.0.1:{taken.getsockname()[1]}/api/", lambda channel: channel.send(parcel()))


def answering(
    status: int,
    text: str,
    content_type: str = "application/json",
    do: Callable[[SlackChannel], Awaitable[Any]] = lambda it: it.send(parcel()),
) -> Any:
    """A server that says the same to everything."""

    async def run() -> Any:
        async def handler(_request: web.Request) -> web.Response:
            return web.Response(status=status, text=text, content_type=content_type)

        app = web.Application()
        app.router.add_route("*", "/{any:.*}", handler)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        api = Api(TOKEN, f"http://127.0.0.1:{runner.addresses[0][1]}/api/")
        try:
            return await do(SlackChannel(api))
        finally:
            await api.close()
            await runner.cleanup()

    return asyncio.run(run())


@pytest.mark.parametrize(
    "error",
    [
        "channel_not_found",
        "is_archived",
        "invalid_blocks",
        "msg_too_long",
        "msg_blocks_too_long",
        "no_text",
        "user_not_found",
        "messages_tab_disabled",
        "something_new",
    ],
)
def test_a_plain_no_is_never_tried_again(error: str) -> None:
    with pytest.raises(Refused, match=error) as refused:
        answering(200, f'{{"ok": false, "error": "{error}"}}')
    assert not refused.value.whole_company


@pytest.mark.parametrize("error", sorted(WHOLE_COMPANY))
def test_errors_of_the_installation_are_told_as_such(error: str) -> None:
    with pytest.raises(Refused) as refused:
        answering(200, f'{{"ok": false, "error": "{error}"}}')
    assert refused.value.whole_company


@pytest.mark.parametrize("error", ["fatal_error", "internal_error", "request_timeout", "service_unavailable"])
def test_errors_that_may_have_done_it_leave_it_open(error: str) -> None:
    with pytest.raises(Unknown):
        answering(200, f'{{"ok": false, "error": "{error}"}}')


@pytest.mark.parametrize("error", ["ratelimited", "rate_limited", "message_limit_exceeded"])
def test_a_rate_limit_without_its_status_is_one_all_the_same(error: str) -> None:
    with pytest.raises(Busy):
        answering(200, f'{{"ok": false, "error": "{error}"}}')


@pytest.mark.parametrize(
    ("status", "text", "content_type"),
    [(500, "{}", "application/json"), (502, "<html>", "text/html"), (503, "busy", "text/plain"), (200, "ok", "text/plain"), (200, "<html>", "text/html"),
     (200, "{", "application/json"), (200, "[]", "application/json"), (200, "null", "application/json"), (200, '{"ok": true}', "application/json")],
)  # fmt: skip
def test_replies_that_make_no_sense_leave_it_open(status: int, text: str, content_type: str) -> None:
    with pytest.raises(Unknown):
        answering(status, text, content_type)


def test_two_hundred_calls_share_their_connections(slack: FakeSlack) -> None:
    async def both(channel: SlackChannel) -> None:
        for n in range(20):
            await channel.send(parcel(nonce=f"n-{n}"))
        assert channel._api._wire.opened
        connector = channel._api._wire.session.connector
        assert sum(len(it) for it in connector._conns.values()) == 1

    through(slack.url, both)


# --- looking -------------------------------------------------------------------------------------------------------
def test_a_message_whose_reply_was_lost_is_found_by_its_key(slack: FakeSlack) -> None:
    slack.next(Fault.DROPPED_STORED)
    with pytest.raises(Unknown):
        send(slack, parcel())
    (sent,) = slack.to("U0DANA")
    assert find(slack, parcel(attempt_at=datetime.now(UTC))) == {"channel": sent.channel, "ts": sent.ts}


def test_a_message_that_never_arrived_is_not_found(slack: FakeSlack) -> None:
    send(slack, parcel(nonce="another"))
    assert find(slack, parcel(attempt_at=datetime.now(UTC))) is None


def test_it_looks_through_more_than_one_page(slack: FakeSlack) -> None:
    send(slack, parcel())
    for n in range(150):
        slack.say("U0DANA", f"line {n}")
    assert find(slack, parcel(attempt_at=datetime.now(UTC))) is not None


def test_without_the_right_to_read_it_cannot_look_and_says_so(slack: FakeSlack) -> None:
    slack.scopes.discard("im:history")
    with pytest.raises(Refused, match="missing_scope") as refused:
        find(slack, parcel(attempt_at=datetime.now(UTC)))
    assert not refused.value.whole_company


def test_a_persons_own_words_with_that_key_are_not_ours() -> None:
    body = '{"ok": true, "channel": {"id": "D1"}, "messages": [{"ts": "1.0", "metadata": {"event_type": "other", "event_payload": {"k": "n-1"}}}, {"ts": "2.0"}]}'
    assert answering(200, body, do=lambda it: it.find(parcel())) is None


@pytest.mark.parametrize(
    ("status", "text"), [(500, "{}"), (200, '{"ok": false, "error": "internal_error"}'), (429, "{}")]
)
def test_a_look_that_fails_is_tried_again(status: int, text: str) -> None:
    with pytest.raises(Busy):
        answering(status, text, do=lambda it: it.find(parcel()))


# --- pictures ------------------------------------------------------------------------------------------------------
def drawn(_picture: Picture) -> bytes:
    return b"\x89PNG\r\n"


def test_a_picture_is_uploaded_once_however_often_its_message_is_tried(slack: FakeSlack) -> None:
    slack.next(Fault.RATE_LIMITED)

    async def twice(channel: SlackChannel) -> None:
        with pytest.raises(Busy):
            await channel.send(parcel(Card("Digest", (CHART,))))
        await channel.send(parcel(Card("Digest", (CHART,))))

    through(slack.url, twice, draw=drawn)
    assert len(slack.files) == 1
    (block,) = slack.to("U0DANA")[0].blocks
    assert block["slack_file"] == {"id": next(iter(slack.files))}


def test_without_the_right_to_upload_the_pictures_words_stand_for_it(slack: FakeSlack) -> None:
    slack.scopes.discard("files:write")
    send(slack, parcel(Card("Digest", (CHART,))), draw=drawn)
    (block,) = slack.to("U0DANA")[0].blocks
    assert block["type"] == "section"
    assert "Won 120k of 180k" in block["text"]["text"]


def test_a_picture_slack_does_not_finish_goes_as_words_in_the_end() -> None:
    posts: list[Any] = []

    async def run() -> None:
        async def handler(request: web.Request) -> web.Response:
            method = request.match_info["any"].removeprefix("api/")
            if method == "files.getUploadURLExternal":
                return web.json_response(
                    {"ok": True, "upload_url": f"http://{request.host}/up", "file_id": "F00000001"}
                )
            if method == "up":
                return web.Response(text="OK")
            if method == "files.completeUploadExternal":
                return web.json_response({"ok": True, "files": [{"id": "F00000001"}]})
            body = await request.json()
            posts.append(body["blocks"])
            fails = "slack_file" in str(body["blocks"])
            return web.json_response(
                {"ok": False, "error": "invalid_blocks"} if fails else {"ok": True, "channel": "D1", "ts": "1.0"}
            )

        app = web.Application()
        app.router.add_route("*", "/{any:.*}", handler)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        api = Api(TOKEN, f"http://127.0.0.1:{runner.addresses[0][1]}/api/")
        channel = SlackChannel(api, draw=drawn)
        for _ in range(3):
            with pytest.raises(Busy) as busy:
                await channel.send(parcel(Card("Digest", (CHART,))))
            assert not busy.value.whole_company
        assert await channel.send(parcel(Card("Digest", (CHART,)))) == {"channel": "D1", "ts": "1.0"}
        await api.close()
        await runner.cleanup()

    asyncio.run(run())
    assert len(posts) == 4
