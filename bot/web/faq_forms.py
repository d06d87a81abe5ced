"""Forms of the FAQ pages: which answer was meant, and whether it helped -> the database, then back to the answer's page."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from bot.ask import Question
from bot.errors import UnknownQuestion
from bot.links import ROOT, public_path
from bot.query_log import QueryLog
from bot.schemas import Reason
from bot.settings import Settings
from bot.web.faq_pages import FaqPages
from bot.web.same_origin import is_same_origin
from bot.web.typed import Typed

router = APIRouter(include_in_schema=False)
FRONT_END = "faq"
_LONGEST_COMMENT = 8_000
"""The field takes 4,000 characters, of which each may be a line end, sent as two."""
_Id = Annotated[str, Form(max_length=255)]


@router.post(ROOT + "/choice")
def choice(request: Request, entry_id: _Id, query_id: _Id) -> Response:
    """Store which of the answers offered was meant, and show it."""
    pages = FaqPages(request)
    log: QueryLog = request.app.state.log
    if refusal := _refusal(request, pages):
        return refusal
    question = log.question(query_id)
    if question is None or pages.asker.choose(Question(question.text, "public", FRONT_END), entry_id, query_id) is None:
        return _gone(pages)
    return RedirectResponse(f"{public_path(entry_id)}?{urlencode({'query': query_id})}", 303)


@router.post(ROOT + "/feedback")
def feedback(
    request: Request,
    entry_id: _Id,
    helpful: Annotated[Literal["yes", "no"], Form()],
    query_id: _Id = "",
    reason: Annotated[Literal[Reason, ""], Form()] = "",
    comment: Annotated[Typed, Form(max_length=_LONGEST_COMMENT)] = "",
) -> Response:
    """Store whether an answer helped, and thank."""
    pages = FaqPages(request)
    log: QueryLog = request.app.state.log
    if refusal := _refusal(request, pages):
        return refusal
    if pages.index.entry(entry_id, "public") is None:
        return _gone(pages)
    try:
        log.store_feedback(query_id, helpful == "yes", reason, comment.strip(), entry_id=entry_id)
    except UnknownQuestion:
        return _gone(pages)
    return RedirectResponse(f"{public_path(entry_id)}?thanks={helpful}#feedback", 303)


def _refusal(request: Request, pages: FaqPages) -> Response | None:
    """Nobody's page but ours may send these forms; there is nothing to gain, but figures could be spoiled."""
    settings: Settings = request.app.state.settings
    if is_same_origin(request, settings.public_url):
        return None
    return pages.page_of_the_moment("faq_refused.html", 403, reason="This form was sent from another website. Open the answer here and send it again.")


def _gone(pages: FaqPages) -> Response:
    """The answer or the question is not there: the documents have changed since the page was made, or somebody made it up."""
    return pages.page_of_the_moment("faq_not_found.html", 404, offered=())
