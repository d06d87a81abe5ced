"""`POST /v1/ask`: a question -> an answer, suggestions, or word that no document covers it."""

from __future__ import annotations

from fastapi import APIRouter, Request

from bot.api.auth import DESCRIBED, CallerOf
from bot.api.problems import ProblemError, documented
from bot.ask import Asker, Question
from bot.schemas import AskRequest, AskResponse, response_from
from index.channels import channel_id, channel_names

router = APIRouter(prefix="/v1", tags=["questions"], dependencies=DESCRIBED)


@router.post("/ask", summary="Ask a question", responses=documented(401, 413, 422, 500, 503))
def ask(asking: AskRequest, request: Request, caller: CallerOf) -> AskResponse:
    """Answer a question with the entry that covers it, whole and word for word.

    Without a key, only public entries answer. The question is stored, personal data masked, before it is answered.
    """
    asker: Asker = request.app.state.asker
    question = Question(asking.question, caller.audience, "http", caller.asker, _channel(asking.channel))
    return response_from(asker.ask(question), asking.limit)


def _channel(name: str | None) -> str:
    """The channel's id; empty when none is named."""
    if name is None or not name.strip():
        return ""
    channel = channel_id(name)
    if channel is None:
        detail = f"There is no such channel. Channels are: {channel_names()}."
        raise ProblemError(422, detail, [{"field": "channel", "message": detail}])
    return channel
