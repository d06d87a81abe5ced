"""`/healthz` and `/readyz`: what a load balancer asks."""

from __future__ import annotations

import logging
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from bot.api.problems import ProblemError, documented
from bot.database import Database
from bot.errors import SopbotError
from bot.query_log import QueryLog
from index.current import CurrentIndex
from index.errors import IndexLibraryError

router = APIRouter(tags=["health"])
_log = logging.getLogger(__name__)


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Difficulty(BaseModel):
    """Something that is not well, though questions are answered."""

    field: str = Field(description="index, database or slack.")
    message: str


class Ready(BaseModel):
    """The server can answer questions."""

    status: Literal["ready"] = "ready"
    generation: str
    problems: list[Difficulty] = Field(description="What is not well and does not keep questions from being answered; empty when all is.")


@router.get("/healthz", summary="Is the process alive?")
async def healthz() -> Alive:
    """Answer as long as the process does; looks at nothing else, so that a locked database restarts nobody."""
    return Alive()


@router.get("/readyz", summary="Can questions be answered?", responses=documented(503))
def readyz(request: Request) -> Ready:
    """Load the index and ask the database. 503 names what keeps questions from being answered; the rest is among the problems.

    A database that is away does not: questions wait on disk meanwhile. All servers lose it at the same moment, and a load
    balancer that took them all out would make an outage of it. Nor does a lost connection to Slack.
    """
    state = request.app.state
    index: CurrentIndex = state.index
    log: QueryLog = state.log
    problems = [Difficulty(field="slack", message=problem) for ask in state.problems if (problem := ask())]
    missing: list[Difficulty] = []
    generation = ""
    try:
        generation = index.get().generation
        if index.problem:
            problems.append(Difficulty(field="index", message=index.problem))
    except IndexLibraryError:
        _log.exception("not ready: the index")
        missing.append(Difficulty(field="index", message="There is no index that can be loaded."))
    if not is_well(state.database):
        (problems if log.can_wait() else missing).append(Difficulty(field="database", message="The database does not answer as it should."))
    if missing:
        raise ProblemError(503, " ".join(one.message for one in missing) + " The server's log says why.", [one.model_dump() for one in missing])
    return Ready(generation=generation, problems=problems)


def is_well(database: Database) -> bool:
    """Whether the database answers as it should; the log says why not."""
    try:
        database.check()
    except SopbotError:
        _log.exception("the database is not well")
        return False
    return True
