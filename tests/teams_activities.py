"""What Teams sends, in the shapes its documentation and a test client recorded; values are ours."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from tests.fake_teams import BOT, TENANT

DANA = "aad-dana"
"""Entra object ids are what the company's file has under `teams:`."""
MORGAN = "aad-morgan"
OLIVIA = "aad-olivia"
GROUP = "19:deals@thread.v2"
CHANNEL = "19:sales@thread.tacv2;messageid=1763991000000"

_ids = count(1)


def personal(person: str) -> str:
    return f"a:{person}"


def activity(person: str = DANA, **more: Any) -> dict[str, Any]:
    """The envelope, in the person's own conversation with the bot unless told otherwise."""
    usual: dict[str, Any] = {
        "type": "message",
        "id": f"f:{next(_ids)}",
        "timestamp": "2026-11-23T14:41:00.123Z",
        "localTimestamp": "2026-11-23T08:41:00.123-06:00",
        "localTimezone": "America/Chicago",
        "serviceUrl": "https://smba.trafficmanager.net/emea/",
        "channelId": "msteams",
        "from": {"id": f"29:{person}", "name": person.title(), "aadObjectId": person},
        "conversation": {"conversationType": "personal", "tenantId": TENANT, "id": personal(person)},
        "recipient": {"id": BOT, "name": "Coach"},
        "channelData": {"tenant": {"id": TENANT}},
        "locale": "en-US",
        "entities": [
            {"locale": "en-US", "country": "US", "platform": "Web", "timezone": "America/Chicago", "type": "clientInfo"}
        ],
    }
    return usual | more


def words(text: str, person: str = DANA, **more: Any) -> dict[str, Any]:
    return activity(person, **({"text": text, "textFormat": "plain", "attachments": []} | more))


def mention(text: str, person: str = DANA, where: str = GROUP, name: str = "Coach", **more: Any) -> dict[str, Any]:
    """Words in a group chat or a channel, to the bot."""
    kind = "channel" if "tacv2" in where else "groupChat"
    data: dict[str, Any] = {"tenant": {"id": TENANT}}
    if kind == "channel":
        data |= {"teamsTeamId": "19:team@thread.tacv2", "teamsChannelId": where.partition(";")[0]}
    usual = {
        "conversation": {"isGroup": True, "conversationType": kind, "tenantId": TENANT, "id": where},
        "entities": [{"mentioned": {"id": BOT, "name": name}, "text": f"<at>{name}</at>", "type": "mention"}],
        "channelData": data,
    }
    return words(f"<at>{name}</at> {text}", person, **(usual | more))


def submit(value: dict[str, Any], person: str = DANA, card: str = "1763000000001", **more: Any) -> dict[str, Any]:
    """Action.Submit: a message without words."""
    return activity(person, **({"value": value, "replyToId": card, "attachments": []} | more))


def invoke(name: str, value: dict[str, Any], person: str = DANA, **more: Any) -> dict[str, Any]:
    return activity(person, **({"type": "invoke", "name": name, "value": value} | more))


def execute(verb: str, data: dict[str, Any], person: str = DANA, trigger: str = "manual", **more: Any) -> Any:
    action = {"type": "Action.Execute", "verb": verb, "data": data}
    return invoke("adaptiveCard/action", {"action": action, "trigger": trigger}, person, **more)


def installed(person: str = DANA, action: str = "add", **more: Any) -> dict[str, Any]:
    """No time zone with these, in the product too."""
    it = activity(person, **({"type": "installationUpdate", "action": action} | more))
    for name in ("localTimezone", "localTimestamp", "entities"):
        it.pop(name)
    return it


def added(person: str = DANA, who: str = BOT, **more: Any) -> dict[str, Any]:
    it = activity(person, **({"type": "conversationUpdate", "membersAdded": [{"id": who}]} | more))
    for name in ("localTimezone", "localTimestamp", "entities", "locale"):
        it.pop(name)
    return it


def at(service_url: str, it: dict[str, Any]) -> dict[str, Any]:
    return {**it, "serviceUrl": service_url, "timestamp": datetime.now(UTC).isoformat()}
