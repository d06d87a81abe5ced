from __future__ import annotations

from datetime import date

import pytest

from bot.database import Database
from bot.figures.records import ChecklistFigures, EntryFigures, Period, Share, Slice, Totals
from bot.figures.store import Figures
from tests.bot.figures.conftest import NOVEMBER

pytestmark = pytest.mark.both_databases


def test_a_report_counts_what_was_asked_in_its_period(figures: Figures) -> None:
    """December's question is not in it; each rate is of those it is a rate of."""
    totals = figures.report(NOVEMBER).totals
    assert totals == Totals(answers=3, suggestions=1, no_answers=1, chosen=1, helpful=1, unhelpful=1, first_right=1, first_wrong=1)
    assert (totals.helped, totals.first_answer_right, totals.silent) == (Share(1, 2), Share(1, 2), Share(2, 4))


def test_weeks_in_which_nothing_was_asked_are_there(figures: Figures) -> None:
    """Six weeks touch November; two of them have questions."""
    over_time = figures.report(NOVEMBER, "week").over_time
    assert [(one.name, one.totals.questions) for one in over_time] == [
        ("2026-10-26", 0),
        ("2026-11-02", 2),
        ("2026-11-09", 3),
        ("2026-11-16", 0),
        ("2026-11-23", 0),
        ("2026-11-30", 0),
    ]


def test_slices_add_up_to_the_whole(figures: Figures) -> None:
    """By front end, channel and audience, most asked first."""
    report = figures.report(NOVEMBER)
    assert [(one.name, one.totals.questions) for one in report.by_channel] == [("chat", 3), ("", 1), ("email", 1)]
    assert [one.name for one in report.by_front_end] == ["http", "slack"]
    assert report.by_audience[1] == Slice("internal", Totals(answers=1, first_wrong=1))
    for slices in (report.by_channel, report.by_front_end, report.by_audience, report.over_time):
        assert sum((one.totals for one in slices), Totals()) == report.totals


def test_entries_have_their_use_and_trouble(figures: Figures) -> None:
    """With today's title, most used first."""
    assert figures.report(NOVEMBER).entries == (
        EntryFigures("a", "Where is my refund?", nearest=3, answered=3, chosen=0, replaced=1, helpful=1, unhelpful=0, wrong_steps=0),
        EntryFigures("b", "Late parcel", nearest=2, answered=0, chosen=2, replaced=0, helpful=0, unhelpful=1, wrong_steps=1),
    )


def test_checklists_and_gaps_are_in_the_report(figures: Figures) -> None:
    """From those who keep them; of checklists, the ones started in the period."""
    report = figures.report(NOVEMBER)
    assert report.checklists == (ChecklistFigures("sop", "Do it", started=2, finished=1, done=3, skipped=1, left=2),)
    assert report.gaps
    assert (report.gaps.opened, report.gaps.closed, report.gaps.median_days) == (2, 1, 3.0)
    assert figures.report(Period(date(2026, 12, 1), date(2026, 12, 31))).checklists == ()


def test_before_anybody_asked_there_is_nothing(database: Database) -> None:
    """No figure is made up."""
    report = Figures(database).report(NOVEMBER)
    assert (report.totals, report.entries, report.checklists, report.gaps) == (Totals(), (), None, None)
