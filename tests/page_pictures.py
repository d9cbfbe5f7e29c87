"""Pictures of the sample cards as pages and as letters: `python -m tests.page_pictures FOLDER [NAME…]`. To be looked at.

Each on a desk and on a phone, light and dark.
"""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

from bot import chart, html
from coaching.card import Card, Picture
from tests import need
from tests.cards import SAMPLES
from tests.faces import FORM, Pages

STATIC = Path(html.__file__).parents[1] / "web" / "static"
WIDTHS = {"wide": 1000, "narrow": 390}
THEMES = ("light", "dark")
FOOTER = "From Acme Robotics's assistant coach, an automated assistant. To change what you are sent, ask Morgan Lee."


def main(folder: Path, names: list[str]) -> int:
    program = need.chromium()
    if not program:
        print(need.without_browser(), file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as it:
        browser = it.chromium.launch(executable_path=program, chromium_sandbox=os.geteuid() != 0)
        for theme in THEMES:
            page = browser.new_page(color_scheme="dark" if theme == "dark" else "light")
            for name in names or SAMPLES:
                for kind, document in shown(SAMPLES[name]):
                    for size, width in WIDTHS.items():
                        page.set_viewport_size({"width": width, "height": 200})
                        page.set_content(document)
                        page.screenshot(path=folder / f"{name}.{kind}.{size}.{theme}.png", full_page=True)
            page.close()
        browser.close()
    return 0


def shown(card: Card) -> Iterator[tuple[str, str]]:
    """What it is called, and the document."""
    styles = "".join((STATIC / it).read_text(encoding="utf-8") for it in ("coach.css", "report.css"))
    head = '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
    body = html.fragment(card, FORM, links=Pages())
    yield "page", f'{head}<style>{styles}</style><main style="padding:12px">{body}</main>'
    # A letter's pictures are attached; here they stand in it.
    sources = {it: f"cid:{n}" for n, it in enumerate(it for it in card.elements if isinstance(it, Picture))}
    letter = html.mail(
        card, links=Pages(), answer=lambda _: "https://coach.example/answer/token", pictures=sources.get, footer=FOOTER
    )
    for picture, source in sources.items():
        inside = f"data:image/png;base64,{base64.b64encode(chart.letter_png(picture)).decode()}"
        letter = letter.replace(f'src="{source}"', f'src="{inside}"')
    yield "mail", letter


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
