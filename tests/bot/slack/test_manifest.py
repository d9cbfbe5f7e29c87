from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import bot.slack
from bot.slack.manifest import manifest

ROOT = Path(__file__).parents[3]
MANIFEST: dict[str, Any] = json.loads((Path(bot.slack.__file__).parent / "manifest.json").read_text())
GUIDE = (ROOT / "docs" / "slack.md").read_text()


def addresses(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [
            it for key, below in node.items() for it in ([below] if key in {"url", "request_url"} else addresses(below))
        ]
    return [it for below in node for it in addresses(below)] if isinstance(node, list) else []


KNOWN = {
    "": {"display_information", "features", "oauth_config", "settings"},
    "display_information": {"name", "description", "long_description", "background_color"},
    "features": {"app_home", "bot_user", "shortcuts", "slash_commands"},
    "app_home": {"home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"},
    "bot_user": {"display_name", "always_online"},
    "shortcuts": {"name", "type", "callback_id", "description"},
    "slash_commands": {"command", "url", "description", "usage_hint", "should_escape"},
    "oauth_config": {"redirect_urls", "scopes"},
    "scopes": {"bot", "bot_optional"},
    "settings": {"event_subscriptions", "interactivity", "org_deploy_enabled", "socket_mode_enabled", "token_rotation_enabled"},
    "event_subscriptions": {"request_url", "bot_events"},
    "interactivity": {"is_enabled", "request_url"},
}  # fmt: skip
"""Of what Slack's published schema (2.0.0, which refuses unknown keys) allows, what we use."""


def unknown(node: Any, name: str = "") -> list[str]:
    match node:
        case dict():
            here = [f"{name}.{it}" for it in set(node) - KNOWN[name]]
            return here + [it for key, below in node.items() for it in unknown(below, key)]
        case [dict(), *_]:
            return [it for below in node for it in unknown(below, name)]
    return []


@pytest.mark.parametrize("it", [MANIFEST, manifest("https://x.example", "acme")])
def test_slack_knows_every_key(it: Any) -> None:
    assert unknown(it) == []


def test_slack_has_one_address() -> None:
    assert set(addresses(MANIFEST)) == {"https://coach.example.com/slack/events"}
    assert len(addresses(MANIFEST)) == 4


def test_a_deployments_own_address_is_in_it() -> None:
    assert set(addresses(manifest("https://sales.acme.test/"))) == {"https://sales.acme.test/slack/events"}
    assert manifest("https://sales.acme.test")["oauth_config"]["redirect_urls"] == [
        "https://sales.acme.test/slack/oauth_redirect"
    ]


def test_a_companys_own_app_has_its_own_address_one_workspace_and_a_token_that_stays_good() -> None:
    found = manifest("https://sales.acme.test", "acme")
    assert set(addresses(found)) == {"https://sales.acme.test/slack/events/acme"}
    assert not found["settings"]["token_rotation_enabled"]
    assert not found["settings"]["org_deploy_enabled"]


@pytest.mark.parametrize("base", ["http://coach.example", "coach.example", "", "https://", "javascript:alert(1)"])
def test_an_address_that_slack_would_not_call_is_refused(base: str) -> None:
    with pytest.raises(ValueError, match="https"):
        manifest(base)


def test_every_permission_has_its_reason_in_the_guide() -> None:
    rows = [it for it in GUIDE.splitlines() if it.startswith("| `")]
    explained = {it.split("`")[1] for it in rows}
    assert explained == set(MANIFEST["oauth_config"]["scopes"]["bot"])


def test_what_can_be_done_without_may_be_declined() -> None:
    scopes = MANIFEST["oauth_config"]["scopes"]
    assert set(scopes["bot"]) - set(scopes["bot_optional"]) == {"chat:write", "commands", "users:read"}
    assert set(scopes["bot_optional"]) < set(scopes["bot"])


def test_words_in_direct_messages_can_arrive() -> None:
    assert "message.im" in MANIFEST["settings"]["event_subscriptions"]["bot_events"]
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
    assert 175 <= len(about["long_description"]) <= 4000
    assert re.fullmatch("#[0-9a-f]{6}", about["background_color"])
    for it in MANIFEST["features"]["slash_commands"]:
        assert len(it["description"]) <= 2000
        assert len(it["command"]) <= 32
    for it in MANIFEST["features"]["shortcuts"]:
        assert 0 < len(it["name"]) <= 24
        assert 0 < len(it["description"]) <= 150
        assert it["type"] == "message"
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert len(set(events)) == len(events) <= 100
