"""Gaps -> how many were opened and closed in a period, and how long it took; a `bot.figures.sources.GapSource`."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import func, select

from bot.database import Database
from bot.figures.records import GapFigures, Period
from bot.gaps.tables import gap_questions, gaps


class GapCounts:
    """Figures of gaps. Every method raises `LogUnavailable`.

    Args:
        database: migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def gap_figures(self, period: Period) -> GapFigures:
        """Gaps opened in a period, gaps closed in it, how long each of those took, and how many are open now.

        A gap that was joined with another is no gap of its own any more, and counts nowhere. How long it took is from the
        oldest question that the gap has now, since questions may have come from a gap that was opened earlier.
        """
        begins, ends = (datetime.combine(day, time(), UTC) for day in (period.since, period.until + timedelta(days=1)))
        counts = select(func.count()).select_from(gaps)
        opened = counts.where(gaps.c.opened_at >= begins, gaps.c.opened_at < ends, gaps.c.status != "merged")
        waiting = counts.where(gaps.c.status.in_(("open", "snoozed")))
        closed = select(gaps.c.closed_at, func.min(gap_questions.c.asked_at)).join(gap_questions, gap_questions.c.gap_id == gaps.c.id)
        closed = closed.where(gaps.c.status == "closed", gaps.c.closed_at >= begins, gaps.c.closed_at < ends)
        closed = closed.group_by(gaps.c.id, gaps.c.closed_at).order_by(gaps.c.closed_at, gaps.c.id)
        with self._database.read() as connection:
            rows = connection.execute(closed).all()
            return GapFigures(
                opened=int(connection.execute(opened).scalar_one()),
                closed=len(rows),
                days_to_close=tuple((closed_at - first_asked_at) / timedelta(days=1) for closed_at, first_asked_at in rows),
                open_now=int(connection.execute(waiting).scalar_one()),
            )
