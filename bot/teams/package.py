"""The app's package, which an administrator uploads to Teams: a manifest and two icons."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.teams import icons
from coaching.language import marked, worded

MANIFEST_VERSION = "1.29"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{MANIFEST_VERSION}/MicrosoftTeams.schema.json"
NAME, FULL_NAME = "Coach", "Assistant Coach"
SHORT = marked("A sales coach for every day: check-ins, forecasts, a line to your manager.")
LONG = marked(
    "The part of a sales manager that is there every day. Reps check in within a minute, see what their work leads to, "
    "and call their forecast. The manager finds what needs them in one queue, and the owner reads on one page where "
    "the period lands. Every figure shows how it was made."
)
COMMANDS = (
    (marked("help"), marked("What I can do for you")),
    (marked("today"), marked("Your check-in, or simply write: 12 calls, 2 appointments")),
    (marked("forecast"), marked("Where the period stands, or your call: forecast commit 120k best 150k")),
    (marked("deals"), marked("Your open deals")),
    (marked("ratios"), marked("What your work leads to, step by step")),
    (marked("actions"), marked("What is left of your target, and what it asks for today")),
    (marked("queue"), marked("What waits for the manager")),
    (marked("digest"), marked("The week on one page")),
    (marked("settings"), marked("Reminders, quiet hours, a pause")),
    (marked("ask"), marked("Takes a question to the manager: ask can you join the call on Thursday?")),
)
"""Teams offers them while somebody types; ten at most, whatever its schema says."""
ALONE, AMONG_OTHERS = ("personal",), ("team", "groupChat")
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same package twice is the same file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """What differs from one deployment to the next. `url` is where people reach it."""

    app_id: str
    version: str
    url: str
    developer: str
    privacy: str
    terms: str


def package(app: App) -> bytes:
    """The zip file."""
    files = {
        "manifest.json": json.dumps(manifest(app), indent=2, ensure_ascii=False).encode(),
        "color.png": icons.colour(),
        "outline.png": icons.outline(),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as it:
        for name, content in files.items():
            it.writestr(zipfile.ZipInfo(name, EPOCH), content)
    return packed.getvalue()


def manifest(app: App) -> dict[str, Any]:
    """As Teams' schema wants it, in the language spoken. The bot asks for nothing but to be written to and to write."""
    return {
        "$schema": SCHEMA,
        "manifestVersion": MANIFEST_VERSION,
        "version": app.version,
        "id": app.app_id,
        "developer": {
            "name": app.developer,
            "websiteUrl": app.url,
            "privacyUrl": app.privacy,
            "termsOfUseUrl": app.terms,
        },
        "name": {"short": NAME, "full": FULL_NAME},
        "description": {"short": worded(SHORT), "full": worded(LONG)},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": icons.ACCENT,
        "bots": [
            {
                "botId": app.app_id,
                "scopes": [*ALONE, *AMONG_OTHERS],
                "isNotificationOnly": False,
                "supportsFiles": False,
                "commandLists": [_commands(it) for it in (ALONE, AMONG_OTHERS)],
            }
        ],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [urlsplit(app.url).netloc],
        "defaultInstallScope": "personal",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
    }


def _commands(scopes: Iterable[str]) -> dict[str, Any]:
    return {
        "scopes": list(scopes),
        "commands": [{"title": worded(title), "description": worded(described)} for title, described in COMMANDS],
    }
