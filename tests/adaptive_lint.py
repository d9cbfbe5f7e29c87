"""What Teams refuses, misreads or cuts off: Microsoft's schema element by element, and rules that it lacks.

Independent of the renderer, so that the two can disagree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft6Validator

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "adaptive-card-1.5.json").read_text(encoding="utf-8"))
CHILDREN = {"body": "", "items": "", "actions": "", "selectAction": "", "columns": "Column", "rows": "TableRow"}
CHILDREN |= {"cells": "TableCell", "facts": "Fact", "choices": "Input.Choice"}
"""By the property that holds them; what they are where they don't say so themselves."""
TEAMS_OWN = {"AdaptiveCard": {"msteams"}, "Action.Submit": {"msTeams"}, "Image": {"msTeams"}}
TEAMS_OWN |= {"Table": {"firstRowAsHeaders"}}
"""Understood by Teams, unknown to the schema. `firstRowAsHeaders` is what the renderers read, and a mistake of theirs."""
BYTES_MAX = 28 * 1024
SHOWN_MAX = 5
VERB = re.compile(r"[a-z][a-z0-9_.]*", re.IGNORECASE)

MENTION = re.compile(r"<at>([^<>]+)</at>")
LINK = re.compile(r"\[([^\[\]]+)\]\((https?://[^()\s]+)\)")
BOLD = re.compile(r"\*\*(?=\S)([^*]+?)(?<=\S)\*\*")
ITEM = re.compile(r"^- (?=\S)")
MARKUP = re.compile(r"[*`~\n]|\][(\[:]|<\S|&#?\w+;|\{\{|\\[!-/:-@\[-`{-~]|(?<![^\W_])_|_(?![^\W_])")
FIRST = re.compile(r"^(?:#{1,6}(?:\s|$)|>|[-+](?:\s|$|-)|\d{1,9}[.)](?:\s|$))")


def problems(card: Mapping[str, Any], users: set[str] = frozenset(), hosts: tuple[str, ...] = ()) -> list[str]:
    """Empty when Teams would show the card whole, call nobody but `users` and link to nothing but `hosts`."""
    return list(_problems(dict(card), set(users), hosts))


def _problems(card: dict[str, Any], users: set[str], hosts: tuple[str, ...]) -> Iterator[str]:
    if card.get("version") != "1.5":
        yield f"version {card.get('version')}; bots' cards are shown up to 1.5"
    try:
        size = len(json.dumps(card, ensure_ascii=False).encode())
    except ValueError as error:
        yield f"not JSON: {error}"
        return
    if size > BYTES_MAX:
        yield f"{size} bytes, over {BYTES_MAX}"
    found = list(_elements(card, "AdaptiveCard", ""))
    refused = [f"{path} ({kind}): {it}" for path, kind, element in found for it in _schema(kind, element)]
    yield from refused
    if not refused:
        yield from (f"{path} ({kind}): {it}" for path, kind, element in found for it in _own(kind, element))
        yield from _ids([it for _, _, it in found])
        yield from _words(card, found, users, hosts)


