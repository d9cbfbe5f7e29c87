"""The local chat in a browser: choose who you are, read, type, press, and move the clock. Demo only, loopback only."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.languages import speaking_to
from bot.web import inbound
from bot.web.security import HEADERS
from bot.web.shown import QUICK, Shown, bubble, clock, ordered
from bot.web.templates import render
from coaching.card import Card, note
from coaching.events import Commanded, PersonEvent
from coaching.language import marked, worded

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request

    from bot.clock import SetClock
    from bot.links import Links
    from bot.web.changes import Changes
    from coaching.company import Company
    from coaching.engine import Engine
    from coaching.people import Member
    from storage.chat import Conversations

STALE = marked("That form isn't from a page of this demo, so nothing was done. Go on from here:")
NOBODY = marked("There is nobody of that name here. These are the people:")


class Story(Protocol):
    """The sample company on its clock."""

    async def settle(self, viewer: str) -> None:
        """Deliver what is queued, now; `viewer` is played by a person."""

    async def ahead(self, viewer: str, *, only_me: bool, key: str) -> bool:
        """Move the clock to the next message, to the viewer or to anybody, once per key; False when none came."""

    def upcoming(self) -> tuple[datetime, str] | None:
        """When the next thing comes due, and what it is, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What the pages need."""

    company: str
    read_company: Callable[[], Company]
    cast: Mapping[str, str]
    engine: Engine
    conversations: Conversations
    clock: SetClock
    links: Links
    story: Story
    changes: Changes
    token: str
    """Every form carries it; no other site can know it."""


class ChatPages:
    """Routes of the local chat."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._seen = dict(demo.conversations.newest(demo.company))

    def routes(self) -> list[Route]:
        """To be mounted at the root."""
        return [
            Route("/", self._front),
            Route("/as/{member}", self._chat),
            Route("/as/{member}/live", self._live),
            Route("/as/{member}/say", self._say, methods=["POST"]),
            Route("/as/{member}/press", self._press, methods=["POST"]),
            Route("/as/{member}/ahead", self._ahead, methods=["POST"]),
        ]

    # --- reading ---------------------------------------------------------------------------------------------------
    async def _front(self, _request: Request) -> Response:
        return await asyncio.to_thread(self._people)

    def _people(self, problem: str = "", status: int = 200) -> Response:
        company = self._demo.read_company()
        with speaking_to(company):
            return self._page(
                "front.html",
                status,
                company=company,
                people=ordered(company),
                cast=self._demo.cast,
                problem=worded(problem),
            )

    async def _chat(self, request: Request) -> Response:
        return await asyncio.to_thread(self._conversation, request, self._demo.changes.mark)

    def _conversation(self, request: Request, mark: str) -> Response:
        company, member = self._who(request)
        if member is None:
            return self._people(NOBODY, 404)
        lines = self._demo.conversations.lines(self._demo.company, member.id)
        newest = self._demo.conversations.newest(self._demo.company)
        self._seen[member.id] = newest.get(member.id, 0)
        shown = Shown(member, self._demo.token, self._demo.links)
        with speaking_to(company):
            return self._page(
                "chat.html",
                member=member,
                people=ordered(company),
                unseen={it for it, order in newest.items() if order > self._seen.get(it, 0)},
                bubbles=[bubble(it, shown) for it in lines],
                clock=clock(self._demo.clock.now(), self._demo.story.upcoming(), member),
                nothing="nothing" in request.query_params,
                quick=QUICK[member.role],
                mark=mark,
            )

    async def _live(self, _request: Request) -> Response:
        """Server-sent events: a line whenever anything in the conversations changes."""
        events = self._demo.changes.events()
        return StreamingResponse(events, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    # --- doing -----------------------------------------------------------------------------------------------------
    async def _say(self, request: Request) -> Response:
        return await self._do(request, inbound.said)

    async def _press(self, request: Request) -> Response:
        return await self._do(request, inbound.pressed)

    async def _do(self, request: Request, understood: Callable[..., PersonEvent | None]) -> Response:
        member, form = await self._asked(request)
        if member is None or form is None:
            return self._stale(member, form)
        key = f"web:{member.id}:{form['key']}"
        event = understood(self._demo.company, member.id, form, self._demo.clock.now(), key)
        before = await self._newest(member.id)
        if event is not None:
            await self._handle(event, form)
        # To what is new or, where a card was only overwritten, to that card.
        changed = "" if await self._newest(member.id) > before else form.get("line", "")
        return RedirectResponse(f"/as/{member.id}#" + (f"line-{changed}" if changed.isdigit() else "newest"), 303)

    async def _handle(self, event: PersonEvent, form: Mapping[str, str]) -> None:
        if "text" in form:
            await self._write(event, note(form["text"].strip()[: inbound.LONGEST]), author="person", suffix=":said")
        reply = await asyncio.to_thread(self._demo.engine.handle, event)
        if reply is not None and isinstance(event, Commanded):
            await self._write(event, reply, author="coach", suffix=":reply")
        await self._demo.story.settle(event.member)

    async def _write(self, event: PersonEvent, card: Card, *, author: str, suffix: str) -> None:
        def write() -> None:
            nonce = (event.key + suffix)[-64:]
            self._demo.conversations.write(event.company, event.member, card, author=author, nonce=nonce, at=event.at)

        await asyncio.to_thread(write)
        self._demo.changes.tell()

    async def _ahead(self, request: Request) -> Response:
        member, form = await self._asked(request)
        if member is None or form is None:
            return self._stale(member, form)
        only_me = form.get("until") == "me"
        came = await self._demo.story.ahead(member.id, only_me=only_me, key=f"ahead:{form['key']}")
        self._demo.changes.tell()
        return RedirectResponse(f"/as/{member.id}{'' if came else '?nothing'}#newest", 303)

    # --- helpers ---------------------------------------------------------------------------------------------------
    def _who(self, request: Request) -> tuple[Company, Member | None]:
        company = self._demo.read_company()
        member = company.member(request.path_params["member"])
        return company, member if member and member.active else None

    async def _asked(self, request: Request) -> tuple[Member | None, Mapping[str, str] | None]:
        """Who, and the texts of a form of ours; no form when its token isn't ours."""
        _, member = await asyncio.to_thread(self._who, request)
        form = {name: value for name, value in (await request.form()).multi_items() if isinstance(value, str)}
        if not secrets.compare_digest(form.get("csrf", "").encode(), self._demo.token.encode()):
            return member, None
        # A double click sends the same key twice, and what it does is done once.
        return member, {**form, "key": form.get("key", "")[:32] or secrets.token_hex(8)}

    async def _newest(self, member: str) -> int:
        newest = await asyncio.to_thread(self._demo.conversations.newest, self._demo.company)
        return newest.get(member, 0)

    def _stale(self, member: Member | None, form: Mapping[str, str] | None) -> Response:
        return self._people(NOBODY, 404) if member is None and form is not None else self._people(STALE, 403)

    def _page(self, template: str, status: int = 200, **values: object) -> Response:
        page = render(template, token=self._demo.token, fresh=lambda: secrets.token_hex(8), **values)
        return HTMLResponse(page, status, headers=HEADERS)
