"""`POST /v1/ask` and `/v1/choices`: a question -> an answer, suggestions, or word that no document covers it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from bot.api.auth import DESCRIBED, CallerOf
from bot.api.documents import json_of
from bot.api.problems import ProblemError, documented
from bot.ask import Asker, Question
from bot.query_log import QueryLog
from bot.schemas import AskRequest, AskResponse, ChoiceRequest, response_from
from index.channels import channel_id, channel_names

router = APIRouter(prefix="/v1", tags=["questions"], dependencies=DESCRIBED)


@router.post("/ask", summary="Ask a question", response_model=AskResponse, responses=documented(400, 401, 408, 413, 422, 429, 500, 503))
async def ask(asking: AskRequest, request: Request, caller: CallerOf) -> Response:
    """Answer a question with the entry that covers it, whole and word for word.

    Without a key, only public entries answer. The question is stored, personal data masked, before it is answered.
    """
    question = Question(asking.question, caller.audience, asking.client, caller.asker, _channel(asking.channel))
    return await run_in_threadpool(_answered, request.app.state.asker, question, asking.limit)


@router.post("/choices", summary="Choose one of several entries", responses=documented(400, 401, 404, 408, 413, 422, 429, 500, 503))
def choose(choice: ChoiceRequest, request: Request, caller: CallerOf) -> AskResponse:
    """Answer with the entry that somebody chose among suggestions or search results.

    The choice is stored, so that whoever looks after the documents sees which words should lead there.
    """
    asker: Asker = request.app.state.asker
    question = Question(_question(choice, request.app.state.log), caller.audience, choice.client, caller.asker)
    asked = asker.choose(question, choice.entry_id, choice.query_id or "")
    if asked is None:
        raise ProblemError(404, "There is no such entry, or not any more.")
    return response_from(asked)


def _answered(asker: Asker, question: Question, limit: int) -> Response:
    """All that blocks or takes long, in one thread: each way to another one and back costs a tenth of a millisecond and more."""
    return json_of(response_from(asker.ask(question), limit))


def _question(choice: ChoiceRequest, log: QueryLog) -> str:
    """What was asked, in the words that were stored when only the id is sent."""
    if choice.query_id is None:
        return choice.question or ""
    stored = log.question(choice.query_id)
    if stored is None:
        raise ProblemError(404, "There is no such question.")
    return stored.text


def _channel(name: str | None) -> str:
    """The channel's id; empty when none is named."""
    if name is None or not name.strip():
        return ""
    channel = channel_id(name)
    if channel is None:
        detail = f"There is no such channel. Channels are: {channel_names()}."
        raise ProblemError(422, detail, [{"field": "channel", "message": detail}])
    return channel
