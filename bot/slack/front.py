"""Slack's front door: who speaks is known before a byte is understood.

Pure ASGI, because Bolt parses before it verifies: unsigned garbage answered 500, and a slash command with the word
"payload" in it was lost. Nothing of a body is ever logged, and every refusal has a constant answer.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from bot.clock import real_now

log = logging.getLogger(__name__)

BYTES_MAX = 1024 * 1024
READ_SECONDS = 5.0
AGE_MAX = 300
DEPTH_MAX = 32
FORM_FIELDS_MAX = 100

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

_TIMESTAMP = re.compile(rb"\d{10}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")

Payload = dict[str, Any]  # Slack's JSON, which has no narrower type; it ends in `inbound`
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack gets back."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


Handle = Callable[[Payload], Awaitable[Answer]]
OK = Answer()
FAILED = Answer(503, b"try again")
BROKEN = Answer(400, b"not understood")
_UNSIGNED = Answer(401, b"not signed by Slack")
_METHOD = Answer(405, b"POST only")
_SLOW = Answer(408, b"too slow")
_LARGE = Answer(413, b"too large")
_FOREIGN = Answer(415, b"a form or JSON only")


class _Refused(Exception):  # noqa: N818 - a state, not a mistake
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class _Gone(Exception):  # noqa: N818 - a state, not a mistake
    """The caller hung up."""


class Front:
    """One address of ours. `handle` gets verified payloads only; `now` is real time, in seconds since 1970."""

    def __init__(
        self,
        secrets: Iterable[str],
        handle: Handle,
        *,
        now: Callable[[], float] = lambda: real_now().timestamp(),
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._secrets = tuple(it.encode() for it in secrets if it)
        if not self._secrets:
            raise ValueError("Slack's front door needs a signing secret")
        self._handle = handle
        self._now = now
        self._read_seconds = read_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI, `http` only."""
        try:
            answer, close = await self._answer(scope, receive), False
        except _Refused as refused:
            answer, close = refused.answer, True
            log.info("a request to Slack's address was refused: %s", answer.status)
        except _Gone:
            return
        await _send(send, answer, close=close)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        content_type = _admitted(scope)
        timestamp, signature = self._signed(scope)
        raw = await self._read(scope, receive)
        if not self._genuine(timestamp, signature, raw):
            raise _Refused(_UNSIGNED)
        try:
            payload = parsed(content_type, raw)
        except (ValueError, RecursionError):
            raise _Refused(BROKEN) from None
        return await self._handled(payload)

    async def _handled(self, payload: Payload) -> Answer:
        if payload.get("type") == "url_verification":
            return _challenged(payload)
        if "ssl_check" in payload and "command" not in payload:
            return OK
        try:
            return await self._handle(payload)
        except Exception:
            # Slack sends events again after a 5xx, so that nothing is lost; for the rest the person sees it failed.
            log.exception("a payload of Slack's could not be handled")
            return FAILED

    def _signed(self, scope: Scope) -> tuple[bytes, bytes]:
        """The timestamp and the signature, well-formed and fresh; checked before anything is read."""
        timestamp = _only(scope, b"x-slack-request-timestamp")
        signature = _only(scope, b"x-slack-signature")
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
            raise _Refused(_UNSIGNED)
        if abs(self._now() - int(timestamp)) > AGE_MAX:
            raise _Refused(_UNSIGNED)
        return timestamp, signature

    def _genuine(self, timestamp: bytes, signature: bytes, raw: bytes) -> bool:
        """Every secret is tried, so that the time taken tells nothing and secrets can be changed with an overlap."""
        base = b"v0:" + timestamp + b":" + raw
        matches = [
            hmac.compare_digest(b"v0=" + hmac.digest(it, base, "sha256").hex().encode(), signature)
            for it in self._secrets
        ]
        return any(matches)

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        if int(_only(scope, b"content-length", b"0")) > BYTES_MAX:
            raise _Refused(_LARGE)
        try:
            async with asyncio.timeout(self._read_seconds):
                return await _body(receive)
        except TimeoutError:
            raise _Refused(_SLOW) from None


def parsed(content_type: str, raw: bytes) -> Payload:
    """A form's fields, or the JSON that is the body or its `payload`. ValueError or RecursionError when it isn't."""
    text = raw.decode("utf-8")
    if content_type == JSON:
        return _json(text)
    form = dict(
        parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=FORM_FIELDS_MAX)
    )
    # By the field's name, not by the word anywhere in the body: `/forecast payload systems 120k` is a command.
    if "command" in form or "ssl_check" in form:
        return dict(form)
    return _json(form.get("payload", ""))


def _json(text: str) -> Payload:
    found = json.loads(text, parse_constant=_no_constant)
    if not isinstance(found, dict):
        raise ValueError("a payload is an object")  # noqa: TRY004 - what is broken here is what somebody sent
    _check_depth(found)
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _check_depth(found: object) -> None:
    level: list[object] = [found]
    for _ in range(DEPTH_MAX):
        level = [
            below
            for it in level
            if isinstance(it, dict | list)
            for below in (it.values() if isinstance(it, dict) else it)
        ]
        if not level:
            return
    raise ValueError("nested too deeply")


def _admitted(scope: Scope) -> str:
    """The content type of a request that may be read."""
    if scope["method"] != "POST":
        raise _Refused(_METHOD)
    content_type = _only(scope, b"content-type").decode("latin-1").partition(";")[0].strip().lower()
    if content_type not in {FORM, JSON}:
        raise _Refused(_FOREIGN)
    if not re.fullmatch(rb"\d{1,15}", _only(scope, b"content-length", b"0")):
        raise _Refused(BROKEN)
    return content_type


def _only(scope: Scope, name: bytes, otherwise: bytes = b"") -> bytes:
    """A header that is there once; two of them are as good as none."""
    found = [value for key, value in scope["headers"] if key.lower() == name]
    return bytes(found[0]) if len(found) == 1 else otherwise


async def _body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > BYTES_MAX:
            raise _Refused(_LARGE)
        chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)


def _challenged(payload: Mapping[str, Any]) -> Answer:
    challenge = payload.get("challenge")
    if not isinstance(challenge, str):
        raise _Refused(BROKEN)
    return Answer(200, json.dumps({"challenge": challenge}).encode(), JSON)


async def _send(send: Send, answer: Answer, *, close: bool) -> None:
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if answer.status == _METHOD.status:
        headers.append((b"allow", b"POST"))
    if close:
        # What was refused unread must not be taken for the next request, nor be read to its end.
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
