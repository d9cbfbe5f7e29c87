"""Tokens that expire are exchanged in time, in the background: a refresh token works once, so one process does it.

Slack revokes a refresh token as soon as it is used and promises no grace. Between its answer and our commit lie a few
milliseconds; only a process that is killed in them loses the new tokens. Then the old ones are good for hours yet, the
manager is told once, and an installation anew mends it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.exc import SQLAlchemyError

from bot.slack.api import Api
from bot.slack.connecting import Connecting
from bot.slack.install import Client
from storage.installs import OURS, Install, Tokens

log = logging.getLogger(__name__)

AHEAD = timedelta(hours=6)
"""Half their time: should it fail for good, people hear of it while they can still be written to."""
LEASE = timedelta(minutes=4)
"""Longer than an exchange can take, shorter than the beat: who failed tries again at the next."""
EVERY = 300.0
DRAIN = 30.0
SPENT = frozenset({"invalid_refresh_token", "token_revoked", "token_expired", "invalid_grant"})
"""With these no further try will do."""
SAVING = (0.0, 0.2, 1.0, 5.0, 15.0, 30.0)
"""Seconds before each try to keep what Slack won't say twice; after that it is tried at each beat."""


@dataclass(frozen=True, slots=True)
class _New:
    """Tokens that stand nowhere but here."""

    of: Install
    tokens: Tokens
    expires_at: datetime


class Rotation:
    """`run` every few minutes, and `close` at the end."""

    def __init__(self, connecting: Connecting, api: Api, ours: Client | None) -> None:
        self._connecting = connecting
        self._api = api
        self._ours = ours
        self._unsaved: dict[tuple[str, str], _New] = {}
        self._busy: set[asyncio.Task[bool]] = set()

    async def run(self) -> int:
        """How many were exchanged."""
        now = self._connecting.real_now()
        late = [await self._saved(it) for it in tuple(self._unsaved.values())]
        due = await asyncio.to_thread(self._connecting.installs.lease_expiring, now + AHEAD, now, LEASE)
        done = [await self._alone(it, now) for it in due if (it.app, it.home) not in self._unsaved]
        if any(late) or any(done):
            await asyncio.to_thread(self._connecting.looked_at_anew)
        return sum(done)

    async def close(self) -> None:
        """What is under way isn't cut off: its answer comes once."""
        if self._busy:
            await asyncio.wait(self._busy, timeout=DRAIN)

    async def _alone(self, it: Install, now: datetime) -> bool:
        """Whoever stops waiting for it doesn't stop it."""
        task = asyncio.ensure_future(self._rotated(it, now))
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)
        return await asyncio.shield(task)

    async def _rotated(self, it: Install, now: datetime) -> bool:
        """One that fails doesn't stop the others; the old token stays good until it expires."""
        try:
            answer = await self._exchanged(it)
            tokens = Tokens(bot=str(answer["access_token"]), refresh=str(answer["refresh_token"]))
            new = _New(it, tokens, now + timedelta(seconds=int(answer["expires_in"])))
        except SlackApiError as problem:
            await self._refused(it, str(problem.response.get("error")))
        except (aiohttp.ClientError, SlackClientError, TimeoutError, KeyError, ValueError, LookupError) as problem:
            log.warning("the tokens of %s could not be renewed yet: %s", it.home, type(problem).__name__)
        else:
            self._unsaved[it.app, it.home] = new
            return await self._kept(new)
        return False

    # --- kept ------------------------------------------------------------------------------------------------------
    async def _kept(self, new: _New) -> bool:
        """In a transaction of its own, at once, before anything else is done with them."""
        for pause in SAVING:
            await asyncio.sleep(pause)
            if await self._saved(new):
                return True
        return False

    async def _saved(self, new: _New) -> bool:
        """Without them the installation would end with the old ones."""
        try:
            await asyncio.to_thread(self._connecting.installs.rotated, new.of, new.tokens, new.expires_at)
        except SQLAlchemyError as problem:
            log.error(  # noqa: TRY400 - the traceback would say nothing more
                "the new tokens of %s can't be kept yet (%s); trying again", new.of.home, type(problem).__name__
            )
            return False
        self._unsaved.pop((new.of.app, new.of.home), None)
        return True

    # --- refused ---------------------------------------------------------------------------------------------------
    async def _refused(self, it: Install, why: str) -> None:
        log.error("the tokens of %s can't be renewed (%s); coach doctor says what to do", it.home, why)
        if why in SPENT:
            await asyncio.to_thread(self._connecting.stuck, it)

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
