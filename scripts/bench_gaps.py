"""How the review keeps up with many stored questions: fills a database, then times what people wait for.

    python scripts/bench_gaps.py --questions 1000000

Fills a scratch SQLite file with made-up rows: of a million questions, a fifth unanswered, in two thousand gaps of very
different sizes, three hundred of them open. Vectors are random, since only their number matters here.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert

from bot.database import Database
from bot.gaps.actions import GapActions
from bot.gaps.intake import Intake
from bot.gaps.progress import Turn, set_reached
from bot.gaps.reading import GapList
from bot.gaps.records import SearchedIndex
from bot.gaps.regrouping import regroup
from bot.gaps.space import packed, wording_of
from bot.gaps.tables import gap_encoders, gap_questions, gap_signals, gaps
from bot.gaps.weight import weigh
from bot.log_records import StoredQuestion
from bot.query_log import QueryLog
from bot.tables import questions
from index.embedding import Vectors
from index.records import Audience, Entry, Hit
from index.whitening import unit

_DIM, _GAPS, _OPEN, _SHARE = 384, 2_000, 300, 0.2
_LOT = 20_000
_REPEATS = 20


class MadeUp:
    """An index that embeds at random and finds nothing."""

    generation, encoder = "000001", "made up"

    def vectors(self, questions: list[str]) -> Vectors:
        """Unit rows."""
        return unit(np.random.default_rng(len(questions)).standard_normal((len(questions), _DIM)))

    def search(self, question: str, audience: Audience, limit: int) -> tuple[Hit, ...]:  # noqa: ARG002  # as an index has it
        """Nothing."""
        return ()

    def entry(self, entry_id: str, audience: Audience) -> Entry | None:  # noqa: ARG002  # as an index has it
        """None."""
        return None


def main() -> None:
    """Fill, time, print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--questions", type=int, nargs="+", default=[10_000, 1_000_000])
    table = Table("what", "questions", "median", "slowest", caption="milliseconds")
    for count in arguments.parse_args().questions:
        with tempfile.TemporaryDirectory() as folder:
            database = Database(Path(folder) / "sopbot.db")
            database.migrate()
            _fill(database, count)
            for what, run, repeats in _timed_things(database):
                taken = []
                for _ in range(repeats):
                    started = time.perf_counter()
                    run()
                    taken.append(1000 * (time.perf_counter() - started))
                table.add_row(what, f"{count:,}", f"{np.median(taken):.1f}", f"{max(taken):.1f}")
            database.close()
    Console(width=100).print(table)


def _timed_things(database: Database) -> list[tuple[str, Callable[[], object], int]]:
    log, listed, act, index, turn = QueryLog(database, b"p" * 32), GapList(database), GapActions(database), MadeUp(), Turn(database)
    largest = listed.listed(limit=1)[0].id
    question = StoredQuestion("where is my tandem", "no_answer", "", (), 0.1, "000001", "slack", "internal", "chat", "U1")
    index_like: SearchedIndex = index  # type: ignore[assignment]  # lists where an index takes any sequence
    middle = np.zeros(_DIM, dtype=np.float32)
    turn.take()

    def take_in() -> None:
        log.store(question)
        Intake(database, turn).run(index_like, middle, datetime.now(UTC))

    return [
        ("store one more question", lambda: log.store(question), _REPEATS),
        ("take one more question into a gap", take_in, _REPEATS),
        ("list the 20 most urgent gaps", listed.listed, _REPEATS),
        ("list 20 from the 200th on", lambda: listed.listed(skip=200), _REPEATS),
        ("search for two words", lambda: listed.listed(search="word17 word3"), 5),
        ("show the largest gap with 100 questions", lambda: (listed.one(largest), listed.questions(largest), listed.events(largest)), _REPEATS),
        ("assign", lambda: act.assign(largest, "Dana", "bench"), _REPEATS),
        ("group everything anew (5,000 wordings)", lambda: regroup(database, turn, index_like, middle, datetime.now(UTC), always=True), 1),
    ]


def _fill(database: Database, count: int) -> None:
    draw = np.random.default_rng(7)
    now = datetime.now(UTC)
    missed = int(count * _SHARE)
    belongs = np.minimum(draw.zipf(1.3, missed) - 1, _GAPS - 1)
    vectors = [packed(vector) for vector in unit(draw.standard_normal((1_000, _DIM)))]
    kinds: list[Audience] = ["internal", "public"]
    for first in range(0, count, _LOT):
        asked, held, signals = [], [], []
        for number in range(first, min(first + _LOT, count)):
            query_id, moment = uuid.uuid4().hex, now - timedelta(seconds=20 * (count - number))
            text = f"word{number % 97} word{number % 31} word{number % 7} question {number % 5_003}"
            gap = int(belongs[number // 5]) + 1 if number % 5 == 0 and number // 5 < missed else 0
            asker = f"{number % 5_000:064x}"
            asked.append(
                {
                    "id": query_id,
                    "asked_at": moment,
                    "text": text,
                    "outcome": "no_answer" if gap else "answer",
                    "entry_id": "" if gap else f"entry-{number % 300}",
                    "offered": [],
                    "confidence": 0.1,
                    "generation": "000001",
                    "front_end": "slack",
                    "audience": kinds[number % 2],
                    "channel": ("chat", "email", "")[number % 3],
                    "asker": asker,
                }
            )
            if gap:
                row = {"question_id": query_id, "gap_id": gap, "asked_at": moment, "asker": asker, "wording": wording_of(text), "encoder": MadeUp.encoder}
                row |= {name: asked[-1][name] for name in ("audience", "channel", "front_end")}
                held.append(row | {"vector": vectors[number % 1_000], "blamed_entry": "", "blamed_text": "", "answered_by": ""})
                signals.append({"question_id": query_id, "kind": "no_answer", "happened_at": moment, "detail": ""})
        with database.write() as connection:
            if first == 0:
                connection.execute(insert(gaps), [_gap(number, belongs, now) for number in range(_GAPS)])
            connection.execute(insert(questions), asked)
            if held:
                connection.execute(insert(gap_questions), held)
                connection.execute(insert(gap_signals), signals)
    with database.write() as connection:
        connection.execute(insert(gap_encoders), {"fingerprint": MadeUp.encoder, "middle": np.zeros(_DIM, "<f4").tobytes()})
        for name in ("unanswered", "not_chosen", "complaints", "choices"):
            set_reached(connection, name, now)


def _gap(number: int, belongs: np.ndarray, now: datetime) -> dict[str, object]:
    size = int((belongs == number).sum())
    return {
        "id": number + 1,
        "title": f"what about word{number}",
        "status": "open" if number < _OPEN else "closed",
        "firm": False,
        "assignee": "",
        "entry_id": "",
        "opened_at": now - timedelta(days=200),
        "last_asked_at": now,
        "questions": size,
        "people": min(size, 5_000),
        "facets": {"signals": {"no_answer": size}},
        "weight": weigh([(str(one), now) for one in range(min(size, 100))]),
        "total": unit(np.random.default_rng(number).standard_normal((1, _DIM))).astype("<f4").tobytes(),
        "size": 1,
        "encoder": MadeUp.encoder,
    }


if __name__ == "__main__":
    main()
