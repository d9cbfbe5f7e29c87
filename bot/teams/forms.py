"""A window of ours -> the Adaptive Card of a dialog, and what comes back of one. Pure.

Teams has no picker of people for bots' cards of version 1.5, so people are written down there.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any, assert_never

from bot import buttons
from bot.languages import NAMES
from bot.teams import fit, views
from bot.teams.inputs import LABEL_MAX, input_items, noted
from bot.teams.markdown import alone, way
from bot.teams.render import FIELD, PARAGRAPH_MAX, PRESS, SCHEMA, VERSION
from bot.words import clean, cut, line
from coaching.card import Action, Field, Input
from coaching.language import spoken, worded
from coaching.window import DAYS, Ask, Lines, Part, Question, Typed, Way, Window

Item = dict[str, Any]  # an element of a card; its JSON has no narrower type

LINE_MAX = 400
SEVERAL = "several:"
"""Begins the name of a field whose value is several, with commas between them."""
_SIGNS = {"+ ": "✚ ", "- ": "− "}
"""For those that would make a line a list's item."""
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def card(window: Window, errors: Mapping[str, str] | None = None) -> Item:
    """What is wrong stands under its field; what concerns none that is shown, under the first."""
    groups = [_items(it, _said(window, errors or {})) for it in window.parts]
    if window.action:
        groups.append([{"type": "ActionSet", "actions": [_sent_by(window.action)]}])
    return {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": VERSION,
        "fallbackText": window.title,
        "body": fit.fit([it for it in groups if it]),
    }


def dialog(window: Window, errors: Mapping[str, str] | None = None) -> Item:
    """As `task/fetch` and `task/submit` are answered with one."""
    return views.dialog(window.title, views.stamped(card(window, errors), secrets.token_hex(8)))


def filled(fields: Mapping[str, str]) -> Typed:
    """By field: a text, or a list of what was picked."""
    return {
        name.removeprefix(SEVERAL): [one for one in it.split(",") if one] if name.startswith(SEVERAL) else it
        for name, it in fields.items()
    }


def _said(window: Window, errors: Mapping[str, str]) -> Mapping[str, str]:
    names = [it.name for it in window.questions]
    return {(name if name in names else names[0]): text for name, text in errors.items() if names}


def _items(part: Part, errors: Mapping[str, str]) -> list[Item]:
    match part:
        case str():
            return [_block(alone(part, PARAGRAPH_MAX))]
        case Lines(lines):
            return _lines(lines)
        case Way():
            return [_block(way(part.text, part.url, part.more))]
        case Question():
            return _asked(part, errors.get(part.name, ""))
        case _:
            assert_never(part)


def _block(text: str, **look: str | bool) -> Item:
    return {"type": "TextBlock", "text": text, "wrap": True, **look}


def _lines(lines: tuple[str, ...]) -> list[Item]:
    """On a ground of their own: a line alone, since clients don't agree on what a line break is."""
    blocks = [_line(it) for it in lines if line(it)]
    return [{"type": "Container", "style": "emphasis", "items": blocks}] if blocks else []


def _line(text: str) -> Item:
    """What comes and what goes is told by its sign: Teams' green can't be read on white."""
    return _block(alone(_SIGNS.get(text[:2], text[:2]) + text[2:], LINE_MAX), spacing="None")


def _sent_by(action: Action) -> Item:
    data = {PRESS: buttons.write(action)}
    return {"type": "Action.Submit", "title": worded(action.label), "style": "positive", "data": data}


def _asked(it: Question, error: str) -> list[Item]:
    match it.ask:
        case Ask.LINE | Ask.PERSON:
            return _typed(it, error, Input.LINE)
        case Ask.LONG | Ask.PEOPLE:
            return _typed(it, error, Input.LONG)
        case Ask.LANGUAGE:
            return _typed(it, error, Input.CHOICE, tuple(NAMES.items()))
        case Ask.DAYS:
            return noted(_ticked(it), it.hint, error)
        case Ask.TIME:
            value = {"value": it.text} if _TIME.fullmatch(it.text) else {}
            return noted({"type": "Input.Time", **_named(it), **value}, it.hint, error)
        case _:
            assert_never(it.ask)


def _typed(it: Question, error: str, how: Input, options: tuple[tuple[str, str], ...] = ()) -> list[Item]:
    field = Field(name=it.name, label=it.label, input=how, value=it.text, hint=it.hint, options=options, error=error)
    return input_items(field, f"{FIELD}{it.name}")


def _ticked(it: Question) -> Item:
    names = zip(DAYS, spoken().whole_weekdays, strict=True)
    choices = [{"title": day, "value": value} for value, day in names]
    ticked = {"value": ",".join(one for one in DAYS if one in it.picked)} if it.picked else {}
    several = {"isMultiSelect": True, "style": "expanded", "choices": choices}
    return {"type": "Input.ChoiceSet", **_named(it, SEVERAL), **several, **ticked}


def _named(it: Question, how: str = "") -> Item:
    return {"id": clean(f"{FIELD}{how}{it.name}"), "label": cut(line(it.label), LABEL_MAX)}
