"""`/metrics` for Prometheus, and the middleware that counts what it tells of requests."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.auth import DESCRIBED, CallerOf
from bot.api.problems import ProblemError, documented
from bot.metrics import Metrics

router = APIRouter(tags=["health"], dependencies=DESCRIBED)
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_PLAIN: dict[int | str, dict[str, Any]] = {200: {"description": "Prometheus' text format.", "content": {"text/plain": {"schema": {"type": "string"}}}}}


@router.get("/metrics", summary="Figures for Prometheus", response_class=Response, responses=_PLAIN | documented(401, 403, 429, 500, 503))
def metrics(request: Request, caller: CallerOf) -> Response:
    """Requests, outcomes, times, age of the index, open gaps. Needs an internal or admin key: they tell how much there is inside."""
    if caller.audience == "public":
        raise ProblemError(403, "The figures are for the team: send an internal or admin key.")
    told: Metrics = request.app.state.metrics
    return Response(told.exposed(), media_type=CONTENT_TYPE_LATEST)


class Measured:
    """ASGI middleware that counts requests, refused ones among them.

    Args:
        app: what it wraps.
        metrics: where they are counted.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500  # of a request that ends without an answer

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            # What nobody serves is one route, and a made-up method one method: clients must not make new time series.
            route = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.count_request(method, route, status, time.perf_counter() - started)
