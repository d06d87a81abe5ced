"""The database's schema from one version of sopbot to the next, with Alembic.

A change of `bot/tables.py` comes with a file in `versions/` and its id in `HEAD`. Alembic is imported only when there
is something to do: it takes a quarter of a second that `sopbot ask` need not spend.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, inspect, select, table

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0006"
"""The newest revision in `versions/`."""
_STORED = table("alembic_version", column("version_num"))


def stored_revision(connection: Connection) -> str | None:
    """The revision that a database has, or None when nothing was made in it yet."""
    if not inspect(connection).has_table(_STORED.name):
        return None
    revision: str | None = connection.execute(select(_STORED.c.version_num)).scalar_one_or_none()
    return revision


def known_revisions() -> tuple[str, ...]:
    """Every revision in `versions/`, newest first."""
    from alembic.script import ScriptDirectory

    return tuple(script.revision for script in ScriptDirectory.from_config(_config(None)).walk_revisions())


def upgrade(connection: Connection, revision: str = HEAD) -> None:
    """Bring a database up to a revision, inside the transaction that the connection is in."""
    from alembic import command

    command.upgrade(_config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Bring a database back to an earlier revision ("base" for none), inside the connection's transaction."""
    from alembic import command

    command.downgrade(_config(connection), revision)


def _config(connection: Connection | None) -> Config:
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))  # "%" starts a variable in .ini files
    return config
