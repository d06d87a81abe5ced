"""Settings and the HTTP application -> the Slack front end, running inside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from concurrent.futures import CancelledError
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI

from bot.ask import Asker
from bot.database import Database
from bot.digest import Digests
from bot.figures.store import Figures
from bot.figures.titles import titles_of
from bot.gaps.telling import CannotTellNow, Tell
from bot.gaps.upkeep import Upkeep
from bot.query_log import QueryLog
from bot.settings import Settings
from bot.slack.app import open_front
from bot.slack.covered import tell_asker
from bot.slack.digest import post_digests
from bot.slack.front import Front
from bot.slack.options import SlackOptions
from bot.slack.serve import SlackHealth, events_endpoint, run_socket_mode, work_in_background
from bot.weekly import Weekly
from index.current import CurrentIndex

Work = Callable[[asyncio.Event], Coroutine[Any, Any, None]]
"""Runs until the event is set."""
_TELL_SECONDS = 60.0
"""How long telling one person may take; posting tries five times by itself."""


def slack_options(settings: Settings) -> SlackOptions:
    """What the Slack front end needs of the settings."""
    return SlackOptions(
        bot_token=settings.slack_bot_token.get_secret_value(),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        app_token=settings.slack_app_token.get_secret_value(),
        api_url=settings.slack_api_url,
        owners_channel=settings.slack_owners_channel,
        digest_channel="" if settings.slack_digest in ("", "off") else settings.slack_digest_channel or settings.slack_owners_channel,
        review_url=f"{settings.public_url.rstrip('/')}/review" if settings.public_url else "",
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
    front = open_front(asker, index, database, log, options)
    works = [_digests(front, settings, index, database)] if options.digest_channel else []
    if options.app_token:
        health = SlackHealth()
        app.state.problems.append(lambda: health.problem)
        app.state.metrics.watch("slack", lambda: health.connected)
        app.router.lifespan_context = _beside([lambda stop: run_socket_mode(front, health, stop), *works], front, upkeep)
        return "over Socket Mode"
    app.add_api_route("/slack/events", events_endpoint(front), methods=["POST"], include_in_schema=False, response_model=None)
    app.router.lifespan_context = _beside([lambda stop: work_in_background(front, stop), *works], front, upkeep)
    return "over HTTP, at /slack/events"


def _digests(front: Front, settings: Settings, index: CurrentIndex, database: Database) -> Work:
    digests = Digests(Figures(database, titles_of(index)), front.gaps, index)
    return lambda stop: post_digests(front, digests, Weekly(settings.slack_digest), stop)


def _beside(works: Sequence[Work], front: Front, upkeep: Upkeep) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    """A lifespan during which some works run beside the application."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        stop = asyncio.Event()
        tasks = [asyncio.create_task(work(stop)) for work in works]
        upkeep.tell = teller(front, asyncio.get_running_loop())
        try:
            yield
        finally:
            upkeep.tell = None
            stop.set()
            await asyncio.wait(tasks, timeout=10)

    return lifespan


def teller(front: Front, loop: asyncio.AbstractEventLoop) -> Tell:
    """What the thread that looks after gaps calls to post in Slack."""

    def tell(query_id: str, entry_id: str) -> bool:
        telling = asyncio.run_coroutine_threadsafe(tell_asker(front, query_id, entry_id), loop)
        try:
            return telling.result(_TELL_SECONDS)
        except (TimeoutError, CancelledError) as error:  # Slack takes too long, or the server stops
            telling.cancel()
            raise CannotTellNow(type(error).__name__) from error

    return tell
