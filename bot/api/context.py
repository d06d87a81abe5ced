"""Around every request: an id, a limit for the body, headers that keep answers out of caches, and no traceback outside."""

from __future__ import annotations

import asyncio
import logging
import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.problems import too_large, too_late, unforeseen

MAX_BODY_BYTES = 64 * 1024
_LARGER = {"/v1/index/webhook": 1024 * 1024, "/review/drafts/edit": 1024 * 1024, "/ask": 128 * 1024}
"""A Git host tells of every commit of a push; a form sends each byte beyond ASCII as three, so that a whole document, or the
longest question in Chinese, needs more than its characters."""
_DRAINED_BYTES = 2 * 1024 * 1024
"""A body that is too large is read and thrown away up to here: closing a connection with unread bytes in it would reset it,
and the client might never see why."""
BODY_SECONDS = 10.0
"""Time for a body to arrive: a client that sends a byte now and then holds a connection, and nothing else."""
REQUEST_ID = "X-Request-ID"
_NOT_MODIFIED = 304
_USUAL = {
    "Cache-Control": "no-store",  # the same address answers differently with and without a key
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",  # of what is no page: a browser that opens it loads nothing from it
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ONLY_HTTPS = "max-age=31536000"
_GOOD_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_log = logging.getLogger(__name__)


class RequestContext:
    """ASGI middleware, the outermost one.

    Args:
        app: what it wraps.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get(REQUEST_ID, "")
        # An id of another shape could carry a line break into the log.
        request_id = given if _GOOD_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _complete(message, request_id, scope["scheme"])
            await send(message)

        limit = _LARGER.get(scope["path"], MAX_BODY_BYTES)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(headers, receive, limit)
        except TimeoutError:
            await too_late(scope)(scope, receive, send_with_headers)
            return
        if body is None:
            await too_large(scope, limit)(scope, receive, send_with_headers)
            return
        try:
            await self._app(scope, _replay(body, receive), send_with_headers)
        except Exception:
            _log.exception("request %s failed: %s %r", request_id, scope["method"], scope["path"])
            if started:
                raise
            await unforeseen(scope)(scope, receive, send_with_headers)


def _complete(message: Message, request_id: str, scheme: str) -> None:
    """Put the headers that all responses have onto the beginning of one."""
    response = MutableHeaders(scope=message)
    response[REQUEST_ID] = request_id
    response["X-Content-Type-Options"] = "nosniff"
    if message["status"] != _NOT_MODIFIED:  # a browser would put these in the place of those that it holds with the page
        for name, value in _USUAL.items():
            response.setdefault(name, value)
    if scheme == "https":
        response.setdefault("Strict-Transport-Security", _ONLY_HTTPS)


async def _body(headers: Headers, receive: Receive, limit: int) -> list[Message] | None:
    """The messages that carry the request's body, or None when it is too large, declared or not."""
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > _DRAINED_BYTES:
        return None
    messages: list[Message] = []
    size = 0
    while True:
        message = await receive()
        size += len(message.get("body", b""))
        if size <= limit:
            messages.append(message)
        if size > _DRAINED_BYTES or not message.get("more_body", False):
            return messages if size <= limit else None


def _replay(messages: list[Message], receive: Receive) -> Receive:
    waiting = iter(messages)

    async def again() -> Message:
        return next(waiting, None) or await receive()

    return again
