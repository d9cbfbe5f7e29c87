"""The pages behind links: a figure's rows, and a member's own page for a message that asks something."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot import html
from bot.clock import Clock
from bot.languages import language, speaking_to
from bot.links import Answer, LinkExpired, LinkInvalid, Links, SignedLinks
from bot.narrowed import AT, narrowed
from bot.rows import rows_of
from bot.web import inbound
from bot.web.security import HEADERS
from bot.web.templates import render
from coaching.as_it_stands import as_it_stands
from coaching.card import Card, Heading, note, say
from coaching.company import Company
from coaching.engine import Engine
from coaching.language import ENGLISH, Language, speaking, t, worded
from coaching.refusal import Refused
from storage.store import SqlStore, UnknownCompanyError


def _gone() -> Card:
    return note(t("This page has nothing to show any more. Ask your coach for a new link."))


TAP = "tap"
"""The name under which an address says which tap it shows the answer to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """One page of a link: its message, one question of it (`at`), or what a tap there led to (`tap`)."""

    token: str
    answer: Answer
    at: str = ""
    tap: str = ""

    @property
    def message(self) -> str:
        """The key of what is shown."""
        return self.reply(self.tap) if self.tap else self.answer.message_key

    def reply(self, tap: str) -> str:
        """The key of what a tap is answered with, where it isn't the message itself that changes."""
        return f"reply:{self.event(tap)}"

    def event(self, tap: str) -> str:
        return f"link:{self.answer.member}:{tap}"

    @property
    def address(self) -> str:
        """It opens as long as the link does, however often is tapped."""
        path = f"/answer/{self.token}"
        if self.tap:
            return f"{path}?{TAP}={self.tap}"
        return f"{path}?{AT}={self.at}" if self.at.isdecimal() else path


def _asking(card: Card, page: _Page, links: Links) -> Markup:
    """The whole card, or the one question that its reader came for, with the way to the rest."""
    form = html.Form(page.address, page.token, {"key": secrets.token_hex(8)})
    one = None if page.tap else narrowed(card, page.at)
    if one is None and not page.tap:
        return html.fragment(card, form, links=links)
    rest = Markup('<p class="quiet"><a href="/answer/{}">{}</a></p>').format(page.token, t("The whole message"))
    return html.fragment(one or card, form, links=links) + rest


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
        try:
            page = self._opened(request)
            company, card = await asyncio.to_thread(self._newest, page)
        except (LinkExpired, LinkInvalid, UnknownCompanyError) as problem:
            return await self._sorry(problem)
        with speaking_to(company):
            if card is None:
                return self._page(gone := _gone(), html.fragment(gone), status=410)
            return self._page(card, _asking(card, page, self._linked.links.of(company.slug)))

    async def _answered(self, request: Request) -> Response:
        try:
            page = self._opened(request)
            company, standing = await asyncio.to_thread(self._newest, page)
        except (LinkExpired, LinkInvalid, UnknownCompanyError) as problem:
            return await self._sorry(problem)
        with speaking_to(company):
            if standing is None:
                return self._page(gone := _gone(), html.fragment(gone), status=410)
            return await self._taken(request, page)

    def _opened(self, request: Request) -> _Page:
        token, asked = request.path_params["token"], request.query_params
        tap = asked.get(TAP, "")
        return _Page(
            token=token,
            answer=self._linked.links.open_answer(token),
            at=asked.get(AT, ""),
            tap=tap if tap.isascii() and tap.isalnum() else "",
        )

    async def _taken(self, request: Request, page: _Page) -> Response:
        form = {name: it for name, it in (await request.form()).multi_items() if isinstance(it, str)}
        # Another site can post here, but it can't know the token, which is the whole of the permission.
        if not secrets.compare_digest(form.get("csrf", "").encode(), page.token.encode()):
            return self._that_did_not_open(LinkInvalid(t("that form isn't from this page; open the link again")))
        answer, tap = page.answer, form.get("key", "")[:64]
        tap = tap if tap.isascii() and tap.isalnum() else secrets.token_hex(8)
        form["message"] = page.message
        event = inbound.pressed(answer.company, answer.member, form, self._linked.clock.now(), page.event(tap))
        await asyncio.to_thread(self._linked.engine.handle, replace(event, on_page=True))
        await self._linked.settle()
        after = await asyncio.to_thread(self._after, page, tap)
        return RedirectResponse(after.address, 303)

    def _after(self, page: _Page, tap: str) -> _Page:
        """Where the answer to a tap is: on the page itself, where that changed, or on one of its own."""
        with self._linked.store.work(page.answer.company) as work:
            said = work.message(page.answer.member, page.reply(tap))
            elsewhere = said is not None and said != work.message(page.answer.member, page.message)
        return replace(page, tap=tap, at="") if elsewhere else page

    def _newest(self, page: _Page) -> tuple[Company, Card | None]:
        """The message as it stands, if its member is still one."""
        answer = page.answer
        with self._linked.store.work(answer.company) as work, speaking_to(work.company):
            member = work.company.member(answer.member)
            card = work.message(answer.member, page.message) if member and member.active else None
            if member is None or card is None:
                return work.company, None
            return work.company, as_it_stands(work, member, card, self._linked.clock.now())

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
