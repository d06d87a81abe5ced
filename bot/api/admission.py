"""Requests beyond what the server can do, or beyond what one address may send -> refused at once, with when to come back."""

from __future__ import annotations

import asyncio
import logging

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.problems import busy, too_many, too_slow
from bot.limits import Limit

_log = logging.getLogger(__name__)
_ALWAYS = ("/healthz", "/readyz", "/metrics", "/static/", "/widget.js", "/slack/")
"""Cheap, or asked by machines that must never be turned away: probes, scrapes, files, and Slack, which signs what it sends."""
_BY_KEY = "/v1/"
"""Paths whose routes look at keys, and count by them."""


class Admission:
    """ASGI middleware: so many requests in work at once, so long for each, so many for each address.

    A request beyond the number is refused at once rather than left waiting: whoever waits in a line that only grows gets
    the answer too late anyway.

    Args:
        app: what it wraps.
        at_once: requests in work at once.
        seconds: time for one request until its answer begins.
        by_address: limit for requests that show no key; those with one, under `/v1/`, are counted when it is looked at.
    """

    def __init__(self, app: ASGIApp, at_once: int, seconds: float, by_address: Limit) -> None:
        self._app = app
        self._at_once = at_once
        self._seconds = seconds
        self._by_address = by_address
        self._in_work = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http" or scope["path"].startswith(_ALWAYS):
            await self._app(scope, receive, send)
            return
        if self._in_work >= self._at_once:
            await busy(scope)(scope, receive, send)
            return
        if not _is_counted_by_key(scope) and (wait := self._by_address.wait(address_of(scope))):
            await too_many(scope, wait)(scope, receive, send)
            return
        self._in_work += 1
        try:
            await self._in_time(scope, receive, send)
        finally:
            self._in_work -= 1

    async def _in_time(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            async with asyncio.timeout(self._seconds):
                await self._app(scope, receive, noting)
        except TimeoutError:
            _log.warning("request %s took longer than %g seconds", scope.get("state", {}).get("request_id", ""), self._seconds)
            if started:
                raise
            await too_slow(scope)(scope, receive, send)


def _is_counted_by_key(scope: Scope) -> bool:
    """Whether the key that a request shows is looked at; elsewhere whatever stands in those headers means nothing."""
    headers = Headers(scope=scope)
    return scope["path"].startswith(_BY_KEY) and bool(headers.get("authorization") or headers.get("x-api-key"))


def address_of(scope: Scope) -> str:
    """Where a request comes from; behind a trusted proxy, what that proxy says."""
    client = scope.get("client")
    return client[0] if client else "unknown"
