"""Whoever wanted to know is told, once."""

from __future__ import annotations

import pytest

from bot.database import Database
from bot.errors import UnknownQuestion
from tests.bot.gaps.support import World, entry

SWAP = "scooter battery swap"


class Told:
    """Remembers who was told; may fail at first."""

    def __init__(self, failures: int = 0) -> None:
        self.messages: list[tuple[str, str]] = []
        self.failures = failures

    def __call__(self, query_id: str, entry_id: str) -> bool:
        """See `bot.gaps.telling.Tell`."""
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
    """A front end that cannot reach Slack now reaches it the next time."""
    told = Told(failures=2)
    world = _world(database, told)
    asked = world.ask(SWAP, "anna")
    world.act.want_to_know(asked)
    world.look_after()
    world.rebuild(entry("battery", SWAP))
    assert [world.look_after().told for _ in range(4)] == [0, 0, 1, 0]
    assert told.messages == [(asked, "battery")]


def test_it_is_given_up_in_the_end(database: Database) -> None:
    """Somebody who left the workspace is not written to for ever."""
    told = Told(failures=5)
    world = _world(database, told)
    world.act.want_to_know(world.ask(SWAP))
    world.rebuild(entry("battery", SWAP))
    assert sum(world.look_after().told for _ in range(8)) == 0
    assert (told.failures, told.messages) == (0, [])


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
