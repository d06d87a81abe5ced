"""Whoever wanted to know is told, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.database import Database
from bot.errors import UnknownQuestion
from bot.gaps.telling import CannotTellNow
from tests.bot.gaps.support import World, entry

SWAP = "scooter battery swap"


class Told:
    """Remembers who was told; may fail at first, or be cut off for a while."""

    def __init__(self, failures: int = 0) -> None:
        self.messages: list[tuple[str, str]] = []
        self.failures = failures
        self.cut_off = False
        self.calls = 0

    def __call__(self, query_id: str, entry_id: str) -> bool:
        """See `bot.gaps.telling.Tell`."""
        self.calls += 1
        if self.cut_off:
            raise CannotTellNow("The cable is out.")
        if self.failures:
            self.failures -= 1
            raise TimeoutError
        self.messages.append((query_id, entry_id))
        return True


def _world(database: Database, told: Told) -> World:
    return World(database, tell=told)


def test_those_who_want_to_know_are_told_once(database: Database) -> None:
    """One message for each person when the gap closes; none before, none later, none to the others."""
    told = Told()
    world = _world(database, told)
    anna, again, ben = world.ask(SWAP, "anna"), world.ask(SWAP, "anna"), world.ask(SWAP, "ben")
    world.ask(SWAP, "cleo")
    for query_id in (anna, again, ben, ben):
        world.act.want_to_know(query_id)
    world.look_after()
    assert told.messages == []
    world.rebuild(entry("battery", SWAP))
    assert world.look_after().told == 2
    assert sorted(told.messages) == sorted([(again, "battery"), (ben, "battery")])
    world.rebuild(entry("other", "something else"))
    world.look_after()
    world.rebuild(entry("battery", SWAP))
    world.look_after()
    assert len(told.messages) == 2


def test_what_fails_is_tried_again(database: Database) -> None:
    """A message that is refused twice is tried at once, a minute and ten minutes later, and then not again."""
    told = Told(failures=2)
    world = _world(database, told)
    asked = world.ask(SWAP, "anna")
    world.act.want_to_know(asked)
    world.look_after()
    world.rebuild(entry("battery", SWAP))
    assert [world.look_after(timedelta(seconds=later)).told for later in (0, 30, 30, 500, 40, 60)] == [0, 0, 0, 0, 1, 0]
    assert (told.messages, told.calls) == ([(asked, "battery")], 3)


def test_it_is_given_up_in_the_end(database: Database) -> None:
    """Somebody who left the workspace is not written to for ever: seven times within three days."""
    told = Told(failures=7)
    world = _world(database, told)
    world.act.want_to_know(world.ask(SWAP))
    world.look_after()
    world.rebuild(entry("battery", SWAP))
    assert [world.look_after(timedelta(hours=6)).told for _ in range(16)] == [0] * 16
    assert (told.calls, told.failures, told.messages) == (7, 0, [])


def test_while_nobody_can_be_told_nothing_is_given_up(database: Database) -> None:
    """An outage of a week is no attempt; each round tries three people at most, and afterwards all of them are told."""
    told = Told()
    world = _world(database, told)
    for name in ("anna", "ben", "cleo", "dan"):
        world.act.want_to_know(world.ask(SWAP, name))
    world.look_after()
    world.rebuild(entry("battery", SWAP))
    told.cut_off = True
    assert [world.look_after(timedelta(hours=12)).told for _ in range(14)] == [0] * 14
    assert told.calls == 14 * 3
    told.cut_off = False
    assert world.look_after().told == 4


def test_a_process_that_cannot_tell_leaves_it_to_one_that_can(database: Database) -> None:
    """The terminal closes the gap, the server tells."""
    told = Told()
    world = _world(database, told)
    world.act.want_to_know(world.ask(SWAP))
    world.look_after()
    world.rebuild(entry("battery", SWAP))
    world.upkeep.tell = None
    assert world.look_after().told == 0
    world.upkeep.tell = told
    assert world.look_after().told == 1


def test_an_unknown_question_cannot_be_followed(world: World) -> None:
    """One sentence that names the id."""
    with pytest.raises(UnknownQuestion, match="'nope'"):
        world.act.want_to_know("nope")
