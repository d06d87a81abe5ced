"""Gaps: groups of questions without a good answer, what people did about them, and wordings that are proposed for entries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_TABLES = (
    "gaps",
    "gap_questions",
    "gap_signals",
    "gap_events",
    "gap_followers",
    "gap_rechecks",
    "gap_progress",
    "gap_encoders",
    "question_proposals",
)


def upgrade() -> None:
    """Make them, and what finds new feedback and choices without reading all."""
    op.create_table(
        "gaps",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("firm", sa.Boolean, nullable=False),
        sa.Column("assignee", sa.String(200), nullable=False),
        sa.Column("entry_id", sa.String(255), nullable=False),
        sa.Column("merged_into", sa.Integer, nullable=True),
        sa.Column("snoozed_until", _TIME, nullable=True),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("closed_at", _TIME, nullable=True),
        sa.Column("reopened_at", _TIME, nullable=True),
        sa.Column("last_asked_at", _TIME, nullable=False),
        sa.Column("questions", sa.Integer, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("facets", sa.JSON, nullable=False),
        sa.Column("total", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("encoder", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gaps"),
    )
    op.create_index("ix_gaps_status_weight", "gaps", ["status", "weight"])
    op.create_table(
        "gap_questions",
        sa.Column("question_id", sa.String(32), nullable=False),
        sa.Column("gap_id", sa.Integer, nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("asker", sa.String(64), nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("front_end", sa.String(16), nullable=False),
        sa.Column("wording", sa.String(40), nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.Column("encoder", sa.String(64), nullable=False),
        sa.Column("blamed_entry", sa.String(255), nullable=False),
        sa.Column("blamed_text", sa.String(64), nullable=False),
        sa.Column("answered_by", sa.String(255), nullable=False),
        sa.Column("confidence", sa.Float, nullable=True),
        sa.Column("passes", sa.Boolean, nullable=True),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name="fk_gap_questions_question_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["gap_id"], ["gaps.id"], name="fk_gap_questions_gap_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("question_id", name="pk_gap_questions"),
    )
    op.create_index("ix_gap_questions_asked_at", "gap_questions", ["asked_at"])
    op.create_index("ix_gap_questions_gap_id_asked_at", "gap_questions", ["gap_id", "asked_at", "asker", "question_id"])
    op.create_index("ix_gap_questions_gap_id_facets", "gap_questions", ["gap_id", "channel", "audience", "front_end"])
    op.create_index("ix_gap_questions_gap_id_asker", "gap_questions", ["gap_id", "asker"])
    op.create_table(
        "gap_signals",
        sa.Column("question_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("happened_at", _TIME, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name="fk_gap_signals_question_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("question_id", "kind", name="pk_gap_signals"),
    )
    op.create_table(
        "gap_events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("gap_id", sa.Integer, nullable=False),
        sa.Column("happened_at", _TIME, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gaps.id"], name="fk_gap_events_gap_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_gap_events"),
    )
    op.create_index("ix_gap_events_gap_id", "gap_events", ["gap_id"])
    op.create_index("ix_gap_events_happened_at", "gap_events", ["happened_at"])
    op.create_table(
        "gap_followers",
        sa.Column("question_id", sa.String(32), nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("told_at", _TIME, nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name="fk_gap_followers_question_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("question_id", name="pk_gap_followers"),
    )
    op.create_index("ix_gap_followers_told_at", "gap_followers", ["told_at"])
    op.create_table(
        "gap_rechecks",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("generation", sa.String(64), nullable=False),
        sa.Column("finished_at", _TIME, nullable=False),
        sa.Column("asked", sa.Integer, nullable=False),
        sa.Column("closed", sa.Integer, nullable=False),
        sa.Column("reopened", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gap_rechecks"),
    )
    op.create_table(
        "gap_progress",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("reached", _TIME, nullable=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("held_until", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_gap_progress"),
    )
    op.create_table(
        "gap_encoders",
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("middle", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_gap_encoders"),
    )
    op.create_table(
        "question_proposals",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("entry_id", sa.String(255), nullable=False),
        sa.Column("wording", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("chosen", sa.Integer, nullable=False),
        sa.Column("helpful", sa.Integer, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("proposed_at", _TIME, nullable=False),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_question_proposals"),
    )
    op.create_index("ix_question_proposals_status", "question_proposals", ["status"])
    op.create_index("uq_question_proposals_entry_id_wording", "question_proposals", ["entry_id", "wording"], unique=True)
    op.create_index("ix_feedback_given_at", "feedback", ["given_at"])
    op.create_index("ix_choices_chosen_at", "choices", ["chosen_at"])


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_choices_chosen_at", "choices")
    op.drop_index("ix_feedback_given_at", "feedback")
    for table in reversed(_TABLES):
        op.drop_table(table)
