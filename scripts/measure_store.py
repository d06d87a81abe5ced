"""How the database holds up with a million questions: `python scripts/measure_store.py [--questions 1000000] [--database URL]`.

Fills an empty database with made-up questions of a year, then times what people wait for: storing one more, the figures page,
coverage, the questions of one person, and a day's purge. Nothing is asked of an index.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot import migrations
from bot.database import Database
from bot.figures.records import Period
from bot.figures.store import Figures
from bot.log_records import StoredQuestion
from bot.privacy.holders import QuestionData
from bot.query_log import QueryLog
from bot.tables import choices, feedback, questions

ENTRIES = [f"entry-{number}" for number in range(500)]
CHANNELS = ("", "", "", "", "email", "chat", "phone")
DAYS = 365
BATCH = 20_000


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description="Time the database with many questions.")
    parser.add_argument("--questions", type=int, default=1_000_000, help="how many (default: 1,000,000)")
    parser.add_argument("--database", default="", help="address of an empty PostgreSQL database; a SQLite file of its own if left out")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(given.database or Path(folder) / "sopbot.db", busy_seconds=600.0)
        database.migrate()
        log = QueryLog(database, b"p" * 32)
        one = StoredQuestion("where is my refund for WF-1234567?", "answer", ENTRIES[0], (ENTRIES[1],), 0.9, "000001", "http", "public", "", "U1", ENTRIES[0])
        report("Storing a question, in an empty database", timed(lambda: log.store(one), 200))
        fill(database, given.questions)
        newest = log.store(one)
        year = Period((datetime.now(UTC) - timedelta(days=DAYS)).date(), datetime.now(UTC).date())
        figures = Figures(database)
        report(f"Storing a question, with {given.questions:,} there", timed(lambda: log.store(one), 200))
        report("Storing feedback", timed(lambda: log.store_feedback(newest, helpful=True), 100))
        report("All figures of a year, by week", timed(lambda: figures.report(year), 10))
        report("Uses of every entry over a year (coverage)", timed(lambda: figures.entries(year), 10))
        report("The last 20 questions of one person", timed(lambda: log.asked_by("U1", 20), 10))
        oldest = datetime.now(UTC) - timedelta(days=DAYS - 2)
        report("The entries most asked by the public", timed(lambda: log.most_asked("public", 10), 3))
        report("Purging 200 of the oldest questions", timed(lambda: purge(database, oldest), 3))
        database.close()


def fill(database: Database, count: int) -> None:
    """Store many questions at once, and count them as the migration does."""
    random.seed(7)
    started = time.perf_counter()
    with database.write() as connection:
        migrations.downgrade(connection, "0003")  # daily counts are made in one go afterwards, as for an older database
    for first in range(0, count, BATCH):
        asked = list(made_up(first, min(BATCH, count - first)))
        with database.write() as connection:
            connection.execute(insert(questions), asked)
            connection.execute(insert(choices), [choice(one) for one in asked if one["outcome"] == "suggestions" and random.random() < 0.4])  # noqa: S311
            connection.execute(insert(feedback), [word(one) for one in asked if random.random() < 0.15])  # noqa: S311
    filled = time.perf_counter()
    database.migrate()
    print(f"Filled with {count:,} questions in {filled - started:.0f} s; migrated, with daily counts, in {time.perf_counter() - filled:.1f} s")


def made_up(first: int, count: int) -> Iterator[dict[str, Any]]:
    """Questions of a year."""
    now = datetime.now(UTC)
    for number in range(first, first + count):
        outcome = random.choices(("answer", "suggestions", "no_answer"), (6, 3, 1))[0]  # noqa: S311
        entry = ENTRIES[min(int(random.expovariate(1 / 60)), len(ENTRIES) - 1)]
        yield {
            "id": f"{number:032x}",
            "asked_at": now - timedelta(seconds=random.random() * DAYS * 86_400),  # noqa: S311
            "text": f"question {number % 50_000} about order [number]",
            "outcome": outcome,
            "entry_id": entry if outcome == "answer" else "",
            "offered": [] if outcome == "no_answer" else [entry],
            "confidence": random.random(),  # noqa: S311
            "generation": "000001",
            "front_end": random.choice(("slack", "http", "widget", "page")),  # noqa: S311
            "audience": random.choice(("public", "internal")),  # noqa: S311
            "channel": random.choice(CHANNELS),  # noqa: S311
            "asker": f"{number % 5_000:064x}",
        }


def choice(one: dict[str, Any]) -> dict[str, Any]:
    """Somebody chose what was offered."""
    return {"question_id": one["id"], "chosen_at": one["asked_at"], "entry_id": one["offered"][0]}


def word(one: dict[str, Any]) -> dict[str, Any]:
    """Somebody said whether it helped."""
    said = {"question_id": one["id"], "given_at": one["asked_at"], "helpful": random.random() < 0.8, "entry_id": one["entry_id"]}  # noqa: S311
    return said | {"reason": "", "comment": "", "step": "", "asker": one["asker"]}


def purge(database: Database, before: datetime) -> None:
    """One batch, as the serving process does it."""
    with database.write() as connection:
        QuestionData().purge(connection, before, 200)


def timed(what: Callable[[], object], times: int) -> list[float]:
    """Seconds of each run."""
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        what()
        seconds.append(time.perf_counter() - started)
    return seconds


def report(what: str, seconds: list[float]) -> None:
    """One line."""
    print(f"{what:52} median {1000 * statistics.median(seconds):8.1f} ms, slowest {1000 * max(seconds):8.1f} ms", flush=True)


if __name__ == "__main__":
    main()
