"""One ASGI app: Slack's and Teams' addresses, the pages, health and metrics."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Lifespan, Receive, Scope, Send

from bot import html
from bot.app import Program
from bot.company_page import CompanyPage
from bot.deals_page import DealsPage
from bot.web.answers import Linked, LinkedPages
from bot.web.security import HEADERS
from bot.web.templates import render
from bot.web.visitors import Visitors
from coaching.card import Card, Heading, say
from storage import revision

log = logging.getLogger(__name__)

FRONT = Card(
    "Assistant Coach",
    (
        Heading("Assistant Coach"),
        say("The part of a sales manager that is there every day. It is running; it speaks in Slack, Teams and mail."),
    ),
)
STATIC = Path(__file__).parent / "web" / "static"


Running = Callable[[], AbstractAsyncContextManager[None]]


class Server(Starlette):
    """Whoever calls all day is let straight to a door: middlewares and routes cost as much as what a door does itself.

    A door takes every method, and answers whatever goes wrong behind it. Middlewares that are added stand before all.
    """

    def __init__(self, routes: Sequence[BaseRoute], lifespan: Lifespan[Starlette]) -> None:
        super().__init__(routes=routes, lifespan=lifespan, exception_handlers={500: _sorry})
        straight = [it for it in routes if isinstance(it, Route) and not it.methods and not it.param_convertors]
        self._doors = {it.path: it.app for it in straight}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        door = self._doors.get(scope["path"]) if scope["type"] == "http" and not self.user_middleware else None
        await (door or super().__call__)(scope, receive, send)


def server(
    program: Program,
    *,
    worker: bool = True,
    web: bool = True,
    more: Sequence[BaseRoute] = (),
    running: Running | None = None,
) -> Server:
    """`more` routes come first: the demo's local chat takes the front page that way. `running` replaces its ticks."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        if program.slack:
            program.slack.start()
        async with AsyncExitStack() as stack:
            if worker:
                await stack.enter_async_context((running or program.running)())
            yield
        await program.close()

    routes = [*more, *_health(program), *(_people(program) if web else ())]
    return Server(routes, lifespan)


def _people(program: Program) -> list[BaseRoute]:
    """What people and platforms come for."""
    routes: list[BaseRoute] = [Route("/", _front), Mount("/static", StaticFiles(directory=STATIC))]
    if program.slack:
        routes += program.slack.routes()
    if program.teams:
        routes += program.teams.routes()
    if program.links:

        async def settle() -> None:
            program.delivery.nudge()

        linked = Linked(
            store=program.store, engine=program.engine, clock=program.clock, links=program.links, settle=settle
        )
        routes += LinkedPages(linked).routes()
        visitors = Visitors(program.links, program.store)
        routes += DealsPage(visitors, program.store, program.clock, program.engine.handle).routes()
        routes += CompanyPage(visitors).routes()
    return routes


def _health(program: Program) -> list[BaseRoute]:
    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        found = await asyncio.to_thread(_ready, program)
        return JSONResponse(found, 200 if found["ready"] else 503)

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def _ready(program: Program) -> dict[str, object]:
    """Able to serve: the database answers and its schema is ours. Undelivered messages are named, and don't unready."""
    try:
        current = revision.current(program.store.engine)
        if current != revision.head():
            return {"ready": False, "why": f"schema is {current}, needs {revision.head()}; run: coach migrate"}
        undelivered = program.outbox.undelivered(program.clock.now())
        overdue = program.outbox.overdue(program.clock.now())
    except SQLAlchemyError:
        log.exception("not ready")
        return {"ready": False, "why": "the database doesn't answer; see the log and COACH_DATABASE_URL"}
    listed = [
        {"company": it.company, "member": it.member, "kind": it.kind, "key": it.key, "reason": it.reason}
        for it in undelivered
    ]
    return {"ready": True, "schema": current, "overdue": overdue, "undelivered": listed}


async def _front(_request: Request) -> Response:
    return HTMLResponse(render("page.html", title=FRONT.summary, card=html.fragment(FRONT)), headers=HEADERS)


async def _sorry(_request: Request, _problem: Exception) -> Response:
    """The server's log has the traceback; people get a sentence."""
    return PlainTextResponse("Something went wrong on our side; it is in the log. Please try again.", 500)
