"""Headers of every page of ours, and the demo's fence: it answers this machine only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


class ThisMachineOnly:
    """Refuses other names in `Host`: a site whose name was made to point here would be let in by the browser."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 400."""
        if scope["type"] == "http" and _name(Headers(scope=scope).get("host", "")) not in LOOPBACK:
            sorry = PlainTextResponse(
                "The demo answers on this machine only; open http://127.0.0.1 with its port.", 400
            )
            return await sorry(scope, receive, send)
        return await self._app(scope, receive, send)


def _name(host: str) -> str:
    """Without the port; `[::1]:8080` has its colons in brackets."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()
