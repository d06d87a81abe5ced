"""A few questions of November, with what came of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.database import Database
from bot.figures.records import GapFigures, Period
from bot.figures.store import Figures
from bot.log_records import StoredQuestion
from bot.query_log import QueryLog
from bot.slack.checklists import Checklists
from bot.slack.compliance import Compliance
from index.records import Entry, Lines, Step
from tests.bot.conftest import PEPPER

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
TITLES = {"a": "Where is my refund?", "b": "Late parcel"}


class TwoGaps:
    """Keeps gaps: two were opened, one was closed after three days, and seven are open."""

    def gap_figures(self, period: Period) -> GapFigures:
        """Those of November."""
        return GapFigures(2, 1, (3.0,), 7) if period.since.month == 11 else GapFigures(0, 0)


@pytest.fixture
def figures(database: Database, stored: StoredQuestion) -> Figures:
    """Figures of six questions and two checklists."""
    clock = [datetime(2026, 11, 2, 9, 0, tzinfo=UTC)]
    log = QueryLog(database, PEPPER, now=lambda: clock[0])
    answer = replace(stored, entry_id="a", nearest="a")
    first = log.store(answer)
    log.store_feedback(first, helpful=True)
    second = log.store(replace(answer, front_end="slack", audience="internal", channel=""))
    log.store_choice(second, "b")
    clock[0] = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
    log.store(answer)
    third = log.store(replace(answer, outcome="suggestions", entry_id="", nearest="b", channel="email"))
    log.store_choice(third, "b")
    log.store_feedback(third, helpful=False, step="2", entry_id="b")
    log.store(replace(answer, outcome="no_answer", entry_id="", nearest="b"))
    clock[0] = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    log.store(answer)
    steps = tuple(Step(str(number), 1, f"Step {number}", "", Lines(number, number)) for number in (1, 2, 3))
    entry = Entry("sop", "sop", "Do it", "internal", "sops/sop.md", "Do it", Lines(1, 9), "v1", steps=steps)
    checklists = Checklists(database, now=lambda: datetime(2026, 11, 5, tzinfo=UTC))
    done, begun = checklists.start(entry, "C1", "1.1", "U1"), checklists.start(entry, "C1", "1.2", "U1")
    checklists.tick(done.id, 0, 2, (0, 1), "U1")
    checklists.skip(done.id, 2, "not needed", "U1")
    checklists.tick(begun.id, 0, 2, (0,), "U1")
    return Figures(database, TITLES.get, checklists=Compliance(database), gaps=TwoGaps())
