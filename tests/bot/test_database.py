from __future__ import annotations

import resource
import sqlite3
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from bot import migrations
from bot.database import Database
from bot.errors import LogUnavailable, SchemaError
from bot.tables import choices

pytestmark = pytest.mark.both_databases


@pytest.mark.sqlite_only
def test_pragmas_are_those_documented(database: Database) -> None:
    """A connection uses WAL, waits for locks, checks foreign keys, syncs as told and writes over what is deleted."""
    with database.read() as connection:
        values = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout", "secure_delete")
        }
    assert values == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1, "busy_timeout": 1000, "secure_delete": 1}


@pytest.mark.sqlite_only
def test_the_default_patience_is_five_seconds(tmp_path: Path) -> None:
    """Whoever says nothing waits five seconds for another writer."""
    database = Database(tmp_path / "sopbot.db")
    with database.read() as connection:
        assert connection.execute(text("PRAGMA busy_timeout")).scalar_one() == 5000
    database.close()


@pytest.mark.sqlite_only
def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    """The file, and the two that SQLite puts beside it, are closed to everybody else."""
    database = Database(tmp_path / "new" / "sopbot.db")
    database.migrate()
    with database.read() as connection:
        connection.execute(select(1))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    database.close()
    assert modes == {"sopbot.db": 0o600, "sopbot.db-wal": 0o600, "sopbot.db-shm": 0o600}


def test_a_write_that_raises_leaves_nothing(database: Database) -> None:
    """A transaction is undone as a whole."""
    with pytest.raises(ZeroDivisionError), database.write() as connection:  # noqa: PT012
        connection.execute(text("INSERT INTO api_keys (id, name, scope, secret_sha256, created_at) VALUES ('a', '', 'public', '', CURRENT_TIMESTAMP)"))
        _ = 1 / 0
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM api_keys")).scalar_one() == 0


@pytest.mark.sqlite_only
def test_a_locked_database_says_so_and_names_itself(database: Database, tmp_path: Path) -> None:
    """A writer that waited in vain gets LogUnavailable; a reader is not held up."""
    other = sqlite3.connect(tmp_path / "sopbot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(LogUnavailable, match=r"sopbot\.db cannot be used \(database is locked\)\. Another program holds it"), database.write():
            pass
        database.check()
    finally:
        other.close()
    with database.write():
        pass


@pytest.mark.sqlite_only
def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    """A file that is no database gives LogUnavailable with the remedy."""
    (tmp_path / "sopbot.db").write_bytes(b"no database" * 1000)
    database = Database(tmp_path / "sopbot.db")
    with pytest.raises(LogUnavailable, match="Restore it from a copy"):
        database.migrate()
    database.close()


@pytest.mark.sqlite_only
def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    """A path below a file gives LogUnavailable, not a traceback of the driver."""
    (tmp_path / "file").write_text("")
    with pytest.raises(LogUnavailable, match="cannot be opened"):
        Database(tmp_path / "file" / "sopbot.db").migrate()


def test_foreign_keys_hold(database: Database) -> None:
    """A choice of a question that is not there is a defect of the caller, not a broken database."""
    with pytest.raises(IntegrityError, match=r"FOREIGN KEY constraint failed|violates foreign key"), database.write() as connection:
        connection.execute(insert(choices), {"question_id": "none", "chosen_at": datetime.now(UTC), "entry_id": "x"})


def test_check_wants_the_schema(empty_url: str | Path) -> None:
    """An empty database is reachable but not ready."""
    database = Database(empty_url)
    with pytest.raises(SchemaError, match="has schema none"):
        database.check()
    database.close()


def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    """An older program refuses a schema that it does not know, and says what to do."""
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match=r"has schema 9999; this version of sopbot knows up to .* Install the newer version"):
        database.migrate()


def test_many_may_migrate_at_once(empty_url: str | Path) -> None:
    """Servers that start together make the schema once, and all are ready."""
    databases = [Database(empty_url, busy_seconds=60.0) for _ in range(6)]
    errors: list[Exception] = []

    def start(database: Database) -> None:
        try:
            database.migrate()
            database.check()
        except Exception as error:  # noqa: BLE001  # a thread's error would be lost
            errors.append(error)

    threads = [threading.Thread(target=start, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with databases[0].read() as connection:
        assert (errors, migrations.stored_revision(connection)) == ([], migrations.HEAD)
    for database in databases:
        database.close()


def test_a_reader_sees_one_state_from_start_to_end(database: Database) -> None:
    """What somebody else commits while a reader reads shows in the next transaction only."""
    count = text("SELECT count(*) FROM api_keys")
    with database.read() as reader:
        before = reader.execute(count).scalar_one()
        with database.write() as writer:
            writer.execute(text("INSERT INTO api_keys (id, name, scope, secret_sha256, created_at) VALUES ('a', '', 'public', '', CURRENT_TIMESTAMP)"))
        assert (before, reader.execute(count).scalar_one()) == (0, 0)
    with database.read() as reader:
        assert reader.execute(count).scalar_one() == 1


def test_writers_take_turns(database_url: str | Path) -> None:
    """A store that reads before it writes needs no lock of its own: nobody writes in between, from whatever process."""
    databases = [Database(database_url), Database(database_url)]
    with databases[0].write() as connection:
        connection.execute(text("INSERT INTO api_keys (id, name, scope, secret_sha256, created_at) VALUES ('a', '0', 'public', '', CURRENT_TIMESTAMP)"))

    def add(database: Database) -> None:
        for _ in range(50):
            with database.write() as connection:
                number = int(connection.execute(text("SELECT name FROM api_keys")).scalar_one())
                connection.execute(text("UPDATE api_keys SET name = :next"), {"next": str(number + 1)})

    threads = [threading.Thread(target=add, args=(databases[number % 2],)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with databases[0].read() as connection:
        assert connection.execute(text("SELECT name FROM api_keys")).scalar_one() == "200"
    for database in databases:
        database.close()


@pytest.mark.sqlite_only
def test_what_was_deleted_is_on_no_disk_block(database: Database, tmp_path: Path) -> None:
    """After deleting and forgetting, neither the file nor SQLite's log holds the bytes."""
    with database.write() as connection:
        connection.execute(
            text("INSERT INTO api_keys (id, name, scope, secret_sha256, created_at) VALUES ('a', 'to-be-forgotten', 'public', '', CURRENT_TIMESTAMP)")
        )
    with database.write() as connection:
        connection.execute(text("DELETE FROM api_keys"))
    before = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    database.forget_deleted()
    after = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert (b"to-be-forgotten" in before, b"to-be-forgotten" in after) == (True, False)


@pytest.mark.sqlite_only
def test_a_disk_without_room_for_forgetting_is_told(database: Database) -> None:
    """As for any other use of the database: in a sentence with what to do."""
    with database.write() as connection:
        connection.execute(text("CREATE TABLE filler AS SELECT zeroblob(1 << 20) AS much"))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 10, limits[1]))
    try:
        with pytest.raises(LogUnavailable, match="cannot be used"):
            database.forget_deleted()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    database.forget_deleted()
