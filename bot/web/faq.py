"""`/faq…`: the public entries as ordinary pages, for people without JavaScript, for links from elsewhere and for search engines."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.answer import Answer, Suggestions, is_stale, suggestion
from bot.ask import Question
from bot.links import ROOT, path_of, public_path
from bot.question_text import QuestionRefused, checked
from bot.reasons import CUSTOMER_REASONS
from bot.topics import Topic, topic_of
from bot.web import faq_forms, sitemap
from bot.web.faq_data import entry_data, topic_data
from bot.web.faq_pages import FaqPages
from index.records import Entry, Hit

router = APIRouter(include_in_schema=False)
router.include_router(faq_forms.router)
router.include_router(sitemap.router)
_READ = ["GET", "HEAD"]
_WHOLE_TOPIC = 30
"""A topic with more entries lists their titles only: nobody reads through more answers than these."""
_RELATED = 6
_NEAR = 3
_QUERY_ID = re.compile(r"[0-9a-f]{32}")


@router.api_route(ROOT, methods=_READ)
def home(request: Request, q: Annotated[str, Query()] = "") -> Response:
    """All topics; or, for a question, what came of it."""
    pages = FaqPages(request)
    if q.strip():
        return _asked(pages, q)
    return pages.kept() or pages.page("faq_home.html", topics=pages.links.topics, canonical=ROOT)


@router.api_route(ROOT + "/{place:path}", methods=_READ)
def place(place: str, request: Request) -> Response:
    """An answer, or a topic with its answers; for an address that is neither, what may be meant."""
    tidy = place.strip("/")
    if place != tidy or not tidy:
        return RedirectResponse(path_of(tidy) if tidy else ROOT, 308)
    pages = FaqPages(request)
    entry, topic = pages.links.entry(place), pages.links.topic(place)
    if entry:
        return _entry(pages, entry)
    if topic:
        return pages.kept() or _topic(pages, topic)
    return _not_found(pages, place)


def _entry(pages: FaqPages, entry: Entry) -> Response:
    said = pages.request.query_params
    query_id = said.get("query", "")
    values = _around(pages, entry) | {
        "canonical": public_path(entry.id),
        "query_id": query_id if _QUERY_ID.fullmatch(query_id) else "",
        "thanks": said.get("thanks", ""),
    }
    if values["query_id"] or values["thanks"]:  # whoever comes from one of our forms
        return pages.page_of_the_moment("faq_entry.html", **values)
    data = entry_data(entry, values["topic"], pages.public, pages.base, pages.site)
    return pages.kept() or pages.page("faq_entry.html", data=data, **values)


def _topic(pages: FaqPages, topic: Topic) -> HTMLResponse:
    whole = len(topic.entries) <= _WHOLE_TOPIC
    data = topic_data(topic, pages.public, pages.base) if whole else None  # search engines must be told what people see
    return pages.page("faq_topic.html", topic=topic, whole=whole, data=data, canonical=path_of(topic.id))


def _not_found(pages: FaqPages, place: str) -> HTMLResponse:
    """An internal entry's address is like any other that nobody knows: what is offered comes from its words alone."""
    hits: tuple[Hit, ...] = ()
    with suppress(QuestionRefused):  # an address without words
        hits = pages.index.search(checked(place.replace("-", " ").replace("/", " ")), "public", _NEAR)
    offered = [suggestion(hit) for hit in hits if hit.confidence >= pages.suggest_from]
    return pages.page_of_the_moment("faq_not_found.html", 404, offered=offered)


def _asked(pages: FaqPages, text: str) -> HTMLResponse:
    """Ask, and show the answer, the answers that may be meant, or whom to turn to."""
    try:
        asked = pages.asker.ask(Question(text, "public", faq_forms.FRONT_END))
    except QuestionRefused as refused:
        return pages.page_of_the_moment("faq_refused.html", 422, reason=str(refused))
    values: dict[str, Any] = {"asked": text, "query_id": asked.query_id}
    if isinstance(asked.outcome, Answer):
        found = _around(pages, asked.outcome.entry)
        return pages.page_of_the_moment("faq_answer.html", offered=asked.outcome.also, **values, **found)
    offered = asked.outcome.suggestions if isinstance(asked.outcome, Suggestions) else ()
    return pages.page_of_the_moment("faq_no_answer.html", offered=offered, topics=pages.links.topics, **values)


def _around(pages: FaqPages, entry: Entry) -> dict[str, Any]:
    """What a page with an answer shows besides it."""
    topic = pages.links.topic(topic_of(entry.id)) or Topic(entry.id, entry.title, (entry,))
    position = next((number for number, other in enumerate(topic.entries) if other.id == entry.id), 0)
    related = [*topic.entries[position + 1 :], *topic.entries[:position]][:_RELATED]
    stale = is_stale(entry, pages.asker.today())
    return {"entry": entry, "topic": topic, "related": related, "stale": stale, "reasons": CUSTOMER_REASONS, "thanks": ""}
