"""`/static/…`: styles and scripts of the pages, kept by browsers for good since their address changes with them."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.web.templating import STATIC


class _KeptFiles(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; one that is asked for with its version never changes."""
        response = await super().get_response(path, scope)
        versioned = scope.get("query_string", b"").startswith(b"v=")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
        return response


def install(app: FastAPI) -> None:
    """Serve the files below `/static`."""
    app.mount("/static", _KeptFiles(directory=STATIC), name="static")
