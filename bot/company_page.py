"""`/company/{token}`: the company as a file to keep or change, the same that `coach company` prints."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.files.plain import dump
from bot.web.security import HEADERS
from bot.web.visitors import Visitors
from coaching.files_card import COMPANY


class CompanyPage:
    """A download; nothing that a browser would show or run."""

    def __init__(self, visitors: Visitors) -> None:
        self._visitors = visitors

    def routes(self) -> list[BaseRoute]:
        """The one address."""
        return [Route(f"/{COMPANY}/{{token}}", self._asked)]

    async def _asked(self, request: Request) -> Response:
        return await asyncio.to_thread(self._file, request.path_params["token"])

    def _file(self, token: str) -> Response:
        found = self._visitors.company(COMPANY, token)
        if isinstance(found, Response):
            return found
        # Its short name has nothing in it but small letters, digits and hyphens.
        named = {"Content-Disposition": f'attachment; filename="{found.slug}.yaml"'}
        return Response(dump(found), media_type="application/yaml", headers={**HEADERS, **named})
