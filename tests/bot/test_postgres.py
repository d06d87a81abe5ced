from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text

from bot import postgres
from bot.database import Database
from bot.errors import LogUnavailable, SettingsError
from bot.log_records import StoredQuestion
from bot.query_log import QueryLog
from tests.bot.conftest import BUSY_SECONDS, PEPPER
from tests.postgres import PostgresServer


@pytest.fixture
def url(postgres_server: PostgresServer, migrated_template: str) -> Iterator[str]:
    """The address of a migrated, empty PostgreSQL database."""
    name = postgres_server.new_database(migrated_template)
    yield postgres_server.url(name)
    postgres_server.drop(name)


def test_a_lock_held_by_another_program_says_so_and_names_the_place(url: str, stored: StoredQuestion) -> None:
    """A writer that waited in vain gets LogUnavailable without the password; a reader is not held up; later it works."""
    database, other = Database(url, busy_seconds=BUSY_SECONDS), Database(url)
    log = QueryLog(database, PEPPER)
    with other.write():
        with pytest.raises(LogUnavailable, match=r"lock timeout\)\. Another process of sopbot.*holds it") as told:
            log.store(stored)
        database.check()
    assert "postgresql+psycopg://postgres:***@/test_" in str(told.value)
    assert "made-up-password" not in f"{told.value}{told.value.__cause__}"
    assert log.question(log.store(stored)) is not None
    database.close()
    other.close()


def test_a_statement_that_takes_too_long_is_given_up(url: str) -> None:
    """No request waits for ever."""
    database = Database(url, busy_seconds=BUSY_SECONDS)
    with pytest.raises(LogUnavailable, match="statement timeout"), database.read() as connection:
        connection.execute(text("SELECT pg_sleep(30)"))
    database.close()


def test_a_server_that_is_not_there_says_so(tmp_path: Path) -> None:
    """Where no server listens, one sentence names the place and the setting."""
    database = Database(f"postgresql://somebody:hidden@/nothing?host={tmp_path}")
    with pytest.raises(LogUnavailable, match=r"Check that the server runs, and that SOPBOT_DATABASE_URL") as told:
        database.migrate()
    assert "hidden" not in f"{told.value} {told.value.__cause__}"
    database.close()


def test_a_server_that_was_restarted_costs_no_request(url: str, postgres_server: PostgresServer) -> None:
    """Connections that the server has closed are replaced before they are used."""
    database = Database(url)
    database.check()
    postgres_server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sopbot'")
    database.check()
    database.close()


def test_a_reader_may_not_write(url: str) -> None:
    """A store that forgets to say that it writes is found at once."""
    database = Database(url)
    with pytest.raises(LogUnavailable, match="read-only transaction"), database.read() as connection:
        connection.execute(text("DELETE FROM api_keys"))
    database.close()


@pytest.mark.parametrize(
    "written",
    ["postgresql://u:secret@h/n", "postgres://u:secret@h/n", "postgresql+psycopg://u:secret@h/n", "postgresql://u@h/n?password=secret&sslpassword=secret"],
)
def test_a_password_is_never_shown(written: str) -> None:
    """Wherever it stands in the address, messages are without it."""
    shown = postgres.shown(postgres.with_driver(make_url(written)))
    assert (shown.startswith("postgresql+psycopg://u"), "secret" in shown) == (True, False)


@pytest.mark.parametrize(
    ("written", "says"),
    [("mysql://u:secret@h/n", "begins with 'mysql'"), ("postgresql://u:secret@h:port/n", "cannot be read"), ("://secret", "cannot be read")],
)
def test_an_address_that_does_not_fit_is_told_without_repeating_it(written: str, says: str) -> None:
    """The message says how to write it and keeps the password to itself."""
    with pytest.raises(SettingsError, match=says) as told:
        Database(written)
    assert "secret" not in str(told.value)


def test_a_missing_driver_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has not installed the extra reads which one."""
    real = builtins.__import__

    def without(name: str, *arguments: Any, **more: Any) -> Any:
        if name == "psycopg":
            raise ImportError(name)
        return real(name, *arguments, **more)

    monkeypatch.delitem(sys.modules, "psycopg", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SettingsError, match=r"pip install 'sopbot\[postgres\]'"):
        Database("postgresql://u@h/n")
