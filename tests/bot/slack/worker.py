"""One worker process as `sopbot serve` runs it: HTTP endpoint and background work, on a database shared with others."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from bot.slack.serve import events_endpoint, work_in_background
from index.corpus import read_corpus
from tests.bot.slack.support import OpenWordIndex, make_front
from tests.fakes import KNOWLEDGE, HeldIndex


def main(slack_url: str, database: str, port: int, lease_seconds: float) -> None:
    """Serve until killed."""
    front, _ = make_front(slack_url, Path(database), HeldIndex(OpenWordIndex(read_corpus(KNOWLEDGE).entries)), lease_seconds=lease_seconds)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        stop = asyncio.Event()
        task = asyncio.create_task(work_in_background(front, stop))
        yield
        stop.set()
        await task

    app = Starlette(routes=[Route("/slack/events", events_endpoint(front), methods=["POST"])], lifespan=lifespan)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
