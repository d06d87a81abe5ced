"""The index is built anew while the panel is open: nothing of an older one is shown afterwards."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from index.build import build_index
from index.export import DEFAULT_MODEL
from tests.conftest import ROOT
from tests.e2e.serving import serving
from tests.e2e.widget.conftest import Opened
from tests.e2e.widget.shop import Shop
from tests.e2e.widget.widget import RETURN_TIME, RETURN_TITLE, Widget

_MINUTE_MS = 60_100
_NEW_TITLE = "How many days do I have to send something back?"


@dataclass(frozen=True, slots=True)
class Desk:
    """A server, and the documents behind it."""

    address: str
    knowledge: Path
    data: Path

    def write(self, path: str, was: str, now: str) -> None:
        """Change a document, and build."""
        text = (self.knowledge / path).read_text(encoding="utf-8")
        assert was in text
        (self.knowledge / path).write_text(text.replace(was, now), encoding="utf-8")
        build_index(self.knowledge, self.data, DEFAULT_MODEL)
        built = (self.data / "CURRENT").read_text().strip()
        end = time.monotonic() + 60
        while httpx.get(f"{self.address}/readyz", trust_env=False).json().get("generation") != built:  # opened in the background
            assert time.monotonic() < end
            time.sleep(0.1)


@pytest.fixture(scope="module")
def first(starter_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three documents and their index."""
    folder = tmp_path_factory.mktemp("first")
    knowledge, data = folder / "knowledge", folder / "data"
    for path in ("faqs/returns.md", "faqs/payment.md", "sops/verify-identity.md"):
        (knowledge / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "knowledge" / path, knowledge / path)
    (data / "cache").mkdir(parents=True)
    (data / "cache" / "encoders").symlink_to((starter_data / "cache" / "encoders").resolve())
    shutil.copy(starter_data / "cache" / "vectors.db", data / "cache" / "vectors.db")
    build_index(knowledge, data, DEFAULT_MODEL)
    return folder


@pytest.fixture
def desk(first: Path, shop: Shop, tmp_path: Path) -> Iterator[Desk]:
    """A server with these documents, which the test may change."""
    shutil.copytree(first, tmp_path, dirs_exist_ok=True, symlinks=True)
    knowledge, data = tmp_path / "knowledge", tmp_path / "data"
    with serving(data, SOPBOT_RATE_LIMIT="", SOPBOT_CORS_ORIGINS=f'["{shop.address}"]') as address:
        yield Desk(address, knowledge, data)


@pytest.fixture
def widget(opened: Opened, shop: Shop, desk: Desk) -> Widget:
    """The panel, open on the shop's page, whose clock tests may put forward."""
    shop.show(desk.address)
    widget = opened(shop.address, before=lambda widget: widget.page.clock.install(), complaints=True)
    widget.open()
    return widget


def test_two_rebuilds_while_the_panel_is_open(widget: Widget, desk: Desk) -> None:
    """An answer that is being read changes by itself within a minute; then its title changes, and the lists follow."""
    widget.row("Returns and exchanges").click()
    widget.row(RETURN_TITLE).click()
    expect(widget.content.locator(".body")).to_contain_text("You have 60 days")

    desk.write("faqs/returns.md", "You have 60 days from the day", "You have 45 days from the day")
    widget.page.clock.fast_forward(_MINUTE_MS)
    expect(widget.content.locator(".body")).to_contain_text("You have 45 days")
    expect(widget.status).to_have_text("This was updated just now.")

    widget.button("Back").click()
    expect(widget.row(RETURN_TITLE)).to_be_visible()
    desk.write("faqs/returns.md", f"## {RETURN_TITLE}", f"## {_NEW_TITLE}")
    widget.page.clock.fast_forward(_MINUTE_MS)
    expect(widget.row(_NEW_TITLE)).to_be_visible()
    expect(widget.row(RETURN_TITLE)).to_have_count(0)
    widget.row(_NEW_TITLE).click()
    widget.expect_answer(_NEW_TITLE)
    expect(widget.content.locator(".body")).to_contain_text("You have 45 days")


def test_an_entry_that_has_gone_is_not_shown_and_the_lists_are_got_anew(widget: Widget, desk: Desk) -> None:
    """Choosing it from an older list says that it is no longer there; the next list is without it."""
    widget.row("Returns and exchanges").click()
    desk.write("faqs/returns.md", f"## {RETURN_TITLE}", f"## {_NEW_TITLE}")
    widget.row(RETURN_TITLE).click()
    expect(widget.content.get_by_role("alert")).to_have_text("This answer is no longer there. Please search again.")
    widget.button("Back").click()
    widget.row("Returns and exchanges").click()
    expect(widget.row(_NEW_TITLE)).to_be_visible()
    expect(widget.row(RETURN_TITLE)).to_have_count(0)


def test_an_open_answer_that_has_gone_is_taken_away(widget: Widget, desk: Desk) -> None:
    """When the entry that is being read disappears, so does what is shown of it, as soon as somebody looks again."""
    widget.ask(RETURN_TIME)
    widget.expect_answer(RETURN_TITLE)
    widget.button("Close").click()
    desk.write("faqs/returns.md", f"## {RETURN_TITLE}", f"## {_NEW_TITLE}")
    widget.launcher.click()
    expect(widget.content.get_by_role("alert")).to_have_text("This answer is no longer there. Please search again.")
    expect(widget.content).not_to_contain_text("60 days")


def test_going_back_shows_the_list_of_today(widget: Widget, desk: Desk) -> None:
    """What "back" leads to is looked at anew: results that were shown before a rebuild are not shown after it."""
    widget.type("gift")
    expect(widget.status).to_contain_text("Answers found")
    expect(widget.row("How long is a gift card valid?")).to_be_visible()
    widget.row("How do I return a gift?").click()
    widget.expect_answer("How do I return a gift?")
    desk.write("faqs/payment.md", "## How long is a gift card valid?", "## For how many years is a gift card good?")
    widget.button("Back").click()
    expect(widget.row("For how many years is a gift card good?")).to_be_visible()
    expect(widget.row("How long is a gift card valid?")).to_have_count(0)


def test_an_answer_that_did_not_change_stays_as_it_is(widget: Widget, desk: Desk) -> None:
    """A rebuild for another document disturbs nobody: what was begun in the form is still there."""
    widget.ask(RETURN_TIME)
    widget.button("No").click()
    widget.panel.get_by_label("Tell us more, if you like").fill("half a sent")
    desk.write("faqs/payment.md", "## How long is a gift card valid?", "## For how many years is a gift card good?")
    with widget.page.expect_response("**/v1/entries/**"):
        widget.page.clock.fast_forward(_MINUTE_MS)
    widget.page.clock.run_for(100)
    expect(widget.panel.get_by_label("Tell us more, if you like")).to_have_value("half a sent")
    expect(widget.status).to_have_text("")
