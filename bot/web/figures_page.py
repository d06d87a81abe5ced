"""`/figures`: what was asked and what came of it, each figure beside what it counts; for people with the scope admin only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from bot.figures.definitions import DEFINITIONS
from bot.figures.exchange import SHARES, to_csv
from bot.figures.pictures import questions_picture, shares_picture
from bot.figures.records import By, Period, Report, start_of
from bot.figures.store import Figures
from bot.figures.stretches import stretch_name
from bot.links import public_path
from bot.web.door import AdminOf
from bot.web.lead_pages import UNSTORED, lead_page
from index.current import CurrentIndex
from index.errors import GenerationError
from index.records import CHANNELS

router = APIRouter(prefix="/figures", include_in_schema=False)
_TOP = 10
_OPINIONS = ("helped", "picked", "first_answer_right")
"""Shares that people's words make; they are shown with the range in which the true one lies."""


_PICTURES = {"Questions, by what came of them": questions_picture, "What people said, and what was not found": shares_picture}


@dataclass(frozen=True, slots=True)
class _Span:
    """How long a period is, and how it is cut up."""

    words: str
    days: int
    by: By


_SPANS = {
    "4-weeks": _Span("Four weeks, by day", 28, "day"),
    "12-weeks": _Span("Twelve weeks, by week", 84, "week"),
    "12-months": _Span("Twelve months, by month", 365, "month"),
    "5-years": _Span("Five years, by month", 1826, "month"),
}
_USUAL = "12-weeks"


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The period that an address asks for."""

    name: str
    period: Period
    today: date

    @property
    def span(self) -> _Span:
        """How long it is."""
        return _SPANS[self.name]

    def address(self, name: str = "", until: date | None = None, path: str = "/figures") -> str:
        """Of the same with another span or end; an end that is not in the past stands for today, also tomorrow."""
        end = self.period.until if until is None else until
        asked = {"span": name or self.name} | ({"until": end.isoformat()} if end < self.today else {})
        return f"{path}?{urlencode(asked)}"

    @property
    def earlier(self) -> str:
        """The period before."""
        return self.address(until=self.period.since - timedelta(days=1))

    @property
    def later(self) -> str:
        """The period after; empty when it would lie in the future."""
        return self.address(until=self.period.until + timedelta(days=self.span.days)) if self.period.until < self.today else ""


@router.get("")
def figures(request: Request, person: AdminOf, span: str = _USUAL, until: str = "") -> Response:
    """The page, for a period that links choose."""
    chosen = _chosen(span, until)
    report = _report(request, chosen)
    troubled = sorted((one for one in report.entries if one.trouble), key=lambda one: (-one.trouble, one.entry_id))
    return lead_page(
        request,
        person,
        "figures.html",
        chosen=chosen,
        spans=_SPANS,
        report=report,
        definitions=DEFINITIONS,
        shares=SHARES,
        opinions=_OPINIONS,
        pictures=tuple((title, Markup(draw(report))) for title, draw in _PICTURES.items()),  # noqa: S704 - they escape what they show
        entries=(("Most used", [one for one in report.entries if one.used][:_TOP]), ("Most trouble", troubled[:_TOP])),
        checklists=(report.checklists or ())[:_TOP],
        stretches={one.name: stretch_name(one.name, report.by) for one in report.over_time},
        addresses=_addresses(request),
        channels=CHANNELS,
    )


@router.get(".csv")
def as_csv(request: Request, person: AdminOf, span: str = _USUAL, until: str = "") -> Response:  # noqa: ARG001  # nobody else may have it
    """The same for a spreadsheet: one figure a line."""
    chosen = _chosen(span, until)
    name = f"sopbot-{chosen.period.since}-{chosen.period.until}.csv"
    return Response(to_csv(_report(request, chosen)), media_type="text/csv", headers=UNSTORED | {"Content-Disposition": f'attachment; filename="{name}"'})


def _chosen(span: str, until: str) -> _Chosen:
    """What is asked for; what cannot be read is the usual one, up to today."""
    today = datetime.now(UTC).date()
    name = span if span in _SPANS else _USUAL
    try:
        last = min(date.fromisoformat(until), today) if until else today
        first = start_of(last - timedelta(days=_SPANS[name].days - 1), _SPANS[name].by)
    except (ValueError, OverflowError):
        last, first = today, start_of(today - timedelta(days=_SPANS[name].days - 1), _SPANS[name].by)
    return _Chosen(name, Period(first, last), today)


def _report(request: Request, chosen: _Chosen) -> Report:
    store: Figures = request.app.state.figures
    return store.report(chosen.period, chosen.span.by)


def _addresses(request: Request) -> dict[str, str]:
    """Entry id -> its page, for those that are public."""
    index: CurrentIndex = request.app.state.index
    try:
        return {entry.id: public_path(entry.id) for entry in index.get().entries("public")}
    except GenerationError:
        return {}
