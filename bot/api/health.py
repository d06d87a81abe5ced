"""`/healthz` and `/readyz`: what a load balancer asks."""

from __future__ import annotations

import logging
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from bot.api.problems import ProblemError, documented
from bot.database import Database
from bot.errors import SopbotError
from index.current import CurrentIndex
from index.errors import IndexLibraryError

router = APIRouter(tags=["health"])
_log = logging.getLogger(__name__)


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """The server can answer questions."""

    status: Literal["ready"] = "ready"
    generation: str


@router.get("/healthz", summary="Is the process alive?")
async def healthz() -> Alive:
    """Answer as long as the process does; looks at nothing else, so that a locked database restarts nobody."""
    return Alive()


@router.get("/readyz", summary="Can questions be answered?", responses=documented(503))
def readyz(request: Request) -> Ready:
    """Load the index and ask the database; 503 names what is missing."""
    index: CurrentIndex = request.app.state.index
    database: Database = request.app.state.database
    missing: list[dict[str, str]] = []
    generation = ""
    try:
        generation = index.get().generation
    except IndexLibraryError:
        _log.exception("not ready: the index")
        missing.append({"field": "index", "message": "There is no index that can be loaded."})
    try:
        database.check()
    except SopbotError:
        _log.exception("not ready: the database")
        missing.append({"field": "database", "message": "The database does not answer as it should."})
    missing += [{"field": "slack", "message": problem} for ask in request.app.state.problems if (problem := ask())]
    if missing:
        raise ProblemError(503, " ".join(reason["message"] for reason in missing) + " The server's log says why.", missing)
    return Ready(generation=generation)
