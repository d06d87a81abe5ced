"""What answers questions -> the HTTP application."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI

from bot.api import ask, health, pages, problems, search
from bot.api.context import RequestContext
from bot.ask import Asker
from bot.database import Database
from bot.keys import KeyStore
from index.current import CurrentIndex

_DESCRIPTION = """Questions in, procedures and scripted replies out, word for word.

Without a key, only public entries answer; a key goes into `Authorization: Bearer sop_…` or `X-API-Key`. Every error is a
problem document (RFC 9457). Each response names its request in `X-Request-ID`; send your own to follow it through logs.
"""


def create_app(asker: Asker, index: CurrentIndex, keys: KeyStore, database: Database) -> FastAPI:
    """Make the application.

    Args:
        asker: answers and stores questions.
        index: the same index that the asker asks.
        keys: who may read more than what is public.
        database: asked whether it is well, by `/readyz`.

    Returns:
        An ASGI application; requests that search run in its thread pool.
    """
    app = FastAPI(title="sopbot", version=_version(), description=_DESCRIPTION, redoc_url=None)
    app.state.asker, app.state.index, app.state.keys, app.state.database = asker, index, keys, database
    app.state.problems = []  # of what else must be well for `/readyz`: callables that give "" or what is wrong
    for feature in (ask, search, health, pages):
        app.include_router(feature.router)
    problems.install(app)
    app.add_middleware(RequestContext)
    return app


def _version() -> str:
    try:
        return version("sopbot")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"
