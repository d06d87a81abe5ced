from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.figures.records import ChecklistFigures, EntryFigures, GapFigures, Period, Share, Totals, start_of, starts


def test_of_nothing_nothing_can_be_said() -> None:
    """A share of 0 is neither 0 nor 1."""
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, None)


@pytest.mark.parametrize(("part", "whole", "low", "high"), [(12, 15, 0.548, 0.930), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (500, 1000, 0.469, 0.531)])
def test_the_interval_is_wilsons(part: int, whole: int, low: float, high: float) -> None:
    """As tables of the score interval give it."""
    interval = Share(part, whole).interval
    assert interval is not None
    assert interval == pytest.approx((low, high), abs=0.0006)


@given(st.integers(1, 10_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_a_share_lies_in_its_interval(counts: tuple[int, int]) -> None:
    """However small the whole."""
    share = Share(*counts)
    assert share.interval is not None
    assert share.value is not None
    assert 0 <= share.interval[0] <= share.value <= share.interval[1] <= 1


def test_silence_is_neither_success_nor_failure() -> None:
    """A hundred answers of which three got a word: the rate is of the three, and the silent ones are told."""
    totals = Totals(answers=90, suggestions=10, no_answers=20, chosen=4, helpful=2, unhelpful=1, first_right=2, first_wrong=3)
    assert (totals.questions, totals.helped, totals.silent, totals.picked) == (120, Share(2, 3), Share(97, 100), Share(4, 10))
    assert (totals.first_answer_right, totals.not_found, totals.answered, totals.offered) == (Share(2, 5), Share(20, 120), Share(90, 120), Share(10, 120))
    assert totals + Totals(answers=1, first_right=1) == Totals(91, 10, 20, 4, 2, 1, 3, 3)


def test_trouble_and_use_of_an_entry() -> None:
    """Use is answers and choices; trouble is every sign of it; missed is where it was nearest and did not answer."""
    entry = EntryFigures("a", "A", nearest=10, answered=6, chosen=3, replaced=1, helpful=2, unhelpful=4, wrong_steps=5)
    assert (entry.used, entry.trouble, entry.missed) == (9, 10, 4)


def test_compliance_counts_steps() -> None:
    """A step is done, skipped or left."""
    walked = ChecklistFigures("a", "A", started=4, finished=3, done=30, skipped=5, left=5)
    assert (walked.completion, walked.compliance) == (Share(3, 4), Share(30, 40))


@pytest.mark.parametrize(("days", "median"), [((), None), ((3.0,), 3.0), ((9.0, 1.0, 2.0), 2.0), ((4.0, 1.0), 2.5)])
def test_days_to_close_are_a_median(days: tuple[float, ...], median: float | None) -> None:
    """One gap that took a year does not move it."""
    assert GapFigures(9, len(days), days).median_days == median


def test_stretches_of_time_cover_a_period_without_holes() -> None:
    """Weeks begin on Monday, months on the first; the first and last may reach beyond the period."""
    period = Period(date(2026, 1, 29), date(2026, 3, 2))
    assert starts(period, "month") == (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
    assert starts(period, "week") == tuple(date(2026, 1, 26).fromordinal(date(2026, 1, 26).toordinal() + 7 * week) for week in range(6))
    assert len(starts(period, "day")) == period.days == 33
    assert start_of(date(2026, 11, 22), "week") == date(2026, 11, 16)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    """The message names both days."""
    with pytest.raises(ValueError, match="begins on 2026-02-01, after its end on 2026-01-01"):
        Period(date(2026, 2, 1), date(2026, 1, 1))
