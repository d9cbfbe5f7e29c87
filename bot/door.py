"""What every door of ours does before it knows who speaks: limits, strict JSON, constant answers.

Pure ASGI. Nothing of a body is ever logged.
"""

from __future__ import annotations

import asyncio
import json
import types
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Coroutine, Generator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

import orjson

BYTES_MAX = 1024 * 1024
READ_SECONDS = 5.0
LENGTH_DIGITS = 15
DEPTH_MAX = 32

JSON = "application/json"

Payload = dict[str, Any]  # a platform's JSON, which has no narrower type; it ends in `inbound`
Scope = MutableMapping[str, Any]
Headers = Mapping[bytes, bytes]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform gets back."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


OK = Answer()
FAILED = Answer(503, b"try again")
BROKEN = Answer(400, b"not understood")
_METHOD = Answer(405, b"POST only")
_SLOW = Answer(408, b"too slow")
_LARGE = Answer(413, b"too large")


class Refused(Exception):  # noqa: N818 - a state, not a mistake
    """Answered so, and the connection closed: what was refused unread must not be taken for the next request."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Gone(Exception):  # noqa: N818 - a state, not a mistake
    """The caller hung up."""


def headers(scope: Scope) -> Headers:
    """By name, in lower case; two of a name are as good as none."""
    pairs = scope["headers"]
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    times = Counter(name for name, _ in pairs)
    return {name: value for name, value in found.items() if times[name] == 1}


def admitted(scope: Scope, said: Headers, kinds: Collection[str], foreign: Answer) -> str:
    """The content type of a request that may be read; `foreign` answers all but those."""
    if scope["method"] != "POST":
        raise Refused(_METHOD)
    content_type = said.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
    if content_type not in kinds:
        raise Refused(foreign)
    length = said.get(b"content-length", b"0")
    if not length.isdigit() or len(length) > LENGTH_DIGITS:
        raise Refused(BROKEN)
    return content_type


async def read(said: Headers, receive: Receive, seconds: float) -> bytes:
    """The body, within its limits of size and time."""
    if int(said.get(b"content-length", b"0")) > BYTES_MAX:
        raise Refused(_LARGE)
    body = _body(receive)
    try:
        waiting = body.send(None)
    except StopIteration as whole:
        # All there already, as nearly always: a timer costs as much as it takes to parse an activity.
        return bytes(whole.value)
    try:
        async with asyncio.timeout(seconds):
            return await _resumed(body, waiting)
    except TimeoutError:
        raise Refused(_SLOW) from None


def json_object(text: str | bytes) -> Payload:
    """ValueError or RecursionError for anything else."""
    found = _json(text)
    if not isinstance(found, dict):
        raise ValueError("a payload is an object")  # noqa: TRY004 - what is broken here is what somebody sent
    # No deeper than it has brackets; the few that have many are walked through.
    if _brackets(text) >= DEPTH_MAX:
        _check_depth(found)
    return found


def _json(text: str | bytes) -> Any:
    """By a faster library than the standard one, which has the last word on what that refuses.

    The faster one rounds whole numbers of more than 64 bits; no platform sends any.
    """
    try:
        return orjson.loads(text)
    except ValueError:
        return _STRICT.decode(text if isinstance(text, str) else text.decode("utf-8"))


def _brackets(text: str | bytes) -> int:
    if isinstance(text, str):
        return text.count("{") + text.count("[")
    # `count` compares each byte, `replace` has them looked for, which takes a third of the instructions.
    return 2 * len(text) - len(text.replace(b"{", b"")) - len(text.replace(b"[", b""))


async def answered(send: Send, answer: Answer, *, close: bool) -> None:
    """Send it. `close` also ends the connection."""
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if answer.status == _METHOD.status:
        headers.append((b"allow", b"POST"))
    if close:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


_STRICT = json.JSONDecoder(parse_constant=_no_constant)


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


async def _body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > BYTES_MAX:
            raise Refused(_LARGE)
        chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)


@types.coroutine
def _resumed(begun: Coroutine[Any, Any, bytes], waiting: Any) -> Generator[Any, Any, bytes]:
    """Await what has begun already, and is waiting for that."""
    try:
        while True:
            try:
                yield waiting
            except BaseException as stopped:  # noqa: BLE001 - it hears of it, whatever it is
                waiting = begun.throw(stopped)
            else:
                waiting = begun.send(None)
    except StopIteration as ended:
        return bytes(ended.value)
