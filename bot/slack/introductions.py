"""Who Slack says somebody is, and whether it vouches for their address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.introductions import Away, Nobody, Seen
from bot.slack.api import Api

NAME_MAX = 200
ADDRESS_MAX = 320
SLACKBOT = "USLACKBOT"
DECLINED = frozenset({"missing_scope", "not_allowed_token_type", "no_permission"})
"""The app may not ask: then only the manager can say."""
UNKNOWN = frozenset({"user_not_found", "user_not_visible"})


async def look(api: Api, user: str, home: str) -> Seen:
    """As a member of that workspace or organisation. Nobody for whoever isn't one; Away when Slack doesn't say."""
    try:
        answer = await api.client.users_info(user=user)
    except SlackApiError as problem:
        error = str(problem.response.get("error"))
        if error in UNKNOWN:
            raise Nobody(error) from None
        if error in DECLINED:
            return Seen()
        raise Away(error) from None
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as problem:
        raise Away(type(problem).__name__) from None
    match answer.get("user"):
        case {"id": str(handle), **more} if handle == user:
            return seen(handle, more, home)
    raise Away("somebody else was told of")


def seen(user: str, more: Mapping[Any, Any], home: str) -> Seen:
    """Of what Slack says about a user. An address counts when it is that of a full member of `home`, confirmed."""
    if more.get("is_bot") or user == SLACKBOT or more.get("deleted"):
        raise Nobody("an app, or a closed account")
    if more.get("is_stranger") or home not in _homes(more):
        raise Nobody("of another workspace")
    name = _text(_part(more, "profile"), "real_name") or _text(more, "real_name") or _text(more, "name")
    if more.get("is_restricted") or more.get("is_ultra_restricted"):
        return Seen(name[:NAME_MAX], guest=True)
    # Who was invited has not yet shown that the address is theirs. Slack leaves the word out where there is no doubt.
    confirmed = more.get("is_email_confirmed", True) is True and not more.get("is_invited_user")
    address = _text(_part(more, "profile"), "email")
    vouched = (address,) if confirmed and 0 < len(address) <= ADDRESS_MAX else ()
    return Seen(name[:NAME_MAX], vouched)


def _homes(more: Mapping[Any, Any]) -> set[str]:
    """Their workspace, and of an organisation all their workspaces and itself."""
    wide = _part(more, "enterprise_user")
    teams = wide.get("teams")
    named = {it for it in teams if isinstance(it, str)} if isinstance(teams, list) else set()
    return ({_text(more, "team_id"), _text(wide, "enterprise_id")} | named) - {""}


def _part(more: Mapping[Any, Any], name: str) -> Mapping[Any, Any]:
    found = more.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(more: Mapping[Any, Any], name: str) -> str:
    found = more.get(name)
    return found.encode("utf-8", "replace").decode().replace("\0", "").strip() if isinstance(found, str) else ""
