"""What tests of the product share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.database import Database
from bot.log_records import StoredQuestion
from bot.query_log import QueryLog
from tests.installed import left_out
from tests.postgres import PostgresServer, is_installed, running_postgres

PEPPER = b"p" * 32
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BUSY_SECONDS = 1.0


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests marked `both_databases`, unless they are marked `sqlite_only` too, get their database from SQLite and PostgreSQL in turn."""
    both = metafunc.definition.get_closest_marker("both_databases") and not metafunc.definition.get_closest_marker("sqlite_only")
    asked = [fixture for fixture in ("database_url", "empty_url") if fixture in metafunc.fixturenames]
    if both and asked:
        metafunc.parametrize(asked, [[kind] * len(asked) for kind in ("sqlite", "postgresql")], indirect=True, ids=["sqlite", "postgresql"])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server."""
    if not is_installed():
        left_out("PostgreSQL", "postgresql")
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_template(postgres_server: PostgresServer) -> str:
    """The name of a migrated, empty PostgreSQL database to copy."""
    name = postgres_server.new_database()
    database = Database(postgres_server.url(name), busy_seconds=30.0)
    database.migrate()
    database.close()
    return name


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | Path]:
    """Where a migrated, empty database is: a file `sopbot.db` in the test's folder, or a database of the PostgreSQL server."""
    if getattr(request, "param", "sqlite") == "sqlite":
        database = Database(tmp_path / "sopbot.db")
        database.migrate()
        database.close()
        yield tmp_path / "sopbot.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.new_database(request.getfixturevalue("migrated_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | Path]:
    """Where a database without any table is."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield tmp_path / "empty.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.new_database()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def database(database_url: str | Path) -> Iterator[Database]:
    """A migrated database that waits for a lock for a second only."""
    database = Database(database_url, busy_seconds=BUSY_SECONDS)
    yield database
    database.close()


@pytest.fixture
def log(database: Database) -> QueryLog:
    """A log in that database, at noon."""
    return QueryLog(database, PEPPER, now=lambda: NOON)


@pytest.fixture
def stored() -> StoredQuestion:
    """A question that the FAQ answered."""
    return StoredQuestion("where is my refund?", "answer", "refunds#where", ("refund-not-received",), 0.83, "000001", "http", "public", "chat", "U042")
