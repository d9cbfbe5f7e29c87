"""Tokens that expire are exchanged in time, in the background: a refresh token works once, so one process does it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.api import Api
from bot.slack.connecting import Connecting
from bot.slack.install import Client
from storage.installs import OURS, Install, Tokens

log = logging.getLogger(__name__)

AHEAD = timedelta(hours=2)
LEASE = timedelta(minutes=4)
"""Longer than an exchange can take, shorter than the beat: who failed tries again at the next."""
EVERY = 300.0


class Rotation:
    """`run` every few minutes."""

    def __init__(self, connecting: Connecting, api: Api, ours: Client | None) -> None:
        self._connecting = connecting
        self._api = api
        self._ours = ours

    async def run(self) -> int:
        """How many were exchanged."""
        now = self._connecting.real_now()
        due = await asyncio.to_thread(self._connecting.installs.lease_expiring, now + AHEAD, now, LEASE)
        done = [await self._rotated(it, now) for it in due]
        if any(done):
            await asyncio.to_thread(self._connecting.looked_at_anew)
        return sum(done)

    async def _rotated(self, it: Install, now: datetime) -> bool:
        """One that fails doesn't stop the others; the old token stays good until it expires."""
        try:
            answer = await self._exchanged(it)
            tokens = Tokens(bot=str(answer["access_token"]), refresh=str(answer["refresh_token"]))
            expires_at = now + timedelta(seconds=int(answer["expires_in"]))
            await asyncio.to_thread(self._connecting.installs.rotated, it, tokens, expires_at)
        except SlackApiError as problem:
            log.error(  # noqa: TRY400 - the traceback would say nothing more
                "the tokens of %s can't be renewed (%s); when they expire, install again: coach doctor names it",
                it.home,
                problem.response.get("error"),
            )
        except (aiohttp.ClientError, SlackClientError, TimeoutError, KeyError, ValueError, LookupError) as problem:
            log.warning("the tokens of %s could not be renewed yet: %s", it.home, type(problem).__name__)
        else:
            return True
        return False

    async def _exchanged(self, it: Install) -> Mapping[str, Any]:
        tokens, client = await asyncio.to_thread(self._known, it)
        if tokens is None or client is None or not tokens.refresh:
            raise LookupError("nothing to renew with")
        return await self._api.exchange(
            client.id, client.secret, grant_type="refresh_token", refresh_token=tokens.refresh
        )

    def _known(self, it: Install) -> tuple[Tokens | None, Client | None]:
        tokens = self._connecting.installs.tokens(it)
        if it.app == OURS:
            return tokens, self._ours
        kept = self._connecting.brought(it.app)
        return tokens, Client(kept.get("client_id", ""), kept.get("client_secret", ""))
