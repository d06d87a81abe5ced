"""Draws the pictures of the pages in docs/pictures, with Chromium, from a running server with the documents of this repository.

    .venv/bin/python scripts/page_pictures.py [ask …]

Pass the names of the pages to draw; all of them when left out.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bot.database import Database  # noqa: E402 - found through the line above
from bot.sessions import SessionStore  # noqa: E402
from tests.e2e.serving import copy_index, serving  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
_CHROMIUM = "/usr/bin/chromium"
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def ask(browser: Browser, address: str, data: Path) -> None:
    """The ask page: an answer with its reply, on a wide screen; a reply that is being filled in, on a telephone in the dark."""
    folder = PICTURES / "ask"
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(data / "sopbot.db")
    token = SessionStore(database).create_link("internal")
    database.close()
    with browser.new_context(viewport={"width": 1180, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{address}/ask?token={token}")
        page.fill("#question", "how do I handle a refund complaint")
        page.select_option("#channel", "chat")
        page.click(".ask-now")
        page.wait_for_selector("#answer-title")
        page.locator("#question").focus()
        page.screenshot(path=folder / "answer.png")
        state, where = context.storage_state(), page.url
    with browser.new_context(viewport={"width": 390, "height": 800}, color_scheme="dark", storage_state=state) as context:
        page = context.new_page()
        page.goto(f"{where}?reply=4")
        page.fill("#field-refund_amount", "£48.20")
        page.fill("#field-refund_date", "24 November")
        page.locator("#reply").screenshot(path=folder / "reply.png")


PAGES: dict[str, Callable[[Browser, str, Path], None]] = {"ask": ask}


def main() -> None:
    """Draw what is named."""
    wanted = sys.argv[1:] or list(PAGES)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        data = Path(name)
        copy_index(ROOT / "data", data)
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        with serving(data) as address:
            for one in wanted:
                PAGES[one](browser, address, data)
        browser.close()


if __name__ == "__main__":
    main()
