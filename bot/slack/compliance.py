"""Checklists walked through in Slack -> how completely, by entry."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import case, func, select

from bot.database import Database
from bot.figures.records import ChecklistFigures, Period
from bot.slack.tables import checklist_steps, checklists


class Compliance:
    """Figures of checklists. Every method raises `LogUnavailable`.

    Args:
        database: migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def checklists(self, period: Period) -> tuple[ChecklistFigures, ...]:
        """Figures of the checklists that were started in a period, by entry, most started first."""
        begins, ends = (datetime.combine(day, time(), UTC) for day in (period.since, period.until + timedelta(days=1)))
        started = (checklists.c.started_at >= begins, checklists.c.started_at < ends)
        heads = select(
            checklists.c.entry_id,
            func.max(checklists.c.title),
            func.count(),
            func.count(checklists.c.finished_at),
        ).where(*started)
        states = (func.sum(case((checklist_steps.c.state == state, 1), else_=0)) for state in ("done", "skipped", "open"))
        steps = select(checklists.c.entry_id, *states).join(checklist_steps, checklist_steps.c.checklist_id == checklists.c.id).where(*started)
        with self._database.read() as connection:
            of_steps = {row[0]: tuple(map(int, row[1:])) for row in connection.execute(steps.group_by(checklists.c.entry_id))}
            rows = connection.execute(heads.group_by(checklists.c.entry_id)).all()
        found = [ChecklistFigures(entry_id, title, count, finished, *of_steps.get(entry_id, (0, 0, 0))) for entry_id, title, count, finished in rows]
        return tuple(sorted(found, key=lambda one: (-one.started, one.entry_id)))
