"""`coach serve`."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import click
import uvicorn
from starlette.applications import Starlette

from bot import opened
from bot.app import assemble
from bot.problem import Problem
from bot.server import server
from bot.settings import Settings, is_loopback
from storage.secrets import NEW_KEY

log = logging.getLogger(__name__)

LOOK_FOR_GARBAGE = (50_000, 20, 20)
"""Python's own (700, 10, 10) took a sixth of the time of a morning's messages; hardly anything of them is in cycles."""


@click.command("serve")
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--port", default=8080, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option(
    "--role",
    default="all",
    type=click.Choice(["all", "web", "worker"]),
    help="web answers people, worker keeps the hours and delivers, all does both.",
)
def command(host: str, port: int, role: str) -> None:
    """Run the program."""
    settings = opened.settings()
    _check_clock(settings, role)
    _check_door(settings, host)
    if settings.many_workspaces and not settings.coach_secret_keys:
        raise Problem(
            f"SLACK_CLIENT_ID is set, so tokens will be kept: set COACH_SECRET_KEYS; make one with: {NEW_KEY}"
        )
    program = assemble(settings, opened.store(settings))
    chat = any(it.reaches_anybody for it in (program.slack, program.teams) if it)
    if not chat and not settings.coach_smtp_url:
        log.warning("neither Slack nor Teams nor mail is set up, so nobody can be reached; see: coach doctor")
    with listening(host, port) as at:
        run(server(program, worker=role != "web", web=role != "worker"), at)


def listening(host: str, port: int) -> socket.socket:
    """Problem, in one line, when that address can't be had."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as problem:
        why = os.strerror(problem.errno).lower() if problem.errno else str(problem)
        raise Problem(f"port {port} on {host} can't be used ({why}); choose another with --port") from None


def run(app: Starlette, at: socket.socket, ending: Callable[[], None] = lambda: None) -> None:
    """Until it is told to stop; `ending` is called, in the event loop, when it is."""
    log.info("listening on http://%s:%s", *at.getsockname()[:2])
    served = _Server(configured(app, lifespan="on", timeout_graceful_shutdown=10), ending)
    # uvicorn raises the signal again once it has shut down in order; being told to stop is no failure.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: None)
    with suppress(KeyboardInterrupt):
        served.run(sockets=[at])
    if not served.started:
        raise Problem("the program could not start; the lines above say why")
    log.info("stopped")
    # What is left is the system's to take back: looking it all over once more would take a second.
    gc.freeze()


def configured(app: Any, **more: Any) -> uvicorn.Config:
    """How requests are served; from here on garbage is looked for by LOOK_FOR_GARBAGE.

    Without a log of accesses: at that level nobody sees it, and uvicorn would put each of its lines together.
    """
    gc.set_threshold(*LOOK_FOR_GARBAGE)
    return uvicorn.Config(app, log_level="warning", access_log=False, **more)


class _Server(uvicorn.Server):
    """Says when it ends, before it waits for what is still open."""

    def __init__(self, config: uvicorn.Config, ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ending = ending

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending()
        await super().shutdown(sockets)


def _check_door(settings: Settings, host: str) -> None:
    """Whoever reaches an unauthenticated address is anybody they say they are."""
    if not settings.coach_teams_dangerously_unauthenticated:
        return
    if not is_loopback(host):
        raise Problem(
            f"COACH_TEAMS_DANGEROUSLY_UNAUTHENTICATED is set, so --host must be 127.0.0.1, not {host}; "
            "set MICROSOFT_APP_ID and its password instead to serve people"
        )
    log.warning("*** Teams' address believes every program on this machine; for a local test client only ***")


def _check_clock(settings: Settings, role: str) -> None:
    """A clock that isn't the real one is for tests and demos; loud, and refused where real people are reached."""
    if settings.coach_clock is None:
        return
    public = settings.coach_public_url or ""
    if role in {"all", "worker"} and public.startswith("https://"):
        raise Problem("COACH_CLOCK is for tests and demos; remove it, or COACH_PUBLIC_URL, to start")
    log.warning(
        "*** COACH_CLOCK is set: the program's clock starts at %s, not at the real time ***", settings.coach_clock
    )
