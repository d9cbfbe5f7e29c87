"""The linter sees each of the defects Slack refuses, so that its silence means something."""

import copy

import pytest

from tests.cards import SAMPLES
from tests.faces import USERS, slack
from tests.slack_lint import problems

MENTIONED = set(USERS.values())


def at(kind: str, message: dict) -> dict:
    return next(it for it in message["blocks"] if it["type"] == kind)


def text(words: str):
    return lambda it: at("section", it)["text"].update(text=words)


DEFECTS = {
    "empty text": text(""),
    "blank text": text(" \n"),
    "too long": text("x" * 3001),
    "half an entity": text("a &am"),
    "a call to everybody": text("<!channel>"),
    "a call to a stranger": text("<@U0OTHER>"),
    "a link nobody wrote": text("<javascript:x|y>"),
    "fifty-one blocks": lambda it: it["blocks"].extend([at("header", it)] * 50),
    "no blocks": lambda it: it["blocks"].clear(),
    "two tables": lambda it: it["blocks"].append(at("table", it)),
    "an empty cell": lambda it: at("table", it)["rows"][0][0]["elements"][0]["elements"][0].update(text=""),
    "a ragged row": lambda it: at("table", it)["rows"][1].pop(),
    "a title with markup": lambda it: at("header", it)["text"].update(type="mrkdwn"),
    "a long title": lambda it: at("header", it)["text"].update(text="x" * 151),
    "an unknown block": lambda it: at("header", it).update(type="banner"),
    "an unknown key": lambda it: at("header", it).update(colour="red"),
    "no summary": lambda it: it.update(text=""),
    "a number field": lambda it: at("input", it)["element"].update(type="number_input"),
    "the same field twice": lambda it: it["blocks"].append(at("input", it)),
    "the same button twice": lambda it: it["blocks"].append(at("actions", it)),
    "a long button": lambda it: at("actions", it)["elements"][0]["text"].update(text="x" * 76),
    "a heavy button": lambda it: at("actions", it)["elements"][0].update(value="x" * 2001),
    "no buttons": lambda it: at("actions", it)["elements"].clear(),
    "a choice that is none": lambda it: at("input", it)["element"].update(initial_option={"value": "other"}),
    "half a character": text("\ud83d"),
}


def both() -> dict:
    """A message with every kind of block."""
    morning, digest = slack(SAMPLES["morning"]), slack(SAMPLES["digest"])
    return copy.deepcopy({"text": "x", "blocks": morning["blocks"] + digest["blocks"]})


def test_a_sound_message_has_no_problems():
    assert problems(both(), MENTIONED) == []


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_seen(defect):
    message = both()
    DEFECTS[defect](message)
    assert problems(message, MENTIONED)
