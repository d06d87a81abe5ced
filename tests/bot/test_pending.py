"""Rows wait on disk while the database cannot take them, and come into it once and in order."""

from __future__ import annotations

import sqlite3
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.database import Database
from bot.errors import LogUnavailable
from bot.log_records import StoredQuestion
from bot.pending import PendingRows, Row
from bot.query_log import QueryLog
from bot.tables import feedback, questions
from tests.bot.conftest import NOON, PEPPER


@pytest.fixture
def waiting(tmp_path: Path) -> PendingRows:
    """A folder that is not there yet."""
    return PendingRows(tmp_path / "pending")


@pytest.fixture
def log(database: Database, waiting: PendingRows, monkeypatch: pytest.MonkeyPatch) -> QueryLog:
    """A log whose rows may wait, and which tries the database every time."""
    monkeypatch.setattr("bot.query_log._PAUSE_SECONDS", 0.0)
    return QueryLog(database, PEPPER, now=lambda: NOON, pending=waiting)


def replayed(waiting: PendingRows) -> list[Row]:
    """All that waits, taken."""
    found: list[Row] = []
    waiting.replay(lambda rows: found.extend(rows) or [])
    return found


def test_a_question_asked_while_the_database_is_locked_waits_and_is_stored_later(
    log: QueryLog, stored: StoredQuestion, waiting: PendingRows, tmp_path: Path
) -> None:
    """It gets its id at once; it, its choice and a later question are there, with the same values, when the lock is gone."""
    other = sqlite3.connect(tmp_path / "sopbot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    first = log.store(stored)
    log.store_choice(first, "refund-not-received")
    assert log.question(first) is None
    assert waiting.any()
    other.close()
    second = log.store(stored)
    assert not waiting.any()
    late, direct = log.question(first), log.question(second)
    assert late
    assert direct
    assert (late.text, late.asked_at, late.offered, late.asker, late.confidence) == (
        direct.text,
        direct.asked_at,
        direct.offered,
        direct.asker,
        direct.confidence,
    )
    assert log.most_asked("internal", 5) == (("refunds#where", 2), ("refund-not-received", 1))


def test_feedback_that_waits_is_about_what_answered_its_question(log: QueryLog, stored: StoredQuestion, database: Database, tmp_path: Path) -> None:
    """With its question waiting too; about the entry named, where one is; about no question, where an entry was found by browsing."""
    other = sqlite3.connect(tmp_path / "sopbot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    asked = log.store(stored)
    log.store_feedback(asked, helpful=True)
    log.store_feedback(asked, helpful=False, entry_id="named")
    log.store_feedback("", helpful=False, entry_id="browsed")
    other.close()
    assert log.replay() == 4
    assert log.replay() == 0
    with database.read() as connection:
        found = connection.execute(select(feedback.c.question_id, feedback.c.entry_id).order_by(feedback.c.id)).all()
    assert [tuple(row) for row in found] == [(asked, "refunds#where"), (asked, "named"), (None, "browsed")]


def test_what_waits_is_masked_and_for_its_owner_only(log: QueryLog, tmp_path: Path) -> None:
    """No personal data reaches the file, which nobody else may read."""
    other = sqlite3.connect(tmp_path / "sopbot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    log.store(StoredQuestion("mail me at mia@example.com", "no_answer", "", (), 0.1, "000001", "http", "public", "", "U042"))
    other.close()
    (path,) = (tmp_path / "pending").iterdir()
    text = path.read_text()
    assert "mail me at [email]" in text
    assert "mia@" not in text
    assert "U042" not in text
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)


def test_rows_that_come_a_second_time_are_stored_once(log: QueryLog, stored: StoredQuestion, database: Database, tmp_path: Path) -> None:
    """As after a crash between storing and forgetting."""
    other = sqlite3.connect(tmp_path / "sopbot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    log.store_choice(log.store(stored), "other")
    other.close()
    kept = {path: path.read_bytes() for path in (tmp_path / "pending").iterdir()}
    assert log.replay() == 2
    for path, content in kept.items():
        path.write_bytes(content)
    log.replay()
    assert log.most_asked("internal", 5) == (("other", 1), ("refunds#where", 1))
    with database.read() as connection:
        assert len(connection.execute(questions.select()).all()) == 1


def test_a_row_that_fits_nowhere_is_set_aside_and_the_others_are_stored(log: QueryLog, stored: StoredQuestion, waiting: PendingRows, tmp_path: Path) -> None:
    """A choice of an unknown question and a line that is no JSON go to a file of their own."""
    waiting.append("choices", {"question_id": "f" * 32, "chosen_at": NOON, "entry_id": "x"})
    path = tmp_path / "pending" / "rows.jsonl"
    path.write_bytes(path.read_bytes() + b"{nonsense\n")
    assert log.question(log.store(stored))
    assert (tmp_path / "pending" / "unreadable.jsonl").read_bytes().count(b"\n") == 2
    assert not waiting.any()


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("choices", {"question_id": "\0", "chosen_at": NOON, "entry_id": "x"}),
        ("feedback", {"question_id": None, "given_at": NOON, "helpful": True, "reason": "", "comment": "\0", "step": "", "asker": "", "entry_id": "x"}),
        ("opinions", {"text": "of another version's table"}),
        ("choices", {"question_id": None, "chosen_at": NOON, "entry_id": "x", "mood": "of another version's column"}),
        ("questions", {"asked_at": "no time at all"}),
    ],
    ids=["unknown", "NUL", "table", "column", "time"],
)
def test_no_row_that_waits_keeps_the_others_from_being_stored(
    log: QueryLog, stored: StoredQuestion, waiting: PendingRows, tmp_path: Path, table: str, row: dict[str, object]
) -> None:
    """Whatever the database refuses is set aside, or stored where it takes it, and the next question is stored at once."""
    waiting.append(table, row)
    assert log.question(log.store(stored))
    assert not waiting.any()
    refused = tmp_path / "pending" / "unreadable.jsonl"
    assert refused.exists() or table == "feedback"  # SQLite takes a NUL


def test_when_neither_takes_it_the_asker_is_told(log: QueryLog, stored: StoredQuestion, tmp_path: Path) -> None:
    """A question that cannot be kept anywhere is not said to be stored."""
    (tmp_path / "pending").write_text("a file where the folder should be")
    other = sqlite3.connect(tmp_path / "sopbot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LogUnavailable, match="neither can the folder"):
        log.store(stored)
    other.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.booleans()), max_size=12), st.integers(0, 40))
