"""What `bot/database.py` needs to know of PostgreSQL; nothing else knows that it may be PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError

from bot.errors import SettingsError

MAX_CONNECTIONS = 20
"""Of one process. A server allows a hundred by default, and several processes share it; a request that finds none free waits
as long as for a lock."""
_DRIVER = "postgresql+psycopg"
_NAMES = {"postgres", "postgresql", _DRIVER}
_WRITERS = 0x736F70626F74
"""Names the lock that writers take, "sopbot" in ASCII; other programs in the same database use other numbers."""
_REMEDIES = {
    "55P03": "Another process of sopbot, or another program, holds it; end that program's transaction.",  # lock_not_available
    "57014": "Another program keeps it busy; end that program's transaction, or set SOPBOT_DATABASE_URL to a faster server.",  # query_canceled
    "53100": "Make room on the server's disk.",  # disk_full
    "53300": "Let the server take more connections (max_connections), or run fewer processes of sopbot.",  # too_many_connections
    "42501": "Give the user named in SOPBOT_DATABASE_URL the right to make and change tables there.",  # insufficient_privilege
    "25006": "SOPBOT_DATABASE_URL leads to a server that takes no writes; name the primary.",  # read_only_sql_transaction
}
_REMEDY = "Check that the server runs, and that SOPBOT_DATABASE_URL names its address, user, password and database."


def is_postgres(url: URL) -> bool:
    """Whether an address is one of a PostgreSQL server."""
    return url.drivername in _NAMES


def with_driver(url: URL) -> URL:
    """The address with the driver that sopbot uses.

    Raises:
        SettingsError: the driver is not installed.
    """
    try:
        import psycopg  # noqa: F401 - to say in one sentence that it is missing
    except ImportError:
        raise SettingsError("SOPBOT_DATABASE_URL names PostgreSQL, but its driver is not installed. Install it with: pip install 'sopbot[postgres]'") from None
    return url.set(drivername=_DRIVER)


def shown(url: URL) -> str:
    """An address as it may be printed: without a password, wherever it stands."""
    return url.difference_update_query(["password", "sslpassword"]).render_as_string(hide_password=True)


def engine_arguments(busy_seconds: float) -> dict[str, Any]:
    """Arguments of `create_engine`.

    Args:
        busy_seconds: how long to wait for a connection or a lock. A statement may run twice as long, so that one that waits
            for a lock is told of the lock.
    """
    milliseconds = max(1, round(busy_seconds * 1000))
    limits = {"lock_timeout": milliseconds, "statement_timeout": 2 * milliseconds, "idle_in_transaction_session_timeout": 60_000, "timezone": "UTC"}
    return {
        "pool_size": 5,
        "max_overflow": MAX_CONNECTIONS - 5,
        "pool_pre_ping": True,  # a server that was restarted costs a new connection, not a failed request
        "connect_args": {
            "connect_timeout": max(2, round(busy_seconds)),  # less is refused by the driver
            "application_name": "sopbot",
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        },
    }


def begin(connection: Connection, *, writes: bool) -> None:
    """Make a transaction that was just begun behave as on SQLite.

    Writers take turns: stores read before they write, and what they read must stay true until they have written. A reader
    sees one state of the database, and waits for nobody.
    """
    if writes:
        connection.execute(text("SELECT pg_advisory_xact_lock(:name)"), {"name": _WRITERS})
    else:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))


def without_time_limit(connection: Connection) -> None:
    """Let the statements of this transaction take as long as they need: a migration may fill a new column of a large table."""
    connection.execute(text("SET LOCAL statement_timeout = 0"))


def reason(error: DBAPIError) -> str:
    """What the server says in its first line; further lines may quote what was being stored."""
    primary = getattr(getattr(error.orig, "diag", None), "message_primary", None)
    return str(primary or str(error.orig).strip().partition("\n")[0])


def remedy(error: DBAPIError) -> str:
    """What to do about it."""
    return _REMEDIES.get(str(getattr(error.orig, "sqlstate", None)), _REMEDY)
