from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

import bot.gaps.tables
import bot.slack.tables  # noqa: F401  # so that the metadata is whole
from bot import migrations
from bot.database import Database
from bot.tables import metadata

pytestmark = pytest.mark.both_databases


def _schema(connection: Connection) -> dict[str, object]:
    """Every table and index with what it is made of; Alembic's own table left out."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'"))
        return {name: re.sub(r"\s+", " ", sql).replace(" ,", ",").replace('"', "") for name, sql in rows}
    seen = inspect(connection)
    return {
        table: (
            [{**column, "type": repr(column["type"])} for column in seen.get_columns(table)],
            seen.get_pk_constraint(table),
            sorted(seen.get_foreign_keys(table), key=str),
            sorted(seen.get_indexes(table), key=str),
            sorted(seen.get_unique_constraints(table), key=str),
        )
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


def _migrated(where: str | Path) -> Database:
    database = Database(where)
    database.migrate()
    return database


def test_head_is_the_newest_migration() -> None:
    """The constant that lets a start skip Alembic names what Alembic would."""
    assert migrations.known_revisions()[0] == migrations.HEAD


def test_migrating_makes_exactly_the_metadata(database_url: str | Path, empty_url: str | Path) -> None:
    """Every table, column, constraint and index is the same by both ways."""
    migrated, made = _migrated(database_url), Database(empty_url)
    with made.write() as connection:
        metadata.create_all(connection)
        wanted = _schema(connection)
    with migrated.read() as connection:
        assert _schema(connection) == wanted
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    migrated.close()
    made.close()


def test_down_and_up_again(database_url: str | Path) -> None:
    """Going back step by step leaves nothing, and the way up works again."""
    database = _migrated(database_url)
    with database.write() as connection:
        before = _schema(connection)
        for revision in (*migrations.known_revisions()[1:], "base"):
            migrations.downgrade(connection, revision)
        assert _schema(connection) == {}
    database.migrate()
    with database.read() as connection:
        assert _schema(connection) == before
    database.close()


def test_a_migration_that_breaks_off_leaves_the_old_schema(empty_url: str | Path) -> None:
    """Tables are made within one transaction."""
    database = Database(empty_url)
    with pytest.raises(ZeroDivisionError), database.write() as connection:  # noqa: PT012
        migrations.upgrade(connection)
        _ = 1 / 0
    with database.read() as connection:
        assert _schema(connection) == {}
    database.close()


def test_nothing_to_do_imports_no_alembic(tmp_path: Path) -> None:
    """Opening a database that is up to date stays quick."""
    _migrated(tmp_path / "sopbot.db").close()
    program = (
        f"import sys; from bot.database import Database; d = Database({str(tmp_path / 'sopbot.db')!r}); d.migrate(); d.check(); print('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout == "False\n"
