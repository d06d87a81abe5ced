from __future__ import annotations

import hashlib
import hmac
import sqlite3
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DataError

from bot.database import Database
from bot.errors import LogUnavailable, UnknownQuestion
from bot.log_records import StoredQuestion
from bot.pending import PendingRows
from bot.query_log import QueryLog
from bot.tables import choices, feedback, questions
from tests.bot.conftest import NOON, PEPPER

pytestmark = pytest.mark.both_databases


def test_a_question_comes_back_as_it_was_stored(log: QueryLog, stored: StoredQuestion) -> None:
    """Every field is kept; the asker as HMAC-SHA256 with the pepper."""
    query_id = log.store(stored)
    found = log.question(query_id)
    assert found is not None
    hashed = hmac.new(PEPPER, b"U042", hashlib.sha256).hexdigest()
    told = (found.text, found.outcome, found.entry_id, found.offered, found.confidence, found.generation, found.front_end, found.audience, found.channel)
    assert told == ("where is my refund?", "answer", "refunds#where", ("refund-not-received",), 0.83, "000001", "http", "public", "chat")
    assert (found.query_id, found.asked_at, found.asker) == (query_id, NOON, hashed)


def test_ids_are_thirty_two_hexadecimal_digits_that_differ(log: QueryLog, stored: StoredQuestion) -> None:
    """The same question asked twice is two questions."""
    first, second = log.store(stored), log.store(stored)
    assert first != second
    assert [len(bytes.fromhex(each)) for each in (first, second)] == [16, 16]


def test_nobody_stays_nobody(log: QueryLog, stored: StoredQuestion) -> None:
    """An empty asker is stored empty, so that strangers are not counted as one person."""
    found = log.question(log.store(replace(stored, asker="")))
    assert found is not None
    assert found.asker == ""


@pytest.mark.sqlite_only
def test_personal_data_never_reaches_the_file(log: QueryLog, database: Database, tmp_path: Path, stored: StoredQuestion) -> None:
    """Neither text, comment nor asker can be found in the bytes on disk."""
    query_id = log.store(replace(stored, text="I am jane@example.com, 07700 900123", asker="U0SECRET"))
    log.store_feedback(query_id, helpful=False, comment="write to jane@example.com", asker="U0SECRET")
    database.close()
    data = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"I am [email], [phone]" in data
    assert [secret for secret in (b"jane@", b"900123", b"U0SECRET") if secret in data] == []


def test_broken_text_is_stored_readable(log: QueryLog, stored: StoredQuestion) -> None:
    """Half a surrogate pair and a zero byte do not stop a question from being stored."""
    found = log.question(log.store(replace(stored, text="a\ud800b\0c")))
    assert found is not None
    assert found.text == "a?b c"


