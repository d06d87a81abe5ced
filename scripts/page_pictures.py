"""Draws the pictures of the pages in docs/pictures, with Chromium, from a running server with the documents of this repository.

    .venv/bin/python scripts/page_pictures.py [ask faq …]

Pass the names of the pages to draw; all of them when left out.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bot.answer import OutcomeName, Thresholds  # noqa: E402 - found through the line above
from bot.database import Database  # noqa: E402
from bot.gaps.reading import GapList  # noqa: E402
from bot.gaps.upkeep import Upkeep  # noqa: E402
from bot.log_records import StoredQuestion  # noqa: E402
from bot.query_log import QueryLog  # noqa: E402
from bot.sessions import SessionStore  # noqa: E402
from index.current import CurrentIndex  # noqa: E402
from index.search import Index  # noqa: E402
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


def faq(browser: Browser, address: str, data: Path) -> None:  # noqa: ARG001  # nothing of it depends on the data folder
    """The FAQ pages: an answer on a wide screen; suggestions on a telephone in the dark."""
    folder = PICTURES / "faq"
    folder.mkdir(parents=True, exist_ok=True)
    with browser.new_context(viewport={"width": 900, "height": 900}, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/faq/returns/which-items-can-i-not-return")
        page.screenshot(path=folder / "answer.png")
    with browser.new_context(viewport={"width": 390, "height": 700}, color_scheme="dark", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/faq?q=refund")
        page.screenshot(path=folder / "did_you_mean.png")


def widget(browser: Browser, address: str, data: Path) -> None:  # noqa: ARG001  # nothing of it depends on the data folder
    """The widget on the demo shop: an answer on a wide screen; results on a telephone, in the dark; an answer from right to left."""
    folder = PICTURES / "widget"
    folder.mkdir(parents=True, exist_ok=True)
    for name, width, height, settings, text, key in (
        ("answer", 1180, 780, "", "can I return a helmet", "Enter"),
        ("results", 390, 760, "?theme=dark&accent=%230b57a4", "refund", ""),
        ("right_to_left", 1180, 780, "?lang=ar&position=bottom-left&accent=%23ffd400", "", ""),
    ):
        with browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce", locale="en-GB") as context:
            page = context.new_page()
            page.goto(f"{address}/widget/demo{settings}")
            page.locator(".launcher").click()
            page.locator(".row").first.wait_for()
            if text:
                page.get_by_role("searchbox").press_sequentially(text)
                page.get_by_text("Answers found").first.wait_for()
            if key:
                page.get_by_role("searchbox").press(key)
                page.locator("article").wait_for()
            page.screenshot(path=folder / f"{name}.png")


def review(browser: Browser, address: str, data: Path) -> None:
    """The review page: a gap of a few questions, just asked."""
    folder = PICTURES / "review"
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(data / "sopbot.db")
    log = QueryLog(database, b"pictures")
    for number, text in enumerate(("is there a trade-in scheme for bikes", "can I trade in my old bicycle", "part exchange my bike for a new one")):
        log.store(StoredQuestion(text, "no_answer", "", (), 0.2, "000001", "slack", "internal", "chat", f"person {number}"))
    while not GapList(database).count():
        Upkeep(database, CurrentIndex(data), Thresholds()).run()
    token = SessionStore(database).create_link("admin")
    (gap,) = GapList(database).listed(limit=1)
    database.close()
    with browser.new_context(viewport={"width": 960, "height": 1000}) as context:
        page = context.new_page()
        page.goto(f"{address}/review/{gap.id}?token={token}")
        page.get_by_role("checkbox").first.check()
        page.screenshot(path=folder / "gap.png")


def build(browser: Browser, address: str, data: Path) -> None:
    """A build that was stopped by a golden question, to which a new document is the answer."""
    asked = ("do you buy used bikes", "can I trade in my old bicycle", "will you take my old bike in part exchange", "I want to sell you my second-hand bike")
    answer = "Yes. Bring your old bike to any store and we look at it for free; you get a voucher for what it is worth towards a new one."
    head = "---\ntitle: Trade-in\naudience: public\ntouchpoint: Trade-in\n---\n\n# Trade-in\n\n## Do you take old bikes in part exchange?\n\nAlso asked:\n\n"
    page_of = head + "".join(f"- {text}\n" for text in asked) + f"\n{answer}\n"
    (data / "knowledge" / "faqs" / "trade-in.md").write_text(page_of)
    database = Database(data / "sopbot.db")
    token = SessionStore(database).create_link("admin")
    database.close()
    with browser.new_context(viewport={"width": 960, "height": 960}) as context:
        page = context.new_page()
        page.goto(f"{address}/review/build?token={token}")
        page.get_by_role("button", name="Make these answerable").click()
        page.get_by_role("button", name="Switch all the same").wait_for(timeout=120_000)
        page.screenshot(path=PICTURES / "review" / "build.png")


def figures(browser: Browser, address: str, data: Path) -> None:
    """The figures and coverage pages, wide, and on a telephone in the dark; questions of twelve weeks are made up."""
    database = Database(data / "sopbot.db")
    _made_up_questions(database, CurrentIndex(data).get())
    token = SessionStore(database).create_link("admin")
    database.close()
    with browser.new_context(viewport={"width": 1100, "height": 1000}) as context:
        page = context.new_page()
        page.goto(f"{address}/figures?token={token}")
        for name in ("figures", "coverage"):
            folder = PICTURES / name
            folder.mkdir(parents=True, exist_ok=True)
            page.goto(f"{address}/{name}")
            page.screenshot(path=folder / "wide.png", full_page=name == "coverage")
        state = context.storage_state()
    with browser.new_context(viewport={"width": 360, "height": 740}, color_scheme="dark", storage_state=state) as context:
        page = context.new_page()
        page.goto(f"{address}/figures")
        page.locator("#time-title").scroll_into_view_if_needed()
        page.screenshot(path=PICTURES / "figures" / "telephone.png")


def _made_up_questions(database: Database, index: Index) -> None:
    draw = random.Random(4)  # noqa: S311 - the same pictures each time
    asked, now = list(index.entries("internal")), datetime.now(UTC)
    draw.shuffle(asked)
    clock = [now]
    log = QueryLog(database, b"pictures", now=lambda: clock[0])
    for number in range(1_200):
        clock[0] = now - timedelta(days=draw.triangular(0, 83, 10))
        entry = asked[min(int(draw.expovariate(1 / 20)), len(asked) - 1)]
        outcome: OutcomeName = draw.choices(("answer", "suggestions", "no_answer"), (7, 2, 1))[0]
        shown = entry.id if outcome == "answer" else ""
        front, audience = draw.choice((("slack", "internal"), ("page", "internal"), ("widget", "public"), ("faq", "public")))
        channel = draw.choice(("", "", "email", "chat", "phone")) if audience == "internal" else ""
        offered = (entry.id,) if outcome == "suggestions" else ()
        told = StoredQuestion(f"question {number}", outcome, shown, offered, 0.8, "000001", front, audience, channel, f"{number % 40}", entry.id)  # type: ignore[arg-type]
        query_id = log.store(told)
        if outcome == "suggestions" and draw.random() < 0.5:
            log.store_choice(query_id, entry.id)
        if outcome != "no_answer" and draw.random() < 0.2:
            log.store_feedback(query_id, helpful=draw.random() < 0.8, entry_id=entry.id)


PAGES: dict[str, Callable[[Browser, str, Path], None]] = {"ask": ask, "faq": faq, "widget": widget, "review": review, "build": build, "figures": figures}


def main() -> None:
    """Draw what is named."""
    wanted = sys.argv[1:] or list(PAGES)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        data = Path(name)
        copy_index(ROOT / "data", data)
        shutil.copytree(ROOT / "knowledge", data / "knowledge")
        (data / "cache").symlink_to(ROOT / "data" / "cache")
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        with serving(
            data, SOPBOT_KNOWLEDGE_DIR=str(data / "knowledge"), SOPBOT_SITE_NAME="Wrenfield help", SOPBOT_CONTACT="mailto:care@wrenfield.example"
        ) as address:
            for one in wanted:
                PAGES[one](browser, address, data)
        browser.close()


if __name__ == "__main__":
    main()
