"""Takes the README's picture of the demo: `make screenshot`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests import need
from tests.demo import PROJECT, Running

PICTURE = PROJECT / "docs" / "demo.png"


def main() -> int:
    program = need.chromium()
    if program is None:
        print("no chromium; on Debian: apt install chromium", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, Running(Path(folder)) as demo, sync_playwright() as it:
        browser = it.chromium.launch(executable_path=program, chromium_sandbox=os.geteuid() != 0)
        page = browser.new_page(viewport={"width": 1200, "height": 960}, base_url=demo.url)
        morning(page)
        page.screenshot(path=PICTURE)
        browser.close()
    print(f"written: {PICTURE}")
    return 0


def morning(page: Page) -> None:
    """A check-in answered on its card, and a forecast called in words."""
    page.goto("/as/theo")
    page.get_by_role("button", name="Next for me").click()
    card = page.locator("article.line.coach").last
    card.locator("input[name='field:count.calls']").fill("26")
    card.locator("input[name='field:count.appointments']").fill("3")
    card.locator("select[name='field:before']").select_option(index=1)
    card.locator("input[name='field:commitment']").fill("Send Elmstead the revised offer by noon")
    card.get_by_role("button", name="Send", exact=True).click()
    page.fill("#text", "/forecast commit 280k best 320k because Ostrander signs on Friday")
    page.press("#text", "Enter")
    page.locator("article.line.person").wait_for()
    page.locator("article.line.coach").nth(1).wait_for()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


if __name__ == "__main__":
    sys.exit(main())
