"""Looking after gaps in the background."""

from __future__ import annotations

import threading
import time

from sqlalchemy import select

from bot.answer import Thresholds
from bot.errors import LogUnavailable
from bot.gaps.tables import gap_questions
from bot.gaps.upkeep import Done, Upkeep, UpkeepThread
from index.background import background_lines
from tests.bot.gaps.support import GapIndex, World, entry

SWAP = "scooter battery swap"


def _wait(done: threading.Event) -> None:
    assert done.wait(60)


def test_it_goes_on_in_its_own_thread_whatever_one_round_does(world: World, caplog: object) -> None:  # noqa: ARG001  # keeps the log out of the output
    """A database that is locked, and a defect, are logged; the next round does the work."""
    world.ask(SWAP)
    rounds, done = list[int](), threading.Event()

    class Shaky(Upkeep):
        def run(self, recheck: bool = False) -> Done | None:
            """Fails twice."""
            rounds.append(len(rounds))
            if rounds[-1] == 0:
                raise LogUnavailable("The database is locked.")
            if rounds[-1] == 1:
                raise ZeroDivisionError
            result = world.upkeep.run(recheck)
            done.set()
            return result

    thread = UpkeepThread(Shaky(world.database, world, world.upkeep._thresholds), every=0.01)
    thread.start()
    _wait(done)
    thread.stop()
    assert [gap.title for gap in world.gaps.listed()] == [SWAP]


def test_a_new_generation_does_not_wait_for_the_next_round(world: World) -> None:
    """Whoever has just built sees at once what it closed, however long the time between rounds is."""
    closed = threading.Event()

    class Watched(Upkeep):
        def run(self, recheck: bool = False) -> Done | None:
            """Says when something was closed."""
            done = super().run(recheck)
            if done and done.rechecked and done.rechecked.closed:
                closed.set()
            elif done:
                first.set()
            return done

    first = threading.Event()
    world.ask(SWAP)
    thread = UpkeepThread(Watched(world.database, world, Thresholds(), now=lambda: world.now), every=3_600.0)
    thread.start()
    _wait(first)
    world.rebuild(entry("battery", SWAP))
    _wait(closed)
    thread.stop()


def test_two_at_once_take_everything_in_once(world: World) -> None:
    """While people go on asking, each question comes into one gap, by one of them."""
    ids: list[str] = []
    finished = threading.Event()
    taken: list[int] = []

    def look_after(upkeep: Upkeep) -> None:
        while not finished.is_set():
            done = upkeep.run()
            taken.append(done.taken_in if done else 0)
            time.sleep(0.001)

    workers = [threading.Thread(target=look_after, args=(world.another_process(),)) for _ in range(2)]
    for worker in workers:
        worker.start()
    ids += [world.ask(f"{SWAP} {'price ' * (number % 2)}", outcome="no_answer") for number in range(60)]
    finished.set()
    for worker in workers:
        worker.join()
    last = world.upkeep.run()
    assert last
    with world.database.read() as connection:
        held = connection.execute(select(gap_questions.c.question_id)).scalars().all()
    assert sorted(held) == sorted(ids)
    assert sum(taken) + last.taken_in == 60


def test_the_middle_is_worked_out_once_for_each_encoder(world: World) -> None:
    """A process that starts later reads it; embedding five hundred lines again would take a second."""
    counted: list[int] = []

    class Counting(GapIndex):
        __slots__ = ()

        def vectors(self, questions: object) -> object:  # type: ignore[override]
            """Count what is embedded."""
            counted.append(len(questions))  # type: ignore[arg-type]
            return super().vectors(questions)  # type: ignore[arg-type]

    world.index = Counting(world.index.all_entries)
    world.look_after()
    world.another_process().run()
    assert [count for count in counted if count > 100] == [sum(map(len, background_lines()))]
