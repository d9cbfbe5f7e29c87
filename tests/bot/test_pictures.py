"""Nothing of a sample card is cut on a phone: not in Slack as it shows blocks, nor on a page, nor in a letter.

What the pictures look like is for eyes: `python -m tests.slack_pictures`, `tests.page_pictures`, `tests.teams_pictures`.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests import page_pictures, slack_pictures, slack_renderer
from tests.cards import SAMPLES

PHONE = 390
TOO_WIDE = """async (documents) => {
  const found = {};
  for (const [name, it] of Object.entries(documents)) {
    document.open(); document.write(it); document.close();
    await Promise.all([...document.images].map((it) => it.decode()));
    found[name] = [...document.querySelectorAll('body *')]
      .filter((it) => !it.closest('.table, .scroll, svg') && it.getBoundingClientRect().right > innerWidth + 1)
      .map((it) => it.tagName + '.' + it.className + ': ' + it.textContent.slice(0, 60));
  }
  return found;
}"""
"""What reaches beyond the screen, but for what scrolls by itself. All in one go: as many documents of a page's own take
three times as long.
"""

Shown = dict[str, list[tuple[str, int, str]]]


@pytest.fixture(scope="module")
def in_slack() -> Shown:
    """Every sample's faces; a picture looks the same in either theme and takes a while to draw."""
    return {name: list(slack_pictures.shown(name, card)) for name, card in SAMPLES.items()}


@pytest.mark.parametrize("theme", slack_renderer.THEMES)
def test_slack_shows_every_block_of_every_sample(theme: str, in_slack: Shown) -> None:
    for name, faces in in_slack.items():
        for kind, width, body in faces:
            page = slack_renderer.page(theme, width, body)
            assert "\x00" not in page, (name, kind)


def test_on_a_phone_nothing_is_cut(browser: Any, in_slack: Shown) -> None:
    page = browser.new_page(viewport={"width": PHONE, "height": 800})
    narrow = slack_renderer.WIDTHS["narrow"]
    documents = {f"{name} {kind}": it for name, card in SAMPLES.items() for kind, it in page_pictures.shown(card)}
    for name, faces in in_slack.items():
        shown = {f"{name} {kind}": body for kind, _, body in faces if kind.endswith("narrow")}
        documents |= {it: slack_renderer.page("light", narrow, body) for it, body in shown.items()}
    too_wide = page.evaluate(TOO_WIDE, {"wide": "<div style='width: 400px'>cut</div>", **documents})
    assert {it: found for it, found in too_wide.items() if found} == {"wide": ["DIV.: cut"]}


def test_a_table_that_goes_on_beyond_the_screen_shows_it(browser: Any) -> None:
    page = browser.new_page(viewport={"width": PHONE, "height": 800})
    documents = dict(page_pictures.shown(SAMPLES["digest_rows_open"]))
    page.set_content(documents["page"])
    scroll = page.locator(".scroll").first
    assert scroll.evaluate("it => it.scrollWidth > it.clientWidth")
    assert "local, local, scroll, scroll" in scroll.evaluate("it => getComputedStyle(it).backgroundAttachment")
