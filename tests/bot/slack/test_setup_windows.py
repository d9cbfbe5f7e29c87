"""The windows of setting up look as they were last agreed. `COACH_GOLDEN=write` rewrites the files."""

from __future__ import annotations

import html
import json
import os
from pathlib import Path

import pytest

from tests import slack_renderer as slack
from tests.setup_windows import WINDOWS
from tests.slack_lint import problems
from tests.slack_pictures import setting_up

GOLDEN = Path(__file__).parents[2] / "golden_windows"


@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_looks_as_agreed(name: str) -> None:
    file, now = GOLDEN / f"{name}.json", json.dumps(WINDOWS[name], indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("COACH_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(now, encoding="utf-8")
    assert now == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_keeps_to_slacks_limits_and_can_be_shown(name: str) -> None:
    view = WINDOWS[name]
    assert problems({"text": "x", "blocks": view["blocks"]}, {"U0DANA", "U0MORGAN", "U0SAM"}) == []
    assert len(view["blocks"]) <= 100
    if view["type"] == "modal":
        assert all(len(view[it]["text"]) <= 24 for it in ("title", "close", "submit") if it in view)
    labels = [it["label"]["text"] for it in view["blocks"] if it["type"] == "input"]
    for _, width, body in setting_up(view):
        assert [it for it in labels if html.escape(it) not in slack.page("light", width, body)] == []


def test_no_golden_window_is_left_over() -> None:
    assert {it.stem for it in GOLDEN.iterdir()} == set(WINDOWS)
