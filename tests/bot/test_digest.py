from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from bot.database import Database
from bot.digest import Digest, Digests
from bot.figures.store import Figures
from tests.bot.gaps.support import World, entry

pytestmark = pytest.mark.both_databases
SWAP, RENT, RAIN = "scooter battery swap", "rent a cargo trailer", "umbrella stand broken"
OPENING = entry("opening-hours", "when do you open")


def _digest(world: World, days: int) -> Digest:
    """Of so many days up to now."""
    return Digests(Figures(world.database, {"opening-hours": "Opening hours"}.get), world.gaps, world).between(world.now - timedelta(days=days), world.now)


def test_what_happened_to_gaps(database: Database) -> None:
    """What opened and is open, what closed, and what is open again, each in the time in which it happened."""
    world = World(database)
    world.ask(SWAP)
    world.ask(RENT)
    world.look_after()
    world.rebuild(OPENING, entry("battery", SWAP))
    world.look_after(timedelta(days=6))
    world.ask(RAIN)
    world.look_after()
    world.now += timedelta(minutes=1)
    week = _digest(world, 10)
    assert [gap.title for gap in week.opened] == [RAIN, RENT]
    assert ([gap.title for gap in week.closed], week.opened_count, week.closed_count, week.reopened_count, week.open_now) == ([SWAP], 2, 1, 0, 2)
    assert [gap.title for gap in _digest(world, 5).opened] == [RAIN]
    earlier = Digests(Figures(database), world.gaps, world).between(world.now - timedelta(days=10), world.now - timedelta(days=5))
    assert ([gap.title for gap in earlier.opened], earlier.closed) == ([RENT], ())

    world.rebuild(OPENING)
    world.look_after(timedelta(days=1))
    world.now += timedelta(minutes=1)
    week = _digest(world, 2)
    assert ([gap.title for gap in week.reopened], week.closed, week.open_now) == ([SWAP], (), 3)
    assert _digest(world, 10).reopened == ()  # in ten days it is a new one


def test_whole_days_of_questions_count_once(database: Database) -> None:
    """Questions of the day on which a digest ends are in the next one."""
    world = World(database)
    world.ask("when do you open", "anna")
    world.now += timedelta(days=7)
    world.ask("when do you open", "ben")
    world.ask(SWAP, "ben")
    week = _digest(world, 7)
    assert (week.totals.questions, [(one.title, one.used) for one in week.used]) == (1, [("Opening hours", 1)])
    world.now += timedelta(days=7)
    week = _digest(world, 7)
    assert (week.totals.questions, week.totals.no_answers, [one.used for one in week.used]) == (2, 1, [1])


def test_documents_that_passed_their_date_come_first(database: Database) -> None:
    """Each document once, whatever it holds; what is due today is not late."""
    world = World(database)
    dates = {"old": date(2026, 1, 1), "new": date(2026, 11, 17), "today": date(2026, 11, 20), "ahead": date(2027, 1, 1)}
    dated = [replace(entry(name), review_by=day) for name, day in dates.items()]
    world.rebuild(*dated, replace(dated[1], id="new#2"))
    week = _digest(world, 7)
    assert ([one.id for one in week.late], week.late_count, week.newly_late) == (["new", "old"], 2, 1)
    assert not week.is_quiet
    world.rebuild(dated[0])
    assert _digest(world, 7).is_quiet


@pytest.mark.sqlite_only
def test_much_is_counted_and_not_listed(database: Database) -> None:
    """Twenty of each kind."""
    world = World(database)
    for number in range(22):
        world.ask(" ".join(f"word{number}{letter}" for letter in "abc"))
    world.look_after()
    world.now += timedelta(minutes=1)
    week = _digest(world, 1)
    assert (len(week.opened), week.opened_count) == (20, 22)
