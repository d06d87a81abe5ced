"""Answers that were shown in Slack -> the database: what buttons, follow-ups and edits refer to."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update

from bot.answer import Answer, NoAnswer, OutcomeName
from bot.ask import Asked
from bot.database import Database
from bot.slack.tables import answers


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An outcome as it stands in Slack."""

    id: str
    query_id: str
    outcome: OutcomeName
    entry_id: str
    """Empty unless the outcome is an answer."""
    confidence: float
    offered: tuple[tuple[str, float], ...]
    """Entries offered by title, with their confidence."""
    rejected: tuple[str, ...]
    """Entries the asker said no to."""
    channel: str
    thread_ts: str
    """Empty in a direct message without thread, and for what only the asker sees."""
    message_ts: str
    """Empty until it is posted, and for what only the asker sees."""
    asker: str
    """Slack's user id."""
    customer: str
    """Slack's user id of the customer whose message was looked up; empty when not known."""
    page: int
    reply: int


class Answers:
    """Stored answers. Every method raises `LogUnavailable`.

    Args:
        database: migrated.
        now: the clock; aware times.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    def store(self, asked: Asked, channel: str, thread_ts: str, asker: str, reply: int = 0, rejected: tuple[str, ...] = (), customer: str = "") -> ShownAnswer:
        """Store what is about to be shown; `change` says later where it stands."""
        outcome = asked.outcome
        offered = () if isinstance(outcome, NoAnswer) else outcome.also if isinstance(outcome, Answer) else outcome.suggestions
        shown = ShownAnswer(
            id=uuid.uuid4().hex[:16],
            query_id=asked.query_id,
            outcome=outcome.name,
            entry_id=outcome.entry.id if isinstance(outcome, Answer) else "",
            confidence=outcome.confidence,
            offered=tuple((one.entry_id, one.confidence) for one in offered),
            rejected=rejected,
            channel=channel,
            thread_ts=thread_ts,
            message_ts="",
            asker=asker,
            customer=customer,
            page=0,
            reply=reply,
        )
        values = {name: getattr(shown, name) for name in ShownAnswer.__slots__}
        values |= {"offered": [list(one) for one in shown.offered], "rejected": list(rejected), "shown_at": self._now()}
        with self._database.write() as connection:
            connection.execute(insert(answers), values)
        return shown

    def change(self, answer_id: str, **values: Any) -> None:
        """Change what is shown, by the names of `ShownAnswer`."""
        with self._database.write() as connection:
            connection.execute(update(answers).where(answers.c.id == answer_id).values(**values))

    def get(self, answer_id: str) -> ShownAnswer | None:
        """A stored answer, or None when there is none."""
        with self._database.read() as connection:
            row = connection.execute(select(answers).where(answers.c.id == answer_id)).mappings().one_or_none()
        return _read(row) if row else None

    def latest(self, channel: str, thread_ts: str, since: datetime | None = None) -> ShownAnswer | None:
        """The last answer in a thread, or in a direct message when `thread_ts` is empty."""
        here = select(answers).where(answers.c.channel == channel, answers.c.thread_ts == thread_ts, answers.c.message_ts != "")
        if since is not None:
            here = here.where(answers.c.shown_at >= since)
        with self._database.read() as connection:
            row = connection.execute(here.order_by(answers.c.shown_at.desc()).limit(1)).mappings().one_or_none()
        return _read(row) if row else None

    def of_query(self, query_id: str) -> ShownAnswer | None:
        """Where a question was first answered, or None when Slack never showed it."""
        with self._database.read() as connection:
            row = connection.execute(select(answers).where(answers.c.query_id == query_id).order_by(answers.c.shown_at).limit(1)).mappings().one_or_none()
        return _read(row) if row else None


def _read(row: Any) -> ShownAnswer:
    values = {name: row[name] for name in ShownAnswer.__slots__}
    values["offered"] = tuple((entry_id, confidence) for entry_id, confidence in values["offered"])
    values["rejected"] = tuple(values["rejected"])
    return ShownAnswer(**values)
