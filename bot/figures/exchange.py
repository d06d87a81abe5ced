"""A report -> JSON and CSV, for other programs and spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bot.figures.definitions import DEFINITIONS
from bot.figures.records import Report, Share, Slice, Totals

SHARES = ("answered", "offered", "not_found", "helped", "silent", "picked", "first_answer_right")
"""The figures of `Totals` that are shares, in the order in which they are shown."""
CSV_COLUMNS = ("of", "name", "figure", "part", "whole", "share")


def to_json(report: Report) -> dict[str, Any]:
    """A report as a JSON object, with what each figure counts."""
    return {
        "since": report.period.since.isoformat(),
        "until": report.period.until.isoformat(),
        "by": report.by,
        "totals": _totals(report.totals),
        "over_time": [{"start": one.name, **_totals(one.totals)} for one in report.over_time],
        "by_front_end": [{"front_end": one.name, **_totals(one.totals)} for one in report.by_front_end],
        "by_channel": [{"channel": one.name, **_totals(one.totals)} for one in report.by_channel],
        "by_audience": [{"audience": one.name, **_totals(one.totals)} for one in report.by_audience],
        "entries": [asdict(one) | {"used": one.used, "trouble": one.trouble, "missed": one.missed} for one in report.entries],
        "checklists": None
        if report.checklists is None
        else [asdict(one) | {"completion": _share(one.completion), "compliance": _share(one.compliance)} for one in report.checklists],
        "gaps": None
        if report.gaps is None
        else {
            "opened": report.gaps.opened,
            "closed": report.gaps.closed,
            "open_now": report.gaps.open_now,
            "median_days_to_close": report.gaps.median_days,
        },
        "definitions": {name: asdict(definition) for name, definition in DEFINITIONS.items()},
    }


def to_csv(report: Report) -> str:
    """A report as CSV: one figure a line, `part` the count, `whole` and `share` empty where it is no share.

    Names that a spreadsheet would take for a formula are written with an apostrophe in front.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for of, name, figure, value in _rows(report):
        share = value.value if isinstance(value, Share) else None
        part, whole = (value.part, value.whole) if isinstance(value, Share) else (value, "")
        writer.writerow((of, _harmless(name), figure, part, whole, "" if share is None else f"{share:.4f}"))
    return text.getvalue()


def _rows(report: Report) -> Iterator[tuple[str, str, str, Share | int | float]]:
    yield from _slice_rows("period", (Slice(f"{report.period.since}/{report.period.until}", report.totals),))
    for of, slices in (
        (report.by, report.over_time),
        ("front_end", report.by_front_end),
        ("channel", report.by_channel),
        ("audience", report.by_audience),
    ):
        yield from _slice_rows(of, slices)
    for entry in report.entries:
        for figure in ("used", "trouble", "missed", "answered", "chosen", "replaced", "helpful", "unhelpful", "wrong_steps", "nearest"):
            yield "entry", entry.entry_id, figure, getattr(entry, figure)
    for checklist in report.checklists or ():
        yield "checklist", checklist.entry_id, "completion", checklist.completion
        yield "checklist", checklist.entry_id, "compliance", checklist.compliance
        yield "checklist", checklist.entry_id, "skipped", checklist.skipped
    if report.gaps is not None:
        yield "gaps", "", "gaps_opened", report.gaps.opened
        yield "gaps", "", "gaps_closed", report.gaps.closed
        yield "gaps", "", "gaps_open", report.gaps.open_now
        if report.gaps.median_days is not None:
            yield "gaps", "", "days_to_close", round(report.gaps.median_days, 2)


def _slice_rows(of: str, slices: tuple[Slice, ...]) -> Iterator[tuple[str, str, str, Share | int | float]]:
    for one in slices:
        yield of, one.name, "questions", one.totals.questions
        for figure in SHARES:
            yield of, one.name, figure, getattr(one.totals, figure)


def _totals(totals: Totals) -> dict[str, Any]:
    return {"questions": totals.questions} | {figure: _share(getattr(totals, figure)) for figure in SHARES}


def _share(share: Share) -> dict[str, Any]:
    interval = share.interval
    return {
        "part": share.part,
        "whole": share.whole,
        "share": None if share.value is None else round(share.value, 4),
        "interval_95": None if interval is None else [round(end, 4) for end in interval],
    }


def _harmless(name: str) -> str:
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name
