"""The daily counts -> a report; all SQL of figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from bot.database import Database
from bot.figures.records import By, EntryFigures, Period, Report, Slice, Titles, Totals, start_of, starts
from bot.figures.sources import ChecklistSource, GapSource
from bot.tables import entry_days, question_days

_QUESTION_COUNTS = tuple(question_days.c[name] for name in Totals.__slots__)
_ENTRY_COUNTS = ("nearest", "answered", "chosen", "replaced", "helpful", "unhelpful", "wrong_steps")


class Figures:
    """Reads figures; safe to share between threads. Every method raises `LogUnavailable`.

    Args:
        database: migrated.
        titles: the title of an entry, or None when there is none any more.
        checklists: keeps checklists, if anything does.
        gaps: keeps gaps, if anything does.
    """

    def __init__(
        self,
        database: Database,
        titles: Callable[[str], str | None] = lambda entry_id: None,
        checklists: ChecklistSource | None = None,
        gaps: GapSource | None = None,
    ) -> None:
        self._database = database
        self._titles = Titles(titles)
        self._checklists = checklists
        self._gaps = gaps

    def report(self, period: Period, by: By = "week") -> Report:
        """All figures of a period.

        Args:
            period: days in UTC.
            by: how long the stretches of time are into which it is cut; the first and the last may be cut short by it.
        """
        with self._database.read() as connection:
            days = _by(connection, question_days.c.day, period)
            report = Report(
                period=period,
                by=by,
                totals=sum(days.values(), Totals()),
                over_time=_over_time(days, period, by),
                by_front_end=_slices(_by(connection, question_days.c.front_end, period)),
                by_channel=_slices(_by(connection, question_days.c.channel, period)),
                by_audience=_slices(_by(connection, question_days.c.audience, period)),
                entries=self._entries(connection, period),
            )
        # Sources read in a transaction of their own: what they tell is of another table, and may be a moment younger.
        return Report(
            **{name: getattr(report, name) for name in Report.__slots__ if name not in ("checklists", "gaps")},
            checklists=self._checklists.checklists(period) if self._checklists else None,
            gaps=self._gaps.gap_figures(period) if self._gaps else None,
        )

    def entries(self, period: Period) -> tuple[EntryFigures, ...]:
        """The figures of every entry that has any, most used first."""
        with self._database.read() as connection:
            return self._entries(connection, period)

    def _entries(self, connection: Connection, period: Period) -> tuple[EntryFigures, ...]:
        sums = [func.sum(entry_days.c[name]) for name in _ENTRY_COUNTS]
        rows = connection.execute(select(entry_days.c.entry_id, *sums).where(_within(entry_days.c.day, period)).group_by(entry_days.c.entry_id))
        found = [EntryFigures(row[0], self._titles(row[0]), *(int(count) for count in row[1:])) for row in rows]
        return tuple(sorted(found, key=lambda one: (-one.used, -one.trouble, -one.nearest, one.entry_id)))


def _by(connection: Connection, column: ColumnElement[Any], period: Period) -> dict[Any, Totals]:
    sums = [func.sum(count) for count in _QUESTION_COUNTS]
    rows = connection.execute(select(column, *sums).where(_within(question_days.c.day, period)).group_by(column))
    return {row[0]: Totals(*(int(count) for count in row[1:])) for row in rows}


def _within(day: ColumnElement[Any], period: Period) -> ColumnElement[bool]:
    return day.between(period.since, period.until)


def _slices(found: dict[str, Totals]) -> tuple[Slice, ...]:
    return tuple(Slice(name, totals) for name, totals in sorted(found.items(), key=lambda one: (-one[1].questions, one[0])))


def _over_time(days: dict[date, Totals], period: Period, by: By) -> tuple[Slice, ...]:
    stretches: defaultdict[date, Totals] = defaultdict(Totals)
    for day, totals in days.items():
        stretches[start_of(day, by)] += totals
    return tuple(Slice(start.isoformat(), stretches[start]) for start in starts(period, by))
