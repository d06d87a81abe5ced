"""`POST /v1/feedback`: whether an answer helped -> the database, and from there to whoever looks after the documents."""

from __future__ import annotations

from fastapi import APIRouter, Request

from bot.api.auth import DESCRIBED, CallerOf
from bot.api.problems import ProblemError, documented
from bot.errors import UnknownQuestion
from bot.query_log import QueryLog
from bot.schemas import FeedbackRequest, Stored
from index.current import CurrentIndex

router = APIRouter(prefix="/v1", tags=["questions"], dependencies=DESCRIBED)


@router.post("/feedback", status_code=201, summary="Say whether an answer helped", responses=documented(400, 401, 404, 408, 413, 422, 429, 500, 503))
def feedback(given: FeedbackRequest, request: Request, caller: CallerOf) -> Stored:
    """Store it; about the answer to a question, or about an entry that was found by browsing."""
    index: CurrentIndex = request.app.state.index
    log: QueryLog = request.app.state.log
    if given.entry_id is not None and index.get().entry(given.entry_id, caller.audience) is None:
        raise ProblemError(404, "There is no such entry, or not any more.")
    try:
        log.store_feedback(given.query_id or "", given.helpful, given.reason or "", given.comment or "", given.step or "", caller.asker, given.entry_id or "")
    except UnknownQuestion:
        raise ProblemError(404, "There is no such question.") from None
    return Stored()