def test_what_was_promised_survives_a_torn_end(tmp_path_factory: pytest.TempPathFactory, values: list[tuple[str, bool]], torn: int) -> None:
    """Whatever is appended, replayed in between or cut off in the middle of a line: each row comes once, in order."""
    folder = tmp_path_factory.mktemp("torn")
    waiting = PendingRows(folder)
    found: list[Row] = []
    for text, take in values:
        waiting.append("questions", {"text": text})
        if take:
            found += replayed(waiting)
        with (folder / "rows.jsonl").open("ab") as file:  # a crash in the middle of a write
            file.write(b'["questions",{"text":"never promised"'[:torn])
    found += replayed(waiting)
    assert [row["text"] for _, row in found] == [text for text, _ in values]


def test_many_may_write_while_one_replays(waiting: PendingRows) -> None:
    """Threads append while others take: nothing is lost, nothing comes twice."""
    found: list[Row] = []
    done = threading.Event()

    def take() -> None:
        while not done.is_set():
            waiting.replay(lambda rows: found.extend(rows) or [])

    taker = threading.Thread(target=take)
    writers = [threading.Thread(target=lambda part=part: [waiting.append("q", {"n": part * 100 + n}) for n in range(50)]) for part in range(4)]
    for thread in (taker, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    taker.join()
    found += replayed(waiting)
    assert sorted(row["n"] for _, row in found) == sorted(part * 100 + n for part in range(4) for n in range(50))
    assert list(waiting._folder.iterdir()) == []
