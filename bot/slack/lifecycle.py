"""What Slack tells of an installation's life: taken out, tokens revoked, workspaces granted and withdrawn.

Order isn't promised and everything may come twice: each is harmless to repeat.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.slack.connecting import Connecting
from bot.slack.inbound import origin
from bot.slack.workspaces import Workspaces
from storage.installs import Install

Payload = Mapping[str, Any]

log = logging.getLogger(__name__)


class Lifecycle:
    """Called in a thread, with verified events."""

    def __init__(self, workspaces: Workspaces, connecting: Connecting) -> None:
        self._workspaces = workspaces
        self._connecting = connecting

    def __call__(self, payload: Payload) -> None:
        """The app of the environment has no installation here; one made elsewhere a moment ago may not be seen yet."""
        them = origin(payload)
        install = self._workspaces.install(them.app, them.team, them.enterprise)
        if install is None or install.sealed is None:
            self._workspaces.refresh()
            install = self._workspaces.install(them.app, them.team, them.enterprise)
        if install is not None:
            self._happened(payload, install)
        else:
            kind = payload["event"].get("type")
            log.info("%s of %.20r by app %.60r: there is no installation of it here", kind, them.team, them.app)

    def _happened(self, payload: Payload, install: Install) -> None:
        event = payload["event"]
        match event:
            case {"type": "app_uninstalled"}:
                self._connecting.gone(install, _at(payload, self._connecting.real_now()))
            case {"type": "tokens_revoked", "tokens": {"bot": list(bots)}} if install.bot in bots:
                self._connecting.gone(install, _at(payload, self._connecting.real_now()))
            case {"type": "team_access_granted", "team_ids": list(teams)} if install.org_wide:
                self._connecting.served(install, _words(teams), ())
            case {"type": "team_access_revoked", "team_ids": list(teams)} if install.org_wide:
                self._connecting.served(install, (), _words(teams))
            case _:
                pass


def _at(payload: Payload, now: datetime) -> datetime:
    """When it happened; told late, it may be about an earlier installation. Slack counts whole seconds."""
    match payload.get("event_time"):
        case int(seconds) if 0 < seconds < 2**32:
            return datetime.fromtimestamp(seconds + 1, UTC)
    return now


def _words(found: list[Any]) -> tuple[str, ...]:
    return tuple(it for it in found if isinstance(it, str))
