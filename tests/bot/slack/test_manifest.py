from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import bot.slack

ROOT = Path(__file__).parents[3]
MANIFEST: dict[str, Any] = json.loads((Path(bot.slack.__file__).parent / "manifest.json").read_text())
GUIDE = (ROOT / "docs" / "slack.md").read_text()


def addresses(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [
            it for key, below in node.items() for it in ([below] if key in {"url", "request_url"} else addresses(below))
        ]
    return [it for below in node for it in addresses(below)] if isinstance(node, list) else []


def test_slack_has_one_address() -> None:
    assert set(addresses(MANIFEST)) == {"https://coach.example.com/slack/events"}
    assert len(addresses(MANIFEST)) == 4


def test_every_permission_has_its_reason_in_the_guide() -> None:
    rows = [it for it in GUIDE.splitlines() if it.startswith("| `")]
    explained = {it.split("`")[1] for it in rows}
    assert explained == set(MANIFEST["oauth_config"]["scopes"]["bot"])


def test_words_in_direct_messages_can_arrive() -> None:
    assert MANIFEST["settings"]["event_subscriptions"]["bot_events"] == ["message.im"]
    assert "im:history" in MANIFEST["oauth_config"]["scopes"]["bot"]
    home = MANIFEST["features"]["app_home"]
    assert home["messages_tab_enabled"]
    assert not home["messages_tab_read_only_enabled"]


def test_both_commands_are_there_and_names_reach_us_as_typed() -> None:
    commands = {it["command"]: it for it in MANIFEST["features"]["slash_commands"]}
    assert set(commands) == {"/coach", "/forecast"}
    assert not any(it["should_escape"] for it in commands.values())


def test_it_keeps_slacks_limits() -> None:
    about = MANIFEST["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert all(
        len(it["description"]) <= 2000 and len(it["command"]) <= 32 for it in MANIFEST["features"]["slash_commands"]
    )
