"""Who Teams says somebody is, and whether it vouches for their address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.introductions import Away, Nobody, Seen
from bot.teams.api import Api
from bot.teams.inbound import Origin
from bot.teams.place import Place
from bot.teams.rejected import Rejected

NAME_MAX = 200
ADDRESS_MAX = 320
GUEST = "#ext#"
"""In the name that Entra makes for somebody of another organisation who was invited."""


async def look(api: Api, place: Place, user: str, them: Origin) -> Seen:
    """As a member of that conversation. Nobody for whoever isn't one of their tenant; Away when Teams doesn't say."""
    try:
        found = await api.member(place, user)
    except Rejected as why:
        if why.status == 403:
            return Seen()
        raise (Nobody if why.status == 404 else Away)(str(why)) from None
    except Exception as problem:  # noqa: BLE001 - the SDK trips over odd replies in odd ways
        raise Away(type(problem).__name__) from None
    return seen(found, them)


def seen(member: Mapping[str, Any], them: Origin) -> Seen:
    """Of what the connector says about a member. Addresses count when they are those of a user of their own tenant."""
    if {_text(member, "aadObjectId").lower(), _text(member, "objectId").lower()} - {""} != {them.person}:
        raise Away("somebody else was told of")
    if _text(member, "tenantId").lower() != them.tenant:
        raise Nobody("of another organisation")
    name = _text(member, "name")[:NAME_MAX]
    login, address = _text(member, "userPrincipalName"), _text(member, "email")
    if GUEST in login.lower() or _text(member, "userRole").lower() not in {"", "user"}:
        return Seen(name, guest=True)
    # Without a login name it can't be told from a guest's.
    found = dict.fromkeys(it for it in (login, address) if 0 < len(it) <= ADDRESS_MAX) if login else {}
    return Seen(name, tuple(found))


def _text(member: Mapping[str, Any], name: str) -> str:
    found = member.get(name)
    return found.encode("utf-8", "replace").decode().replace("\0", "").strip() if isinstance(found, str) else ""
