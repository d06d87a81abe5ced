"""A server that a shop may call, the shop, and its page in a fresh browser profile."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.serving import copy_index, serving
from tests.e2e.widget.shop import Shop
from tests.e2e.widget.widget import CONTACT, Widget

Opened = Callable[..., Widget]


@dataclass(frozen=True, slots=True)
class HelpServer:
    """A running `sopbot serve`."""

    address: str
    folder: Path

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What is in its database."""
        with closing(sqlite3.connect(f"file:{self.folder / 'sopbot.db'}?mode=ro", uri=True)) as database:
            return database.execute(query).fetchall()


@pytest.fixture(scope="session")
def shop() -> Iterator[Shop]:
    """A shop's web server."""
    shop = Shop()
    yield shop
    shop.close()


@pytest.fixture(scope="session")
def help_server(starter_data: Path, shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HelpServer]:
    """A server with the starter knowledge base that this shop's pages may call."""
    folder = tmp_path_factory.mktemp("widget")
    copy_index(starter_data, folder)
    with serving(folder, SOPBOT_RATE_LIMIT="", SOPBOT_CORS_ORIGINS=f'["{shop.address}"]') as address:
        yield HelpServer(address, folder)


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Opens pages that have the widget, each in a fresh profile; fails at the end when a browser complained.

    Takes the page's address, and what the profile is to be like; `complaints=True` when the test looks at them itself.
    """
    with ExitStack() as open_profiles:
        watched: list[Widget] = []

        def open_page(address: str, *, complaints: bool = False, before: Callable[[Widget], None] = lambda widget: None, **profile: Any) -> Widget:
            profile = {"viewport": {"width": 1280, "height": 800}, **profile}
            widget = Widget(open_profiles.enter_context(browser.new_context(**profile)).new_page())
            before(widget)
            widget.page.goto(address)
            widget.launcher.wait_for(state="attached")
            if not complaints:
                watched.append(widget)
            return widget

        yield open_page
        assert [widget.complaints for widget in watched if widget.complaints] == []


@pytest.fixture
def on_shop(opened: Opened, shop: Shop, help_server: HelpServer) -> Opened:
    """Opens the shop's page with the widget; takes the script tag's attributes and the page's policy."""

    def open_page(attributes: str = "", policy: str = "", **how: Any) -> Widget:
        shop.show(help_server.address, f'data-contact="{CONTACT}" {attributes}', policy)
        return opened(shop.address, **how)

    return open_page
