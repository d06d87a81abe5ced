"""Settings and the HTTP application -> the Slack front end, running inside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI

from bot.ask import Asker
from bot.database import Database
from bot.gaps.reading import GapList
from bot.gaps.telling import Tell
from bot.gaps.upkeep import Upkeep
from bot.query_log import QueryLog
from bot.settings import Settings
from bot.slack.app import open_front
from bot.slack.covered import tell_asker
from bot.slack.front import Front
from bot.slack.options import SlackOptions
from bot.slack.serve import SlackHealth, events_endpoint, run_socket_mode, work_in_background
from index.current import CurrentIndex

_TELL_SECONDS = 30.0


def slack_options(settings: Settings) -> SlackOptions:
    """What the Slack front end needs of the settings."""
    return SlackOptions(
        bot_token=settings.slack_bot_token.get_secret_value(),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        app_token=settings.slack_app_token.get_secret_value(),
        api_url=settings.slack_api_url,
        owners_channel=settings.slack_owners_channel,
        leads=tuple(settings.slack_leads),
        fallback_dir=settings.data_dir / "slack-claims",
    )


def attach_slack(app: FastAPI, settings: Settings, asker: Asker, index: CurrentIndex, database: Database, log: QueryLog, upkeep: Upkeep) -> str:
    """Let the HTTP application carry the Slack front end: Socket Mode beside it, or the events endpoint in it.

    Args:
        app: gets `POST /slack/events` when there is a signing secret and no app token, and work that starts and ends with it.
        settings: hold the tokens.
        asker: the one way to ask.
        index: the same index.
        database: migrated.
        log: the same log.
        upkeep: of gaps; gets the means to tell askers in Slack, while Slack is connected.

    Returns:
        How Slack is connected, in words; "" when there is no bot token.
    """
    options = slack_options(settings)
    if not options.bot_token:
        return ""
    front = open_front(asker, index, database, log, options, gaps=GapList(database).titles)
    if options.app_token:
        health = SlackHealth()
        app.state.problems.append(lambda: health.problem)
        app.state.metrics.watch("slack", lambda: health.connected)
        app.router.lifespan_context = _beside(lambda stop: run_socket_mode(front, health, stop), front, upkeep)
        return "over Socket Mode"
    app.add_api_route("/slack/events", events_endpoint(front), methods=["POST"], include_in_schema=False, response_model=None)
    app.router.lifespan_context = _beside(lambda stop: work_in_background(front, stop), front, upkeep)
    return "over HTTP, at /slack/events"


def _beside(work: Callable[[asyncio.Event], Coroutine[Any, Any, None]], front: Front, upkeep: Upkeep) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    """A lifespan during which some work runs beside the application."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        stop = asyncio.Event()
        task = asyncio.create_task(work(stop))
        upkeep.tell = _teller(front, asyncio.get_running_loop())
        try:
            yield
        finally:
            upkeep.tell = None
            stop.set()
            await asyncio.wait([task], timeout=10)

    return lifespan


def _teller(front: Front, loop: asyncio.AbstractEventLoop) -> Tell:
    """What the thread that looks after gaps calls to post in Slack."""

    def tell(query_id: str, entry_id: str) -> bool:
        return asyncio.run_coroutine_threadsafe(tell_asker(front, query_id, entry_id), loop).result(_TELL_SECONDS)

    return tell
