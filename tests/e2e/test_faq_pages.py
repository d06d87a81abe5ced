"""The FAQ pages in a browser, as customers and search engines get them from `sopbot serve`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from index.corpus import read_corpus
from index.records import Entry
from tests.conftest import ROOT
from tests.e2e.axe import violations
from tests.e2e.serving import copy_index, serving

_CONTACT = "mailto:care@wrenfield.example"
_PLACES = {
    "home": "/faq",
    "topic": "/faq/returns",
    "answer": "/faq/returns/which-items-can-i-not-return",
    "found": "/faq?q=how+long+do+I+have+to+return+something",
    "did you mean": "/faq?q=refund",
    "not found": "/faq?q=do+you+sell+helicopters",
    "no such page": "/faq/returns/how-long",
}


@pytest.fixture(scope="module")
def data(starter_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The server's data folder."""
    folder = tmp_path_factory.mktemp("faq")
    copy_index(starter_data, folder)
    return folder


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    """A server with a name and a contact for customers."""
    with serving(data, SOPBOT_SITE_NAME="Wrenfield help", SOPBOT_CONTACT=_CONTACT) as address:
        yield address


@contextmanager
def _page(browser: Browser, *, scripts: bool = True, width: int = 1100, colours: str = "light", expected: str = "\0") -> Iterator[Page]:
    """A page in a fresh browser profile; whatever else than expected the browser complains about fails the test."""
    complaints: list[str] = []
    scheme = "dark" if colours == "dark" else "light"
    with browser.new_context(java_script_enabled=scripts, viewport={"width": width, "height": 800}, color_scheme=scheme) as context:
        page = context.new_page()

        def heard(message: ConsoleMessage) -> None:
            if not message.text.startswith("Failed to load resource: the server responded with a status of 404"):
                complaints.append(message.text)

        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        assert [complaint for complaint in complaints if expected not in complaint] == []
        assert context.cookies() == []


def _stored(data: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(data / "sopbot.db")) as database:
        return database.execute(statement).fetchall()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("place", list(_PLACES))
def test_every_page_suits_everybody(browser: Browser, address: str, place: str, colours: str) -> None:
    """No rule of axe is broken on any page, in either scheme, also with the reasons for a "no" open."""
    with _page(browser, colours=colours) as page:
        page.goto(address + _PLACES[place])
        assert violations(page) == []
        if page.locator("summary").count():
            page.locator("summary").click()
            assert violations(page) == []


@pytest.mark.parametrize("place", list(_PLACES))
def test_every_page_fits_a_phone(browser: Browser, address: str, place: str) -> None:
    """Nothing is wider than 360 pixels, and what is pressed is at least 44 high but for links in text."""
    with _page(browser, width=360, colours="dark") as page:
        page.goto(address + _PLACES[place])
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        for button in page.get_by_role("button").all():
            box = button.bounding_box()
            assert box is None or box["height"] >= 44, button.inner_html()


def test_the_way_from_question_to_thanks_works_without_scripts(browser: Browser, address: str, data: Path) -> None:
    """Search, choose among suggestions, say no with a reason: plain forms, no cookie, all of it in the database."""
    with _page(browser, scripts=False) as page:
        page.goto(f"{address}/faq")
        page.get_by_role("searchbox", name="Your question").fill("refund")
        page.get_by_role("searchbox").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Did you mean one of these?")
        page.get_by_role("button", name="When will I get my refund?").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("When will I get my refund?")
        page.locator("summary", has_text="No").click()
        page.get_by_label("It is out of date").check()
        page.get_by_label("Tell us more").fill("It took nine days.")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("status")).to_have_text("Thank you. We use this to make the answer better.")
    entry_id = "refunds#when-will-i-get-my-refund"
    asked = _stored(data, "SELECT id, front_end FROM questions WHERE text = 'refund' ORDER BY asked_at DESC")[0]
    assert asked[1] == "faq"
    assert _stored(data, "SELECT entry_id FROM choices WHERE question_id = '" + str(asked[0]) + "'") == [(entry_id,)]  # noqa: S608 - our own database
    given = _stored(data, "SELECT question_id, entry_id, helpful, reason, comment FROM feedback")
    assert given == [(asked[0], entry_id, 0, "outdated", "It took nine days.")]


def test_the_keyboard_alone_leads_to_an_answer(browser: Browser, address: str) -> None:
    """Tab reaches the way past the header, the search field, and the first answer, each with a visible ring."""
    with _page(browser) as page:
        page.goto(f"{address}/faq/returns")
        reached = []
        for _ in range(6):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.name"))
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        assert reached == ["Skip to the content", "Wrenfield help", "q", "Ask", "Wrenfield help", "How long do I have to return something?"]
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{address}/faq/returns/how-long-do-i-have-to-return-something")


@pytest.fixture(scope="module")
def documents() -> tuple[Entry, ...]:
    """The public entries, as they stand in the documents."""
    return tuple(entry for entry in read_corpus(ROOT / "knowledge").entries if entry.audience == "public")


def test_search_engines_read_what_people_read(browser: Browser, address: str, documents: tuple[Entry, ...]) -> None:
    """On every topic, the FAQPage that a browser finds holds the documents' questions and answers, and the page shows each."""
    with _page(browser) as page:
        told: list[tuple[str, str]] = []
        for topic in sorted({entry.id.split("#")[0] for entry in documents}):
            page.goto(f"{address}/faq/{topic}")
            data = json.loads(page.locator('script[type="application/ld+json"]').inner_text())
            shown = page.locator("main").inner_text()
            for question in data["mainEntity"]:
                answer = page.evaluate("html => new DOMParser().parseFromString(html, 'text/html').body.textContent", question["acceptedAnswer"]["text"])
                told.append((question["name"], " ".join(answer.split())))
                assert question["name"] in shown
                assert answer.split("\n")[0] in shown
        plain = {entry.title: " ".join(part.text for part in entry.passages) for entry in documents}
        assert {title: " ".join(text.split()) for title, text in told} == plain
        assert len(told) == len(documents)


def test_a_printed_answer_is_the_answer(browser: Browser, address: str) -> None:
    """Paper gets title, answer and date, and nothing that asks for a click."""
    with _page(browser) as page:
        page.goto(f"{address}/faq/returns/which-items-can-i-not-return")
        page.emulate_media(media="print")
        for what in (page.get_by_role("heading", level=1), page.locator(".answer"), page.get_by_text("Last checked on")):
            expect(what).to_be_visible()
        for what in (page.locator("form").first, page.locator(".feedback"), page.locator(".related"), page.locator("footer")):
            expect(what).to_be_hidden()


def test_an_injected_script_would_not_run(browser: Browser, address: str) -> None:
    """The policy of the page holds: even a script that found its way into it does nothing."""
    with _page(browser, expected="Executing inline script violates") as page:
        page.goto(f"{address}/faq")
        refused = page.evaluate(
            """() => new Promise(done => {
                document.addEventListener("securitypolicyviolation", event => done(event.effectiveDirective));
                const script = document.createElement("script");
                script.textContent = "window.ran = true";
                document.body.append(script);
            })"""
        )
        assert (refused, page.evaluate("window.ran")) == ("script-src-elem", None)
