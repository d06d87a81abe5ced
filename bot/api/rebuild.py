"""`/v1/index/rebuild`: an admin asks for a build, and sees how it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from bot.api.auth import DESCRIBED, CallerOf
from bot.api.problems import ProblemError, documented
from bot.rebuild import Rebuilder, StopReason

_PROBLEMS = documented(401, 403, 429, 500, 503)


class ChangedEntries(BaseModel):
    """Ids of entries that a build changed."""

    added: list[str]
    changed: list[str]
    removed: list[str]


class StoppedBuild(BaseModel):
    """What stopped a build before anything was switched."""

    why: StopReason = Field(description="documents: they have errors; worse: golden questions lose their answers, or most entries are gone.")
    reasons: list[str] = Field(description="One sentence each, with its place.")


class Rebuild(BaseModel):
    """How rebuilding stands."""

    state: Literal["idle", "building", "failed"] = Field(description="failed: the last build changed nothing; the index that was there answers.")
    since: datetime | None = Field(description="Since when; null before the first build.")
    again: bool = Field(description="Another build follows the running one, since somebody asked meanwhile.")
    reason: str = Field(description="Why the last build failed, for whoever looks after the documents; empty otherwise.")
    generation: str = Field(description="What the last build that succeeded left serving; empty before the first one.")
    changed: ChangedEntries | None = Field(description="What that build changed; null when nothing had changed.")
    doing: str = Field(description="What the running build is at, in words; empty when none runs.")
    stopped: StoppedBuild | None = Field(description="What stopped the last build, where it was the documents or a worse index; null otherwise.")


def _admin_only(caller: CallerOf) -> None:
    if caller.key is None or caller.key.scope != "admin":
        raise ProblemError(403, "The index is for whoever runs this server: send an admin key.")


router = APIRouter(prefix="/v1/index", tags=["index"], dependencies=[*DESCRIBED, Depends(_admin_only)])


@router.post("/rebuild", status_code=202, summary="Read all documents anew", responses=_PROBLEMS)
def rebuild(request: Request) -> Rebuild:
    """Start a build and answer at once; one that is asked for during a build follows it, however often it is asked for."""
    rebuilder: Rebuilder = request.app.state.rebuilder
    rebuilder.request()
    return told(rebuilder)


@router.get("/rebuild", summary="How does rebuilding stand?", responses=_PROBLEMS)
def rebuilding(request: Request) -> Rebuild:
    """Whether a build runs, how the last one ended, and what it changed."""
    return told(request.app.state.rebuilder)


def told(rebuilder: Rebuilder) -> Rebuild:
    """How rebuilding stands, as JSON."""
    state = rebuilder.state
    changes = state.changes and ChangedEntries(
        added=[entry.id for entry in state.changes.added],
        changed=[entry.id for entry in state.changes.changed],
        removed=[entry.id for entry in state.changes.removed],
    )
    return Rebuild(
        state=state.state,
        since=state.since,
        again=state.again,
        reason=state.reason,
        generation=state.generation,
        changed=changes,
        doing=state.doing,
        stopped=state.stopped and StoppedBuild(why=state.stopped.why, reasons=list(state.stopped.reasons)),
    )
