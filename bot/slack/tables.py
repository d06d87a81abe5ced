"""What Slack needs to remember; migration 0002 makes exactly these tables."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from bot.tables import UtcTime, metadata

claims = Table(
    "slack_claims",
    metadata,
    Column("key", String(160), primary_key=True),  # what may be answered once, such as "m:C024:1726.0001"
    Column("owner", String(32), nullable=False),  # the delivery that answers it
    Column("state", String(16), nullable=False),  # claimed, answered, failed
    Column("lease_until", Float, nullable=False),  # Unix seconds; a claim past it may be taken over
    Column("attempts", Integer, nullable=False),
    Column("body", JSON, nullable=True),  # Slack's payload, to answer after a crash; gone once answered
    Column("claimed_at", UtcTime, nullable=False),
    Column("edited_ts", String(32), nullable=False),  # of the newest edit that was taken up
    Column("answer_id", String(32), nullable=False),
    Column("reply_ts", String(32), nullable=False),
    Index("ix_slack_claims_state_lease_until", "state", "lease_until"),
)

answers = Table(
    "slack_answers",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("query_id", String(32), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("entry_id", String(255), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("offered", JSON, nullable=False),  # entry ids with their confidence, best first
    Column("rejected", JSON, nullable=False),  # entry ids that the asker said no to
    Column("channel", String(32), nullable=False),
    Column("thread_ts", String(32), nullable=False),
    Column("message_ts", String(32), nullable=False),
    Column("asker", String(32), nullable=False),  # Slack's user id: whoever is told later
    Column("customer", String(32), nullable=False),  # Slack's user id of the customer whose message was looked up; mostly ""
    Column("page", Integer, nullable=False),
    Column("reply", Integer, nullable=False),
    Column("shown_at", UtcTime, nullable=False),
    Index("ix_slack_answers_channel_thread_ts", "channel", "thread_ts"),
    Index("ix_slack_answers_query_id", "query_id"),
)

channels = Table(
    "slack_channels",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("mode", String(16), nullable=False),  # off, mention, every
    Column("audience", String(16), nullable=False),  # auto, public
    Column("owners", String(32), nullable=False),  # channel id of the owner group; "" for the setting's
    Column("set_by", String(32), nullable=False),
    Column("set_at", UtcTime, nullable=False),
)

checklists = Table(
    "slack_checklists",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("entry_id", String(255), nullable=False),
    Column("version", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("channel", String(32), nullable=False),
    Column("thread_ts", String(32), nullable=False),
    Column("message_ts", String(32), nullable=False),
    Column("started_by", String(32), nullable=False),
    Column("held_by", String(32), nullable=False),
    Column("internal", Boolean, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime, nullable=True),
    Index("ix_slack_checklists_held_by", "held_by"),
    Index("ix_slack_checklists_started_at", "started_at"),
)

checklist_steps = Table(
    "slack_checklist_steps",
    metadata,
    Column("checklist_id", String(32), ForeignKey("slack_checklists.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("number", String(16), nullable=False),
    Column("text", Text, nullable=False),  # as the document said when the checklist began
    Column("state", String(16), nullable=False),  # open, done, skipped
    Column("changed_by", String(32), nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
)

checklist_events = Table(
    "slack_checklist_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("checklist_id", String(32), ForeignKey("slack_checklists.id", ondelete="CASCADE"), nullable=False),
    Column("happened_at", UtcTime, nullable=False),
    Column("who", String(32), nullable=False),
    Column("action", String(16), nullable=False),  # start, done, reopen, skip, note, hand_over, finish
    Column("step", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_slack_checklist_events_checklist_id", "checklist_id"),
)

handovers = Table(
    "slack_handovers",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("query_id", String(32), nullable=False),
    Column("asker", String(32), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("thread_ts", String(32), nullable=False),
    Column("owners_channel", String(32), nullable=False),
    Column("owners_ts", String(32), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Index("ix_slack_handovers_owners_channel_owners_ts", "owners_channel", "owners_ts"),
    Index("ix_slack_handovers_query_id", "query_id"),
)