def _elements(element: dict[str, Any], kind: str, path: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every element with its path and type, from the outside in."""
    yield path or "card", kind, element
    for name, otherwise in CHILDREN.items():
        held = element.get(name, [])
        for at, it in enumerate(held if isinstance(held, list) else [held]):
            inner = "TableColumnDefinition" if kind == "Table" and name == "columns" else it.get("type", otherwise)
            yield from _elements(it, inner, f"{path}/{name}/{at}" if isinstance(held, list) else f"{path}/{name}")


def _schema(kind: str, element: dict[str, Any]) -> Iterator[str]:
    if kind not in SCHEMA["definitions"]:
        yield "no such type"
        return
    # What it holds is looked at on its own: the schema's own message for a mistake deep inside names every type there is.
    bare = {
        key: ([] if isinstance(it, list) else _any_action()) if key in CHILDREN else it
        for key, it in element.items()
        if key not in TEAMS_OWN.get(kind, ())
    }
    if kind == "AdaptiveCard":
        bare.pop("$schema", None)
    for it in _validator(kind).iter_errors(bare):
        best = min(it.context or [it], key=lambda one: -len(one.path))
        yield f"{'.'.join(map(str, best.path))} {best.message}".strip()


@cache
def _validator(kind: str) -> Draft6Validator:
    return Draft6Validator(SCHEMA | {"anyOf": [{"$ref": f"#/definitions/{kind}"}]})


def _any_action() -> dict[str, str]:
    return {"type": "Action.OpenUrl", "url": "https://coach.example"}


def _own(kind: str, element: dict[str, Any]) -> Iterator[str]:
    match kind:
        case "Action.Execute" if not VERB.fullmatch(element.get("verb", "")):
            yield "Teams does nothing without a verb"
        case "ActionSet":
            shown = [it for it in element["actions"] if it.get("mode") != "secondary"]
            if not 0 < len(shown) <= SHOWN_MAX:
                yield f"{len(shown)} buttons in sight, over {SHOWN_MAX}"
        case "Action.Submit" if not isinstance(element.get("data"), dict):
            yield "data is no object"
        case "Input.ChoiceSet":
            values = [it["value"] for it in element["choices"]]
            chosen = element.get("value", values[0] if values else "")
            if not {*(chosen.split(",") if element.get("isMultiSelect") else [chosen])} <= {*values}:
                yield f"its value {chosen!r} is none of its choices"
            if not values or len(set(values)) < len(values) or "" in values:
                yield "choices without values, or with the same"
        case "Input.Date" if "value" in element:
            date.fromisoformat(element["value"])
        case "Image" if not element.get("altText", "").strip():
            yield "no words for who can't see it"
        case "Image" if not element["url"].startswith(("https://", "data:image/")):
            yield f"Teams doesn't fetch {element['url'][:40]}"
        case "Table" if any(len(it["cells"]) != len(element["columns"]) for it in element["rows"]):
            yield "rows of another width than the columns"
    if kind.startswith("Input.") and kind != "Input.Choice" and not element.get("label", "").strip():
        yield "no label"


def _ids(elements: list[dict[str, Any]]) -> Iterator[str]:
    ids = [it["id"] for it in elements if "id" in it]
    yield from (f"the id {it!r} is there {ids.count(it)} times" for it in sorted(set(ids)) if ids.count(it) > 1)
    if not all(it.strip() for it in ids):
        yield "an empty id"
    for action in elements:
        for it in action.get("targetElements", ()):
            if it not in ids:
                yield f"nothing to toggle is called {it!r}"


# --- words -----------------------------------------------------------------------------------------------------------
def _words(card: dict[str, Any], found: list[tuple], users: set[str], hosts: tuple[str, ...]) -> Iterator[str]:
    """Nothing in the text is markup but what the renderer means to write."""
    called: set[str] = set()
    for path, text in _texts(found):
        called.update(MENTION.findall(text))
        bare = MENTION.sub(lambda it: it[1], text)
        yield from (f"{path}: links to {it[2]}" for it in LINK.finditer(bare) if not it[2].startswith(hosts or "-"))
        bare = BOLD.sub("x", LINK.sub("x", ITEM.sub("", bare)))
        yield from (f"{path}: {it[0]!r} is markup in {text[:80]!r}" for it in MARKUP.finditer(bare))
        if FIRST.search(ITEM.sub("", text)):
            yield f"{path}: {text[:20]!r} begins like a list, a heading or a quotation"
    entities = card.get("msteams", {}).get("entities", [])
    if {it["text"] for it in entities} != {f"<at>{it}</at>" for it in called} or len(called) != len(entities):
        yield f"calls {sorted(called)}, names {[it['text'] for it in entities]}"
    yield from (f"calls {it['mentioned']}" for it in entities if it["mentioned"]["id"] not in users)


def _texts(found: list[tuple]) -> Iterator[tuple[str, str]]:
    """What is read as Markdown."""
    for path, kind, it in found:
        for name in {"TextBlock": ("text",), "Fact": ("title", "value")}.get(kind, ()):
            yield path, it[name]
