"""What Alembic runs for every command: the connection comes from `bot.migrations`, never from a file."""

from __future__ import annotations

from alembic import context

from bot.tables import metadata

# Batch mode: SQLite cannot change a column in place, so Alembic makes the table anew.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
