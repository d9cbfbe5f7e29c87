"""Pictures of the sample cards and dialogs as Teams shows them: `python -m tests.teams_pictures FOLDER [NAME…]`. To be looked at."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from bot import chart
from bot.teams.render import render
from coaching.card import Picture
from tests import need
from tests.cards import SAMPLES
from tests.faces import TEAMS_USERS, Pages
from tests.setup_windows import DIALOGS
from tests.teams_renderer import DIALOG, THEMES, WIDTHS, Renderer


def main(folder: Path, names: list[str]) -> int:
    program, modules = need.chromium(), need.node_modules()
    if not program or not modules:
        print(need.without_browser() or need.without_node(), file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as it:
        browser = it.chromium.launch(executable_path=program, chromium_sandbox=os.geteuid() != 0)
        for name in names or [*SAMPLES, *(f"dialog.{it}" for it in DIALOGS)]:
            card, width = shown(name)
            for theme in THEMES:
                page = browser.new_page()
                renderer = Renderer(page, modules, theme, width)
                renderer.show(card)
                renderer.picture(folder / f"{name}.{theme}.png")
                page.close()
        browser.close()
    return 0


def shown(name: str) -> tuple[Mapping[str, Any], int]:
    """The card, and how wide it is."""
    if name.startswith("dialog."):
        return DIALOGS[name.removeprefix("dialog.")], DIALOG
    several = sum(isinstance(it, Picture) for it in SAMPLES[name].elements) > 1
    pictures = inside_small if several else inside
    card = render(SAMPLES[name], mentions=TEAMS_USERS.get, links=Pages(), pictures=pictures)
    return card, WIDTHS[card["msteams"].get("width", "")]


def inside(picture: Picture) -> str:
    return f"data:image/png;base64,{base64.b64encode(chart.png(picture)).decode()}"


def inside_small(picture: Picture) -> str:
    return f"data:image/png;base64,{base64.b64encode(chart.small_png(picture)).decode()}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
