"""The app's manifest with a deployment's own addresses in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from coaching.language import marked, worded

TEMPLATE = Path(__file__).parent / "manifest.json"
EXAMPLE = "https://coach.example.com"
TEXTS = (
    marked("A sales coach for every day: check-ins, forecasts, and a line to your sales manager."),
    marked(
        "The part of a sales manager that is there every day. Reps check in within a minute, see what their work leads "
        "to, and call their forecast. The manager finds what needs them in one queue, and the owner reads on one page "
        "where the period lands. Every figure shows how it was made."
    ),
    marked("Make this a commitment"),
    marked("Today's promise, from this message"),
    marked("Raise to the manager"),
    marked("Take this message to your sales manager"),
    marked("Your check-in, deals and everything else"),
    marked("help | today | forecast | deals | queue"),
    marked("See or call your forecast"),
    marked("commit 120k best 150k"),
)
"""What people read of it, in the template's words. An app that a company brings has them in its language."""


def manifest(base: str, company: str | None = None) -> dict[str, Any]:
    """For everybody's app, or the one that a company brings, in its language. ValueError: Slack can't call that."""
    parts = urlsplit(base)
    if parts.scheme != "https" or not parts.netloc:
        raise ValueError(f"Slack calls https addresses only, and '{base}' is none")
    found: dict[str, Any] = json.loads(TEMPLATE.read_text(encoding="utf-8").replace(EXAMPLE, base.rstrip("/")))
    return _brought(_worded(found), company) if company else found


def scopes() -> tuple[str, ...]:
    """What is asked for at an installation; which of them may be declined, Slack knows from the manifest."""
    return tuple(json.loads(TEMPLATE.read_text(encoding="utf-8"))["oauth_config"]["scopes"]["bot"])


def _worded(node: Any) -> Any:
    match node:
        case dict():
            return {key: _worded(it) for key, it in node.items()}
        case list():
            return [_worded(it) for it in node]
        case str() if node in TEXTS:
            return worded(node)
        case _:
            return node


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
