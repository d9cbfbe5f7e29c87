"""Slack's front door: who speaks is known before a byte is understood.

Pure ASGI, because Bolt parses before it verifies: unsigned garbage answered 500, and a slash command with the word
"payload" in it was lost. Nothing of a body is ever logged, and every refusal has a constant answer.
"""

from __future__ import annotations

import binascii
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from bot import door
from bot.clock import real_seconds
from bot.door import BROKEN, FAILED, JSON, OK, READ_SECONDS, Answer, Gone, Payload, Receive, Refused, Scope, Send

log = logging.getLogger(__name__)

AGE_MAX = 300
FORM_FIELDS_MAX = 100

FORM = "application/x-www-form-urlencoded"

_TIMESTAMP = re.compile(rb"\d{10}")
_NO_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")

Handle = Callable[[Payload], Awaitable[Answer]]
_UNSIGNED = Answer(401, b"not signed by Slack")
_FOREIGN = Answer(415, b"a form or JSON only")


def secrets_in(written: str) -> tuple[str, ...]:
    """One, or several with commas between them while one takes another's place: Slack's have none in them."""
    return tuple(it for part in written.split(",") if (it := part.strip()))


class Front:
    """One address of ours. `handle` gets verified payloads only; `now` is real time, in seconds since 1970."""

    def __init__(
        self,
        secrets: Iterable[str],
        handle: Handle,
        *,
        now: Callable[[], float] = real_seconds,
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
        except Refused as refused:
            answer, close = refused.answer, True
            log.info("a request to %.80r was refused: %s", scope.get("path", "Slack's address"), answer.status)
        except Gone:
            return
        await door.answered(send, answer, close=close)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        headers = door.headers(scope)
        content_type = door.admitted(scope, headers, (FORM, JSON), _FOREIGN)
        timestamp, signature = self._signed(headers)
        raw = await door.read(headers, receive, self._read_seconds)
        if not self._genuine(timestamp, signature, raw):
            raise Refused(_UNSIGNED)
        try:
            payload = parsed(content_type, raw)
        except (ValueError, RecursionError):
            raise Refused(BROKEN) from None
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

    def _signed(self, headers: door.Headers) -> tuple[bytes, bytes]:
        """The timestamp and the signature, well-formed and fresh; checked before anything is read."""
        timestamp = headers.get(b"x-slack-request-timestamp", b"")
        signature = headers.get(b"x-slack-signature", b"")
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
            raise Refused(_UNSIGNED)
        if abs(self._now() - int(timestamp)) > AGE_MAX:
            raise Refused(_UNSIGNED)
        return timestamp, signature

    def _genuine(self, timestamp: bytes, signature: bytes, raw: bytes) -> bool:
        """Every secret is tried, so that the time taken tells nothing and secrets can be changed with an overlap."""
        base = b"v0:" + timestamp + b":" + raw
        matches = [
            hmac.compare_digest(b"v0=" + hmac.digest(it, base, "sha256").hex().encode(), signature)
            for it in self._secrets
        ]
        return any(matches)


def parsed(content_type: str, raw: bytes) -> Payload:
    """A form's fields, or the JSON that is the body or its `payload`. ValueError or RecursionError when it isn't."""
    if content_type == JSON:
        return door.json_object(raw)
    form = _form(raw)
    # By the field's name, not by the word anywhere in the body: `/forecast payload systems 120k` is a command.
    if "command" in form or "ssl_check" in form:
        return form
    return door.json_object(form.get("payload", ""))


def _form(raw: bytes) -> dict[str, Any]:
    fields = [it.partition(b"=") for it in raw.split(b"&")]
    if len(fields) > FORM_FIELDS_MAX or not all(mark for _, mark, _ in fields) or _NO_ESCAPE.search(raw):
        raise ValueError("not a form")
    return {_unescaped(name): _unescaped(value) for name, _, value in fields}


def _unescaped(raw: bytes) -> str:
    """`%7B` is a form's, `=7B` quoted-printable's, which is read in C: in Python it took half of this door's time."""
    printable = raw.replace(b"=", b"=3D").replace(b"+", b" ").replace(b"%", b"=")
    return binascii.a2b_qp(printable).decode("utf-8")


def _challenged(payload: Mapping[str, Any]) -> Answer:
    challenge = payload.get("challenge")
    if not isinstance(challenge, str):
        raise Refused(BROKEN)
    return Answer(200, json.dumps({"challenge": challenge}).encode(), JSON)
