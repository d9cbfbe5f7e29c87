from __future__ import annotations

import asyncio
import json
import logging
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.door import BYTES_MAX, OK, Answer
from bot.slack.front import Front, _form
from tests.slack_requests import SECRET, Answered, Call, ask, form_call, interaction, json_call, press, signature, slash

NOW = 1_763_991_000.0
STAMP = "1763991000"
OTHER = "an-older-secret"


class Door:
    """A front door with a handler that only notes what it was given."""

    def __init__(self, *secrets: str, fails: bool = False, read_seconds: float = 5.0) -> None:
        self.payloads: list[dict[str, Any]] = []
        self.fails = fails
        self.now = NOW
        self.front = Front(secrets or (SECRET,), self.handle, now=lambda: self.now, read_seconds=read_seconds)

    async def handle(self, payload: dict[str, Any]) -> Answer:
        self.payloads.append(payload)
        if self.fails:
            raise RuntimeError("the database is away")
        return OK

    def ask(self, call: Call, **more: Any) -> Answered:
        if call.timestamp is None:
            call.timestamp = STAMP
        return asyncio.run(ask(self.front, call, **more))


def good() -> Call:
    return interaction(press('{"v":1,"a":"checkin.submit","args":{}}'), timestamp=STAMP)


def signed(call: Call) -> dict[bytes, bytes]:
    return dict(call.all_headers())


def spoilt(**changes: bytes | None) -> Call:
    """The good request with some headers changed, or left out, after it was signed."""
    call = good()
    headers = signed(call)
    for name, value in changes.items():
        key = name.replace("_", "-").encode()
        headers.pop(key, None)
        if value is not None:
            headers[key] = value
    return Call(
        call.body,
        headers=[(k, v) for k, v in headers.items() if k != b"content-type"],
        signed=False,
        content_type=call.content_type,
    )


GOOD_SIGNATURE = signature(SECRET, STAMP, good().body).encode()
MUTATIONS: dict[str, Call] = {
    "no signature": spoilt(x_slack_signature=None),
    "no timestamp": spoilt(x_slack_request_timestamp=None),
    "neither": spoilt(x_slack_signature=None, x_slack_request_timestamp=None),
    "an empty signature": spoilt(x_slack_signature=b""),
    "an empty timestamp": spoilt(x_slack_request_timestamp=b""),
    "a word for a timestamp": spoilt(x_slack_request_timestamp=b"abc"),
    "a timestamp of 5000 digits": spoilt(x_slack_request_timestamp=b"1" * 5000),
    "a negative timestamp": spoilt(x_slack_request_timestamp=b"-176399100"),
    "a fraction for a timestamp": spoilt(x_slack_request_timestamp=b"17639910.0"),
    "digits of another script": spoilt(x_slack_request_timestamp="١٧٦٣٩٩١٠٠٠".encode()),
    "a timestamp with a newline": spoilt(x_slack_request_timestamp=STAMP.encode() + b"\n"),
    "a timestamp one second off": spoilt(x_slack_request_timestamp=b"1763991001"),
    "a signature that isn't ASCII": spoilt(x_slack_signature="v0=ü".encode()),
    "a signature of high bytes": spoilt(x_slack_signature=b"v0=" + b"\xff" * 64),
    "a signature in capitals": spoilt(x_slack_signature=b"v0=" + GOOD_SIGNATURE[3:].upper()),
    "a signature cut short": spoilt(x_slack_signature=GOOD_SIGNATURE[:-1]),
    "a signature made longer": spoilt(x_slack_signature=GOOD_SIGNATURE + b"0"),
    "a signature of another version": spoilt(x_slack_signature=b"v1=" + GOOD_SIGNATURE[3:]),
    "a signature with one bit off": spoilt(
        x_slack_signature=GOOD_SIGNATURE[:-1] + (b"0" if GOOD_SIGNATURE[-1:] != b"0" else b"1")
    ),
    "a signature without its version": spoilt(x_slack_signature=GOOD_SIGNATURE[3:]),
    "another secret": interaction(press("{}"), secret="not-ours"),
    "too old by a second": Call(good().body, "application/x-www-form-urlencoded", timestamp=str(int(NOW) - 301)),
    "too far ahead by a second": Call(good().body, "application/x-www-form-urlencoded", timestamp=str(int(NOW) + 301)),
    "one byte more": Call(
        good().body + b"&",
        "application/x-www-form-urlencoded",
        headers=[(k, v) for k, v in signed(good()).items() if k != b"content-type"],
        signed=False,
    ),
    "one byte changed": Call(
        good().body[:-1] + b"E",
        "application/x-www-form-urlencoded",
        headers=[(k, v) for k, v in signed(good()).items() if k != b"content-type"],
        signed=False,
    ),
    "an empty body": Call(
        b"",
        "application/x-www-form-urlencoded",
        headers=[(k, v) for k, v in signed(good()).items() if k != b"content-type"],
        signed=False,
    ),
    "two signatures": Call(
        good().body,
        "application/x-www-form-urlencoded",
        timestamp=STAMP,
        headers=[(b"x-slack-signature", b"v0=" + b"0" * 64)],
    ),
}


