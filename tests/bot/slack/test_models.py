"""Every sample card is what Slack's own SDK takes it for: its models read it, hold it to their limits, lose nothing."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.slack.views import home, told, window
from tests.cards import SAMPLES
from tests.faces import USERS, Pages, slack


def read(block: dict[str, Any]) -> dict[str, Any] | None:
    """As the SDK would send it; SlackObjectFormationError where it wouldn't."""
    found = Block.parse(block)
    return found.to_dict() if found else None


@pytest.mark.parametrize("name", SAMPLES)
def test_a_message_is_one_to_the_sdk(name: str) -> None:
    blocks = slack(SAMPLES[name])["blocks"]
    assert [read(it) for it in blocks] == blocks


@pytest.mark.parametrize("name", SAMPLES)
def test_a_home_tab_and_a_window_are_views_to_the_sdk(name: str) -> None:
    for view in (home, window):
        made = view(SAMPLES[name], mentions=USERS.get, links=Pages())
        assert View(**made).to_dict() == made


def test_a_window_of_words_is_a_view_to_the_sdk() -> None:
    assert View(**told("Done.")).to_dict() == told("Done.")


SPOILT: list[dict[str, Any]] = [
    {"type": "banner", "text": {"type": "plain_text", "text": "x"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},
    {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},
    {"type": "actions", "elements": []},
    {"type": "section"},
]


@pytest.mark.parametrize("block", SPOILT)
def test_what_slack_refuses_is_not(block: dict[str, Any]) -> None:
    try:
        said = read(block)
    except SlackObjectFormationError:
        said = None
    assert said != block
