"""What Slack sends, signed as Slack signs it. Shapes as recorded by Slack's own Java SDK; values are ours."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TEAM = "T0ACME"
DANA = "U0DANA"


@dataclass
class Call:
    """One HTTP request, ready to be spoilt by a test."""

    body: bytes
    content_type: str = "application/json"
    method: str = "POST"
    timestamp: str | None = None
    secret: str = SECRET
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    signed: bool = True

    def all_headers(self) -> list[tuple[bytes, bytes]]:
        headers = [(b"content-type", self.content_type.encode()), *self.headers]
        if self.signed:
            timestamp = self.timestamp or str(int(time.time()))
            headers += [
                (b"x-slack-request-timestamp", timestamp.encode()),
                (b"x-slack-signature", signature(self.secret, timestamp, self.body).encode()),
            ]
        return headers


@dataclass
class Answered:
    status: int
    headers: dict[str, str]
    body: bytes
    read: int = 0
    """Bytes the application asked for."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()


async def ask(app: Any, call: Call, *, chunks: list[bytes] | None = None, pause: float = 0.0) -> Answered:
    """Through ASGI, as uvicorn would."""
    waiting = list(chunks if chunks is not None else [call.body])
    got = Answered(0, {}, b"")

    async def receive() -> dict[str, Any]:
        if pause:
            await asyncio.sleep(pause)
        if not waiting:
            return {"type": "http.disconnect"}
        chunk = waiting.pop(0)
        got.read += len(chunk)
        return {"type": "http.request", "body": chunk, "more_body": bool(waiting)}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            got.status = message["status"]
            got.headers = {key.decode(): value.decode() for key, value in message["headers"]}
        else:
            got.body += message.get("body", b"")

    scope = {"type": "http", "method": call.method, "path": "/slack/events", "headers": call.all_headers()}
    await app(scope, receive, send)
    return got


def json_call(payload: Any, **more: Any) -> Call:
    return Call(json.dumps(payload).encode(), **more)


def form_call(form: dict[str, str], **more: Any) -> Call:
    return Call(urlencode(form).encode(), content_type="application/x-www-form-urlencoded", **more)


def interaction(payload: Any, **more: Any) -> Call:
    return form_call({"payload": json.dumps(payload)}, **more)


# --- payloads ------------------------------------------------------------------------------------------------------
def slash(
    name: str = "/coach",
    text: str = "",
    *,
    user: str = DANA,
    team: str = TEAM,
    trigger: str = "13345224609.738474920.1",
    response_url: str = "",
) -> dict[str, str]:
    return {
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "team_id": team,
        "team_domain": "acme",
        "channel_id": "C0SALES",
        "channel_name": "sales",
        "user_id": user,
        "user_name": "dana",
        "command": name,
        "text": text,
        "api_app_id": "A0COACH",
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def press(
    value: str,
    values: dict[str, Any] | None = None,
    *,
    user: str = DANA,
    team: str = TEAM,
    home: str | None = None,
    action_ts: str = "1763991000.123456",
    ephemeral: bool = False,
    channel: str = "DDANA",
    response_url: str = "",
) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": user, "username": "dana", "name": "dana", "team_id": home or team},
        "api_app_id": "A0COACH",
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "container": {
            "type": "message",
            "message_ts": "1763990000.000100",
            "channel_id": channel,
            "is_ephemeral": ephemeral,
        },
        "trigger_id": "12466734323.1395872398",
        "team": {"id": team, "domain": "acme"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel, "name": "directmessage"},
        "message": {
            "type": "message",
            "bot_id": "B0COACH",
            "text": "Good morning",
            "ts": "1763990000.000100",
            "blocks": [],
        },
        "state": {"values": values or {}},
        "response_url": response_url,
        "actions": [
            {
                "action_id": "checkin.submit",
                "block_id": "b1",
                "text": {"type": "plain_text", "text": "Send", "emoji": False},
                "value": value,
                "type": "button",
                "action_ts": action_ts,
            }
        ],
    }


def submission(
    value: str,
    values: dict[str, Any] | None = None,
    *,
    user: str = DANA,
    team: str = TEAM,
    view_hash: str = "1763991000.abc",
) -> dict[str, Any]:
    return {
        "type": "view_submission",
        "team": {"id": team, "domain": "acme"},
        "user": {"id": user, "username": "dana", "name": "dana", "team_id": team},
        "api_app_id": "A0COACH",
        "trigger_id": "12466734323.1395872398",
        "view": {
            "id": "V0FORM",
            "team_id": team,
            "type": "modal",
            "callback_id": "coach",
            "private_metadata": value,
            "hash": view_hash,
            "state": {"values": values or {}},
            "blocks": [],
        },
        "response_urls": [],
    }


