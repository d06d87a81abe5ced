"""Where the database is -> short transactions on it. The only file that knows it is SQLite; `bot/postgres.py` knows the other one."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot import migrations, postgres
from bot.errors import LogUnavailable, SchemaError, SettingsError

BUSY_SECONDS = 5.0
_MAX_CONNECTIONS = 64
"""More than a web server's thread pool has threads, so that no request waits for a connection."""


class Database:
    """The product's database: questions, choices, feedback, keys.

    Safe to share between threads; several processes may use the same database.

    Args:
        url_or_path: path of the SQLite file, or an address such as `postgresql://user:password@host/name`.
        busy_seconds: how long to wait for another writer before giving up.

    Raises:
        SettingsError: the address cannot be read, names another kind of database, or its driver is not installed.
    """

    def __init__(self, url_or_path: str | Path, busy_seconds: float = BUSY_SECONDS) -> None:
        is_url = isinstance(url_or_path, str) and "://" in url_or_path
        self._url = _read_url(str(url_or_path)) if is_url else URL.create("sqlite", database=str(url_or_path))
        self._where = postgres.shown(self._url) if is_url else str(url_or_path)
        self._busy_seconds = busy_seconds
        self._is_postgres = postgres.is_postgres(self._url)
        if self._is_postgres:
            arguments, self._max_connections = postgres.engine_arguments(busy_seconds), postgres.MAX_CONNECTIONS
        else:
            arguments, self._max_connections = {"pool_size": 5, "max_overflow": _MAX_CONNECTIONS - 5}, _MAX_CONNECTIONS
        self._engine: Engine = create_engine(self._url, pool_timeout=busy_seconds, hide_parameters=True, **arguments)
        self._writers: threading.Lock | None = None
        if not self._is_postgres:
            # SQLite lets waiting writers sleep and try again, so that under load the unlucky ones give up. Threads of one
            # process queue here instead; other processes are waited for as SQLite does it.
            self._writers = threading.Lock()
            _set_up_sqlite(self._engine, busy_seconds)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads; sees one state of the database from start to end.

        Raises:
            LogUnavailable: the database is locked, damaged or missing.
        """
        with self._told(), self._engine.connect() as connection, connection.begin():
            if self._is_postgres:
                postgres.begin(connection, writes=False)
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes: committed when the block ends, undone when it raises.

        Raises:
            LogUnavailable: the database stays locked for longer than `busy_seconds`, is full, damaged or missing.
        """
        with self._told(), self._turn(), self._engine.connect() as connection:
            connection.execution_options(sopbot_writes=True)  # for this turn; the next one that the pool gives out starts without
            with connection.begin():
                if self._is_postgres:
                    postgres.begin(connection, writes=True)
                yield connection

    def migrate(self) -> None:
        """Make the database when there is none, and bring its schema up to date. Fast when there is nothing to do.

        Raises:
            SchemaError: a newer sopbot has changed the schema to one that this version does not know.
            LogUnavailable: as in `write`.
        """
        self._make_file()
        with self.read() as connection:
            if migrations.stored_revision(connection) == migrations.HEAD:
                return
        with self.write() as connection:  # whoever comes second waits here, and finds the work done
            stored = migrations.stored_revision(connection)
            if stored is not None and stored not in migrations.known_revisions():
                raise SchemaError(
                    f"The database {self._where} has schema {stored}; this version of sopbot knows up to {migrations.HEAD}. Install the newer version again, or restore a copy of the database."
                )
            if stored != migrations.HEAD:
                if self._is_postgres:
                    postgres.without_time_limit(connection)
                migrations.upgrade(connection)

    def check(self) -> None:
        """Ask the database a question that costs nothing.

        Raises:
            LogUnavailable: it does not answer.
            SchemaError: its schema is not the one this version needs.
        """
        with self.read() as connection:
            connection.execute(select(1)).scalar_one()
            stored = migrations.stored_revision(connection)
        if stored != migrations.HEAD:
            raise SchemaError(f"The database {self._where} has schema {stored or 'none'}, not {migrations.HEAD}. Start sopbot again to bring it up to date.")

    def forget_deleted(self) -> None:
        """Make what was deleted unreadable now: SQLite's log still holds it. PostgreSQL clears it away by itself, with time.

        Raises:
            LogUnavailable: as in `write`. A reader that is at work may keep some of it back until the next call.
        """
        if not self._is_postgres:
            with self._told(), self._turn(), self._engine.connect() as connection:
                try:
                    connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")  # outside a transaction, as it must be
                except sqlite3.Error as error:
                    raise LogUnavailable(f"The database {self._where} cannot be used ({error}). {_remedy(str(error))}") from error

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    def _make_file(self) -> None:
        """An empty file that only its owner may read: SQLite would let everybody read what people asked."""
        name = None if self._is_postgres else self._url.database
        if not name or name == ":memory:":
            return
        try:
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(name, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise LogUnavailable(f"The database {self._where} cannot be opened ({error.strerror}). Check that you may write there.") from error

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._writers is None:
            yield
            return
        if not self._writers.acquire(timeout=self._busy_seconds):
            raise LogUnavailable(f"The database {self._where} is too busy: other requests have been writing for {self._busy_seconds:g} seconds.")
        try:
            yield
        finally:
            self._writers.release()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn the driver's errors into one that says where and what to do."""
        try:
            yield
        except PoolTimeout as error:
            raise LogUnavailable(f"The database {self._where} is too busy: {self._max_connections} connections are in use.") from error
        except (IntegrityError, DataError):  # the database is well; the statement is wrong, and that is a defect of ours
            raise
        except DBAPIError as error:
            if self._is_postgres:
                raise LogUnavailable(f"The database {self._where} cannot be used ({postgres.reason(error)}). {postgres.remedy(error)}") from error
            raise LogUnavailable(f"The database {self._where} cannot be used ({error.orig}). {_remedy(str(error.orig))}") from error


def _read_url(text: str) -> URL:
    """An address, with the driver that is used for it.

    Raises:
        SettingsError: it cannot be read; its text does not repeat it, since it may hold a password.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise SettingsError("SOPBOT_DATABASE_URL cannot be read. Write it like postgresql://user:password@host:5432/name.") from None
    if url.get_backend_name() == "sqlite":
        return url
    if not postgres.is_postgres(url):
        raise SettingsError(
            f"SOPBOT_DATABASE_URL begins with '{url.drivername}'. sopbot keeps questions in SQLite (leave it empty) or PostgreSQL (postgresql://…)."
        )
    return postgres.with_driver(url)


def _remedy(message: str) -> str:
    if "locked" in message or "busy" in message:
        return "Another program holds it; end that program's transaction."
    if "full" in message:
        return "Make room on the disk."
    if "malformed" in message or "not a database" in message:
        return "Restore it from a copy."
    return "Check that the file is there and that you may write to it and its folder."


def _set_up_sqlite(engine: Engine, busy_seconds: float) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours, below: Python's own leaves reads and CREATE TABLE outside
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {round(busy_seconds * 1000)}")  # first: the next line may have to wait
        cursor.execute("PRAGMA journal_mode = WAL")  # readers and a writer do not wait for each other
        cursor.execute("PRAGMA synchronous = NORMAL")  # a commit outlives the process; a power cut may take the last ones
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")  # what is erased is written over, not only let go of
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes the lock at once: one that read first could not wait for it, SQLite would refuse it.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("sopbot_writes") else "BEGIN")
