"""Looking after gaps in the background."""

from __future__ import annotations

import math
import threading
import time
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select

from bot.answer import Thresholds
from bot.database import Database
from bot.errors import LogUnavailable
from bot.gaps.progress import late_is_taken_in, late_since, note_late
from bot.gaps.tables import gap_questions
from bot.gaps.upkeep import Done, Upkeep, UpkeepThread
from bot.log_records import StoredQuestion
from bot.pending import PendingRows
from bot.query_log import QueryLog
from index.background import background_lines
from index.records import Audience, Hit
from tests.bot.conftest import NOON, PEPPER
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


def test_two_at_once_take_everything_in_once(database_url: str | Path) -> None:
    """While people go on asking, each question comes into one gap, by one of them."""
    world = World(Database(database_url, busy_seconds=60.0))  # on a busy machine, two who write all the time wait long for each other
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
    for number in range(60):
        ids.append(world.ask(f"{SWAP} {'price ' * (number % 2)}", outcome="no_answer"))
        world.now -= timedelta(seconds=59)  # else whoever has the turn would lose it: an hour would pass in this test
    finished.set()
    for worker in workers:
        worker.join()
    last = world.upkeep.run()
    assert last
    with world.database.read() as connection:
        held = connection.execute(select(gap_questions.c.question_id)).scalars().all()
    assert sorted(held) == sorted(ids)
    assert sum(taken) + last.taken_in == 60
    world.database.close()


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


def test_a_round_that_takes_long_keeps_its_turn(world: World) -> None:
    """Each piece of work holds the turn for three minutes more, from then on: nobody takes over in the middle of one."""
    world.ask(SWAP)
    world.look_after()
    other = world.another_process()
    looked: list[Done | None] = []

    class Slow(GapIndex):
        __slots__ = ()

        def search(self, question: str, audience: Audience, limit: int) -> tuple[Hit, ...]:
            """Two minutes for each question, while another process looks whether there is something to do."""
            world.now += timedelta(minutes=2)
            looked.append(other.run())
            return super().search(question, audience, limit)

    for text in ("gift voucher balance", "bicycle parking"):
        world.ask(text)
    world.look_after()
    world.index = Slow(world.index.all_entries, "000009")
    done = world.upkeep.run()
    assert done
    assert done.rechecked
    assert (done.rechecked.asked, looked) == (3, [None] * 3)


def test_what_waited_for_the_database_comes_into_gaps_by_itself(world: World, tmp_path: Path) -> None:
    """However long it waited, whoever has looked after gaps meanwhile, and whoever asks or does not ask next."""
    waiting = PendingRows(tmp_path / "pending")
    log = QueryLog(world.database, PEPPER, now=lambda: world.now, pending=waiting, told_late=note_late)
    log._try_again = math.inf  # as when the database did not answer a moment ago
    log.store(StoredQuestion(SWAP, "no_answer", "", (), 0.1, "000001", "slack", "internal", "chat", ""))
    asked = log.store(StoredQuestion("open on sunday", "suggestions", "", ("opening-hours",), 0.4, "000001", "slack", "internal", "chat", ""))
    complained = log.store(StoredQuestion("gift voucher balance", "answer", "opening-hours", (), 0.9, "000001", "slack", "internal", "chat", ""))
    log.store_feedback(complained, helpful=False, reason="missing")
    world.ask("bicycle parking")
    assert world.look_after(timedelta(hours=5)).taken_in == 1
    keeper = Upkeep(world.database, world, Thresholds(), now=lambda: world.now, today=lambda: date(2026, 11, 20), replay=log.replay)
    done = keeper.run()
    assert done
    assert (done.taken_in, waiting.any()) == (3, False)
    assert sorted(gap.title for gap in world.gaps.listed()) == sorted([SWAP, "open on sunday", "gift voucher balance", "bicycle parking"])
    log._try_again = math.inf
    log.store_choice(asked, "opening-hours")
    world.look_after(timedelta(hours=5))
    keeper.run()
    assert "open on sunday" not in [gap.title for gap in world.gaps.listed()]
    with world.database.read() as connection:
        assert late_since(connection)[0] is None  # and the next look begins where this one ended


def test_what_comes_late_while_it_is_taken_in_is_not_forgotten(database: Database) -> None:
    """Only what was noted before the look is done with; of two moments, the earlier one counts."""
    with database.write() as connection:
        note_late(connection, NOON)
        _, noted = late_since(connection)
        note_late(connection, NOON - timedelta(hours=1))
        note_late(connection, NOON)
        late_is_taken_in(connection, noted)
        since, noted = late_since(connection)
        assert since == NOON - timedelta(hours=1)
        late_is_taken_in(connection, noted)
        assert late_since(connection)[0] is None
