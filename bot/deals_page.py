"""`/deals/{token}`: a page on which a company's CRM export is brought in, behind a signed link that expires."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot import html
from bot.clock import Clock
from bot.commands.import_csv import import_rows
from bot.files.mapping import ColumnMapping, read_mapping
from bot.files.opportunities import read_opportunities
from bot.files.refusal import FileRefusedError
from bot.languages import speaking_to
from bot.problem import Problem
from bot.web.security import HEADERS
from bot.web.templates import render
from bot.web.visitors import Visitors, gone
from coaching.card import Bullets, Card, Heading, quiet, say
from coaching.events import Event, Imported
from coaching.files_card import DEALS
from coaching.language import t
from storage.store import SqlStore

LARGEST = 20 * 1024 * 1024
MOST_FAULTS = 30


class DealsPage:
    """`handle` is told that the pipeline was refreshed."""

    def __init__(self, visitors: Visitors, store: SqlStore, clock: Clock, handle: Callable[[Event], object]) -> None:
        self._visitors = visitors
        self._store = store
        self._clock = clock
        self._handle = handle

    def routes(self) -> list[BaseRoute]:
        """The page, and what it sends."""
        address = f"/{DEALS}/{{token}}"
        return [Route(address, self._asked), Route(address, self._sent, methods=["POST"])]

    async def _asked(self, request: Request) -> Response:
        token = request.path_params["token"]
        company = await asyncio.to_thread(self._visitors.company, DEALS, token)
        if isinstance(company, Response):
            return company
        with speaking_to(company):
            return _page(_said(t("The open deals"), _what_is_needed()), token=token)

    async def _sent(self, request: Request) -> Response:
        token = request.path_params["token"]
        company = await asyncio.to_thread(self._visitors.company, DEALS, token)
        if isinstance(company, Response):
            return company
        with speaking_to(company):
            return await self._taken(request, company.slug, token)

    async def _taken(self, request: Request, slug: str, token: str) -> Response:
        if int(request.headers.get("content-length") or LARGEST + 1) > LARGEST:
            return _page(_said(t("Too large"), t("An export has at most 20 MB.")), 413, token=token)
        async with request.form(max_files=2, max_fields=2) as form:
            # Another site can post here, but it can't know the token, which is the whole of the permission.
            if not secrets.compare_digest(str(form.get("csrf", "")).encode(), token.encode()):
                return gone(403)
            export, mapping = await _content(form.get("export")), await _content(form.get("mapping"))
        card, status = await asyncio.to_thread(self._brought, slug, export, mapping)
        return _page(card, status, token=None if status == 200 else token)

    def _brought(self, slug: str, export: bytes, mapping: bytes) -> tuple[Card, int]:
        """All of it or nothing, with every bad row named."""
        try:
            by = read_mapping(mapping) if mapping else ColumnMapping()
            company = self._store.company(slug)
            found = read_opportunities(export, company, by)
            now = self._clock.now()
            today = now.astimezone(company.tz).date()
            told = import_rows(self._store, slug, found.rows, today, stages=by.stages, at=now, unsaid=found.unsaid)
        except FileRefusedError as refused:
            return _faults(str(refused).splitlines()), 422
        except Problem as why:
            return _said(t("Nothing was brought in"), str(why)), 422
        self._handle(Imported(company=slug, key=f"imported:{now.isoformat()}", at=now))
        return _said(t("They are in"), f"{told[:1].upper()}{told[1:]}."), 200


async def _content(part: object) -> bytes:
    return await part.read() if isinstance(part, UploadFile) else b""


def _what_is_needed() -> str:
    return t(
        "Choose the export of your CRM. opportunity_id, owner, stage and amount are needed; name, account, close_date, "
        "next_step and others are welcome."
    )


def _said(title: str, words: str) -> Card:
    return Card(title, (Heading(title), say(words)))


def _faults(lines: list[str]) -> Card:
    title = t("Nothing was brought in")
    more = (quiet(t("And {n} more.", n=len(lines) - MOST_FAULTS)),) if len(lines) > MOST_FAULTS else ()
    listed = Bullets(tuple((it,) for it in lines[:MOST_FAULTS]))
    return Card(title, (Heading(title), say(t("Mend these and send it again:")), listed, *more, say(_a_mapping())))


def _a_mapping() -> str:
    """What it looks like, for whoever has never written one."""
    return t(
        "If your export names or writes things otherwise, choose a mapping with it: a text file that ends in .yaml, "
        "with the lines of these that you need.\n"
        "columns: {{opportunity_id: Deal ID, owner: Deal owner}}\n"
        "stages: {{Offer sent: {{probability: 0.5}}}}\n"
        'decimal: ","\n'
        'dates: "%d.%m.%Y"'
    )


def _page(card: Card, status: int = 200, *, token: str | None = None) -> Response:
    action = f"/deals/{token}" if token else ""
    page = render("upload.html", title=card.summary, card=html.fragment(card), action=action, csrf=token or "")
    return HTMLResponse(page, status, headers=HEADERS)
