"""The tables that the migration makes."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import bot.gaps.tables
import bot.slack.tables  # noqa: F401  # these two, so that the metadata is whole
from bot.database import Database
from bot.tables import metadata

pytestmark = pytest.mark.both_databases


def test_the_migration_makes_exactly_these_tables(database: Database) -> None:
    """Between the migrated database and the tables as they stand in the code there is no difference."""
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
