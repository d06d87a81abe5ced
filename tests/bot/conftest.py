"""What tests of the product share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.database import Database
from bot.query_log import QueryLog, StoredQuestion

PEPPER = b"p" * 32
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A migrated database that waits for a lock for a third of a second only."""
    database = Database(tmp_path / "sopbot.db", busy_seconds=0.3)
    database.migrate()
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
