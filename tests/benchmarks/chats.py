"""Slack and Teams as a fan-out meets them: each a fake in a process of its own, with what a bare client would send."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from tests import fake_slack, fake_teams
from tests.benchmarks import town
from tests.benchmarks.bare import Post
from tests.fake_slack import FakeSlack
from tests.fake_teams import FakeTeams
from tests.limits import SLACK_POSTS, TEAMS_TENANT, Window

LATENCY = (0.08, 0.2)
"""Seconds each takes for a message, as others measured it in Slack."""

Fake = FakeSlack | FakeTeams
Posts = Mapping[str, Sequence[Post]]


@dataclass(frozen=True, kw_only=True)
class Chat:
    """Functions are called where the fake is."""

    name: str
    method: str
    """What a message is called among the arrivals."""
    limit: Sequence[Window]
    """Of one company."""
    make: Callable[[], AbstractContextManager[Any]]
    ready: Callable[[Any, int, int], tuple[Mapping[str, str], str | None]]
    """Makes room for so many companies of so many; what is set in the program, and the service URL where there is one."""
    posts: Callable[[Any], Posts]
    troubles: tuple[Any, ...]
    """Of some companies each; None takes our right to write away."""
    trouble: Callable[[Any, Mapping[str, Any]], None]


def strict(chat: Fake) -> None:
    """As slow as they are, and with their limits."""
    chat.latency, chat.latest = LATENCY
    chat.limited = True


# --- Slack ---------------------------------------------------------------------------------------------------------
def _ready_slack(slack: FakeSlack, companies: int, members: int) -> tuple[Mapping[str, str], None]:
    for n in range(companies):
        slack.tokens[town.token(n)] = f"T{n}"
        for m in range(members):
            slack.add_user(town.user(n, m))
    strict(slack)
    return town.of_slack(slack.url), None


def _posts_slack(slack: FakeSlack) -> Posts:
    found: dict[str, list[Post]] = defaultdict(list)
    for method, args in slack.asked:
        if method == "chat.postMessage":
            token = town.token(town.company_of(args["channel"]))
            found[token].append(Post(f"{slack.url}{method}", token, args))
    return dict(found)


def _trouble_slack(slack: FakeSlack, unwell: Mapping[str, fake_slack.Fault | None]) -> None:
    for token, fault in unwell.items():
        if fault is None:
            slack.revoke(token)
        else:
            slack.troubles[token] = fault


SLACK = Chat(
    name="slack",
    method="chat.postMessage",
    limit=SLACK_POSTS,
    make=FakeSlack,
    ready=_ready_slack,
    posts=_posts_slack,
    troubles=(
        fake_slack.Fault.HANGS,
        fake_slack.Fault.UNAVAILABLE,
        fake_slack.Fault.RATE_LIMITED,
        None,
    ),
    trouble=_trouble_slack,
)


# --- Teams ---------------------------------------------------------------------------------------------------------
def _ready_teams(teams: FakeTeams, companies: int, members: int) -> tuple[Mapping[str, str], str]:
    for n in range(companies):
        for m in range(members):
            teams.tenants[f"a:{town.user(n, m)}"] = town.token(n)
    strict(teams)
    teams.slow_by = fake_slack.HANGS_FOR
    return teams.settings(), teams.service_url


def _posts_teams(teams: FakeTeams) -> Posts:
    token = next(iter(teams.tokens))
    found: dict[str, list[Post]] = defaultdict(list)
    for it in teams.sent:
        url = f"{teams.service_url}v3/conversations/{it.conversation}/activities"
        found[teams.tenants[it.conversation]].append(Post(url, token, it.activity))
    return dict(found)


def _trouble_teams(teams: FakeTeams, unwell: Mapping[str, fake_teams.Fault]) -> None:
    teams.troubles.update(unwell)


TEAMS = Chat(
    name="teams",
    method="send",
    limit=TEAMS_TENANT,
    make=FakeTeams,
    ready=_ready_teams,
    posts=_posts_teams,
    troubles=(
        fake_teams.Fault.SLOW,
        fake_teams.Fault.BAD_GATEWAY,
        fake_teams.Fault.RATE_LIMITED,
        fake_teams.Fault.DISABLED,
    ),
    trouble=_trouble_teams,
)


def forget(chat: Fake) -> None:
    """What came so far."""
    chat.sent.clear()
    chat.arrivals.clear()
    if isinstance(chat, FakeSlack):
        chat.asked.clear()


CHATS = {it.name: it for it in (SLACK, TEAMS)}
