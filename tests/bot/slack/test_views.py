"""Every sample card as a Home tab and as a window: nothing in it that Slack refuses there."""

from __future__ import annotations

import json

import pytest

from bot.slack.views import errors, home, window
from coaching.card import Buttons, Card, Field, Input
from tests.cards import SAMPLES
from tests.faces import USERS, Pages
from tests.slack_lint import problems


@pytest.mark.parametrize("name", SAMPLES)
def test_a_home_tab_is_what_slack_takes(name: str) -> None:
    view = home(SAMPLES[name], mentions=USERS.get, links=Pages())
    assert set(view) == {"type", "blocks"}
    assert problems({"text": "x", "blocks": view["blocks"]}, set(USERS.values())) == []
    assert not any(it["type"] == "table" for it in view["blocks"])
    assert len(json.dumps(view)) < 250_000


@pytest.mark.parametrize("name", SAMPLES)
def test_a_window_is_what_slack_takes(name: str) -> None:
    view = window(SAMPLES[name], mentions=USERS.get, links=Pages())
    assert problems({"text": "x", "blocks": view["blocks"]}, set(USERS.values())) == []
    assert not any(it["type"] == "table" for it in view["blocks"])
    assert all(len(view[it]["text"]) <= 24 for it in ("title", "close", "submit") if it in view)
    assert len(view.get("private_metadata", "")) <= 3000
    assert ("submit" in view) == bool(SAMPLES[name].fields)
    assert ("submit" in view) == ("private_metadata" in view)


def test_the_one_submit_button_is_not_among_the_others() -> None:
    view = window(SAMPLES["checkin_asked"], mentions=USERS.get, links=Pages())
    assert view["submit"]["text"] == "Send"
    labels = [it["text"]["text"] for block in view["blocks"] if block["type"] == "actions" for it in block["elements"]]
    assert labels == ["Same as planned", "Day off", "Later"]


def test_errors_are_told_only_of_fields_that_are_in_the_window() -> None:
    wrong = Field(name="commit", label="Commit", input=Input.LINE, error="That is no amount.")
    card = Card("x", (wrong, Buttons(())))
    assert errors(card, frozenset({"field:commit", "b"})) == {"field:commit": "That is no amount."}
    assert errors(card, frozenset({"field:other"})) == {}


@pytest.mark.parametrize("name", ["forecast_of_a_rep", "forecast_overtaken", "forecast_form"])
def test_a_typed_call_goes_with_the_windows_own_button_whatever_else_stands_out(name: str) -> None:
    carried = window(SAMPLES[name], mentions=USERS.get, links=Pages())["private_metadata"]
    assert "forecast.submit" in carried
