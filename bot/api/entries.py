"""`GET /v1/entries/{id}` and `/v1/faq`: what there is, without asking for it; a browser that has it already is told so."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from bot.answer import Answer, is_stale
from bot.api.auth import DESCRIBED, CallerOf
from bot.api.caching import NOT_MODIFIED, Fresh
from bot.api.problems import ProblemError, documented
from bot.ask import Asker
from bot.links import public_path
from bot.schemas import EntryResponse, FaqResponse, TitleModel, TopicModel, answer_model
from bot.topics import topics_of
from index.current import CurrentIndex

router = APIRouter(prefix="/v1", tags=["entries"], dependencies=DESCRIBED)
_EntryId = Annotated[str, Path(description="Id of the entry, with # written as %23.", examples=["returns#how-long-do-i-have-to-return-something"])]


@router.get(
    "/entries/{entry_id:path}", summary="Read one entry", response_model=EntryResponse, responses=NOT_MODIFIED | documented(401, 404, 422, 429, 500, 503)
)
def entry(entry_id: _EntryId, request: Request, response: Response, caller: CallerOf) -> EntryResponse | Response:
    """One entry, whole. An internal one is as unknown to whoever may not read it as one that does not exist."""
    index: CurrentIndex = request.app.state.index
    held = index.get()
    found = held.entry(entry_id, caller.audience)
    if found is None:
        raise ProblemError(404, "There is no such entry, or not any more.")
    asker: Asker = request.app.state.asker
    fresh = Fresh(request, held.name, caller.audience, asker.today())
    if fresh.known:
        return fresh.not_modified()
    fresh.tell(response)
    answer = Answer(found, 1.0, is_stale(found, asker.today()))
    return EntryResponse(entry=answer_model(answer, held.entries(caller.audience)), generation=held.generation)


@router.get("/faq", summary="List what is public", response_model=FaqResponse, responses=NOT_MODIFIED | documented(401, 429, 500, 503))
def faq(request: Request, response: Response, caller: CallerOf) -> FaqResponse | Response:  # noqa: ARG001  # a key that is not good is refused here too
    """Every public entry by topic; the same with and without a key."""
    index: CurrentIndex = request.app.state.index
    asker: Asker = request.app.state.asker
    held = index.get()
    fresh = Fresh(request, held.name, "public", asker.today())
    if fresh.known:
        return fresh.not_modified()
    fresh.tell(response)
    topics = [
        TopicModel(topic=topic.id, title=topic.title, entries=[TitleModel(entry_id=e.id, title=e.title, url=public_path(e.id)) for e in topic.entries])
        for topic in topics_of(held.entries("public"))
    ]
    return FaqResponse(topics=topics, generation=held.generation)
