"""Pictures of the sample cards as Slack shows them: `python -m tests.slack_pictures FOLDER [NAME…]`. To be looked at.

Each as a message, on a desktop and on a phone, light and dark; what a person opens as their Home tab or as a window, so
too. The windows in which a company is set up are Slack's alone.
"""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bot import chart
from bot.slack import views
from bot.slack.render import render
from coaching.card import Card, Picture
from tests import need
from tests import slack_renderer as slack
from tests.cards import SAMPLES
from tests.faces import USERS, Pages
from tests.setup_windows import WINDOWS


def main(folder: Path, names: list[str]) -> int:
    program = need.chromium()
    if not program:
        print(need.without_browser(), file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as it:
        browser = it.chromium.launch(executable_path=program, chromium_sandbox=os.geteuid() != 0)
        for name in names or (*SAMPLES, *WINDOWS):
            for theme in slack.THEMES:
                for kind, width, body in _faces(name):
                    _taken(browser, slack.page(theme, width, body), width, folder / f"{name}.{kind}.{theme}.png")
        browser.close()
    return 0


def _faces(name: str) -> Iterator[tuple[str, int, str]]:
    return setting_up(WINDOWS[name]) if name in WINDOWS else shown(name, SAMPLES[name])


def setting_up(view: views.View) -> Iterator[tuple[str, int, str]]:
    """The Home tab that invites, or a window."""
    if view["type"] == "modal":
        yield "window", slack.WINDOW, slack.window(view)
    else:
        for kind, width in slack.WIDTHS.items():
            yield f"home.{kind}", width, slack.home(view)


def shown(name: str, card: Card) -> Iterator[tuple[str, int, str]]:
    """Its faces: what it is called, how wide, and the page's body."""
    files: dict[str, str] = {}

    def uploaded(picture: Picture) -> str:
        file = f"F{len(files):08}"
        files[file] = f"data:image/png;base64,{base64.b64encode(chart.png(picture)).decode()}"
        return file

    blocks = render(card, mentions=USERS.get, links=Pages(), pictures=uploaded)["blocks"]
    for kind, width in slack.WIDTHS.items():
        yield kind, width, slack.message(blocks, files.get)
    if name.startswith("home_"):
        for kind, width in slack.WIDTHS.items():
            yield f"home.{kind}", width, slack.home(views.home(card, mentions=USERS.get, links=Pages()))
    if card.fields:
        view = views.window(card, mentions=USERS.get, links=Pages())
        yield "window", slack.WINDOW, slack.window(view)


def _taken(browser: Browser, page: str, width: int, file: Path) -> None:
    shot = browser.new_page(viewport={"width": width + 16, "height": 200})
    shot.set_content(page)
    shot.screenshot(path=file, full_page=True)
    shot.close()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
