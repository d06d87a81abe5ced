"""Feedback about an entry that nobody asked for, one-time links and sessions of the ask page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make them."""
    with op.batch_alter_table("feedback") as feedback:
        feedback.alter_column("question_id", existing_type=sa.String(32), nullable=True)
        feedback.add_column(sa.Column("entry_id", sa.String(255), nullable=False, server_default=""))
    with op.batch_alter_table("feedback") as feedback:
        feedback.alter_column("entry_id", existing_type=sa.String(255), server_default=None)
    op.create_index("ix_feedback_entry_id", "feedback", ["entry_id"])
    op.create_table(
        "login_links",
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_login_links"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_sessions"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])


def downgrade() -> None:
    """Remove them; feedback without a question goes with them."""
    op.drop_table("sessions")
    op.drop_table("login_links")
    op.execute("DELETE FROM feedback WHERE question_id IS NULL")
    op.drop_index("ix_feedback_entry_id", "feedback")
    with op.batch_alter_table("feedback") as feedback:
        feedback.drop_column("entry_id")
        feedback.alter_column("question_id", existing_type=sa.String(32), nullable=False)
