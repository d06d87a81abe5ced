"""What answers questions -> the HTTP application."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot.api import ask, entries, feedback, health, pages, problems, rebuild, search, webhook
from bot.api import metrics as metrics_page
from bot.api.admission import Admission
from bot.api.context import REQUEST_ID, RequestContext
from bot.api.metrics import Measured
from bot.ask import Asker
from bot.database import Database
from bot.figures.sources import ChecklistSource
from bot.figures.store import Figures
from bot.figures.titles import titles_of
from bot.gaps.figures import GapCounts
from bot.keys import KeyStore
from bot.limits import Limit
from bot.metrics import Metrics
from bot.query_log import QueryLog
from bot.rebuild import Rebuilder
from bot.settings import Settings
from bot.web import ask_page, coverage_page, faq, figures_page, review, signing_in, static_files, widget
from bot.web.peer import KeepPeer
from index.current import CurrentIndex

_DESCRIPTION = """Questions in, procedures and scripted replies out, word for word.

Without a key, only public entries answer; a key goes into `Authorization: Bearer sop_…` or `X-API-Key`. Every error is a
problem document (RFC 9457). Each response names its request in `X-Request-ID`; send your own to follow it through logs.
"""
_COMPRESSED_FROM_BYTES = 1_000


def create_app(
    asker: Asker,
    index: CurrentIndex,
    keys: KeyStore,
    database: Database,
    log: QueryLog,
    settings: Settings,
    metrics: Metrics,
    rebuilder: Rebuilder,
    checklists: ChecklistSource | None = None,
) -> FastAPI:
    """Make the application.

    Args:
        asker: answers and stores questions.
        index: the same index that the asker asks.
        keys: who may read more than what is public.
        database: asked whether it is well, by `/readyz`.
        log: stores feedback.
        settings: limits, and who may call from where.
        metrics: what `/metrics` tells.
        rebuilder: builds the index anew when an admin asks for it.
        checklists: tells how checklists are walked through, if anything keeps them.

    Returns:
        An ASGI application; requests that search run in its thread pool.
    """
    app = FastAPI(title="sopbot", version=_version(), description=_DESCRIPTION, docs_url=None, redoc_url=None)
    app.state.asker, app.state.index, app.state.keys, app.state.database = asker, index, keys, database
    app.state.log, app.state.settings, app.state.metrics = log, settings, metrics
    app.state.rebuilder = rebuilder
    metrics.watch("database", lambda: health.is_well(database))
    app.state.figures = Figures(database, titles_of(index), checklists, GapCounts(database))
    app.state.by_address, app.state.by_key = Limit(settings.rate_limit), Limit(settings.key_rate_limit)
    app.state.problems = []  # that `/readyz` tells of besides: callables that give "" or what is wrong
    for feature in (ask, search, entries, feedback, rebuild, webhook, health, metrics_page, pages, faq, ask_page, figures_page, coverage_page, widget):
        app.include_router(feature.router)
    static_files.install(app)
    signing_in.install(app, settings, database)
    review.install(app)
    problems.install(app)
    # The last one added meets a request first.
    app.add_middleware(GZipMiddleware, minimum_size=_COMPRESSED_FROM_BYTES, compresslevel=5)
    app.add_middleware(Admission, at_once=settings.requests_at_once, seconds=settings.request_seconds, by_address=app.state.by_address)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Content-Type", "Authorization", "X-API-Key"],
        expose_headers=["Retry-After", REQUEST_ID],
        max_age=600,
    )
    app.add_middleware(Measured, metrics=metrics)
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies)
    app.add_middleware(KeepPeer)
    app.add_middleware(RequestContext)
    return app


def _version() -> str:
    try:
        return version("sopbot")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"