@pytest.mark.parametrize("call", MUTATIONS.values(), ids=MUTATIONS)
def test_a_request_that_slack_did_not_sign_gets_401_and_does_nothing(call: Call) -> None:
    door = Door()
    answer = door.ask(call)
    assert (answer.status, answer.body, door.payloads) == (401, b"not signed by Slack", [])


def test_the_request_that_was_spoilt_above_is_good_by_itself() -> None:
    door = Door()
    assert door.ask(good()).status == 200
    assert door.payloads[0]["type"] == "block_actions"


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_either_way_are_still_fresh(seconds: int) -> None:
    assert Door().ask(json_call({"type": "x"}, timestamp=str(int(NOW) + seconds))).status == 200


@pytest.mark.parametrize("secret", [SECRET, OTHER])
def test_a_secret_can_be_changed_with_an_overlap(secret: str) -> None:
    assert Door(SECRET, OTHER).ask(json_call({"type": "x"}, secret=secret)).status == 200
    assert Door("third").ask(json_call({"type": "x"}, secret=secret)).status == 401


def test_a_door_without_a_secret_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="signing secret"):
        Front(("",), Door().handle)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"1", b'"x"', b"NaN", b'{"a": NaN}', b'{"a": Infinity}', b"\xff\xfe", b'{"a":"\xff"}',
        b"[" * 100_000, b'{"a":' * 40 + b"1" + b"}" * 40, b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", b'{"a": ' + b"1" * 5000 + b"}",
        b'{"type": "url_verification"}', b'{"type": "url_verification", "challenge": 7}',
    ],
    ids=lambda it: repr(it[:24]),
)  # fmt: skip
def test_broken_json_is_400_though_it_is_signed(body: bytes) -> None:
    door = Door()
    answer = door.ask(Call(body))
    assert (answer.status, answer.body, door.payloads) == (400, b"not understood", [])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"payload=",
        b"payload=%7B",
        b"payload=[]",
        b"payload=%FF",
        b"x=1",
        b"payload=null",
        b"a=1&" * 200 + b"b=1",
        b"nonsense",
    ],
)
def test_a_broken_form_is_400_though_it_is_signed(body: bytes) -> None:
    assert Door().ask(Call(body, "application/x-www-form-urlencoded")).status == 400


@pytest.mark.parametrize("word", ["payload systems 120k", "commit 120k payload={}", "a&payload=b"])
def test_a_command_with_the_word_payload_in_it_arrives(word: str) -> None:
    door = Door()
    assert door.ask(form_call(slash("/forecast", word))).status == 200
    assert door.payloads[0]["text"] == word


def test_an_empty_command_arrives() -> None:
    door = Door()
    assert door.ask(form_call(slash("/coach", ""))).status == 200
    assert door.payloads[0]["text"] == ""


def test_the_challenge_is_returned_once_it_is_signed() -> None:
    door = Door()
    challenge = {"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"}
    assert door.ask(json_call(challenge)).json == {"challenge": "3eZbrw1a"}
    assert door.ask(json_call(challenge, secret="not-ours")).status == 401
    assert door.payloads == []


def test_a_certificate_check_needs_a_signature_too() -> None:
    assert Door().ask(form_call({"ssl_check": "1", "token": "x"})).status == 200
    assert Door().ask(form_call({"ssl_check": "1", "token": "x"}, signed=False)).status == 401


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_only_post_is_answered(method: str) -> None:
    answer = Door().ask(json_call({}, method=method))
    assert (answer.status, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "multipart/form-data; boundary=x", "application/xml", "application/jsonx", "ü"]
)
def test_other_content_types_are_415(content_type: str) -> None:
    assert Door().ask(json_call({}, content_type=content_type)).status == 415


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON", "application/json"])
def test_the_content_type_may_name_its_charset(content_type: str) -> None:
    assert Door().ask(json_call({"type": "x"}, content_type=content_type)).status == 200


def test_thirty_megabytes_are_refused_by_their_announced_length_before_any_is_read() -> None:
    door = Door()
    call = Call(b"x", headers=[(b"content-length", b"30000000")])
    answer = door.ask(call, chunks=[b"x" * 65536] * 500)
    assert (answer.status, answer.read, answer.headers["connection"]) == (413, 0, "close")


def test_thirty_megabytes_without_an_announced_length_are_refused_before_two_are_read() -> None:
    answer = Door().ask(Call(b"x"), chunks=[b"x" * 65536] * 500)
    assert answer.status == 413
    assert answer.read <= BYTES_MAX + 65536


