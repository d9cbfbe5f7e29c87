"""Any endpoint that speaks OpenAI's chat completions: asked for one text, given nothing else and no tools."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from bot.crm.http import Http, UnreachableError
from coaching.rewording import Doubt

DEADLINE = timedelta(seconds=20)
"""For one text, a second try included."""
MOST_BYTES = 64_000
MOST_TOKENS = 1_500
"""Of an answer. Models that think aloud count that, too."""
_FORM = MappingProxyType(
    {
        "type": "json_schema",
        "json_schema": {
            "name": "text",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {"text": {"type": "string"}},
                "required": ["text"],
                "additionalProperties": False,
            },
        },
    }
)
_BAD_REQUEST = frozenset({400, 404, 422})


class UnusableError(Exception):
    """The endpoint can't be used now: no answer, an error, or a refused key. Says which."""


class Model:
    """One endpoint. Close it when done."""

    def __init__(self, url: str, key: str, name: str) -> None:
        self._http = Http(url, {"Authorization": f"Bearer {key}"} if key else {}, most_bytes=MOST_BYTES)
        self._name = name
        self._plain = False
        """It didn't understand the newer fields; remembered, so that it costs one request, once."""

    async def text(self, task: str, words: str) -> str:
        """What it makes of `words`. UnusableError when there is no answer; Doubt when that isn't what was asked for."""
        body = await self._asked(task, words)
        return _text(body)

    async def close(self) -> None:
        """Its connections."""
        await self._http.close()

    async def _asked(self, task: str, words: str) -> Mapping[str, Any]:
        for plain in (False, True) if not self._plain else (True,):
            try:
                answer = await self._http.post(
                    "/chat/completions", self._body(task, words, plain=plain), within=DEADLINE / (1 if plain else 2)
                )
            except UnreachableError as problem:
                raise UnusableError(str(problem)) from None
            if answer.status == 200 and isinstance(answer.body, dict):
                self._plain = plain
                return answer.body
            if plain or answer.status not in _BAD_REQUEST:
                raise UnusableError(f"it answered with {answer.status}")
        raise AssertionError

    def _body(self, task: str, words: str, *, plain: bool) -> Mapping[str, object]:
        """`plain`: for servers that refuse what they don't know. Answers are checked, whatever was asked for."""
        said = [{"role": "system", "content": task}, {"role": "user", "content": json.dumps({"text": words})}]
        asked: dict[str, object] = {"model": self._name, "messages": said}
        if plain:
            return asked | {"max_tokens": MOST_TOKENS}
        return asked | {"max_completion_tokens": MOST_TOKENS, "response_format": dict(_FORM)}


def _text(body: Mapping[str, Any]) -> str:
    """Of the first choice: ended by itself, without a call of tools, JSON with one text in it."""
    try:
        choice = body["choices"][0]
        said = choice["message"]
        ended, content = choice.get("finish_reason"), said.get("content")
        tools = said.get("tool_calls") or said.get("function_call") or said.get("refusal")
    except (KeyError, IndexError, TypeError, AttributeError):
        raise Doubt("not the shape of an answer") from None
    if ended != "stop" or tools or not isinstance(content, str):
        raise Doubt("cut off, refused, or a call of tools")
    return _only_text(content)


def _only_text(content: str) -> str:
    """Some models put a fence around JSON; that is all that is forgiven."""
    bare = content.strip().removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        found = json.loads(bare)
    except (ValueError, RecursionError):
        raise Doubt("no JSON") from None
    if not isinstance(found, dict) or set(found) != {"text"} or not isinstance(found["text"], str):
        raise Doubt("not what was asked for")
    return found["text"]
