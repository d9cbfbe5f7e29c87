"""What a button carries there and back: an action's name and arguments as compact JSON, the same on every channel."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from coaching.card import Action

VERSION = 1
ORDINARY = 200
"""Characters; what is longer isn't worth remembering."""
_INERT = {ord(it): f"\\u{ord(it):04x}" for it in "&<>"}


class UnknownButton(ValueError):  # noqa: N818 - what was pressed, not a mistake of ours
    """Not one of ours, or from a time when buttons were written differently."""


def write(action: Action, whose: str = "") -> str:
    """`{"v":1,"a":name,"args":{…}}`, with `&`, `<` and `>` as escapes: Slack hands values back HTML-escaped.

    `whose`: for whom it was written, where nothing else tells.
    """
    carried = {"v": VERSION, "a": action.name, "args": dict(action.args)} | ({"for": whose} if whose else {})
    return json.dumps(carried, separators=(",", ":")).translate(_INERT)


def read(value: str) -> tuple[str, Mapping[str, str]]:
    """The name and arguments; `UnknownButton` for anything else. Nothing in it is to be trusted."""
    return _remembered(value) if len(value) <= ORDINARY else _read(value)


def whose(value: str) -> str:
    """For whom it was written; '' where it doesn't say, or nothing of ours."""
    try:
        carried = json.loads(value)
    except (ValueError, RecursionError):
        return ""
    match carried:
        case {"v": 1, "for": str(them)}:
            return them
        case _:
            return ""


def _read(value: str) -> tuple[str, Mapping[str, str]]:
    try:
        carried = json.loads(value)
    except (ValueError, RecursionError) as error:
        raise UnknownButton("that button carries nothing this program wrote") from error
    match carried:
        case {"v": 1, "a": str(name), "args": dict(args)} if all(isinstance(it, str) for it in args.values()):
            return name, MappingProxyType(args)
        case _:
            raise UnknownButton("that button was written by another version of this program")


_remembered = lru_cache(maxsize=1024)(_read)
"""A morning's cards of all people carry the same few."""
