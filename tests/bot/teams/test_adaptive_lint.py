"""The linter sees each of the defects Teams refuses or misreads, so that its silence means something."""

import copy

import pytest

from tests.adaptive_lint import problems
from tests.cards import SAMPLES
from tests.faces import TEAMS_USERS, teams

HOSTS = ("https://coach.example/",)


def at(kind: str, card: dict) -> dict:
    return next(it for it in card["body"] if it["type"] == kind)


def text(words: str):
    return lambda it: at("TextBlock", it).update(text=words)


def button(**more):
    return lambda it: at("ActionSet", it)["actions"][0].update(more)


def without(kind: str, name: str):
    return lambda it: at(kind, it).pop(name)


DEFECTS = {
    "no version": lambda it: it.pop("version"),
    "a version Teams doesn't show": lambda it: it.update(version="1.6"),
    "an unknown type": lambda it: at("TextBlock", it).update(type="Badge"),
    "an unknown action": button(type="Action.Send"),
    "a text block without text": lambda it: at("TextBlock", it).update(text=12),
    "an unknown property": lambda it: at("TextBlock", it).update(colour="red"),
    "a wrong enum": lambda it: at("TextBlock", it).update(size="Huge"),
    "an input without id": without("Input.Text", "id"),
    "the same input twice": lambda it: it["body"].append(at("Input.Text", it)),
    "an input without label": without("Input.Text", "label"),
    "a fact without value": lambda it: at("FactSet", it)["facts"][0].pop("value"),
    "six buttons in sight": lambda it: at("ActionSet", it)["actions"].extend(at("ActionSet", it)["actions"][:2]),
    "no buttons": lambda it: at("ActionSet", it)["actions"].clear(),
    "Execute without a verb": lambda it: at("ActionSet", it)["actions"].append(
        {"type": "Action.Execute", "title": "x"}
    ),
    "a button that brings no object": button(data="x"),
    "a choice that is none": lambda it: at("Input.ChoiceSet", it).update(value="other"),
    "a choice without value": lambda it: at("Input.ChoiceSet", it)["choices"][0].pop("value"),
    "a ragged row": lambda it: at("Table", it)["rows"][1]["cells"].pop(),
    "a cell of another kind": lambda it: at("Table", it)["rows"][1]["cells"][0].update(type="Cell"),
    "a fold that opens nothing": lambda it: at("ColumnSet", it)["selectAction"].update(targetElements=["nowhere"]),
    "a picture without words": without("Image", "altText"),
    "a picture Teams can't fetch": lambda it: at("Image", it).update(url="http://coach.example/p.png"),
    "over 28 KB": lambda it: it["body"].extend([at("TextBlock", it) | {"text": "x" * 3000}] * 9),
    "half a character": text("\ud83d"),
    "a mention nobody is named for": text("<at>Olivia</at>"),
    "an entity nobody mentions": lambda it: it["msteams"]["entities"].append(
        {"type": "mention", "text": "<at>X</at>", "mentioned": {"id": TEAMS_USERS["dana"], "name": "X"}}
    ),
    "a call to a stranger": lambda it: it["msteams"]["entities"][0]["mentioned"].update(id="29:somebody"),
    "a link nobody wrote": text("[here](https://evil.example)"),
    "stars that mean nothing": text("a ** b"),
    "a heading nobody wrote": text("# x"),
    "a list nobody wrote": text("1. x"),
    "a tag": text("<b>x"),
    "a function": text("{{DATE(2026-11-23T06:00:00Z)}}"),
    "code": text("`x`"),
}


def both() -> dict:
    """A card with every kind of element."""
    cards = [copy.deepcopy(teams(SAMPLES[it])) for it in ("morning", "digest", "figures")]
    image = {"type": "Image", "url": "https://coach.example/p.png", "altText": "x"}
    return cards[1] | {"body": [*(it for card in cards for it in card["body"]), image]}


def test_a_sound_card_has_no_problems():
    assert problems(both(), set(TEAMS_USERS.values()), HOSTS) == []


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_seen(defect):
    card = both()
    DEFECTS[defect](card)
    assert problems(card, set(TEAMS_USERS.values()), HOSTS)


def test_a_defect_is_told_with_its_place_and_in_a_sentence():
    card = both()
    DEFECTS["a cell of another kind"](card)
    (told,) = problems(card, set(TEAMS_USERS.values()), HOSTS)
    assert "/rows/1/cells/0 (Cell): no such type" in told