@pytest.mark.parametrize("length", [b"-1", b"abc", b"1" * 5000, b"0x10", b"1.5"])
def test_a_nonsense_length_is_400(length: bytes) -> None:
    assert Door().ask(Call(b"{}", headers=[(b"content-length", length)])).status == 400


def test_a_body_that_drips_is_given_up() -> None:
    answer = Door(read_seconds=0.05).ask(Call(b"x" * 100), chunks=[b"x"] * 100, pause=0.01)
    assert answer.status == 408
    assert answer.read < 50


def test_an_unsigned_body_is_not_read_at_all() -> None:
    assert Door().ask(Call(b"{}", signed=False), chunks=[b"{}"]).read == 0


@pytest.mark.parametrize("pause", [0, 0.001])
def test_a_caller_who_hangs_up_gets_nothing_and_harms_nobody(pause: float) -> None:
    door = Door()
    assert door.ask(Call(b"{}"), chunks=[], pause=pause).status == 0
    assert door.payloads == []


@pytest.mark.parametrize("pause", [0, 0.001])
def test_a_body_in_pieces_is_one_body(pause: float) -> None:
    door, call = Door(), json_call({"type": "x", "a": "b" * 100})
    assert door.ask(call, chunks=[call.body[:7], b"", call.body[7:50], call.body[50:]], pause=pause).status == 200
    assert len(door.payloads) == 1


def test_a_request_that_is_stopped_while_its_body_is_on_its_way_is_no_slow_one() -> None:
    heard: list[BaseException] = []

    async def receive() -> dict[str, Any]:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError as stopped:
            heard.append(stopped)
            raise
        return {"type": "http.disconnect"}

    async def run() -> None:
        scope = {"type": "http", "method": "POST", "headers": Call(b"{}", timestamp=STAMP).all_headers()}
        asked = asyncio.ensure_future(Door().front(scope, receive, no_answer))
        await asyncio.sleep(0.01)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    asyncio.run(run())
    assert len(heard) == 1


async def no_answer(_message: object) -> None:
    raise AssertionError("nobody is answered")


def test_our_own_failure_asks_slack_to_send_it_again_and_tells_no_more() -> None:
    answer = Door(fails=True).ask(json_call({"type": "event_callback"}))
    assert (answer.status, answer.body) == (503, b"try again")


def test_nothing_of_a_body_is_ever_logged(caplog: pytest.LogCaptureFixture) -> None:
    secretive = {"type": "x", "text": "my quota is a secret"}
    with caplog.at_level(logging.DEBUG):
        Door().ask(json_call(secretive, secret="not-ours"))
        Door().ask(Call(b'{"text": "my quota is a secret"'))
        Door(fails=True).ask(json_call(secretive))
    assert "quota" not in caplog.text
    assert "refused: 401" in caplog.text


HEADERS = st.sampled_from(
    [b"content-type", b"content-length", b"x-slack-signature", b"x-slack-request-timestamp", b"x-slack-retry-num"]
)


@given(st.lists(st.tuples(HEADERS, st.binary(max_size=80)), max_size=6), st.binary(max_size=200))
def test_no_bytes_in_headers_or_body_make_a_5xx(headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    door = Door()
    answer = door.ask(Call(body, headers=headers, signed=False))
    assert 400 <= answer.status < 500
    assert door.payloads == []


FORMS = st.dictionaries(st.text(max_size=8), st.text(max_size=30), min_size=1, max_size=4)


@given(FORMS.map(lambda it: urlencode(it).encode()) | st.from_regex(rb"[a=&+%0-9A-F\n ]{0,12}", fullmatch=True))
def test_a_form_is_read_as_the_standard_library_reads_it_unless_its_escapes_are_broken(raw: bytes) -> None:
    try:
        expected = dict(parse_qsl(raw.decode(), keep_blank_values=True, strict_parsing=True, errors="strict"))
        assert expected
        assert not re.search(rb"%(?![0-9A-F]{2})", raw)
    except (ValueError, AssertionError):
        with pytest.raises(ValueError):
            _form(raw)
    else:
        assert _form(raw) == expected


@given(st.binary(max_size=400), st.sampled_from(["application/json", "application/x-www-form-urlencoded"]))
def test_no_signed_bytes_make_a_5xx(body: bytes, content_type: str) -> None:
    assert Door().ask(Call(body, content_type)).status in {200, 400}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=12), VALUES, max_size=6))
def test_every_signed_object_arrives_as_it_was(payload: dict[str, Any]) -> None:
    payload.pop("ssl_check", None)
    door = Door()
    form = Call(urlencode({"payload": json.dumps(payload)}).encode(), "application/x-www-form-urlencoded")
    assert door.ask(json_call(payload)).status == door.ask(form).status == 200
    assert door.payloads == [payload, payload]
