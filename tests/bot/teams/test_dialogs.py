"""The dialogs of setting up look as they were last agreed. `COACH_GOLDEN=write` rewrites the files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bot.teams import forms, views
from coaching.window import Ask, Lines, Question, Way, Window
from tests.adaptive_lint import problems
from tests.setup_windows import DIALOGS, TEAMS_FORMS
from tests.teams_renderer import DIALOG, Renderer

GOLDEN = Path(__file__).parents[2] / "golden_dialogs"
HOSTS = ("https://coach.example/",)


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_looks_as_agreed(name: str) -> None:
    file, now = GOLDEN / f"{name}.json", json.dumps(DIALOGS[name], indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("COACH_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(now, encoding="utf-8")
    assert now == file.read_text(encoding="utf-8")


def test_no_golden_dialog_is_left_over() -> None:
    assert {it.stem for it in GOLDEN.iterdir()} == set(DIALOGS)


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_keeps_to_microsofts_schema(name: str) -> None:
    assert problems(views.stamped(DIALOGS[name], "stamp"), hosts=HOSTS) == []


def test_microsofts_renderer_shows_every_question_and_its_value(browser, node_modules) -> None:
    page = browser.new_page()
    renderer = Renderer(page, node_modules, width=DIALOG)
    for name, window in TEAMS_FORMS.items():
        assert renderer.show(DIALOGS[name]) == []
        for it in window.questions:
            assert it.label in renderer.words(), (name, it.name)
            if it.ask in {Ask.LINE, Ask.LONG}:
                assert page.get_by_label(it.label).first.input_value() == it.text


def test_a_press_sends_all_of_it(browser, node_modules) -> None:
    page = browser.new_page()
    Renderer(page, node_modules, width=DIALOG).show(views.stamped(DIALOGS["change_week"], "stamp"))
    page.get_by_label("Saturday").first.check()
    page.get_by_role("button", name="See what comes of it").click()
    (sent,) = page.evaluate("window.sent")
    fields = {name.removeprefix("field:"): it for name, it in sent.items() if name.startswith("field:")}
    assert forms.filled(fields)["days"] == ["mon", "tue", "wed", "thu", "fri", "sat"]
    assert fields["at"] == TEAMS_FORMS["change_week"].questions[1].value
    assert '"files.plan"' in sent["press"]


def test_whatever_is_typed_is_no_markup() -> None:
    nasty = "**x** [a](https://evil.example) <at>Dana</at> {{DATE()}} \\_ # y"
    window = Window(
        nasty,
        (nasty, Lines((f"- {nasty}", "", f"+ {nasty}")), Question(name=nasty, label=nasty, value=nasty, hint=nasty)),
    )
    assert problems(forms.card(window, {nasty: nasty})) == []
    way = Window("x", (Way(nasty, "https://coach.example/deals/token", nasty),))
    assert problems(forms.card(way), hosts=HOSTS) == []


def test_what_no_dialog_holds_leaves_its_questions_and_its_button() -> None:
    lines = Lines(tuple(f"+ Rep: {'x' * 390}" for _ in range(60)))
    window = TEAMS_FORMS["change_people_seen"]
    shown = forms.card(Window("x", (lines, lines, *window.questions), window.action))
    assert problems(shown) == []
    assert len([it for it in shown["body"] if it["type"].startswith("Input.")]) == len(window.questions)
    assert "There is more than fits" in json.dumps(shown)
    assert shown["body"][-1]["type"] == "ActionSet"
