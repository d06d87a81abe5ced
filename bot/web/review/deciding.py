"""What is decided about a gap with one button: whose it is, when, with which other, and that it is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response

from bot.errors import GapRefused
from bot.web.door import same_origin
from bot.web.review.pages import GapId, Pages, Text, Texts

router = APIRouter(dependencies=[Depends(same_origin)])
_MAX_NAME = 200
_MAX_ENTRY_ID = 255


@router.post("/{gap_id}/assign")
def assign(pages: Pages, gap_id: GapId, assignee: Text = "") -> Response:
    """Into somebody's hands; empty takes it out of them."""
    pages.act.assign(gap_id, " ".join(assignee.split())[:_MAX_NAME], pages.who)
    return pages.go(f"/review/{gap_id}", "assigned")


@router.post("/{gap_id}/snooze")
def snooze(pages: Pages, gap_id: GapId, days: Annotated[int, Form(ge=0, le=3650)] = 0, until: Text = "") -> Response:
    """For so many days, else until a day."""
    try:
        moment = datetime.now(UTC) + timedelta(days=days) if days else datetime.strptime(until, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise GapRefused(f"'{until[:20]}' is no day. Choose the day on which the gap comes back.") from None
    pages.act.snooze(gap_id, moment, pages.who)
    return pages.go(f"/review/{gap_id}", "snoozed")


@router.post("/{gap_id}/not-ours")
def not_ours(pages: Pages, gap_id: GapId) -> Response:
    """Out of scope."""
    pages.act.not_ours(gap_id, pages.who)
    return pages.go(f"/review/{gap_id}", "not_ours")


@router.post("/{gap_id}/dismiss")
def dismiss(pages: Pages, gap_id: GapId, reason: Text = "") -> Response:
    """Nothing to do."""
    pages.act.dismiss(gap_id, pages.who, reason)
    return pages.go(f"/review/{gap_id}", "dismissed")


@router.post("/{gap_id}/reopen")
def reopen(pages: Pages, gap_id: GapId) -> Response:
    """Work on it again."""
    pages.act.reopen(gap_id, pages.who)
    return pages.go(f"/review/{gap_id}", "reopened")


@router.post("/{gap_id}/intend")
def intend(pages: Pages, gap_id: GapId, entry: Text = "") -> Response:
    """Name the entry that is meant to answer it; empty for any."""
    pages.act.intend(gap_id, entry.strip()[:_MAX_ENTRY_ID], pages.who)
    return pages.go(f"/review/{gap_id}", "intended")


@router.post("/{gap_id}/merge")
def merge(pages: Pages, gap_id: GapId, other: Text = "") -> Response:
    """Take in another gap, by its number."""
    number = other.strip()
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise GapRefused(f"'{number[:20]}' is no gap's number. The list shows the numbers.")
    pages.act.merge(gap_id, [int(number)], pages.who)
    return pages.go(f"/review/{gap_id}", "merged")


@router.post("/{gap_id}/split")
def split(pages: Pages, gap_id: GapId, question: Texts) -> Response:
    """Make the ticked questions a gap of their own."""
    return pages.go(f"/review/{pages.act.split(gap_id, question, pages.who)}", "split")


@router.post("/{gap_id}/recheck")
def recheck(pages: Pages, gap_id: GapId) -> Response:
    """Ask its questions again of the index in use."""
    gap = pages.gaps.one(gap_id)
    done = pages.upkeep.recheck_gap(gap.id)
    return pages.go(f"/review/{gap.id}", "busy" if done is None else "closed" if done.closed else "rechecked")
