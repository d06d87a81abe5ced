"""`/review`: the list of gaps, the most urgent first; searched, and by status."""

from __future__ import annotations

from typing import Annotated, cast, get_args

from fastapi import APIRouter, Query, Response

from bot.gaps.records import STATUSES, Status
from bot.web.review.pages import Pages

router = APIRouter()
_PER_PAGE = 25
_LONGEST_SEARCH = 200


@router.get("")
def list_gaps(pages: Pages, status: str = "open", q: str = "", number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1) -> Response:
    """One page of the list."""
    wanted = cast(Status, status) if status in get_args(Status) else "open"
    search = q.strip()[:_LONGEST_SEARCH]
    found = pages.gaps.listed(wanted, _PER_PAGE + 1, (number - 1) * _PER_PAGE, search)
    statuses = {key: words for key, words in STATUSES.items() if key != "merged"}
    shown, more = found[:_PER_PAGE], len(found) > _PER_PAGE
    return pages.page("review_list.html", gaps=shown, more=more, number=number, chosen=wanted, statuses=statuses, search=search, count=pages.gaps.count(wanted))
