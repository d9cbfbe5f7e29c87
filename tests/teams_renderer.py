"""Microsoft's own renderer of cards in a page, as Teams uses it: with its configuration, light or dark, and Markdown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

THEMES = {"light": ("#f5f5f5", "#ffffff", "#242424"), "dark": ("#1f1f1f", "#292929", "#ffffff")}
"""The chat's ground, the card's, and ink."""
WIDTHS = {"": 480, "Full": 760}
"""A card in a chat on a desktop, by its `msteams.width`."""

DIALOG = 600
"""One of medium width."""

_PAGE = """<!doctype html><meta charset="utf-8"><style>{styles}
body {{ margin: 0; padding: 16px; background: {chat}; }}
#card {{ width: {width}px; background: {ground}; border-radius: 6px; box-shadow: 0 1px 3px #0003; overflow: hidden; }}
#card, #card * {{ box-sizing: border-box; }}
#card p {{ margin: 0; }} #card ul {{ margin: 0; padding-left: 20px; }}
#card .ac-actionSet > div, #card .ac-actionSet {{ flex-wrap: wrap; row-gap: 8px; }}
#card .ac-pushButton {{ overflow: visible !important; flex: none !important; background: {ground}; color: {ink}; border: 1px solid #8888; font-weight: 600; width: auto; }}
#card .ac-pushButton.style-positive {{ background: #5b5fc7; border-color: #5b5fc7; color: #fff; }}
#card .ac-pushButton.style-destructive {{ color: #c4314b; border-color: #c4314b; }}
#card .ac-input {{ background: #8881; color: {ink}; border: 0; border-bottom: 1px solid #888; border-radius: 4px;
  padding: 6px 10px; width: 100%; font: 14px "Segoe UI", sans-serif; }}
#card .at {{ color: #5b5fc7; font-weight: 600; }}
</style><div id="card"></div>"""

_SHOW = """(card) => {
  document.getElementById('card').replaceChildren();
  const shown = new AdaptiveCards.AdaptiveCard();
  shown.hostConfig = new AdaptiveCards.HostConfig(hostConfig);
  const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
  shown.parse(card, context);
  const said = [];
  for (let at = 0; at < context.eventCount; at++) said.push(context.getEventAt(at).message);
  for (const it of shown.validateProperties().validationEvents) said.push(it.message);
  window.sent = [];
  shown.onExecuteAction = (action) => { if (action.data) window.sent.push(action.data); };
  document.getElementById('card').appendChild(shown.render());
  // As Teams does; the library leaves mentions to it.
  const mentioned = (it) => it.innerHTML = it.innerHTML.replace(/&lt;at&gt;(.*?)&lt;\\/at&gt;/g, '<span class="at">$1</span>');
  for (const it of document.querySelectorAll('#card .ac-textBlock')) if (/<at>/.test(it.innerText)) mentioned(it);
  return said;
}"""


class Renderer:
    """One page, in which one card after the other can be shown."""

    def __init__(self, page: Page, modules: Path, theme: str = "light", width: int = 480) -> None:
        self._page = page
        config = modules / "adaptivecards-designer" / "lib" / "hostConfigs" / f"microsoft-teams-{theme}.json"
        styles = (
            modules / "adaptivecards-designer" / "dist" / "containers" / f"teams-container-{theme}.css"
        ).read_text(encoding="utf-8")
        chat, ground, ink = THEMES[theme]
        page.set_viewport_size({"width": width + 32, "height": 900})
        page.set_content(_PAGE.format(styles=styles, chat=chat, ground=ground, ink=ink, width=width))
        page.add_script_tag(path=modules / "adaptivecards" / "dist" / "adaptivecards.min.js")
        page.add_script_tag(path=modules / "markdown-it" / "dist" / "markdown-it.min.js")
        page.evaluate("(it) => { window.hostConfig = it }", json.loads(config.read_text(encoding="utf-8")))
        page.evaluate(
            "() => { AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => "
            "{ result.outputHtml = markdownit().render(text); result.didProcess = true; } }"
        )

    def show(self, card: dict[str, Any]) -> list[str]:
        """What the renderer has to say against it."""
        return self._page.evaluate(_SHOW, json.loads(json.dumps(card)))

    def html(self) -> str:
        return self._page.inner_html("#card")

    def words(self) -> str:
        return self._page.inner_text("#card")

    def picture(self, file: Path) -> None:
        self._page.screenshot(path=file, full_page=True)