def in_view(
    view: dict[str, Any],
    value: str,
    values: dict[str, Any] | None = None,
    *,
    user: str = DANA,
    team: str = TEAM,
    trigger: str = "12466734323.1395872399",
    action_ts: str = "1763991000.223456",
) -> dict[str, Any]:
    """A button pressed in the Home tab or in a window: no channel, no message, the state within the view."""
    shown = {"id": "V0HOME", "team_id": team, "hash": "1763991000.abc", "private_metadata": "", **view}
    return {
        "type": "block_actions",
        "user": {"id": user, "username": "dana", "name": "dana", "team_id": team},
        "api_app_id": "A0COACH",
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "container": {"type": "view", "view_id": shown["id"]},
        "trigger_id": trigger,
        "team": {"id": team, "domain": "acme"},
        "enterprise": None,
        "is_enterprise_install": False,
        "view": {**shown, "state": {"values": values or {}}},
        "actions": [
            {
                "action_id": "checkin.open",
                "block_id": "b1",
                "text": {"type": "plain_text", "text": "Open", "emoji": False},
                "value": value,
                "type": "button",
                "action_ts": action_ts,
            }
        ],
    }


def sent_in(
    view: dict[str, Any], values: dict[str, Any] | None = None, *, user: str = DANA, team: str = TEAM
) -> dict[str, Any]:
    """A window's submit button."""
    shown = {"id": "V00000001", "team_id": team, "hash": "1763991000.abc", "private_metadata": "", **view}
    return {
        "type": "view_submission",
        "team": {"id": team, "domain": "acme"},
        "user": {"id": user, "username": "dana", "name": "dana", "team_id": team},
        "api_app_id": "A0COACH",
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "trigger_id": "12466734323.1395872400",
        "view": {**shown, "state": {"values": values or {}}},
        "response_urls": [],
        "is_enterprise_install": False,
        "enterprise": None,
    }


def shortcut(
    name: str, text: str, *, user: str = DANA, team: str = TEAM, home: str | None = None, trigger: str = "1.77"
) -> dict[str, Any]:
    """At somebody's message in a channel."""
    return {
        "type": "message_action",
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "action_ts": "1763991000.323456",
        "team": {"id": team, "domain": "acme"},
        "user": {"id": user, "username": "dana", "team_id": home or team, "name": "dana"},
        "channel": {"id": "C0SALES", "name": "sales"},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": name,
        "trigger_id": trigger,
        "response_url": "http://127.0.0.1:9/none",
        "message_ts": "1763990999.000100",
        "message": {"type": "message", "user": "U0MORGAN", "text": text, "ts": "1763990999.000100", "team": team},
    }


def home_opened(*, user: str = DANA, team: str = TEAM, tab: str = "home", view_hash: str = "") -> dict[str, Any]:
    """Without a view when it was never published."""
    view = {"view": {"id": f"VH{user}", "type": "home", "hash": view_hash, "blocks": []}} if view_hash else {}
    event = {
        "type": "app_home_opened",
        "user": user,
        "channel": "DDANA",
        "tab": tab,
        "event_ts": "1763991000.4",
        **view,
    }
    return callback(event, team=team, event_id="Ev0HOME")


def user_changed(
    zone: str | None, *, user: str = DANA, team: str = TEAM, event_id: str = "Ev0MOVE", **more: Any
) -> dict[str, Any]:
    profile = {"real_name": "Dana Reyes", "status_text": "on the train"}
    them = {"id": user, "team_id": team, "name": "dana", "deleted": False, "is_bot": False, "profile": profile, **more}
    if zone is not None:
        them |= {"tz": zone, "tz_label": "There", "tz_offset": 3600}
    return callback({"type": "user_change", "user": them, "event_ts": "1763991000.5"}, team=team, event_id=event_id)


def message(text: str, *, user: str = DANA, team: str = TEAM, event_id: str = "Ev0001", **more: Any) -> dict[str, Any]:
    event = {
        "type": "message",
        "user": user,
        "team": team,
        "text": text,
        "ts": "1763991000.000200",
        "channel": "DDANA",
        "channel_type": "im",
        "event_ts": "1763991000.000200",
    }
    return callback({**event, **more}, team=team, event_id=event_id)


def callback(event: dict[str, Any], *, team: str = TEAM, event_id: str = "Ev0001") -> dict[str, Any]:
    return {
        "token": "gIkuvaNzQIHg97ATvDxqgjtO",
        "team_id": team,
        "context_team_id": team,
        "api_app_id": "A0COACH",
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": 1763991000,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team,
                "user_id": "U0COACH",
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }
