"""What works in Slack works in Teams and in the browser; docs/parity.md says it as it is."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from coaching.routines import ROUTINES
from storage.database import create_engine
from storage.store import SqlStore
from tests.parity import (
    MAIL,
    SLACK,
    TEAMS,
    WEB,
    WORDS,
    Shown,
    acts,
    dialogs_come_back,
    document,
    shown,
    table,
    windows_come_back,
)

FILE = Path(__file__).parent.parent / "docs" / "parity.md"


@pytest.fixture(scope="module")
def seen(sample_file, tmp_path_factory) -> dict[str, Shown]:
    file = shutil.copy(sample_file, tmp_path_factory.mktemp("parity") / "coach.db")
    store = SqlStore(create_engine(f"sqlite:///{file}"))
    found = shown(store)
    store.engine.dispose()
    return found


@pytest.fixture(scope="module")
def can(seen) -> dict[tuple[str, str], list[str]]:
    return table(seen)


def test_every_routine_has_a_word_to_be_asked_for():
    assert set(WORDS) == {it.name for it in ROUTINES}


@pytest.mark.parametrize("routine", ROUTINES, ids=lambda it: it.name)
def test_what_works_in_one_works_in_the_other(seen, can, routine):
    spoken = ["words"] * bool(WORDS[routine.name])
    everything = [*spoken, "card"]
    cards = seen[routine.name].cards
    everything += ["buttons"] * any(it.actions for it in cards) + ["form"] * any(it.fields for it in cards)
    for channel in (SLACK, TEAMS, WEB):
        assert can[channel.name, routine.name] == everything, channel.name
    assert can[MAIL.name, routine.name] == everything[len(spoken) :]


@pytest.mark.parametrize("which", ["setup", "change"])
def test_what_a_set_up_asks_comes_back_from_slack_and_from_teams(which):
    assert windows_come_back(which)
    assert dialogs_come_back(which)


def test_the_golden_table_is_what_the_tests_found(seen, can):
    now = document(seen, can)
    if os.environ.get("COACH_GOLDEN") == "write":
        FILE.write_text(now, encoding="utf-8")
    assert now == FILE.read_text(encoding="utf-8")


def test_what_a_channel_loses_is_missing_from_its_cell(seen):
    (checkin,) = [it for it in ROUTINES if it.name == "checkin"]
    deaf = replace(TEAMS, said=lambda text: TEAMS.said(f"deals {text}"))
    forgetful = replace(TEAMS, pressed=lambda card, at, _typed: TEAMS.pressed(card, at, {}))
    mixed_up = replace(TEAMS, pressed=lambda card, at, typed: TEAMS.pressed(card, at - 1, typed))
    assert acts(deaf, checkin, seen["checkin"]) == ["card", "buttons", "form"]
    assert acts(forgetful, checkin, seen["checkin"]) == ["words", "card", "buttons"]
    assert "buttons" not in acts(mixed_up, checkin, seen["checkin"])
