"""Credentials tried at Slack before they are kept; nothing is posted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.slack.api import Api


class NotTaken(ValueError):  # noqa: N818 - a state, not a mistake of ours
    """Slack refuses them, or can't be asked; says which and what to do."""


async def who_am_i(url: str, token: str) -> Mapping[str, Any]:
    """auth.test, with the `scopes` that are granted. NotTaken."""
    api = Api(token, url)
    try:
        answer = await api.client.auth_test()
    except SlackApiError as problem:
        why = problem.response.get("error", "no reason")
        raise NotTaken(
            f"Slack refuses the bot token ({why}); copy it again from OAuth & Permissions of the app"
        ) from None
    except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError, ValueError) as problem:
        raise _unreachable(url, problem) from None
    finally:
        await api.close()
    found = dict(answer.data) if isinstance(answer.data, dict) else {}
    if not isinstance(found.get("team_id"), str):
        raise NotTaken(f"{url} doesn't answer as Slack does; check SLACK_API_URL")
    return {**found, "scopes": answer.headers.get("x-oauth-scopes", "")}


async def client_taken(url: str, client_id: str, client_secret: str) -> Mapping[str, Any]:
    """By a code that can't be right: of the right app Slack then says that only the code is wrong. NotTaken."""
    api = Api(url=url)
    try:
        await api.exchange(client_id, client_secret, code="tried")
    except SlackApiError as problem:
        why = problem.response.get("error", "no reason")
        if why == "invalid_code":
            return {}
        raise NotTaken(
            f"Slack refuses the client id and secret ({why}); copy both from Basic Information of the app"
        ) from None
    except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError, ValueError) as problem:
        raise _unreachable(url, problem) from None
    finally:
        await api.close()
    raise NotTaken(f"{url} takes a code that was made up; check SLACK_API_URL")


def _unreachable(url: str, problem: Exception) -> NotTaken:
    return NotTaken(f"{url} can't be reached ({type(problem).__name__}); check the network and SLACK_API_URL")
