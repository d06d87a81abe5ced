"""`GET /v1/search`: what somebody types -> ranked entries, for a search field."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from bot.answer import suggestion
from bot.api.auth import DESCRIBED, CallerOf
from bot.api.caching import NOT_MODIFIED, Fresh
from bot.api.documents import json_of
from bot.api.problems import documented
from bot.ask import Asker
from bot.question_text import MAX_QUESTION_CHARACTERS
from bot.schemas import SearchResponse, suggestion_models

router = APIRouter(prefix="/v1", tags=["questions"], dependencies=DESCRIBED)
_Text = Annotated[str, Query(description=f"What to search for; at most {MAX_QUESTION_CHARACTERS:,} characters.", examples=["refund"])]
_Limit = Annotated[int, Query(ge=1, le=50, description="How many entries at most.")]


@router.get("/search", summary="Search entries", response_model=SearchResponse, responses=NOT_MODIFIED | documented(401, 422, 429, 500, 503))
def search(request: Request, caller: CallerOf, q: _Text, limit: _Limit = 10) -> Response:
    """Rank the entries that fit a text, likely or not. Nothing is stored: nobody has asked yet."""
    asker: Asker = request.app.state.asker
    index, hits = asker.search(q, caller.audience, limit)
    fresh = Fresh(request, index.name, caller.audience, asker.today())
    if fresh.known:
        return fresh.not_modified()
    response = json_of(SearchResponse(results=suggestion_models(suggestion(hit) for hit in hits), generation=index.generation))
    fresh.tell(response)
    return response
