"""A report -> tables for a terminal, readable at 80 columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.figures.definitions import DEFINITIONS
from bot.figures.exchange import SHARES
from bot.figures.records import ChecklistFigures, EntryFigures, GapFigures, Report, Share, Slice
from bot.figures.stretches import stretch_name
from bot.phrases import AUDIENCES, FRONT_ENDS, counted, day, percent
from index.records import CHANNELS

_COLUMNS = ("answered", "offered", "not_found", "helped", "first_answer_right")


def show_report(report: Report, out: Console, top: int) -> None:
    """Print a report.

    Args:
        report: the figures.
        out: where.
        top: how many entries to list.
    """
    period = f"{day(report.period.since)} to {day(report.period.until)} ({counted(report.period.days, 'day')}, UTC)"
    out.print(Text(f"{counted(report.totals.questions, 'question')}, {period}", style="bold"))
    if not report.totals.questions and not report.entries:
        out.print("Nothing was asked in that time.")
    starts = {one.name: stretch_name(one.name, report.by) for one in report.over_time}
    tables = [_summary(report), _slices(f"By {report.by}", "begins", report.over_time, starts), _slices("By channel", "", report.by_channel, CHANNELS)]
    tables += [_slices("By audience", "", report.by_audience, AUDIENCES), _slices("By front end", "", report.by_front_end, FRONT_ENDS)]
    used = [one for one in report.entries if one.used]
    troubled = sorted((one for one in report.entries if one.trouble), key=lambda one: (-one.trouble, one.entry_id))
    tables += [_entries(title, entries[:top]) for title, entries in (("Most used", used), ("Most trouble", troubled)) if entries[:top]]
    if report.checklists:
        tables.append(_checklists(report.checklists[:top]))
    if report.gaps:
        tables.append(_gaps(report.gaps))
    for table in tables:
        out.print()
        out.print(table)


def share(value: Share) -> str:
    """A share for people: "80% (12 of 15)"; a dash when nothing can be said."""
    return "–" if value.value is None else f"{percent(value.value)} ({value.part:,} of {value.whole:,})"


def _summary(report: Report) -> Table:
    table = _table("figure", "value", "what it counts")
    for name in SHARES:
        value: Share = getattr(report.totals, name)
        interval = value.interval
        certain = f"\n{percent(interval[0])}–{percent(interval[1])} *" if interval and name in {"helped", "picked", "first_answer_right"} else ""
        table.add_row(DEFINITIONS[name].title, share(value) + certain, DEFINITIONS[name].counts)
    table.caption = "* where the true share lies with 95% confidence"
    table.caption_justify = "left"
    return table


def _slices(title: str, first: str, slices: Sequence[Slice], words: Mapping[str, str]) -> Table:
    table = _table(first, "questions", *(DEFINITIONS[name].title.lower() for name in _COLUMNS), title=title)
    table.columns[0].no_wrap = True
    for one in slices:
        table.add_row(words.get(one.name, one.name) or "not said", f"{one.totals.questions:,}", *(_short(getattr(one.totals, name)) for name in _COLUMNS))
    return table


def _short(value: Share) -> str:
    return "–" if value.value is None else percent(value.value)


def _entries(title: str, entries: Sequence[EntryFigures]) -> Table:
    table = _table("entry", "used", "helpful", "not", "steps", "other", "missed", title=title)
    for one in entries:
        table.add_row(one.title, *(f"{count:,}" for count in (one.used, one.helpful, one.unhelpful, one.wrong_steps, one.replaced, one.missed)))
    table.caption = "not: said not helpful; steps: remarks about a step; other: another entry was chosen; missed: nearest, not shown"
    table.caption_justify = "left"
    return table


def _checklists(checklists: Sequence[ChecklistFigures]) -> Table:
    table = _table("checklist", "started", "finished", "steps done", "skipped", title="Checklists")
    for one in checklists:
        table.add_row(one.title, f"{one.started:,}", _short(one.completion), share(one.compliance), f"{one.skipped:,}")
    table.caption = DEFINITIONS["compliance"].counts
    table.caption_justify = "left"
    return table


def _gaps(gaps: GapFigures) -> Table:
    table = _table("gaps", "", "what it counts", title="Gaps")
    median = "–" if gaps.median_days is None else f"{gaps.median_days:.1f}"
    counts = (("gaps_opened", gaps.opened), ("gaps_closed", gaps.closed), ("gaps_open", gaps.open_now))
    for name, value in (*((name, f"{count:,}") for name, count in counts), ("days_to_close", median)):
        table.add_row(DEFINITIONS[name].title, value, DEFINITIONS[name].counts)
    return table


def _table(first: str, *others: str, title: str = "") -> Table:
    table = Table(title=title or None, title_justify="left", title_style="bold", show_edge=False, pad_edge=False, expand=False)
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="left" if name == "what it counts" else "right", no_wrap=False)
    return table
