"""Questions handed to the people who own the procedures -> the database."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from bot.database import Database
from bot.slack.tables import handovers


@dataclass(frozen=True, slots=True)
class Handover:
    """A question that was handed over."""

    id: str
    query_id: str
    asker: str
    channel: str
    """Where it was asked."""
    thread_ts: str
    owners_channel: str
    owners_ts: str
    """The message under which the owners answer."""


class Handovers:
    """Stored handovers. Every method raises `LogUnavailable`.

    Args:
        database: migrated.
        now: the clock; aware times.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    def store(self, query_id: str, asker: str, channel: str, thread_ts: str, owners_channel: str, owners_ts: str) -> Handover:
        """Store that a question was handed over."""
        made = Handover(uuid.uuid4().hex, query_id, asker, channel, thread_ts, owners_channel, owners_ts)
        with self._database.write() as connection:
            connection.execute(insert(handovers), {name: getattr(made, name) for name in Handover.__slots__} | {"asked_at": self._now()})
        return made

    def at(self, owners_channel: str, owners_ts: str) -> Handover | None:
        """The question that the owners answer in a thread, or None for any other thread."""
        return self._one(handovers.c.owners_channel == owners_channel, handovers.c.owners_ts == owners_ts)

    def of_query(self, query_id: str) -> Handover | None:
        """Where a question was handed to, or None when it was not."""
        return self._one(handovers.c.query_id == query_id)

    def _one(self, *conditions: Any) -> Handover | None:
        with self._database.read() as connection:
            row = connection.execute(select(handovers).where(*conditions).limit(1)).mappings().one_or_none()
        return Handover(**{name: row[name] for name in Handover.__slots__}) if row else None
