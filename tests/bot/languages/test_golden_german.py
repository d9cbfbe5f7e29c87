"""A fair selection of cards as they read in German. `COACH_GOLDEN=write` rewrites the files; read the diff as German."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import plain
from bot.languages import language
from bot.slack import forms
from coaching import setup_windows
from coaching.card import Card
from coaching.language import speaking
from coaching.people import Role
from coaching.setting_up import Draft, Person
from tests.builders import a_company
from tests.pseudo import imported_anew

GOLDEN = Path(__file__).parents[2] / "golden_german"
SHOWN = (
    "actions_maths",
    "actions_of_all",
    "actions_own",
    "arrival",
    "checkin_asked",
    "checkin_closed",
    "checkin_confirmed",
    "checkin_not_understood",
    "checkin_wrong_number",
    "deal",
    "deals",
    "digest_week_learned",
    "forecast_confirmed",
    "forecast_form",
    "forecast_learned",
    "forecast_team_learned",
    "help_manager",
    "help_rep",
    "hello_rep",
    "home_of_a_rep",
    "home_of_the_manager",
    "home_of_the_owner",
    "majors_monday",
    "managers_week",
    "matter_manager_open",
    "matter_rep_open",
    "question_of_a_deal",
    "queue_manager",
    "ratios",
    "ratios_maths",
    "recap",
    "review_asked",
    "review_summary",
    "settings",
)
SETUP = "setting_up"


@pytest.fixture(scope="module")
def cards() -> Iterator[dict[str, Card]]:
    with speaking(language("de")), imported_anew("tests.golden_cards") as modules:
        yield {name: card for module in modules for name, card in module.CARDS.items()}


@pytest.mark.parametrize("name", SHOWN)
def test_a_card_reads_in_german_as_agreed(name: str, cards: dict[str, Card]):
    with speaking(language("de")):
        _as_agreed(name, plain.text(cards[name]))


def test_setting_up_reads_in_german_as_agreed():
    dana = Person(handle="U0DANA", name="Dana Reyes", zone="Europe/Berlin", role=Role.REP)
    with speaking(language("de")):
        views = (
            forms.home(setup_windows.invitation("Acme")),
            forms.view(setup_windows.people(Draft(name="Acme", language="de", zone="Europe/Berlin", people=(dana,)))),
            forms.view(setup_windows.week(Draft(name="Acme", language="de", people=(dana,)), "2026-Q4")),
            forms.view(setup_windows.outcome(["company: acme"], "Dana Reyes", "…")),
            forms.view(
                setup_windows.done(
                    a_company(name="Acme"), "https://coach.example/deals/token", "https://coach.example/company/token"
                )
            ),
        )
        _as_agreed(SETUP, "\n\n".join("\n".join(_words(it)) for it in views) + "\n")


def test_no_golden_file_has_lost_its_card():
    assert {it.stem for it in GOLDEN.iterdir()} == {*SHOWN, SETUP}


def _as_agreed(name: str, now: str) -> None:
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("COACH_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(now, encoding="utf-8")
    assert now == file.read_text(encoding="utf-8")


def _words(node: object, key: str = "") -> Iterator[str]:
    if isinstance(node, dict):
        for name, it in node.items():
            yield from _words(it, name)
    elif isinstance(node, list):
        for it in node:
            yield from _words(it, key)
    elif isinstance(node, str) and key in {"text", "initial_value"}:
        yield node
