"""What is kept about gaps; migration 0005 makes exactly these tables."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from bot.tables import UtcTime, metadata

gaps = Table(
    "gaps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", Text, nullable=False),  # its most central question, masked
    Column("status", String(16), nullable=False),  # open, snoozed, closed, not_ours, dismissed, merged
    Column("firm", Boolean, nullable=False),  # a person decided about it, so that regrouping takes nothing out of it
    Column("assignee", String(200), nullable=False),
    Column("entry_id", String(255), nullable=False),  # the entry that is meant to answer it; "" for any
    Column("merged_into", Integer, nullable=True),
    Column("snoozed_until", UtcTime, nullable=True),
    Column("opened_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime, nullable=True),
    Column("reopened_at", UtcTime, nullable=True),
    Column("last_asked_at", UtcTime, nullable=False),
    Column("questions", Integer, nullable=False),
    Column("people", Integer, nullable=False),  # different askers that are known
    Column("weight", Float, nullable=False),  # see bot/gaps/weight.py
    Column("facets", JSON, nullable=False),  # signals, channels, audiences, front ends: value -> number of questions
    Column("total", LargeBinary, nullable=False),  # sum of the questions' placed vectors, float32
    Column("size", Integer, nullable=False),  # how many vectors are in it
    Column("encoder", String(64), nullable=False),  # fingerprint of the encoder that made them
    Index("ix_gaps_status_weight", "status", "weight"),
)

gap_questions = Table(
    "gap_questions",
    metadata,
    Column("question_id", String(32), ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True),
    Column("gap_id", Integer, ForeignKey("gaps.id", ondelete="CASCADE"), nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("asker", String(64), nullable=False),
    Column("audience", String(16), nullable=False),  # these three as the question has them: lists are counted by them
    Column("channel", String(32), nullable=False),
    Column("front_end", String(16), nullable=False),
    Column("wording", String(40), nullable=False),  # the same for questions that differ in capitals and spaces only
    Column("vector", LargeBinary, nullable=False),  # as the encoder gave it, float16
    Column("encoder", String(64), nullable=False),
    Column("blamed_entry", String(255), nullable=False),  # entry that was shown and did not help; "" when none was
    Column("blamed_text", String(64), nullable=False),  # digest of its text at that time
    Column("answered_by", String(255), nullable=False),  # entry that answered when it was asked again; "" for none
    Column("confidence", Float, nullable=True),  # of the best entry at that time; None before the first time
    Column("passes", Boolean, nullable=True),  # whether that is the answer that the gap needs; None before the first time
    # Each holds all that one count reads, so that the rows with their vectors are not touched.
    Index("ix_gap_questions_gap_id_asked_at", "gap_id", "asked_at", "asker", "question_id"),
    Index("ix_gap_questions_gap_id_facets", "gap_id", "channel", "audience", "front_end"),
    Index("ix_gap_questions_gap_id_asker", "gap_id", "asker"),
    Index("ix_gap_questions_asked_at", "asked_at"),
)

gap_signals = Table(
    "gap_signals",
    metadata,
    Column("question_id", String(32), ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(16), primary_key=True),  # no_answer, not_chosen, not_helpful, wrong_step
    Column("happened_at", UtcTime, nullable=False),
    Column("detail", Text, nullable=False),  # the reason that was given, or the number of the step
)

gap_events = Table(
    "gap_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("gap_id", Integer, ForeignKey("gaps.id", ondelete="CASCADE"), nullable=False),
    Column("happened_at", UtcTime, nullable=False),
    Column("who", String(200), nullable=False),  # "" for sopbot itself
    Column("action", String(16), nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_gap_events_gap_id", "gap_id"),
    Index("ix_gap_events_happened_at", "happened_at"),
)

gap_followers = Table(
    "gap_followers",
    metadata,
    Column("question_id", String(32), ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True),
    Column("asked_at", UtcTime, nullable=False),  # when its asker said so
    Column("told_at", UtcTime, nullable=True),
    Column("attempts", Integer, nullable=False),  # to tell, that failed
    Index("ix_gap_followers_told_at", "told_at"),
)

gap_rechecks = Table(
    "gap_rechecks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("generation", String(64), nullable=False),
    Column("finished_at", UtcTime, nullable=False),
    Column("asked", Integer, nullable=False),  # different questions that were asked again
    Column("closed", Integer, nullable=False),
    Column("reopened", Integer, nullable=False),
)

gap_progress = Table(
    "gap_progress",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("reached", UtcTime, nullable=True),  # everything up to then is taken in
    Column("count", Integer, nullable=False),
    Column("holder", String(32), nullable=False),  # the process that works
    Column("held_until", UtcTime, nullable=True),
)

gap_encoders = Table(
    "gap_encoders",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("middle", LargeBinary, nullable=False),  # see bot/gaps/space.py, float32
)

question_proposals = Table(
    "question_proposals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry_id", String(255), nullable=False),
    Column("wording", String(40), nullable=False),
    Column("text", Text, nullable=False),  # masked, as it was asked first
    Column("audience", String(16), nullable=False),  # public when somebody outside asked so
    Column("chosen", Integer, nullable=False),  # how often the entry was chosen for it
    Column("helpful", Integer, nullable=False),  # how often it was marked helpful
    Column("status", String(16), nullable=False),  # proposed, accepted, declined
    Column("proposed_at", UtcTime, nullable=False),
    Column("decided_by", String(200), nullable=False),
    Column("decided_at", UtcTime, nullable=True),
    Index("uq_question_proposals_entry_id_wording", "entry_id", "wording", unique=True),
    Index("ix_question_proposals_status", "status"),
)
