"""What Slack's published schema of app manifests (2.0.0) demands of the parts that we use, in a table of our own.

Which scopes and events there are it knows as little as the schema does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

URL = r"https?://"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text: its length, how it begins, or what it may be."""

    least: int = 0
    most: int | None = None
    begins: str = ""
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """A list of one sort of thing."""

    of: Rule
    least: int = 0
    most: int
    distinct: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An object that knows these keys and no others."""

    needs: tuple[str, ...] = ()
    keys: Mapping[str, Rule]


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off."""


Rule = Words | Many | Part | Switch
SWITCH = Switch()
NAMES = Many(of=Words(most=50), most=255)

MANIFEST = Part(
    needs=("display_information",),
    keys={
        "display_information": Part(
            needs=("name",),
            keys={
                "name": Words(least=1, most=35),
                "description": Words(least=1, most=140),
                "long_description": Words(least=175, most=4000),
                "background_color": Words(least=4, most=7, begins=r"#([0-9a-fA-F]{3}){1,2}$"),
            },
        ),
        "features": Part(
            keys={
                "app_home": Part(
                    keys=dict.fromkeys(
                        ("home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"), SWITCH
                    )
                ),
                "bot_user": Part(
                    needs=("display_name",),
                    keys={"display_name": Words(least=1, most=80), "always_online": SWITCH},
                ),
                "shortcuts": Many(
                    least=1,
                    most=10,
                    of=Part(
                        needs=("name", "type", "callback_id", "description"),
                        keys={
                            "name": Words(least=1, most=24),
                            "type": Words(among=("message", "global")),
                            "callback_id": Words(least=1, most=255),
                            "description": Words(least=1, most=150),
                        },
                    ),
                ),
                "slash_commands": Many(
                    least=1,
                    most=50,
                    of=Part(
                        needs=("command", "description"),
                        keys={
                            "command": Words(least=2, most=32, begins="/"),
                            "url": Words(most=3000, begins=URL),
                            "description": Words(least=1, most=2000),
                            "usage_hint": Words(least=1, most=1000),
                            "should_escape": SWITCH,
                        },
                    ),
                ),
            },
        ),
        "oauth_config": Part(
            keys={
                "redirect_urls": Many(of=Words(most=2500), most=1000, distinct=True),
                "scopes": Part(keys=dict.fromkeys(("bot", "bot_optional", "user", "user_optional"), NAMES)),
            },
        ),
        "settings": Part(
            keys={
                "event_subscriptions": Part(
                    keys={
                        "request_url": Words(most=3500, begins=URL),
                        "bot_events": Many(of=Words(most=50), most=100, distinct=True),
                    },
                ),
                "interactivity": Part(
                    needs=("is_enabled",),
                    keys={"is_enabled": SWITCH, "request_url": Words(most=3500, begins=URL)},
                ),
                **dict.fromkeys(("org_deploy_enabled", "socket_mode_enabled", "token_rotation_enabled"), SWITCH),
            },
        ),
    },
)


def problems(it: Any, rule: Rule = MANIFEST, where: str = "manifest") -> Iterator[str]:
    """Each with where it is."""
    match rule:
        case Switch():
            if not isinstance(it, bool):
                yield f"{where} is neither true nor false"
        case Words():
            yield from _words(it, rule, where)
        case Many():
            yield from _many(it, rule, where)
        case Part():
            yield from _part(it, rule, where)


def _words(it: Any, rule: Words, where: str) -> Iterator[str]:
    if not isinstance(it, str):
        yield f"{where} is no text"
        return
    if len(it) < rule.least or (rule.most is not None and len(it) > rule.most):
        yield f"{where} has {len(it)} characters, of {rule.least} to {rule.most}"
    if not re.match(rule.begins, it):
        yield f"{where} doesn't begin as it should"
    if rule.among and it not in rule.among:
        yield f"{where} is none of {rule.among}"


def _many(it: Any, rule: Many, where: str) -> Iterator[str]:
    if not isinstance(it, list):
        yield f"{where} is no list"
        return
    if not rule.least <= len(it) <= rule.most:
        yield f"{where} has {len(it)} entries, of {rule.least} to {rule.most}"
    if rule.distinct and len(set(map(str, it))) < len(it):
        yield f"{where} says something twice"
    for n, one in enumerate(it):
        yield from problems(one, rule.of, f"{where}[{n}]")


def _part(it: Any, rule: Part, where: str) -> Iterator[str]:
    if not isinstance(it, dict):
        yield f"{where} is no object"
        return
    yield from (f"{where}.{name} is missing" for name in rule.needs if name not in it)
    for name, below in it.items():
        if name not in rule.keys:
            yield f"{where}.{name} is unknown"
        else:
            yield from problems(below, rule.keys[name], f"{where}.{name}")
