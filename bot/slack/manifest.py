"""The app's manifest with a deployment's own addresses in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

TEMPLATE = Path(__file__).parent / "manifest.json"
EXAMPLE = "https://coach.example.com"


def manifest(base: str, company: str | None = None) -> dict[str, Any]:
    """For everybody's app, or the one that a company brings. ValueError when Slack could not call that address."""
    parts = urlsplit(base)
    if parts.scheme != "https" or not parts.netloc:
        raise ValueError(f"Slack calls https addresses only, and '{base}' is none")
    found: dict[str, Any] = json.loads(TEMPLATE.read_text(encoding="utf-8").replace(EXAMPLE, base.rstrip("/")))
    return _brought(found, company) if company else found


def scopes() -> tuple[str, ...]:
    """What is asked for at an installation; which of them may be declined, Slack knows from the manifest."""
    return tuple(json.loads(TEMPLATE.read_text(encoding="utf-8"))["oauth_config"]["scopes"]["bot"])


def _brought(found: dict[str, Any], company: str) -> dict[str, Any]:
    """One workspace, a token that is pasted once and stays good, and an address of its own."""
    for command in found["features"]["slash_commands"]:
        command["url"] = f"{command['url']}/{company}"
    settings = found["settings"]
    for it in (settings["event_subscriptions"], settings["interactivity"]):
        it["request_url"] = f"{it['request_url']}/{company}"
    events = settings["event_subscriptions"]
    events["bot_events"] = [it for it in events["bot_events"] if not it.startswith("team_access")]
    return found | {"settings": settings | {"org_deploy_enabled": False, "token_rotation_enabled": False}}
