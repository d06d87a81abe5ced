"""What tests with a browser share: Debian's Chromium, and a running server with the real index."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.serving import copy_index, serving
from tests.installed import left_out
from tests.slack_stand_in.server import SlackStandIn

CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of one file; its tests cannot be coroutines, since Playwright's own event loop runs meanwhile."""
    if not CHROMIUM.exists():
        left_out("Chromium", "chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    """A stand-in for Slack that listens."""
    stand_in = SlackStandIn()
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture(scope="session")
def served(starter_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running `sopbot serve` with the starter knowledge base and a database of its own."""
    folder = tmp_path_factory.mktemp("served")
    copy_index(starter_data, folder)
    with serving(folder, SOPBOT_RATE_LIMIT="") as address:
        yield address
