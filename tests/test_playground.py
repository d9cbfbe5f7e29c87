"""The program in Microsoft's own client of Teams, in a browser: an implementation of the other side that isn't ours."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot import opened
from bot.commands.apply import apply
from bot.sample.load import load
from coaching.events import Imported, Planned
from storage.database import create_engine
from storage.store import SqlStore
from tests.playground import TENANT, Chat, Playground, User
from tests.test_program import Coach

STORY = "2026-11-23T13:29:40Z"
"""The story's Monday, 20 seconds before 08:30 in New York, when Theo's check-in is due."""
NAMES = {
    "theo": "Theo Marchetti",
    "mara": "Mara Lindqvist",
    "dana": "Dana Whitfield",
    "sam": "Sam Okafor",
    "lena": "Lena Brandt",
    "priya": "Priya Raman",
}
USERS = [User(it, name) for it, name in NAMES.items()]
PICTURES = os.environ.get("COACH_PLAYGROUND_PICTURES")
"""A folder for what was seen, for whoever wants to look at it."""


@pytest.fixture
def coach(tmp_path: Path, migrated_sqlite_url: str) -> Iterator[Coach]:
    """The sample company, whose members are the playground's users."""
    it = Coach(tmp_path, migrated_sqlite_url, {"COACH_TEAMS_DANGEROUSLY_UNAUTHENTICATED": "1", "COACH_CLOCK": STORY})
    on_teams(migrated_sqlite_url, STORY)
    yield it
    if it.process and it.process.poll() is None:
        it.process.kill()
        it.process.wait()


def on_teams(url: str, at: str) -> None:
    from bot.clock import instant_from

    now = instant_from(at)
    store = SqlStore(create_engine(url))
    company = load(store, now.date()).company
    members = tuple(replace(it, handles={**it.handles, "teams": User(it.id, it.name).entra}) for it in company.members)
    apply(store, replace(company, members=members, teams_tenant=TENANT), now)
    engine = opened.engine(store)
    engine.handle(Planned(company=company.slug, key="planned", at=now))
    engine.handle(Imported(company=company.slug, key="imported", at=now))
    store.engine.dispose()


def test_a_reps_morning_in_microsofts_own_client(coach: Coach, browser: Browser, node_modules: Path) -> None:
    bot = f"http://127.0.0.1:{coach.port}"
    with Playground(coach.folder / "playground", node_modules, bot, USERS) as playground:
        coach.environment["MICROSOFT_SERVICE_URLS"] = playground.service
        coach.serve()
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        chat = Chat(page, playground)

        def seen(name: str) -> None:
            if PICTURES:
                Path(PICTURES).mkdir(parents=True, exist_ok=True)
                page.wait_for_timeout(700)
                chat.picture(Path(PICTURES) / f"{name}.png")

        # The app was added by opening the page: the bot says who it is.
        chat.card("Hello Theo, I’m the sales coach of")
        seen("1 installed")

        # Nobody asked for it: at half past eight it is there.
        asked = chat.card("numbers, then one thing for today", seconds=40)
        seen("2 asked")

        # What can't be read stays as it was typed, with what is wrong beside it, on the same card.
        cards = chat.cards()
        asked.get_by_label("Calls on Friday").fill("lots")
        asked.get_by_role("button", name="Send", exact=True).click()
        wrong = chat.card("Nearly there, Theo")
        expect(wrong.get_by_label("Calls on Friday")).to_have_value("lots")
        assert chat.cards() == cards
        seen("3 wrong")

        wrong.get_by_label("Calls on Friday").fill("26")
        wrong.get_by_label("What will you do today").fill("Send Elmstead the revised offer by noon")
        wrong.get_by_role("button", name="Send", exact=True).click()
        kept = chat.card("Send Elmstead the revised offer by noon")
        assert "26 calls" in kept.inner_text()
        assert chat.cards() == cards
        seen("4 kept")

        chat.say("forecast")
        forecast = chat.card("Forecast 2026-Q4")
        assert forecast.locator("table, [role=table]").count() == 1
        seen("5 forecast")
    coach.stop()
    told = json.loads(coach("checkins", "--company", "quillfern", "--member", "theo", "--format", "json"))["checkins"]
    (today,) = [it for it in told if it["day"] == "2026-11-23"]
    assert (today["status"], today["counts"]["calls"]) == ("answered", 26)
