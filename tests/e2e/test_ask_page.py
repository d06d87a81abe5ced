"""The ask page in a browser, opened with the link that `sopbot serve` prints."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from bot.database import Database
from bot.sessions import PersonScope, SessionStore
from index.corpus import read_corpus
from index.records import Entry
from tests.conftest import ROOT
from tests.e2e.axe import violations
from tests.e2e.serving import copy_index, serving

REFUND = "how do I handle a refund complaint"
UNKNOWN = "qwxzv vxqwz gribble"
_TOKEN = re.compile(r"http://\S+/ask\?token=(\S+)")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    address: str
    folder: Path

    def link(self, scope: PersonScope = "internal") -> str:
        """A new link, as `sopbot link` prints it."""
        database = Database(self.folder / "sopbot.db")
        token = SessionStore(database).create_link(scope)
        database.close()
        return f"{self.address}/ask?token={token}"

    def stored(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of the server's database."""
        with closing(sqlite3.connect(self.folder / "sopbot.db")) as database:
            return database.execute(statement).fetchall()


@pytest.fixture(scope="module")
def server(starter_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, as talkative as it can be."""
    folder = tmp_path_factory.mktemp("ask")
    copy_index(starter_data, folder)
    with serving(folder, SOPBOT_LOG_LEVEL="DEBUG", SOPBOT_RATE_LIMIT="") as address:
        yield Server(address, folder)


@contextmanager
def _opened(browser: Browser, server: Server, *, expected: tuple[str, ...] = (), clipboard: bool = True, **options: Any) -> Iterator[Page]:
    """The page in a fresh browser profile, signed in; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    with browser.new_context(**{"viewport": {"width": 1100, "height": 900}} | options) as context:
        if clipboard:
            context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        _listen(context, complaints)
        page.goto(server.link())
        yield page
        assert [complaint for complaint in complaints if not any(part in complaint for part in expected)] == []


def _listen(context: BrowserContext, complaints: list[str]) -> None:
    def heard(message: ConsoleMessage) -> None:
        complaints.append(message.text)

    context.on("console", heard)
    context.on("weberror", lambda error: complaints.append(str(error.error)))


def _ask(page: Page, question: str) -> None:
    page.fill("#question", question)
    page.click(".ask-now")
    expect(page.locator("#outcome [data-heading]")).to_be_focused()


def _entry(entry_id: str = "handle-refund-complaint") -> Entry:
    return next(entry for entry in read_corpus(ROOT / "knowledge").entries if entry.id == entry_id)


def _copied(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_the_link_that_serve_prints_opens_the_page_once(browser: Browser, server: Server) -> None:
    """It signs in, leaves the address and the history of the browser, is of no use to anybody else, and stands in the log once."""
    printed = (server.folder / "server.log").read_text()
    link = _TOKEN.search(printed)
    assert link
    with browser.new_context() as context, browser.new_context() as other:
        page = context.new_page()
        page.goto(link[0])
        expect(page.locator("#question")).to_be_focused()
        assert page.url == f"{server.address}/ask"
        assert [cookie["name"] for cookie in context.cookies()] == [f"sopbot-{server.address.rpartition(':')[2]}"]
        assert page.evaluate("document.cookie") == ""
        elsewhere = other.new_page()
        elsewhere.goto(link[0])
        expect(elsewhere.locator("main")).to_contain_text("This link has been used already")
        session = context.cookies()[0]["value"]
    log = (server.folder / "server.log").read_text()
    assert (log.count(link[1]), session in log) == (1, False)


def test_asking_shows_the_answer_and_tells_screen_readers(browser: Browser, server: Server) -> None:
    """The heading has the focus, a live region says what came, the address can be opened again, and nothing is stored twice."""
    with _opened(browser, server) as page:
        _ask(page, REFUND)
        expect(page.locator("#answer-title")).to_have_text("Handle a refund complaint")
        expect(page.locator("#said")).to_have_text("Answer: Handle a refund complaint; very likely right.")
        assert page.title() == "Handle a refund complaint – sopbot"
        query_id = page.url.rpartition("/")[2]
        page.reload()
        expect(page.locator("#answer-title")).to_have_text("Handle a refund complaint")
        assert server.stored(f"SELECT text, front_end, audience FROM questions WHERE id = '{query_id}'") == [(REFUND, "page", "internal")]  # noqa: S608
        assert page.locator(".steps .number").all_text_contents() == [step.number + ("." if step.level == 1 else "") for step in _entry().steps]


def test_a_reply_is_filled_in_and_copied_to_the_letter(browser: Browser, server: Server) -> None:
    """Empty fields hold the copying up; what is copied is the document's text with the fields in their places."""
    reply = _entry().replies[0]
    with _opened(browser, server) as page:
        _ask(page, REFUND)
        expect(page.locator("#text")).to_have_js_property("textContent", reply.body)
        page.click("button:has-text('Copy the reply')")
        expect(page.locator("#gaps")).to_contain_text("Not copied: 7 fields are empty: customer name, item name")
        expect(page.locator("#field-customer_name")).to_be_focused()
        assert page.locator("#text mark:not(.filled)").count() == 8  # the date stands there twice
        values = {name: f"<{name}> & “{number}”" for number, name in enumerate(reply.placeholders)}
        subject, body = reply.subject, reply.body
        for name, value in values.items():
            page.locator(f"#field-{name}").press_sequentially(value)
            subject, body = subject.replace(f"{{{{{name}}}}}", value), body.replace(f"{{{{{name}}}}}", value)
        expect(page.locator("#gaps")).to_be_empty()
        page.click("button:has-text('Copy the reply')")
        expect(page.locator("#copied")).to_have_text("The reply is copied.")
        assert _copied(page) == body
        page.click("text=Copy the subject")
        expect(page.locator("#copied")).to_have_text("The subject is copied.")
        assert _copied(page) == subject


def test_a_reply_may_be_copied_with_gaps_on_purpose(browser: Browser, server: Server) -> None:
    """A second button, which names nothing as done that is not."""
    with _opened(browser, server) as page:
        _ask(page, REFUND)
        page.click(".replies >> text=Live chat: after checking")
        expect(page.locator("#reply-title")).to_be_focused()
        expect(page.locator("#with-gaps")).to_be_hidden()
        page.click("button:has-text('Copy the reply')")
        page.click("text=Copy it with the gaps")
        expect(page.locator("#copied")).to_have_text("The reply is copied, with 4 gaps.")
        assert _copied(page) == _entry().replies[6].body
        expect(page.locator("#with-gaps")).to_be_hidden()


def test_without_the_clipboard_the_older_way_copies(browser: Browser, server: Server) -> None:
    """Over plain http on another name browsers offer no clipboard; copying works all the same."""
    with _opened(browser, server) as page:
        page.add_init_script("if (!location.hash) Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
        page.goto(f"{server.address}/ask")
        _ask(page, REFUND)
        page.click(".replies >> text=Website form")
        expect(page.locator("#reply-title")).to_be_focused()
        page.click("button:has-text('Copy the reply')")
        page.click("text=Copy it with the gaps")
        expect(page.locator("#copied")).to_contain_text("The reply is copied")
        page.goto(f"{server.address}/ask#with-clipboard")
        page.reload()
        assert _copied(page).replace("\r\n", "\n") == next(reply.body for reply in _entry().replies if reply.channel == "web_form")


def test_what_was_typed_goes_from_reply_to_reply_but_not_to_the_next_customer(browser: Browser, server: Server) -> None:
    """Within a question nobody types a name twice; with the next question only the agent's own name stays."""
    with _opened(browser, server) as page:
        _ask(page, REFUND)
        page.fill("#field-customer_name", "Ada")
        page.fill("#field-agent_name", "Grace")
        page.select_option("#channel", "social_comment")
        expect(page.locator("#reply-title")).to_have_text("Reply – Social comment")
        expect(page.locator("#text")).to_contain_text("We are sorry, Ada,")
        _ask(page, "how do I handle a refund complaint please")
        expect(page.locator("#field-customer_name")).to_have_value("")
        expect(page.locator("#field-agent_name")).to_have_value("Grace")
        page.select_option("#channel", "social_tag")
        expect(page.locator("#said")).to_have_text("There is no reply for Social tag.")


def test_feedback_reaches_the_database(browser: Browser, server: Server) -> None:
    """A "no" with its reason, the step and what it should say; then a "yes" to another."""
    with _opened(browser, server) as page:
        _ask(page, REFUND)
        page.click("summary:has-text('No')")
        page.check("text=A step is wrong or unclear")
        page.select_option("#step", "6.1")
        page.fill("#comment", "It is two hours now.")
        page.click("#feedback button:has-text('Send')")
        expect(page.locator("#feedback")).to_have_text("Thank you, noted.")
        expect(page.locator(".thanks")).to_be_focused()  # the button that had the focus is gone; a screen reader goes on from here
        first = page.url.rpartition("/")[2]
        _ask(page, "the customer wants their refund on another card")
        page.click("#feedback button:has-text('Yes')")
        expect(page.locator("#feedback")).to_have_text("Thank you, noted.")
        second = page.url.rpartition("/")[2]
    rows = server.stored("SELECT question_id, helpful, reason, step, comment, entry_id FROM feedback ORDER BY id DESC LIMIT 2")
    assert rows == [(second, 1, "", "", "", "refund-to-another-card"), (first, 0, "step_wrong", "6.1", "It is two hours now.", "handle-refund-complaint")]


def test_a_suggestion_is_chosen_and_the_way_back_leads_back(browser: Browser, server: Server) -> None:
    """The choice is stored and shown; the browser's own way back shows the titles again."""
    with _opened(browser, server) as page:
        _ask(page, "refund")
        expect(page.locator("#outcome h2")).to_have_text("Did you mean one of these?")
        title = page.locator(".offer button").nth(1).text_content()
        page.locator(".offer button").nth(1).click()
        expect(page.locator("#answer-title")).to_have_text(title or "")
        query_id = page.url.rpartition("/")[2].partition("?")[0]
        assert len(server.stored(f"SELECT entry_id FROM choices WHERE question_id = '{query_id}'")) == 1  # noqa: S608
        page.go_back()
        expect(page.locator("#outcome h2")).to_have_text("Did you mean one of these?")
        page.click("text=None of these")
        expect(page.locator("#feedback")).to_contain_text("counts as one that no document covers")
        assert server.stored(f"SELECT helpful, reason FROM feedback WHERE question_id = '{query_id}'") == [(0, "missing")]  # noqa: S608


def test_what_nothing_covers_can_be_explained(browser: Browser, server: Server) -> None:
    """The page says that the question is stored, and takes a detail."""
    with _opened(browser, server) as page:
        _ask(page, UNKNOWN)
        expect(page.locator("#outcome")).to_contain_text("No document covers this.")
        expect(page.locator("#outcome")).to_contain_text("Your question is stored")
        page.fill("#detail", "It is about the new till.")
        page.click("text=Add this to the question")
        expect(page.locator("#feedback")).to_contain_text("It stands with your question now.")
        query_id = page.url.rpartition("/")[2]
    assert server.stored(f"SELECT reason, comment FROM feedback WHERE question_id = '{query_id}'") == [("detail", "It is about the new till.")]  # noqa: S608


def test_ones_own_questions_stand_below_and_open_again(browser: Browser, server: Server) -> None:
    """Newest first, at once after asking; another holder of a link sees none of them."""
    with _opened(browser, server) as page, _opened(browser, server) as other:
        _ask(page, REFUND)
        _ask(page, UNKNOWN)
        assert page.locator("#history a").all_text_contents() == [UNKNOWN, REFUND]
        page.locator("#history a").nth(1).click()
        expect(page.locator("#answer-title")).to_have_text("Handle a refund complaint")
        address = page.url
        other.goto(f"{server.address}/ask")
        expect(other.locator("#history a")).to_have_count(0)
    with _opened(browser, server, expected=("404",)) as stranger:
        stranger.goto(address)
        expect(stranger.locator("#outcome")).to_have_text("There is no such question among yours. Ask it again.")


def test_everything_by_keyboard(browser: Browser, server: Server) -> None:
    """Ask, walk through the steps, fill in, copy, see the keys; no key is taken from whoever types, and they can be switched off."""
    with _opened(browser, server) as page:
        keys = page.keyboard
        expect(page.locator("#question")).to_be_focused()
        keys.type("how do I handle a refund complaint?/cjk")
        expect(page.locator("#question")).to_have_value("how do I handle a refund complaint?/cjk")
        keys.press("Enter")
        expect(page.locator("#answer-title")).to_be_focused()
        keys.press("ArrowDown")
        expect(page.locator("#answer-title")).to_be_focused()  # the arrows scroll, as ever, until one walks
        keys.press("j")
        keys.press("j")
        keys.press("ArrowDown")
        keys.press("k")
        expect(page.locator(".steps li").nth(1)).to_be_focused()
        keys.press("r")
        expect(page.locator("#field-order_number")).to_be_focused()
        keys.type("c?j/")
        expect(page.locator("#field-order_number")).to_have_value("c?j/")
        page.locator("#answer-title").focus()
        keys.press("c")
        expect(page.locator("#gaps")).to_contain_text("Not copied")
        expect(page.locator("#field-customer_name")).to_be_focused()
        page.locator("#answer-title").focus()
        keys.press("Control+c")
        keys.press("?")
        expect(page.locator("#keys summary")).to_be_focused()
        expect(page.locator("#keys")).to_have_attribute("open", "")
        keys.press("Tab")
        expect(page.locator("#keys-on")).to_be_focused()
        keys.press("Space")
        page.locator("#answer-title").focus()
        keys.press("/")
        expect(page.locator("#answer-title")).to_be_focused()
        page.locator("#keys-on").check()
        page.locator("#answer-title").focus()
        keys.press("/")
        expect(page.locator("#question")).to_be_focused()
        keys.type("refund")  # what stood there was selected
        keys.press("Shift+Enter")
        expect(page.locator("#question")).to_have_value("refund\n")
        keys.press("Enter")
        expect(page.locator("#outcome h2")).to_have_text("Did you mean one of these?")
        expect(page.locator("#outcome h2")).to_be_focused()  # until then keys go to the question
        keys.press("j")
        keys.press("Enter")
        expect(page.locator("#answer-title")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1300])
def test_every_state_suits_everybody(browser: Browser, server: Server, width: int, scheme: str) -> None:
    """No rule of axe is broken and nothing is cut off sideways: empty, answer, reasons, suggestions, nothing found, keys, signed out."""
    with _opened(browser, server, viewport={"width": width, "height": 740}, color_scheme=scheme) as page:

        def check() -> None:
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width

        check()
        _ask(page, REFUND)
        page.click("button:has-text('Copy the reply')")
        check()
        page.click("summary:has-text('No')")
        page.click("text=The whole document")
        check()
        _ask(page, "how long do I have to return something")
        check()
        _ask(page, "refund")
        check()
        _ask(page, UNKNOWN)
        page.locator("#question").blur()
        page.keyboard.press("?")
        check()
        page.click("text=Sign out")
        page.wait_for_url("**/sign-in")
        check()


@pytest.mark.parametrize("path", ["/", "/docs"])
@pytest.mark.parametrize("width", [360, 1100])
def test_the_other_pages_suit_everybody(browser: Browser, server: Server, path: str, width: int) -> None:
    """The first page and the HTTP interface, on a telephone too, in dark colours."""
    with _opened(browser, server, viewport={"width": width, "height": 740}, color_scheme="dark") as page:
        page.goto(server.address + path)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_all_but_copying_works(browser: Browser, server: Server) -> None:
    """Plain forms and links: ask, another reply, fill in, choose, feedback, sign out."""
    with _opened(browser, server, java_script_enabled=False, clipboard=False) as page:
        page.fill("#question", REFUND)
        page.click("button:has-text('Ask')")
        expect(page.locator("#answer-title")).to_have_text("Handle a refund complaint")
        expect(page.locator("button:has-text('Copy the reply')")).to_be_hidden()
        page.click(".replies >> text='SMS'")
        expect(page.locator("#reply-title")).to_have_text("Reply – SMS")
        page.fill("#field-ticket_number", "T-1")
        page.click("button:has-text('Fill in')")
        expect(page.locator("#text")).to_contain_text("Ticket T-1")
        page.click("#feedback button:has-text('Yes')")
        expect(page.locator("#feedback")).to_have_text("Thank you, noted.")
        page.fill("#question", "refund")
        page.click("button:has-text('Ask')")
        page.locator(".offer button").first.click()
        expect(page.locator("#answer-title")).to_be_visible()
        page.click("text=Sign out")
        expect(page.locator("h1")).to_have_text("Sign in")


def test_a_session_that_has_ended_is_told_without_losing_the_question(browser: Browser, server: Server) -> None:
    """What was typed stays, and a link leads to signing in again."""
    with _opened(browser, server, expected=("401",)) as page:
        page.context.clear_cookies()
        page.fill("#question", REFUND)
        page.keyboard.press("Enter")
        expect(page.locator("#trouble")).to_contain_text("You are not signed in, or your session has ended. Sign in again")
        expect(page.locator("#question")).to_have_value(REFUND)


def test_a_server_out_of_reach_is_told(browser: Browser, server: Server) -> None:
    """One sentence, and the page stays as it was."""
    with _opened(browser, server, expected=("ERR_INTERNET_DISCONNECTED", "htmx:")) as page:
        _ask(page, UNKNOWN)
        page.context.set_offline(True)
        page.fill("#question", REFUND)
        page.keyboard.press("Enter")
        expect(page.locator("#trouble")).to_contain_text("The server cannot be reached.")
        expect(page.locator("#outcome")).to_contain_text("No document covers this.")