def test_times_of_any_zone_come_back_in_utc(database: Database, stored: StoredQuestion) -> None:
    """A moment stays the same moment."""
    there = datetime(2026, 11, 20, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    log = QueryLog(database, PEPPER, now=lambda: there)
    found = log.question(log.store(stored))
    assert found is not None
    assert (found.asked_at, found.asked_at.tzinfo) == (NOON, UTC)


def test_a_time_without_zone_is_refused(database: Database, stored: StoredQuestion) -> None:
    """A clock that nobody can place is a defect, found at once."""
    log = QueryLog(database, PEPPER, now=lambda: datetime(2026, 11, 20))  # noqa: DTZ001
    with pytest.raises(Exception, match="has no time zone"):
        log.store(stored)


def test_an_unknown_id_has_no_question(log: QueryLog) -> None:
    """Asking for a question that is not there is no error."""
    assert log.question("0" * 32) is None


def test_choice_and_feedback_are_kept_with_their_question(log: QueryLog, database: Database, stored: StoredQuestion) -> None:
    """What people choose and say is stored as given, masked where it is free text."""
    query_id = log.store(stored)
    log.store_choice(query_id, "refund-refused")
    log.store_feedback(query_id, helpful=False, reason="outdated", comment="ask jane@example.com", step="2.1", asker="U042")
    with database.read() as connection:
        chosen = connection.execute(select(choices.c.question_id, choices.c.entry_id, choices.c.chosen_at)).one()
        said = connection.execute(select(feedback)).mappings().one()
    assert tuple(chosen) == (query_id, "refund-refused", NOON)
    assert (said["question_id"], said["helpful"], said["reason"], said["comment"], said["step"], said["given_at"]) == (
        query_id,
        False,
        "outdated",
        "ask [email]",
        "2.1",
        NOON,
    )
    assert said["asker"] == hmac.new(PEPPER, b"U042", hashlib.sha256).hexdigest()


def test_a_long_comment_is_cut(log: QueryLog, database: Database, stored: StoredQuestion) -> None:
    """Nobody can fill the disk with one comment."""
    log.store_feedback(log.store(stored), helpful=True, comment="x" * 9_000)
    with database.read() as connection:
        assert connection.execute(select(feedback.c.comment)).scalar_one() == "x" * 4_000


def test_choice_and_feedback_of_an_unknown_question_are_refused(log: QueryLog, database: Database) -> None:
    """An id that no question has raises UnknownQuestion, and nothing is stored."""
    with pytest.raises(UnknownQuestion, match="no question with the id 'nope'"):
        log.store_choice("nope", "x")
    with pytest.raises(KeyError):
        log.store_feedback("nope", helpful=True)
    with database.read() as connection:
        assert (connection.execute(select(choices)).all(), connection.execute(select(feedback)).all()) == ([], [])


def test_an_id_that_no_database_takes_is_of_an_unknown_question(database: Database, tmp_path: Path) -> None:
    """NUL and half a character are refused like any id that is not there; nothing of it waits for the database."""
    waiting = PendingRows(tmp_path / "pending")
    log = QueryLog(database, PEPPER, pending=waiting)
    for made_up in ("\0", "\ud800"):
        assert log.question(made_up) is None
        with pytest.raises(UnknownQuestion):
            log.store_feedback(made_up, helpful=True)
        with pytest.raises(UnknownQuestion):
            log.store_choice(made_up, "refunds")
    log.store_feedback("", helpful=True, entry_id="a\0b")
    assert not waiting.any()


def test_a_value_that_is_too_long_does_not_make_the_database_unavailable(database: Database, tmp_path: Path) -> None:
    """PostgreSQL refuses an entry id of more than 255 characters: that is told, and does not wait for a better day."""
    waiting = PendingRows(tmp_path / "pending")
    log = QueryLog(database, PEPPER, pending=waiting)
    with suppress(DataError):
        log.store_feedback("", helpful=True, entry_id="x" * 256)
    assert not waiting.any()


def test_most_asked_counts_questions_answered_and_chosen(log: QueryLog, stored: StoredQuestion) -> None:
    """Choosing an entry counts like being answered with it; choosing it twice for one question counts once."""
    none = replace(stored, outcome="suggestions", entry_id="")
    for question in (stored, stored, replace(stored, entry_id="b"), replace(stored, entry_id="c")):
        log.store(question)
    unsure = log.store(none)
    log.store_choice(unsure, "c")
    log.store_choice(unsure, "c")
    log.store(replace(none, outcome="no_answer"))
    assert log.most_asked("public", 10) == (("c", 2), ("refunds#where", 2), ("b", 1))
    assert log.most_asked("public", 1) == (("c", 2),)


def test_most_asked_for_the_public_knows_nothing_of_internal_questions(log: QueryLog, stored: StoredQuestion) -> None:
    """Neither answers nor choices of internal questions are counted for the public; the team sees all."""
    log.store(stored)
    inside = log.store(replace(stored, audience="internal", entry_id="secret"))
    log.store_choice(inside, "secret-2")
    assert log.most_asked("public", 10) == (("refunds#where", 1),)
    assert log.most_asked("internal", 10) == (("refunds#where", 1), ("secret", 1), ("secret-2", 1))


def test_eight_threads_lose_no_question(database_url: str | Path, stored: StoredQuestion) -> None:
    """Sixteen hundred questions stored at once, by two processes' worth of connections, are all there."""
    databases = [Database(database_url), Database(database_url)]
    logs = [QueryLog(database, PEPPER) for database in databases]
    ids: list[str] = []

    def ask(thread: int) -> None:
        for number in range(200):
            ids.append(logs[thread % 2].store(replace(stored, text=f"question {thread} {number}")))

    threads = [threading.Thread(target=ask, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with databases[0].read() as connection:
        rows = connection.execute(select(questions.c.id, questions.c.text)).all()
    assert {row.text for row in rows} == {f"question {thread} {number}" for thread in range(8) for number in range(200)}
    assert {row.id for row in rows} == set(ids)
    for database in databases:
        database.close()


@pytest.mark.sqlite_only
def test_a_stored_question_is_there_for_everybody_at_once(log: QueryLog, tmp_path: Path, stored: StoredQuestion) -> None:
    """When store returns, another connection sees the question: it is committed."""
    query_id = log.store(stored)
    with sqlite3.connect(tmp_path / "sopbot.db") as other:
        assert other.execute("SELECT id FROM questions").fetchall() == [(query_id,)]
    other.close()


@pytest.mark.sqlite_only
def test_a_locked_database_raises_log_unavailable(log: QueryLog, tmp_path: Path, stored: StoredQuestion) -> None:
    """A question that cannot be stored is never acknowledged as stored; later it can be."""
    other = sqlite3.connect(tmp_path / "sopbot.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LogUnavailable, match="database is locked"):
        log.store(stored)
    other.execute("ROLLBACK")
    other.close()
    assert log.question(log.store(stored)) is not None


def test_a_database_without_tables_raises_log_unavailable(empty_url: str | Path, stored: StoredQuestion) -> None:
    """A database that nobody migrated is told of in one error class too, without the question's text."""
    database = Database(empty_url)
    with pytest.raises(LogUnavailable, match=r"no such table|does not exist") as told:
        QueryLog(database, PEPPER).store(stored)
    assert "refund" not in f"{told.value} {told.value.__cause__}"
    database.close()


def test_people_find_their_own_questions(database: Database, stored: StoredQuestion) -> None:
    """Newest first, as many as wanted; an empty name is nobody's."""
    minutes = iter(range(10))
    log = QueryLog(database, PEPPER, now=lambda: NOON + timedelta(minutes=next(minutes)))
    own = [log.store(replace(stored, asker="page:ada")) for _ in range(3)]
    foreign = [log.store(replace(stored, asker=asker)) for asker in ("page:bob", "", "PAGE:ADA")]
    assert [question.query_id for question in log.asked_by("page:ada", 2)] == [own[2], own[1]]
    assert (log.asked_by("page:nobody", 9), log.asked_by("", 9)) == ((), ())
    found = {query_id: log.question(query_id) for query_id in (*own, *foreign)}
    assert [query_id for query_id, question in found.items() if question and log.is_asker(question, "page:ada")] == own
    assert not any(question and log.is_asker(question, "") for question in found.values())
