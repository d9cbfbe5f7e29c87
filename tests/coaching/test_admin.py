"""Whoever only looks after the set-up is shown nothing of the team, whatever they write, press or open."""

import re
from datetime import date
from pathlib import Path

import pytest

import coaching
from coaching.engine import Engine
from coaching.events import Commanded, Pressed, Said
from coaching.people import Role
from coaching.routines import ROUTINES
from tests.builders import (
    MONDAY,
    a_call,
    a_checkin,
    a_choice,
    a_commitment,
    a_company,
    a_manager,
    a_member,
    a_reviewed,
    an_escalation,
    an_opportunity,
    an_owner,
    at,
)
from tests.fakes import Memory, MemoryStore, no_holidays, remember

ADA = a_member("ada", role=Role.ADMIN, crm_owner=None)
SECRET = re.compile(r"Globex|Vandelay|Hooli|May I give|\$\s?\d|17 calls|Send Acme|120,000")
"""What is kept below: deals, figures, words."""
_NAMED = re.compile(rf'"((?:{"|".join(it.name for it in ROUTINES)})\.[a-z_]+)"')
ACTIONS = sorted(
    {it for file in Path(coaching.__file__).parent.rglob("*.py") for it in _NAMED.findall(file.read_text())}
)
WORDS = sorted({it for one in ROUTINES for it in (*one.words, *one.phrases) if it})
MORE = (
    "forecast commit 100k",
    "forecast dana",
    "deal globex",
    "globex",
    "ratios dana",
    "review dana",
    "majors dana",
    "12 calls",
)
ARGS = {
    "member": "dana",
    "deal": "O-1",
    "opportunity": "O-1",
    "id": "e-1",
    "about": "O-1",
    "period": "2026-Q4",
    "on": str(MONDAY),
    "day": str(MONDAY),
    "rule": "close_date_past",
    "words": "",
}


@pytest.fixture
def office() -> tuple[Memory, Engine]:
    store = MemoryStore(a_company(a_member(), a_manager(), an_owner(), ADA))
    memory = remember(
        store.of["acme"],
        an_opportunity("O-1", name="Globex robots", close_date=date(2026, 11, 2)),
        an_opportunity("O-2", name="Vandelay", member=None, owner="Hooli"),
        a_checkin(MONDAY, counts={"calls": 17}),
        a_commitment(),
        an_escalation("e-1", text="Dana asks: “May I give 17 %?”"),
        a_call(),
        a_reviewed(on=MONDAY, opportunity="O-1"),
        a_choice(),
    )
    return memory, Engine(store, no_holidays, ROUTINES)


def shown(memory: Memory, engine: Engine, event) -> list[str]:
    before = set(memory.messages)
    card = engine.handle(event)
    said = [repr(it.card) for key, it in memory.messages.items() if key not in before and it.to == "ada"]
    return [*said, *([repr(card)] if card else [])]


def doing(text: str) -> dict[str, object]:
    return {"company": "acme", "member": "ada", "key": f"k:{text}", "at": at("10:00")}


@pytest.mark.parametrize("text", [*WORDS, *MORE])
def test_no_word_shows_an_admin_anything_of_the_team(office, text):
    said = shown(*office, Said(**doing(text), text=text)) + shown(
        *office, Commanded(**doing(f"c:{text}"), name="coach", text=text)
    )
    assert said
    assert not [it for it in said if SECRET.search(it.replace(text, ""))]


def test_their_home_shows_nothing_of_it_either_and_slash_forecast_neither(office):
    said = shown(*office, Commanded(**doing("f"), name="forecast", text=""))
    assert not [it for it in said if SECRET.search(it)]


@pytest.mark.parametrize("action", ACTIONS)
def test_no_button_shows_an_admin_anything_of_the_team(office, action):
    for n, args in enumerate((ARGS, {})):
        event = Pressed(**doing(f"{action}{n}"), action=action, args=args, message="m")
        assert not [it for it in shown(*office, event) if SECRET.search(it)]
