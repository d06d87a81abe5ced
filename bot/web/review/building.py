"""`/review/build`: what was saved becomes answerable: a build is begun from here, watched, and what stops it is said in plain words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response

from bot.authoring.unbuilt import Unbuilt, unbuilt_documents
from bot.errors import EditRefused
from bot.rebuild import Rebuilder, RebuildState
from bot.web.door import same_origin
from bot.web.review.pages import Pages, ReviewPages

router = APIRouter(prefix="/build")
_LISTED = 20
_TAKEN_UP_WITHIN = timedelta(seconds=20)
_MAX_GAP = 2**31 - 1
From = Annotated[int, Query(alias="gap", ge=0, le=_MAX_GAP)]
"""The gap from which somebody came, to lead back there; 0 for none."""
FromForm = Annotated[int, Form(alias="gap", ge=0, le=_MAX_GAP)]


@router.get("")
def building(pages: Pages, request: Request, gap: From = 0) -> Response:
    """How it stands: what is not answerable yet, the build that runs, what stopped the last one, or what it changed.

    While a build runs, htmx asks for the changing part of the page again and again; without scripts there is a link.
    """
    rebuilder: Rebuilder = request.app.state.rebuilder
    state = _as_people_see_it(rebuilder.state, pages)
    template = "review_build_state.html" if "hx-request" in request.headers else "review_build.html"
    waiting = () if state.state == "building" else _unbuilt(pages)
    if state.state == "failed" and state.stopped and not waiting:  # built since in another way, such as in a terminal
        state = RebuildState()
    return pages.page(template, build=state, waiting=waiting, gap_id=gap, listed=_LISTED)


@router.post("", dependencies=[Depends(same_origin)])
def build(pages: Pages, request: Request, gap: FromForm = 0, worse: Annotated[str, Form()] = "") -> Response:
    """Begin a build. One that would switch to a worse index needs the sentences that somebody was shown before."""
    rebuilder: Rebuilder = request.app.state.rebuilder
    stopped = rebuilder.state.stopped
    if worse and (rebuilder.state.state != "failed" or stopped is None or stopped.shown != worse):
        raise EditRefused("What stopped the build is not what you were shown any more, so nothing was done. Look at it as it is now, and decide again.")
    rebuilder.request(pages.who, allow_worse=bool(worse))
    return pages.go("/review/build", "building", **({"gap": gap} if gap else {}))


def _as_people_see_it(state: RebuildState, pages: ReviewPages) -> RebuildState:
    """A build has not ended before what it made answers, a moment after it is whole; one that cannot be used is not waited for."""
    if state.state != "idle" or state.since is None or datetime.now(UTC) - state.since > _TAKEN_UP_WITHIN:
        return state
    return replace(state, state="building", doing="taking it up") if pages.generation < state.generation else state


def _unbuilt(pages: ReviewPages) -> tuple[Unbuilt, ...]:
    """Documents that nobody is answered from as they are; all of them before the first index."""
    return unbuilt_documents(pages.entries, pages.folder)
