"""The database's tables. Times are UTC and aware; migrations in `bot/migrations` make exactly what stands here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Dialect, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator


class UtcTime(TypeDecorator[datetime]):
    """A moment: aware on the way in, aware and in UTC on the way out, whatever the database keeps of time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # the signature of the base class
        """Turn into UTC.

        Raises:
            ValueError: the time has no zone, so that nobody can say when it was.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"The time {value} has no time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # the signature of the base class
        """SQLite gives back times without a zone; they were stored in UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


# Constraints have names, so that a later migration can change them in every database.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

questions = Table(
    "questions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("asked_at", UtcTime, nullable=False),
    Column("text", Text, nullable=False),  # personal data masked
    Column("outcome", String(16), nullable=False),
    Column("entry_id", String(255), nullable=False),  # what was shown as the answer; "" for other outcomes
    Column("offered", JSON, nullable=False),  # entry ids shown by title, best first
    Column("confidence", Float, nullable=False),
    Column("generation", String(64), nullable=False),
    Column("front_end", String(16), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("asker", String(64), nullable=False),  # HMAC-SHA256, hexadecimal; "" when not known
    Index("ix_questions_asked_at", "asked_at"),
    Index("ix_questions_outcome_asked_at", "outcome", "asked_at"),
    Index("ix_questions_asker_asked_at", "asker", "asked_at"),
)

choices = Table(
    "choices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question_id", String(32), ForeignKey("questions.id", ondelete="CASCADE"), nullable=False),
    Column("chosen_at", UtcTime, nullable=False),
    Column("entry_id", String(255), nullable=False),
    Index("ix_choices_question_id", "question_id"),
    Index("ix_choices_chosen_at", "chosen_at"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    # None for an entry that somebody found by browsing
    Column("question_id", String(32), ForeignKey("questions.id", ondelete="CASCADE"), nullable=True),
    Column("given_at", UtcTime, nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("reason", String(64), nullable=False),
    Column("comment", Text, nullable=False),  # personal data masked
    Column("step", String(16), nullable=False),
    Column("asker", String(64), nullable=False),
    Column("entry_id", String(255), nullable=False),  # what it is about; "" when not said
    Index("ix_feedback_question_id", "question_id"),
    Index("ix_feedback_entry_id", "entry_id"),
    Index("ix_feedback_given_at", "given_at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("secret_sha256", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_on", Date, nullable=True),  # last day on which the key is good
    Column("last_used_on", Date, nullable=True),
    Column("revoked_on", Date, nullable=True),
)

login_links = Table(
    "login_links",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("scope", String(16), nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("person", String(200), nullable=False),  # as the proxy or the sign-on names them; "link:…" for a one-time link
    Column("scope", String(16), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Index("ix_sessions_expires_at", "expires_at"),
)

# Two tables of daily counts, kept up to date by `bot/tallies.py`: they hold no text and no person, stay when questions are
# purged, and make figures over a million questions a matter of milliseconds.
question_days = Table(
    "question_days",
    metadata,
    Column("day", Date, primary_key=True),  # UTC, on which the questions were asked
    Column("front_end", String(16), primary_key=True),
    Column("audience", String(16), primary_key=True),
    Column("channel", String(32), primary_key=True),
    Column("answers", Integer, nullable=False),
    Column("suggestions", Integer, nullable=False),
    Column("no_answers", Integer, nullable=False),
    Column("chosen", Integer, nullable=False),  # of the suggestions: somebody chose one
    Column("helpful", Integer, nullable=False),  # of answers and suggestions: the last word was "yes, that helped"
    Column("unhelpful", Integer, nullable=False),
    Column("first_right", Integer, nullable=False),  # of the answers: "yes, that helped", and no other entry was chosen
    Column("first_wrong", Integer, nullable=False),
    sqlite_with_rowid=False,  # rows lie in the order of their key, so that a range is read in one go
)

entry_days = Table(
    "entry_days",
    metadata,
    Column("entry_id", String(255), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("audience", String(16), primary_key=True),  # "" for feedback of somebody who browsed
    Column("nearest", Integer, nullable=False),  # questions for which it ranked first, whatever came of them
    Column("answered", Integer, nullable=False),
    Column("chosen", Integer, nullable=False),
    Column("replaced", Integer, nullable=False),  # of those answered: another entry was chosen then
    Column("helpful", Integer, nullable=False),
    Column("unhelpful", Integer, nullable=False),
    Column("wrong_steps", Integer, nullable=False),  # feedback that names a step
    sqlite_with_rowid=False,
)
