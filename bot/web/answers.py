"""The pages behind links: a figure's rows, and a member's own page for a message that asks something."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot import html
from bot.clock import Clock
from bot.languages import language, speaking_to
from bot.links import Answer, LinkExpired, LinkInvalid, SignedLinks
from bot.narrowed import AT, narrowed
from bot.rows import rows_of
from bot.web import inbound
from bot.web.security import HEADERS
from bot.web.templates import render
from coaching.card import Card, Heading, note, say
from coaching.company import Company
from coaching.engine import Engine
from coaching.language import ENGLISH, Language, speaking, t, worded
from coaching.refusal import Refused
from storage.store import SqlStore, UnknownCompanyError


def _gone() -> Card:
    return note(t("This page has nothing to show any more. Ask your coach for a new link."))


def _address(token: str, at: str) -> str:
    return f"/answer/{token}?{AT}={at}" if at.isdecimal() else f"/answer/{token}"


def _asking(card: Card, token: str, at: str) -> Markup:
    """The whole card, or the one question that its reader came for, with the way to the rest."""
    form = html.Form(_address(token, at), token, {"key": secrets.token_hex(8)})
    one = narrowed(card, at)
    if one is None:
        return html.fragment(card, form)
    rest = Markup('<p class="quiet"><a href="/answer/{}">{}</a></p>').format(token, t("The whole message"))
    return html.fragment(one, form) + rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What the pages need."""

    store: SqlStore
    engine: Engine
    clock: Clock
    links: SignedLinks
    settle: Callable[[], Awaitable[None]]


class LinkedPages:
    """A link is signed, expires, and opens one thing: rows to read, or one member's message to answer."""

    def __init__(self, linked: Linked) -> None:
        self._linked = linked

    def routes(self) -> list[Route]:
        """`/rows/{token}` and `/answer/{token}`."""
        return [
            Route("/rows/{token}", self._rows),
            Route("/answer/{token}", self._answer),
            Route("/answer/{token}", self._answered, methods=["POST"]),
        ]

    async def _rows(self, request: Request) -> Response:
        try:
            asked = self._linked.links.open_rows(request.path_params["token"])
            return await asyncio.to_thread(self._read, asked.company, asked.rows)
        except (LinkExpired, LinkInvalid, Refused, UnknownCompanyError) as problem:
            return await self._sorry(problem)

    def _read(self, company: str, rows: str) -> Response:
        with self._linked.store.work(company) as work, speaking_to(work.company):
            try:
                card = rows_of(work, rows)
            except Refused as problem:
                return self._that_did_not_open(problem)
            return self._page(card, html.fragment(card))

    async def _answer(self, request: Request) -> Response:
        token = request.path_params["token"]
        try:
            company, card = await asyncio.to_thread(self._newest, self._linked.links.open_answer(token))
        except (LinkExpired, LinkInvalid, UnknownCompanyError) as problem:
            return await self._sorry(problem)
        with speaking_to(company):
            if card is None:
                return self._page(gone := _gone(), html.fragment(gone), status=410)
            return self._page(card, _asking(card, token, request.query_params.get(AT, "")))

    async def _answered(self, request: Request) -> Response:
        token = request.path_params["token"]
        try:
            answer = self._linked.links.open_answer(token)
            company, standing = await asyncio.to_thread(self._newest, answer)
        except (LinkExpired, LinkInvalid, UnknownCompanyError) as problem:
            return await self._sorry(problem)
        with speaking_to(company):
            if standing is None:
                return self._page(gone := _gone(), html.fragment(gone), status=410)
            return await self._taken(request, token, answer)

    async def _taken(self, request: Request, token: str, answer: Answer) -> Response:
        form = {name: it for name, it in (await request.form()).multi_items() if isinstance(it, str)}
        # Another site can post here, but it can't know the token, which is the whole of the permission.
        if not secrets.compare_digest(form.get("csrf", "").encode(), token.encode()):
            return self._that_did_not_open(LinkInvalid(t("that form isn't from this page; open the link again")))
        key = f"link:{answer.member}:{form.get('key', '')[:64] or secrets.token_hex(8)}"
        form["message"] = answer.message_key
        event = inbound.pressed(answer.company, answer.member, form, self._linked.clock.now(), key)
        await asyncio.to_thread(self._linked.engine.handle, event)
        await self._linked.settle()
        return RedirectResponse(_address(token, request.query_params.get(AT, "")), 303)

    def _newest(self, answer: Answer) -> tuple[Company, Card | None]:
        """The message as it stands, if its member is still one."""
        with self._linked.store.work(answer.company) as work:
            member = work.company.member(answer.member)
            here = member is not None and member.active
            return work.company, work.message(answer.member, answer.message_key) if here else None

    async def _sorry(self, problem: Exception) -> Response:
        """In the company's language, where the link says whose it was."""
        slug = problem.company if isinstance(problem, LinkExpired) else ""
        with speaking(await asyncio.to_thread(self._language, slug)):
            return self._that_did_not_open(problem)

    def _language(self, slug: str) -> Language:
        try:
            return language(self._linked.store.company(slug).language) if slug else ENGLISH
        except UnknownCompanyError:
            return ENGLISH

    def _that_did_not_open(self, problem: Exception) -> Response:
        words = worded(str(problem).strip("'\""))
        card = Card(words, (Heading(t("That didn't open")), say(words[:1].upper() + words[1:])))
        return self._page(card, html.fragment(card), status=410 if isinstance(problem, LinkExpired) else 404)

    def _page(self, card: Card, fragment: str, *, status: int = 200) -> Response:
        return HTMLResponse(render("page.html", title=card.summary, card=fragment), status, headers=HEADERS)
