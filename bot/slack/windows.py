"""Windows (Slack's modals): opened within three seconds of a press, updated as things go on in them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack import inbound
from bot.slack.api import Api
from bot.slack.inbound import Origin
from bot.slack.views import View

log = logging.getLogger(__name__)

Payload = Mapping[str, Any]
OLDER = frozenset({"hash_conflict", "not_found", "view_not_found"})
"""The window was closed, or shows something newer by now."""


class Windows:
    """`api` finds who speaks where somebody is; None for nobody."""

    def __init__(self, api: Callable[[Origin], Api | None]) -> None:
        self._api = api

    async def show(self, body: Payload, view: View, otherwise: Mapping[str, Any] | None = None) -> None:
        """In the window that it was done in, else in a new one; where that fails, as the message `otherwise`."""
        them = inbound.origin(body)
        api = self._api(them)
        if api is None:
            return
        try:
            await _shown(api, body, view)
        except SlackApiError as problem:
            error = str(problem.response.get("error"))
            log.info("a window was not shown: %s", error)
            if error not in OLDER:
                await _said(api, them.user, otherwise)
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as problem:
            log.info("a window was not shown: %s", type(problem).__name__)
            await _said(api, them.user, otherwise)


async def _shown(api: Api, body: Payload, view: View) -> None:
    window, version = inbound.window(body)
    if window:
        await api.client.views_update(view_id=window, hash=version or None, view=view)
    else:
        await api.client.views_open(trigger_id=inbound.trigger(body), view=view)


async def _said(api: Api, user: str, message: Mapping[str, Any] | None) -> None:
    """What they asked for must come somehow: three seconds may have passed."""
    if message is None:
        return
    try:
        await api.client.chat_postMessage(channel=user, **message, unfurl_links=False, unfurl_media=False)
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as problem:
        log.warning("what somebody asked for could not be shown at all: %s", type(problem).__name__)
