"""Gaps in the figures."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.database import Database
from bot.figures.records import GapFigures, Period
from bot.gaps.figures import GapCounts
from tests.bot.gaps.support import World, entry

pytestmark = pytest.mark.both_databases
SWAP, RENT, RAIN = "scooter battery swap", "rent a cargo trailer", "umbrella stand broken"


def _days(first: int, last: int) -> Period:
    return Period(date(2026, 11, first), date(2026, 11, last))


def test_gaps_count_when_they_open_and_close(database: Database) -> None:
    """From noon of the 20th: three open, two close after two and four days, and of those one opens again."""
    world, counts = World(database), GapCounts(database)
    world.ask(SWAP)
    world.ask(RENT)
    world.look_after()
    world.ask(RAIN)
    world.look_after(timedelta(days=1))  # as late as the 21st, it is of the day on which it was asked
    assert counts.gap_figures(_days(20, 20)) == GapFigures(3, 0, (), 3)
    assert counts.gap_figures(_days(21, 30)) == GapFigures(0, 0, (), 3)

    world.rebuild(entry("battery", SWAP))
    world.look_after(timedelta(days=1))
    world.rebuild(entry("battery", SWAP), entry("trailer", RENT))
    world.look_after(timedelta(days=2))
    found = counts.gap_figures(_days(20, 30))
    assert [round(days, 2) for days in found.days_to_close] == [2.0, 4.0]
    assert (found.opened, found.closed, found.open_now, round(found.median_days or 0, 2)) == (3, 2, 1, 3.0)
    assert [counts.gap_figures(_days(day, day)).closed for day in (21, 22, 23, 24)] == [0, 1, 0, 1]

    world.rebuild(entry("trailer", RENT))
    world.look_after()
    found = counts.gap_figures(_days(20, 30))
    assert ([round(days, 2) for days in found.days_to_close], found.open_now) == ([4.0], 2)


def test_joined_and_put_off_gaps(database: Database) -> None:
    """Two that were joined are one, whose time begins with the older question; one that is put off is open, one that is not ours is not."""
    world, counts = World(database), GapCounts(database)
    world.ask(SWAP)
    world.look_after(timedelta(days=3))
    world.ask(RENT)
    world.ask(RAIN)
    world.look_after()
    ids = {gap.title: gap.id for gap in world.gaps.listed()}
    world.act.merge(ids[RENT], [ids[SWAP]], "lead")
    world.act.snooze(ids[RENT], world.now + timedelta(days=9), "lead")
    assert counts.gap_figures(_days(20, 30)) == GapFigures(2, 0, (), 2)
    world.act.not_ours(ids[RAIN], "lead")
    world.rebuild(entry("both", SWAP, RENT))
    world.look_after()
    found = counts.gap_figures(_days(20, 30))
    assert ((found.opened, found.closed, found.open_now), [round(days, 2) for days in found.days_to_close]) == ((2, 1, 0), [3.0])
