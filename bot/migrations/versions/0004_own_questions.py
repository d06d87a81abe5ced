"""The questions of one person are found without reading all of them: the ask page lists them on every load."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_questions_asker_asked_at", "questions", ["asker", "asked_at"])


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_questions_asker_asked_at", "questions")
