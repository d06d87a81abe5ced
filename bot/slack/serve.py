"""The Bolt app -> Slack, over Socket Mode or as an HTTP endpoint, with the work that goes on in the background."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from starlette.requests import Request
from starlette.responses import Response

from bot.errors import LogUnavailable, SettingsError
from bot.slack.app import create_app
from bot.slack.front import Front, in_thread
from bot.slack.idempotency import forget_files
from bot.slack.inbox import answer_overdue

_log = logging.getLogger(__name__)
_CHECK_SECONDS = 0.5
_DEAD_SECONDS = 20.0
_TIDY_SECONDS = 3_600.0
_FILES_KEPT_SECONDS = 86_400.0
_QUIET_SECONDS = 1_800.0
"""A socket that has brought nothing for so long is opened anew, since Slack may have stopped sending into it."""


@dataclass(slots=True)
class SlackHealth:
    """Whether events arrive; for `/readyz`."""

    connected: bool = False
    told: bool = False
    """Whether the log has said how it is."""

    @property
    def problem(self) -> str:
        """What is wrong, or "" when nothing is."""
        return "" if self.connected else "Slack: the Socket Mode connection is down; it is being opened again."

    def set(self, connected: bool) -> None:
        """Note how it is, and log when that has changed."""
        if connected == self.connected and self.told:
            return
        self.connected, self.told = connected, True
        if connected:
            _log.info("Slack: the Socket Mode connection is up")
        else:
            _log.error("Slack: the Socket Mode connection is down; opening it again")


async def run_socket_mode(front: Front, health: SlackHealth, stop: asyncio.Event, ping_seconds: float = 10.0) -> None:
    """Listen over Socket Mode until told to stop.

    Args:
        front: the parts.
        health: kept true meanwhile.
        stop: ends it.
        ping_seconds: how often the connection is tried.

    Raises:
        SettingsError: there is no app token.
    """
    if not front.options.app_token:
        raise SettingsError(
            "SLACK_APP_TOKEN is not set. Socket Mode needs it; make one under Basic Information > App-Level Tokens, with the scope connections:write."
        )
    handler = AsyncSocketModeHandler(create_app(front), front.options.app_token, web_client=front.client, ping_interval=ping_seconds)
    client: SocketModeClient = handler.client
    background = asyncio.create_task(work_in_background(front, stop))
    health.connected, health.told = False, True
    connecting = asyncio.create_task(_connect(client))
    try:
        await _watch(client, health, stop, min(_CHECK_SECONDS, ping_seconds))
    finally:
        connecting.cancel()
        background.cancel()
        await client.close()  # type: ignore[no-untyped-call]
        await client.aiohttp_client_session.close()
        for task in (connecting, background):
            with contextlib.suppress(asyncio.CancelledError):
                await task
        health.connected = False


async def work_in_background(front: Front, stop: asyncio.Event) -> None:
    """Answer what a dead worker left, and forget what is old; one task for each process, whatever the transport."""
    tidied = 0.0
    while not stop.is_set():
        try:
            await front.learn_identity()
            await answer_overdue(front)
            if not tidied or time.monotonic() - tidied > _TIDY_SECONDS:
                await in_thread(front.claims.forget_old)
                await in_thread(forget_files, front.options.fallback_dir, _FILES_KEPT_SECONDS)
                tidied = time.monotonic()
        except LogUnavailable as error:
            _log.warning("Slack: unfinished answers cannot be looked for now (%s)", error)
        except Exception:  # noqa: BLE001 (the work goes on, whatever one claim does)
            _log.exception("Slack: looking for unfinished answers failed")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), front.options.lease_seconds / 2)


def events_endpoint(front: Front) -> Callable[[Request], Awaitable[Response]]:
    """The handler for `POST /slack/events`, for Starlette or FastAPI. Run `work_in_background` beside it.

    Raises:
        SettingsError: there is no signing secret, so that forged requests could not be told from Slack's.
    """
    if not front.options.signing_secret:
        raise SettingsError("SLACK_SIGNING_SECRET is not set. Slack's requests are checked against it; copy it from Basic Information > App Credentials.")
    handler = AsyncSlackRequestHandler(create_app(front))

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return events


async def _connect(client: SocketModeClient) -> None:
    """The first connection; after it, slack_sdk and `_watch` open new ones."""
    while True:
        try:
            await client.connect()  # type: ignore[no-untyped-call]
            return
        except Exception:  # noqa: BLE001 (slack_sdk raises many kinds; each is a reason to try again)
            _log.exception("Slack: Socket Mode could not be opened; trying again")
            await asyncio.sleep(client.ping_interval)


async def _watch(client: SocketModeClient, health: SlackHealth, stop: asyncio.Event, every: float) -> None:
    """See that the socket lives, and open a new one when it does not."""
    heard = down_since = time.monotonic()

    async def listen(_message: object) -> None:
        nonlocal heard
        heard = time.monotonic()

    client.on_message_listeners.append(listen)
    while not stop.is_set():
        connected = await client.is_connected()
        health.set(connected)
        now = time.monotonic()
        if connected:
            down_since = now
        if now - down_since > _DEAD_SECONDS or now - heard > _QUIET_SECONDS:
            client.wss_uri = None  # an address is good for one connection; slack_sdk would try it for ever
            down_since = heard = now
            _log.warning("Slack: opening a new Socket Mode connection (%s)", "nothing was heard for long" if connected else "the old one is dead")
            with contextlib.suppress(Exception):
                await asyncio.wait_for(client.connect_to_new_endpoint(force=True), _DEAD_SECONDS)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every)
