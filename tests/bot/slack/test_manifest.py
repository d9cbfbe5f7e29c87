from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

import bot.slack
from bot.languages import language
from bot.slack.manifest import TEXTS, manifest
from coaching.language import speaking
from tests.slack_manifest_lint import problems

ROOT = Path(__file__).parents[3]
MANIFEST: dict[str, Any] = json.loads((Path(bot.slack.__file__).parent / "manifest.json").read_text())
GUIDE = (ROOT / "docs" / "slack.md").read_text()


def addresses(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [
            it for key, below in node.items() for it in ([below] if key in {"url", "request_url"} else addresses(below))
        ]
    return [it for below in node for it in addresses(below)] if isinstance(node, list) else []


def german() -> Any:
    with speaking(language("de")):
        return manifest("https://x.example", "acme")


EACH = [MANIFEST, manifest("https://x.example"), manifest("https://x.example", "acme"), german()]
READ = {"name", "description", "long_description", "usage_hint"}


def read_by_people(node: Any) -> set[str]:
    """All texts of it but the app's own name."""
    if isinstance(node, list):
        return {it for below in node for it in read_by_people(below)}
    if not isinstance(node, dict):
        return set()
    own = {it for key, it in node.items() if key in READ and isinstance(it, str) and it != "Coach"}
    return own.union(*(read_by_people(it) for it in node.values()))


def test_an_app_that_a_german_company_brings_is_german_for_whoever_uses_it() -> None:
    assert read_by_people(MANIFEST) == set(TEXTS)
    now = read_by_people(german())
    assert len(now) == len(TEXTS)
    assert now & set(TEXTS) == {"commit 120k best 150k"}


@pytest.mark.parametrize("it", EACH)
def test_it_is_as_slacks_schema_wants_it(it: Any) -> None:
    assert list(problems(it)) == []


def broken(change: str, it: Any) -> Any:
    found = deepcopy(it)
    exec(change, {"m": found})
    return found


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("del m['display_information']", "manifest.display_information is missing"),
        ("m['display_information']['name'] = 'x' * 36", "name has 36 characters"),
        ("m['display_information']['long_description'] = 'short'", "long_description has 5 characters"),
        ("m['display_information']['background_color'] = '#12345'", "background_color doesn't begin"),
        ("m['display_information']['nickname'] = 'x'", "display_information.nickname is unknown"),
        ("m['features']['shortcuts'] = []", "shortcuts has 0 entries"),
        ("m['features']['shortcuts'][0]['type'] = 'channel'", "shortcuts[0].type is none of"),
        ("m['features']['slash_commands'][1]['command'] = 'forecast'", "slash_commands[1].command doesn't begin"),
        ("m['features']['slash_commands'][0]['url'] = 'coach.example'", "slash_commands[0].url doesn't begin"),
        ("m['features']['app_home']['home_tab_enabled'] = 'yes'", "home_tab_enabled is neither true nor false"),
        ("m['oauth_config']['redirect_urls'] *= 2", "redirect_urls says something twice"),
        ("m['oauth_config']['scopes']['bot'][0] = 7", "scopes.bot[0] is no text"),
        ("m['settings']['event_subscriptions']['bot_events'].append('user_change')", "bot_events says something twice"),
        ("del m['settings']['interactivity']['is_enabled']", "interactivity.is_enabled is missing"),
        ("m['settings'] = []", "manifest.settings is no object"),
        ("m['settings']['event_subscriptions']['bot_events'] = {}", "bot_events is no list"),
    ],
)
def test_what_slack_would_refuse_is_seen(change: str, told: str) -> None:
    (found,) = problems(broken(change, MANIFEST))
    assert told in found


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


def test_its_shortcuts_are_at_messages() -> None:
    assert {it["type"] for it in MANIFEST["features"]["shortcuts"]} == {"message"}
