"""The local chat in a browser: choose who you are, read, type, press, and move the clock. Demo only, loopback only."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bot import html
from bot.clock import SetClock
from bot.links import Links
from bot.web import inbound
from bot.web.security import HEADERS
from bot.web.templates import render
from coaching.card import Card, Text, note, plain
from coaching.company import Company
from coaching.engine import Engine
from coaching.events import Commanded, PersonEvent
from coaching.people import Member, Role
from storage.chat import Conversations, Line

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1", "testserver"})
QUICK = {
    Role.REP: ("today", "/forecast", "deals", "ratios", "manager", "help"),
    Role.MANAGER: ("queue", "/forecast", "help"),
    Role.OWNER: ("digest", "/forecast", "queue", "help"),
    Role.ADMIN: ("help",),
}


class Ahead(Protocol):
    """Moves the clock to the next thing due: for that member, or for anybody."""

    async def __call__(self, member: str, *, only_me: bool) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What the pages need."""

    company: str
    read_company: Callable[[], Company]
    engine: Engine
    conversations: Conversations
    clock: SetClock
    links: Links
    settle: Callable[[], Awaitable[None]]
    """Deliver what is queued, now."""
    ahead: Ahead
    upcoming: Callable[[], tuple[datetime, str] | None]


class ChatPages:
    """Routes of the local chat. Every form carries a token of this process; every request a Host of this machine."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._token = secrets.token_urlsafe(24)

    def routes(self) -> list[Route]:
        """To be mounted at the root."""
        return [
            Route("/", self._front),
            Route("/as/{member}", self._chat),
            Route("/as/{member}/lines", self._lines),
            Route("/as/{member}/live", self._live),
            Route("/as/{member}/say", self._say, methods=["POST"]),
            Route("/as/{member}/press", self._press, methods=["POST"]),
            Route("/as/{member}/ahead", self._ahead, methods=["POST"]),
        ]

    # --- reading ---------------------------------------------------------------------------------------------------
    async def _front(self, request: Request) -> Response:
        return self._page(request, "front.html", company=await asyncio.to_thread(self._demo.read_company))

    async def _chat(self, request: Request) -> Response:
        company, member = await self._who(request)
        if member is None:
            return self._page(request, "front.html", company=company)
        lines = await asyncio.to_thread(self._demo.conversations.lines, self._demo.company, member.id)
        upcoming = await asyncio.to_thread(self._demo.upcoming)
        return self._page(
            request,
            "chat.html",
            company=company,
            member=member,
            bubbles=[self._bubble(it, member) for it in lines],
            clock=local(self._demo.clock.now(), member.tz),
            upcoming=f"{local(upcoming[0], member.tz)}: {upcoming[1]}" if upcoming else "",
            quick=QUICK[member.role],
        )

    async def _lines(self, request: Request) -> Response:
        _, member = await self._who(request)
        if member is None:
            return PlainTextResponse("nobody of that name", 404)
        lines = await asyncio.to_thread(self._demo.conversations.lines, self._demo.company, member.id)
        return self._page(request, "lines.html", bubbles=[self._bubble(it, member) for it in lines], member=member)

    async def _live(self, request: Request) -> Response:
        """Server-sent events: a line whenever anything in the conversations changes."""
        return StreamingResponse(
            self._marks(request), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    async def _marks(self, request: Request) -> AsyncIterator[str]:
        seen = ""
        while not await request.is_disconnected():
            mark = await asyncio.to_thread(self._demo.conversations.mark, self._demo.company)
            yield f"data: {mark}\n\n" if mark != seen else ": still here\n\n"
            seen = mark
            await asyncio.sleep(1)

    # --- doing -----------------------------------------------------------------------------------------------------
    async def _say(self, request: Request) -> Response:
        return await self._do(request, inbound.said)

    async def _press(self, request: Request) -> Response:
        return await self._do(request, inbound.pressed)

    async def _do(self, request: Request, understood: Callable[..., PersonEvent | None]) -> Response:
        _, member = await self._who(request)
        form = await self._form(request)
        if member is None or form is None:
            return PlainTextResponse("This page is from an earlier run; open it again.", 403)
        now = self._demo.clock.now()
        key = form.get("key") or secrets.token_hex(8)
        event = understood(self._demo.company, member.id, form, now, f"web:{member.id}:{key[:64]}")
        if event is not None:
            await self._handle(event, form)
        return RedirectResponse(f"/as/{member.id}#end", 303)

    async def _handle(self, event: PersonEvent, form: Mapping[str, str]) -> None:
        if "text" in form:
            await self._write(event, note(form["text"].strip()[: inbound.LONGEST]), author="person", suffix=":said")
        reply = await asyncio.to_thread(self._demo.engine.handle, event)
        if reply is not None and isinstance(event, Commanded):
            await self._write(event, reply, author="coach", suffix=":reply")
        await self._demo.settle()

    async def _write(self, event: PersonEvent, card: Card, *, author: str, suffix: str) -> None:
        def write() -> None:
            nonce = (event.key + suffix)[-64:]
            self._demo.conversations.write(event.company, event.member, card, author=author, nonce=nonce, at=event.at)

        await asyncio.to_thread(write)

    async def _ahead(self, request: Request) -> Response:
        _, member = await self._who(request)
        form = await self._form(request)
        if member is None or form is None:
            return PlainTextResponse("This page is from an earlier run; open it again.", 403)
        await self._demo.ahead(member.id, only_me=form.get("until") == "me")
        return RedirectResponse(f"/as/{member.id}#end", 303)

    # --- helpers ---------------------------------------------------------------------------------------------------
    async def _who(self, request: Request) -> tuple[Company, Member | None]:
        company = await asyncio.to_thread(self._demo.read_company)
        member = company.member(request.path_params.get("member", ""))
        return company, member if member and member.active else None

    async def _form(self, request: Request) -> Mapping[str, str] | None:
        """The texts of a form of ours; None when the token isn't this process's."""
        form = {name: value for name, value in (await request.form()).multi_items() if isinstance(value, str)}
        return form if secrets.compare_digest(form.get("csrf", ""), self._token) else None

    def _bubble(self, line: Line, member: Member) -> Mapping[str, object]:
        form = html.Form(f"/as/{member.id}/press", self._token, {"key": secrets.token_hex(8)})
        return {
            "author": line.author,
            "card": html.fragment(line.card, form, links=self._demo.links),
            "words": "".join(plain(it.spans) for it in line.card.elements if isinstance(it, Text)),
            "at": local(line.at, member.tz),
            "changed": line.changed,
            "order": line.order,
        }

    def _page(self, request: Request, template: str, **values: object) -> Response:
        if (request.url.hostname or "") not in LOOPBACK:
            return PlainTextResponse("The demo answers on this machine only.", 400)
        return HTMLResponse(render(template, token=self._token, key=secrets.token_hex(8), **values), headers=HEADERS)


def local(at: datetime, zone: ZoneInfo) -> str:
    """`Mon 23 Nov, 08:30` on the member's own wall."""
    there = at.astimezone(zone)
    return f"{there:%a} {there.day} {there:%b, %H:%M}"
