"""A card in each of its faces, with the surroundings every test shares."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

from bot import plain
from bot.html import Form, fragment, mail
from bot.slack.render import render
from bot.teams.render import render as adaptive
from coaching.card import Bars, Card, Picture

USERS = {"dana": "U0DANA", "morgan": "U0MORGAN"}
TEAMS_USERS = {"dana": "6b1f4a00-0000-4000-8000-00000000dada", "morgan": "6b1f4a00-0000-4000-8000-0000000b0055"}


class Pages:
    """Links that read the same on every run."""

    def rows(self, rows: str) -> str | None:
        return f"https://coach.example/rows/{quote(rows.encode(errors='replace'))}"

    def page(self, page: str, member: str) -> str | None:
        return f"https://coach.example/{quote(page.encode(errors='replace'))}/{quote(member)}"


def page_of(picture: Picture) -> str | None:
    """Where a plot is that a library draws: golden files shouldn't change with its version."""
    return None if isinstance(picture.plot, Bars) else "https://coach.example/picture.svg"


FORM = Form("/press", "csrf-token", {"message": "checkin:acme:dana:2026-11-23"})


def slack(card: Card) -> dict:
    return render(card, mentions=USERS.get, links=Pages())


def teams(card: Card) -> dict:
    return adaptive(card, mentions=TEAMS_USERS.get, links=Pages(), message="checkin:acme:dana:2026-11-23")


FACES: dict[str, Callable[[Card], str]] = {
    "txt": lambda card: plain.text(card, Pages()),
    "html": lambda card: str(fragment(card, FORM, links=Pages(), pictures=page_of)),
    "mail.html": lambda card: mail(
        card,
        links=Pages(),
        answer=lambda action: f"https://coach.example/answer/token?a={action.name}",
        footer="You get this because you own Acme Robotics. Reply “pause” to stop it.",
    ),
    "slack.json": lambda card: json.dumps(slack(card), indent=1, ensure_ascii=False) + "\n",
    "teams.json": lambda card: json.dumps(teams(card), indent=1, ensure_ascii=False) + "\n",
}
