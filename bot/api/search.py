"""`GET /v1/search`: what somebody types -> ranked entries, for a search field."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from bot.answer import Suggestion
from bot.api.auth import DESCRIBED, CallerOf
from bot.api.problems import documented
from bot.ask import MAX_QUESTION_CHARACTERS, Asker
from bot.schemas import SearchResponse, suggestion_models

router = APIRouter(prefix="/v1", tags=["questions"], dependencies=DESCRIBED)
_Text = Annotated[str, Query(description=f"What to search for; at most {MAX_QUESTION_CHARACTERS:,} characters.", examples=["refund"])]
_Limit = Annotated[int, Query(ge=1, le=50, description="How many entries at most.")]


@router.get("/search", summary="Search entries", responses=documented(401, 422, 500, 503))
def search(request: Request, caller: CallerOf, q: _Text, limit: _Limit = 10) -> SearchResponse:
    """Rank the entries that fit a text, likely or not. Nothing is stored: nobody has asked yet."""
    asker: Asker = request.app.state.asker
    generation, hits = asker.search(q, caller.audience, limit)
    found = (Suggestion(hit.entry.id, hit.entry.title, hit.confidence) for hit in hits)
    return SearchResponse(results=suggestion_models(found), generation=generation)
