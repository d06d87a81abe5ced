"""`sopbot serve` as an operator starts it, connected to the stand-in for Slack, which runs in the test's own event loop."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.e2e.serving import serving
from tests.slack_stand_in.server import TOKEN, SlackStandIn


@asynccontextmanager
async def serving_slack(folder: Path, slack: SlackStandIn, **settings: str) -> AsyncIterator[str]:
    """Run a server in a data folder until the block ends, connected; see `serving`.

    Args:
        folder: the data folder.
        slack: listens already.
        settings: environment variables, among them `SLACK_APP_TOKEN` or `SLACK_SIGNING_SECRET`.

    Yields:
        The server's address.
    """
    server = serving(folder, SLACK_BOT_TOKEN=TOKEN, SOPBOT_SLACK_API_URL=slack.url, **settings)
    address = await asyncio.to_thread(server.__enter__)
    try:
        async with asyncio.timeout(120):
            while not await asyncio.to_thread(_connected, address):  # noqa: ASYNC110  # another process tells nobody
                await asyncio.sleep(0.05)
        yield address
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)


def _connected(address: str) -> bool:
    """Whether the server is well, its connection to Slack too."""
    with urllib.request.urlopen(f"{address}/readyz", timeout=10) as response:  # noqa: S310  # our own http address
        return not json.load(response)["problems"]


async def until(condition: Callable[[], object], within: float = 120.0) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(within):
        while True:
            if condition():
                return
            await asyncio.sleep(0.05)
