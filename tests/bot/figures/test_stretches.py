"""Names of stretches of time."""

from __future__ import annotations

import pytest

from bot.figures.records import By
from bot.figures.stretches import short_stretch_name, stretch_name


@pytest.mark.parametrize(("by", "table", "picture"), [("day", "7 Sep 2026", "7 Sep"), ("week", "7 Sep 2026", "7 Sep"), ("month", "Sep 2026", "Sep 2026")])
def test_nobody_takes_the_day_for_the_month(by: By, table: str, picture: str) -> None:
    """Months are words; the year stands wherever there is room."""
    assert (stretch_name("2026-09-07", by), short_stretch_name("2026-09-07", by)) == (table, picture)
