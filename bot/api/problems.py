"""Whatever goes wrong -> an RFC 9457 problem document or a page, in words that are ours: no text of an exception leaves the server."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Scope

from bot.errors import LogUnavailable
from bot.links import ROOT as FAQ
from bot.question_text import QuestionRefused
from bot.web.door import LEADS_PAGES
from bot.web.templating import page
from index.errors import GenerationError

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "5"
_log = logging.getLogger(__name__)
_DETAILS = {
    400: "The request's body cannot be read. Send JSON in UTF-8.",
    404: "There is nothing at this address. See / for what there is.",
    405: "This address does not take that method.",
    408: "The request did not arrive in time. Send it again.",
    413: "The request is too large. Send a smaller one.",
    500: "Something went wrong on the server. Its log says what, under the request_id.",
}


_FOR_OTHERS = "The database does not answer at the moment, so this could not be done. Try again later."
_FOR_ASKERS = "The question could not be stored, so it is not answered. Try again later."
_FOR_LEADS = (
    "The database does not answer at the moment, so this page cannot be shown, and nothing was changed. "
    "Questions are answered meanwhile, and stored later. Try again in a minute; if it stays so, the server's log says why."
)


_ASKING = ("/v1/ask", "/ask")
"""Addresses to which a question is sent."""


class Problem(BaseModel):
    """A problem document, RFC 9457."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"type": "about:blank", "title": "Not Found", "status": 404, "detail": _DETAILS[404], "request_id": "9f0c"}]}
    )

    type: str = Field(description='Always "about:blank": the status says what kind of problem it is.')
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="What is wrong and what to do, for a person.")
    request_id: str = Field(description="Names this request in the server's log.")
    errors: list[dict[str, str]] | None = Field(None, description='With status 422: {"field", "message"} for each value that does not fit.')


class ProblemError(Exception):
    """Ends a request with a problem.

    Args:
        status: HTTP status.
        detail: what the client reads.
        errors: for 422: `{"field", "message"}` each.
        headers: sent with it.
    """

    def __init__(self, status: int, detail: str, errors: Sequence[Mapping[str, str]] = (), headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.headers = status, detail, errors, headers


def problem(scope: Scope, status: int, detail: str, errors: Sequence[Mapping[str, str]] = (), headers: Mapping[str, str] | None = None) -> Response:
    """The response that tells of a problem: a page for a browser that opened an address, a problem document for all else.

    Args:
        scope: of the request.
        status: HTTP status.
        detail: what is wrong and what to do.
        errors: for 422: `{"field", "message"}` each.
        headers: more headers.
    """
    if wants_page(scope):
        return page(Request(scope), "problem.html", status, dict(headers or {}), title=HTTPStatus(status).phrase, code=status, detail=detail)
    document: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    document["request_id"] = scope.get("state", {}).get("request_id", "")
    if errors:
        document["errors"] = [dict(error) for error in errors]
    return JSONResponse(document, status, dict(headers or {}), MEDIA_TYPE)


def wants_page(scope: Scope) -> bool:
    """Whether a browser asked for something to show; programs are told in JSON, and so is everything below `/v1`."""
    return "text/html" in Headers(scope=scope).get("accept", "") and not scope["path"].startswith("/v1/")


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems of a route, for its OpenAPI description."""
    content = {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def install(app: FastAPI) -> None:
    """Make an app answer every error with a problem document. What nobody foresaw is `context.RequestContext`'s."""

    @app.exception_handler(ProblemError)
    async def told(request: Request, error: ProblemError) -> Response:
        return problem(request.scope, error.status, error.detail, error.errors, error.headers)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        detail = _DETAILS.get(error.status_code, HTTPStatus(error.status_code).phrase + ".")
        return problem(request.scope, error.status_code, detail, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        errors = [{"field": _field(found["loc"]), "message": _message(found)} for found in error.errors()]
        return problem(request.scope, 422, "The request does not fit: " + "; ".join(f"{e['field']}: {e['message']}" for e in errors) + ".", errors)

    @app.exception_handler(QuestionRefused)
    async def refused(request: Request, error: QuestionRefused) -> Response:
        return problem(request.scope, 422, str(error))  # written for whoever asks

    @app.exception_handler(GenerationError)
    async def no_index(request: Request, error: GenerationError) -> Response:
        _log.error("request %s: no usable index: %s", request.state.request_id, error)
        return problem(request.scope, 503, "There is no usable index at the moment. Try again later.", headers={"Retry-After": RETRY_SECONDS})

    @app.exception_handler(LogUnavailable)
    async def no_database(request: Request, error: LogUnavailable) -> Response:
        _log.error("request %s: %s", request.state.request_id, error)
        detail = _FOR_LEADS if request.url.path.startswith(LEADS_PAGES) else _FOR_ASKERS if _asks(request) else _FOR_OTHERS
        return problem(request.scope, 503, detail, headers={"Retry-After": RETRY_SECONDS})


def _asks(request: Request) -> bool:
    """Whether a question was to be stored."""
    return (request.method == "POST" and request.url.path in _ASKING) or (request.url.path == FAQ and "q" in request.query_params)


def unforeseen(scope: Scope) -> Response:
    """The response when a defect shows; the traceback is in the log."""
    return problem(scope, 500, _DETAILS[500])


def too_large(scope: Scope, limit: int) -> Response:
    """The response to a body above the limit, in bytes; the connection ends, since the rest of the body is not read."""
    return problem(scope, 413, f"The request is larger than {limit // 1024:,} kB. Send a smaller one.", headers={"Connection": "close"})


def too_late(scope: Scope) -> Response:
    """The response to a body that does not arrive in time; the connection ends."""
    return problem(scope, 408, _DETAILS[408], headers={"Connection": "close"})


def too_many(scope: Scope, wait: int) -> Response:
    """The response to one request too many of the same sender; `wait` in seconds."""
    return problem(scope, 429, too_many_detail(wait), headers={"Retry-After": str(wait)})


def too_many_detail(wait: int) -> str:
    """What whoever sent too much reads; `wait` in seconds."""
    return f"Too many requests came from here. Try again in {wait} second{'' if wait == 1 else 's'}."


def busy(scope: Scope) -> Response:
    """The response when the server has as much to do as it can."""
    return problem(scope, 503, "The server is busy. Try again in a second.", headers={"Retry-After": "1"})


def too_slow(scope: Scope) -> Response:
    """The response when the work was not done in time."""
    return problem(scope, 503, "The answer took too long. Try again in a few seconds.", headers={"Retry-After": RETRY_SECONDS})


def _field(location: Sequence[int | str]) -> str:
    """Name the value: question for ("body", "question"), body where the body itself does not fit."""
    return ".".join(str(part) for part in location[1:] if isinstance(part, str)) or str(location[0])


def _message(found: Mapping[str, Any]) -> str:
    """Pydantic's message; it names limits and types, never the value sent."""
    if found["type"] == "json_invalid":
        return 'the body is not JSON; send {"question": "…"}'
    return str(found["msg"])
