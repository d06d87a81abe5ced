"""What the Slack front end remembers: claims, answers shown, channel settings, checklists, questions handed over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables of the Slack front end."""
    op.create_table(
        "slack_claims",
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("lease_until", sa.Float, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("body", sa.JSON, nullable=True),
        sa.Column("claimed_at", _TIME, nullable=False),
        sa.Column("edited_ts", sa.String(32), nullable=False),
        sa.Column("answer_id", sa.String(32), nullable=False),
        sa.Column("reply_ts", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_slack_claims"),
    )
    op.create_index("ix_slack_claims_state_lease_until", "slack_claims", ["state", "lease_until"])
    op.create_table(
        "slack_answers",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("query_id", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("entry_id", sa.String(255), nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("offered", sa.JSON, nullable=False),
        sa.Column("rejected", sa.JSON, nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("thread_ts", sa.String(32), nullable=False),
        sa.Column("message_ts", sa.String(32), nullable=False),
        sa.Column("asker", sa.String(32), nullable=False),
        sa.Column("customer", sa.String(32), nullable=False),
        sa.Column("page", sa.Integer, nullable=False),
        sa.Column("reply", sa.Integer, nullable=False),
        sa.Column("shown_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slack_answers"),
    )
    op.create_index("ix_slack_answers_channel_thread_ts", "slack_answers", ["channel", "thread_ts"])
    op.create_index("ix_slack_answers_query_id", "slack_answers", ["query_id"])
    op.create_table(
        "slack_channels",
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("owners", sa.String(32), nullable=False),
        sa.Column("set_by", sa.String(32), nullable=False),
        sa.Column("set_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("channel", name="pk_slack_channels"),
    )
    op.create_table(
        "slack_checklists",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("entry_id", sa.String(255), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("thread_ts", sa.String(32), nullable=False),
        sa.Column("message_ts", sa.String(32), nullable=False),
        sa.Column("started_by", sa.String(32), nullable=False),
        sa.Column("held_by", sa.String(32), nullable=False),
        sa.Column("internal", sa.Boolean, nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_slack_checklists"),
    )
    op.create_index("ix_slack_checklists_held_by", "slack_checklists", ["held_by"])
    op.create_table(
        "slack_checklist_steps",
        sa.Column("checklist_id", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("changed_by", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("checklist_id", "position", name="pk_slack_checklist_steps"),
        sa.ForeignKeyConstraint(["checklist_id"], ["slack_checklists.id"], name="fk_slack_checklist_steps_checklist_id", ondelete="CASCADE"),
    )
    op.create_table(
        "slack_checklist_events",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("checklist_id", sa.String(32), nullable=False),
        sa.Column("happened_at", _TIME, nullable=False),
        sa.Column("who", sa.String(32), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slack_checklist_events"),
        sa.ForeignKeyConstraint(["checklist_id"], ["slack_checklists.id"], name="fk_slack_checklist_events_checklist_id", ondelete="CASCADE"),
    )
    op.create_index("ix_slack_checklist_events_checklist_id", "slack_checklist_events", ["checklist_id"])
    op.create_table(
        "slack_handovers",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("query_id", sa.String(32), nullable=False),
        sa.Column("asker", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("thread_ts", sa.String(32), nullable=False),
        sa.Column("owners_channel", sa.String(32), nullable=False),
        sa.Column("owners_ts", sa.String(32), nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_slack_handovers"),
    )
    op.create_index("ix_slack_handovers_owners_channel_owners_ts", "slack_handovers", ["owners_channel", "owners_ts"])
    op.create_index("ix_slack_handovers_query_id", "slack_handovers", ["query_id"])


def downgrade() -> None:
    """Remove them, and everything in them."""
    for name in (
        "slack_handovers",
        "slack_checklist_events",
        "slack_checklist_steps",
        "slack_checklists",
        "slack_channels",
        "slack_answers",
        "slack_claims",
    ):
        op.drop_table(name)
