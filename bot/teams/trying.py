"""Credentials tried at Microsoft before they are kept; nothing is posted."""

from __future__ import annotations

from bot.settings import Settings
from bot.teams.api import Wire, login
from bot.teams.apps import App
from bot.teams.away import Unreachable
from bot.teams.login import LoginRefused


class NotTaken(ValueError):  # noqa: N818 - a state, not a mistake of ours
    """Microsoft refuses them, or can't be asked; says which and what to do."""


async def taken(settings: Settings, app: App) -> None:
    """NotTaken, unless the app gets a token."""
    wire = Wire(settings)
    try:
        asked = login(app, wire)
        assert asked
        await asked.token()
    except LoginRefused as why:
        words = str(why).rstrip(".")
        raise NotTaken(
            f"Microsoft doesn't take the app: {words}; copy the id, the secret and the tenant again"
        ) from None
    except Unreachable as why:
        raise NotTaken(f"{why}; check the network and MICROSOFT_LOGIN_URL") from None
    finally:
        await wire.close()
