"""An endpoint of OpenAI's kind, on loopback in a thread of its own, that answers what it is told to.

    with FakeModel() as model:
        model.say("[1] will land between [2].")
        settings = Settings(**model.settings())

`model.asked` is every request's JSON, `model.keys` every Authorization.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.loopback import Loopback

Reply = Callable[[web.Request, dict[str, Any]], Any]


class FakeModel(Loopback):
    """`say` queues an answer's text; `do` a whole response. Without either it echoes, as a polite model would."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.strict = False
        """It refuses fields that not every server knows, as some do."""
        self._next: deque[Reply] = deque()
        self._always: Reply | None = None

    def say(self, text: object) -> None:
        """JSON of the asked-for shape with that text."""
        self.answer(json.dumps({"text": text}))

    def answer(self, content: object, **more: Any) -> None:
        """The message's content, as it is; `more` goes into the choice."""
        self.do(lambda _request, _asked: web.json_response(completion(content, **more)))

    def do(self, reply: Reply, *, always: bool = False) -> None:
        if always:
            self._always = reply
        else:
            self._next.append(reply)

    def settings(self, **more: Any) -> dict[str, Any]:
        return {"coach_llm_url": self.url, "coach_llm_key": "k-secret", "coach_llm_model": "small"} | more

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.asked.append(asked)
        self.keys.append(request.headers.get("Authorization", ""))
        if self.strict and {"response_format", "max_completion_tokens"} & set(asked):
            return web.json_response({"error": {"message": "Extra inputs are not permitted"}}, status=422)
        reply = self._next.popleft() if self._next else self._always
        if reply is None:
            return web.json_response(completion(asked["messages"][1]["content"]))
        answer = reply(request, asked)
        return await answer if asyncio.iscoroutine(answer) else answer

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/v1/chat/completions", self._handle)

    @property
    def url(self) -> str:
        return f"{self.origin}/v1"


def completion(content: object, **more: Any) -> dict[str, Any]:
    """A whole answer, as OpenAI's API has it."""
    message = {"role": "assistant", "content": content, "refusal": None} | more.pop("message", {})
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"} | more
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_764_000_000,
        "model": "small",
        "choices": [choice],
        "usage": {"prompt_tokens": 90, "completion_tokens": 20, "total_tokens": 110},
    }
