"""The Slack front end's parts -> a Bolt app that listens."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable
from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.ask import Asker
from bot.database import Database
from bot.gaps.actions import GapActions
from bot.gaps.reading import GapList
from bot.query_log import QueryLog
from bot.slack.answers import Answers
from bot.slack.audience import Directory
from bot.slack.channel_settings import ChannelSettings
from bot.slack.checklists import Checklists
from bot.slack.front import Front, IndexNow, report
from bot.slack.handovers import Handovers
from bot.slack.idempotency import Claims
from bot.slack.inbox import inbox
from bot.slack.listeners import register_all
from bot.slack.options import SlackOptions


def open_front(
    asker: Asker,
    index: IndexNow,
    database: Database,
    log: QueryLog,
    options: SlackOptions,
    today: Callable[[], date] = date.today,
) -> Front:
    """Put the parts together.

    Args:
        asker: the one way to ask.
        index: the same that the asker asks; shows stored answers again.
        database: migrated.
        log: the same that the asker stores in.
        options: how to reach Slack.
        today: the date against which review dates count.
    """
    client = web_client(options, options.bot_token)
    return Front(
        client=client,
        asker=asker,
        index=index,
        log=log,
        options=options,
        directory=Directory(client),
        claims=Claims(database, options.lease_seconds),
        answers=Answers(database),
        channels=ChannelSettings(database),
        checklists=Checklists(database),
        handovers=Handovers(database),
        today=today,
        gaps=GapList(database),
        gap_actions=GapActions(database),
    )


def web_client(options: SlackOptions, token: str | None) -> AsyncWebClient:
    """A client that waits when Slack says so and repeats nothing else: slack_sdk's own retry can post twice."""
    return AsyncWebClient(
        token=token,
        base_url=options.base_url,
        timeout=options.request_seconds,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=5)],
    )


def create_app(front: Front) -> AsyncApp:
    """Make the Bolt app.

    Without a signing secret it refuses every HTTP request; Socket Mode needs none.
    """

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # No call before the acknowledgement, unless nobody has told us yet who we are.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(front.learn_identity(), front.options.ack_seconds / 3)
        known = front.identity
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=known.team_id or team_id,
            bot_token=front.options.bot_token,
            bot_id=known.bot_id or None,
            bot_user_id=known.user_id or None,
        )

    logging.getLogger("slack_bolt.AsyncApp").addFilter(_no_token_warning)
    app = AsyncApp(
        client=web_client(front.options, None),  # the token comes from `authorize`
        authorize=authorize,
        signing_secret=front.options.signing_secret or secrets.token_hex(32),
    )
    app.middleware(inbox(front))
    register_all(app, front)

    @app.error
    async def unexpected(error: Exception, body: dict[str, Any]) -> BoltResponse:
        report(error, f"handling a payload of type {body.get('type')}")
        return BoltResponse(status=200)

    return app


def _no_token_warning(record: logging.LogRecord) -> bool:
    """Bolt reads SLACK_BOT_TOKEN by itself, and then warns that it is not needed; nobody can do anything about that."""
    return "`token` will be unused" not in record.getMessage()
