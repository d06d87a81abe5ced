"""`/review`: the list of gaps, the most urgent first; searched, and by status."""

from __future__ import annotations

from typing import Annotated, Any, cast, get_args

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
    before = (number - 1) * _PER_PAGE
    found = pages.gaps.listed(wanted, _PER_PAGE + 1, before, search)
    values: dict[str, Any] = {
        "gaps": found[:_PER_PAGE],
        "more": len(found) > _PER_PAGE,
        "number": number,
        "first": before + 1,
        "count": pages.gaps.count(wanted),
    }
    statuses = {key: words for key, words in STATUSES.items() if key != "merged"}
    return pages.page("review_list.html", chosen=wanted, statuses=statuses, search=search, **values)
