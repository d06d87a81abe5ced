"""`/coverage`: which touchpoints have replies for which channels, and what is asked most and covered least; for people with the scope admin only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from bot.answer import is_stale
from bot.ask import Asker
from bot.coverage.matrix import NO_TOUCHPOINT, cover
from bot.figures.records import Period
from bot.figures.store import Figures
from bot.links import public_path
from bot.web.door import AdminOf
from bot.web.lead_pages import lead_page
from index.current import CurrentIndex
from index.records import CHANNELS, Entry

router = APIRouter(prefix="/coverage", include_in_schema=False)
_SPANS = {30: "30 days", 90: "90 days", 365: "A year"}
_USUAL = 90
_THIN = 5
_LONGEST = 200


@router.get("")
def matrix(request: Request, person: AdminOf, days: str = "") -> Response:
    """The matrix, with the questions of a period that links choose."""
    span = _span(days)
    store: Figures = request.app.state.figures
    asker: Asker = request.app.state.asker
    found = cover(_entries(request), store.entries(_period(span)), asker.today())
    values: dict[str, Any] = {"found": found, "thin": found.thinnest[:_THIN], "channels": CHANNELS, "none": NO_TOUCHPOINT}
    return lead_page(request, person, "coverage.html", **values, spans=_SPANS, span=span, entries_at=_entries_at, draft_at=_draft_at)


@router.get("/entries")
def entries(request: Request, person: AdminOf, touchpoint: str = "", channel: str = "") -> Response:
    """The entries of one touchpoint; with a channel, those that have a reply for it."""
    asker: Asker = request.app.state.asker
    store: Figures = request.app.state.figures
    name, channel = touchpoint.strip()[:_LONGEST] or NO_TOUCHPOINT, channel if channel in CHANNELS else ""
    shown = [entry for entry in _entries(request) if (entry.touchpoint.strip() or NO_TOUCHPOINT) == name and _replies(entry, channel)]
    figures = {one.entry_id: one for one in store.entries(_period(_USUAL))}
    values: dict[str, Any] = {"touchpoint": name, "channel": channel, "channels": CHANNELS, "entries": shown, "figures": figures, "days": _USUAL}
    late = {entry.id for entry in shown if is_stale(entry, asker.today())}
    return lead_page(request, person, "coverage_entries.html", **values, late=late, address=public_path, entries_at=_entries_at, draft_at=_draft_at)


def _entries(request: Request) -> Sequence[Entry]:
    """All that the index has.

    Raises:
        GenerationError: there is none.
    """
    index: CurrentIndex = request.app.state.index
    return index.get().entries("internal")


def _replies(entry: Entry, channel: str) -> bool:
    """Whether it has a reply for a channel; for none in particular, every entry counts."""
    return not channel or any(reply.channel == channel for reply in entry.replies)


def _span(days: str) -> int:
    return int(days) if days.isascii() and days.isdecimal() and len(days) < 4 and int(days) in _SPANS else _USUAL


def _period(days: int) -> Period:
    today = datetime.now(UTC).date()
    return Period(today - timedelta(days=days - 1), today)


def _entries_at(touchpoint: str, channel: str = "") -> str:
    return f"/coverage/entries?{urlencode({'touchpoint': touchpoint} | ({'channel': channel} if channel else {}))}"


def _draft_at(touchpoint: str, channel: str = "") -> str:
    asked = ({} if touchpoint == NO_TOUCHPOINT else {"touchpoint": touchpoint}) | ({"channel": channel} if channel else {})
    return f"/review/draft?{urlencode(asked)}" if asked else "/review/draft"
