"""`/slack/events/{company}`: the address of the Slack app that a company brought, with its own signing secret."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot.door import OK, Answer, Payload, Receive, Scope, Send
from bot.slack.front import Front, Handle, secrets_in
from bot.slack.workspaces import Workspaces

KEPT = 1000
"""Doors in memory; one that is asked for again is simply made again."""


@dataclass(frozen=True, slots=True)
class _Door:
    secret: str
    front: Front


class CompanyDoors:
    """ASGI. A company that brought no app, or isn't there, is answered as a wrong signature is."""

    def __init__(self, workspaces: Workspaces, behind: Callable[[str], Handle]) -> None:
        """`behind` makes what handles one company's payloads."""
        self._workspaces = workspaces
        self._behind = behind
        self._doors: OrderedDict[str, _Door] = OrderedDict()
        # Checked like any other, so that the time taken doesn't tell who is here.
        self._nobody = Front((secrets.token_hex(16),), _nothing)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        front = await self._front(scope.get("path_params", {}).get("company", ""))
        await front(scope, receive, send)

    async def _front(self, slug: str) -> Front:
        secret = self._workspaces.signing_secret(slug)
        if not secret and self._workspaces.may_look:
            await asyncio.to_thread(self._workspaces.look_again)
            secret = self._workspaces.signing_secret(slug)
        if not secret:
            return self._nobody
        door = self._doors.get(slug)
        if door is None or door.secret != secret:
            door = self._doors[slug] = _Door(secret, Front(secrets_in(secret), self._behind(slug)))
        self._doors.move_to_end(slug)
        while len(self._doors) > KEPT:
            self._doors.popitem(last=False)
        return door.front


async def _nothing(_payload: Payload) -> Answer:
    return OK
