"""Questions, choices, feedback and API keys.

A migration spells out its tables and does not import `bot.tables`: it must make the same schema in years to come.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "questions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("entry_id", sa.String(255), nullable=False),
        sa.Column("offered", sa.JSON, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("generation", sa.String(64), nullable=False),
        sa.Column("front_end", sa.String(16), nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("asker", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
    )
    op.create_index("ix_questions_asked_at", "questions", ["asked_at"])
    op.create_index("ix_questions_outcome_asked_at", "questions", ["outcome", "asked_at"])
    op.create_table(
        "choices",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("question_id", sa.String(32), nullable=False),
        sa.Column("chosen_at", _TIME, nullable=False),
        sa.Column("entry_id", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_choices"),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name="fk_choices_question_id", ondelete="CASCADE"),
    )
    op.create_index("ix_choices_question_id", "choices", ["question_id"])
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("question_id", sa.String(32), nullable=False),
        sa.Column("given_at", _TIME, nullable=False),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("asker", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name="fk_feedback_question_id", ondelete="CASCADE"),
    )
    op.create_index("ix_feedback_question_id", "feedback", ["question_id"])
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(12), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_on", sa.Date, nullable=True),
        sa.Column("last_used_on", sa.Date, nullable=True),
        sa.Column("revoked_on", sa.Date, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
    )


def downgrade() -> None:
    """Remove them, and everything in them."""
    for name in ("api_keys", "feedback", "choices", "questions"):
        op.drop_table(name)
