"""Questions, choices and feedback -> the database, and back; all SQL about them.

Texts are masked before they are stored, and whoever asked is kept as a keyed hash only: enough to count people and to
tell them apart, of no use without the key.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, desc, func, select

from bot.database import Database
from bot.errors import LogUnavailable, SchemaError
from bot.log_records import LoggedQuestion, StoredQuestion
from bot.log_rows import NEAREST, store_row, store_waiting
from bot.masking import mask
from bot.pending import PendingRows, Row
from bot.storable import storable
from bot.tables import choices, entry_days, feedback, questions
from index.records import Audience

_MAX_COMMENT_CHARACTERS = 4_000
_PAUSE_SECONDS = 5.0
_log = logging.getLogger(__name__)
_STEP = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,3}")


class QueryLog:
    """The log of questions; safe to share between threads.

    Every method that reads raises `LogUnavailable` when the database cannot be used. What a `store…` method was given is
    committed when it returns; where the database cannot take it, and there is a place for rows that wait, it waits there,
    on the disk, and is stored with the first row that the database takes again, or by `replay`.

    Args:
        database: migrated.
        pepper: key of the hashes of askers; the same for the life of the database.
        pending: where rows wait for the database; without it, `store…` raises `LogUnavailable` too.
        told_late: told, in the transaction that stores them, from when on there are rows that waited.
        now: the clock; aware times.
    """

    def __init__(
        self,
        database: Database,
        pepper: bytes,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        pending: PendingRows | None = None,
        told_late: Callable[[Connection, datetime], None] = lambda connection, moment: None,
    ) -> None:
        self._database = database
        self._pepper = pepper
        self._now = now
        self._pending = pending
        self._told_late = told_late
        self._try_again = 0.0
        """Seconds of the monotonic clock until which the database is not tried: it did not answer a moment ago."""

    def store(self, question: StoredQuestion) -> str:
        """Store a question.

        Returns:
            Its id: 32 hexadecimal digits that nobody can guess, since whoever knows it may give feedback.
        """
        query_id = uuid.uuid4().hex
        row = {
            "id": query_id,
            "asked_at": self._now(),
            "text": self._masked(question.text),
            "outcome": question.outcome,
            "entry_id": question.entry_id,
            "offered": list(question.offered),
            "confidence": question.confidence,
            "generation": question.generation,
            "front_end": question.front_end,
            "audience": question.audience,
            "channel": question.channel,
            "asker": self._hashed(question.asker),
        }
        self._put(questions, row | {NEAREST: question.nearest})
        return query_id

    def store_choice(self, query_id: str, entry_id: str) -> None:
        """Store that somebody chose an entry among those offered.

        Raises:
            UnknownQuestion: no question has that id.
        """
        self._put(choices, {"question_id": storable(query_id), "chosen_at": self._now(), "entry_id": storable(entry_id)})

    def store_feedback(self, query_id: str, helpful: bool, reason: str = "", comment: str = "", step: str = "", asker: str = "", entry_id: str = "") -> None:
        """Store whether an answer helped; the same question may get any number of these.

        Args:
            query_id: the question; "" when the entry was found by browsing.
            helpful: True for "yes, that helped".
            reason: a word from the front end's list, such as "outdated".
            comment: free text; masked, and cut after 4,000 characters.
            step: number of the step that is meant, such as "2.1"; anything else is not stored.
            asker: who says so, as the front end knows them.
            entry_id: the entry that is meant; the question's answer when left out.

        Raises:
            UnknownQuestion: no question has that id.
        """
        if not query_id and not entry_id:
            raise ValueError("Feedback is about a question, an entry, or both.")
        if not _STEP.fullmatch(step):  # whoever sends it may write anything there, and it is not masked
            step = ""
        given_at = self._now()
        row = {
            "question_id": storable(query_id) or None,
            "given_at": given_at,
            "helpful": helpful,
            "reason": reason,
            "comment": self._masked(comment[:_MAX_COMMENT_CHARACTERS]),
            "step": step,
            "asker": self._hashed(asker),
        }
        self._put(feedback, row | {"entry_id": storable(entry_id)})

    def most_asked(self, audience: Audience, limit: int) -> tuple[tuple[str, int], ...]:
        """The entries that answered most questions, shown as the answer or chosen.

        Args:
            audience: "public" counts public questions only; "internal" counts all.
            limit: how many entries at most.

        Returns:
            Entry id and number of questions, most first. An entry may have gone or changed audience since: whoever
            shows these looks each up in the current index.
        """
        times = func.sum(entry_days.c.answered + entry_days.c.chosen)
        asked = select(entry_days.c.entry_id, times).group_by(entry_days.c.entry_id).having(times > 0)
        if audience == "public":
            asked = asked.where(entry_days.c.audience == "public")
        with self._database.read() as connection:
            rows = connection.execute(asked.order_by(desc(times), entry_days.c.entry_id).limit(limit))
            return tuple((entry_id, int(count)) for entry_id, count in rows)

    def question(self, query_id: str) -> LoggedQuestion | None:
        """A stored question, or None when there is none with that id."""
        with self._database.read() as connection:
            row = connection.execute(select(questions).where(questions.c.id == storable(query_id))).mappings().one_or_none()
        return _logged(dict(row)) if row else None

    def asked_by(self, asker: str, limit: int) -> tuple[LoggedQuestion, ...]:
        """The questions of one person, newest first.

        Args:
            asker: as the front end knows them; nobody's questions when empty.
            limit: how many at most.
        """
        if not asker:
            return ()
        own = select(questions).where(questions.c.asker == self._hashed(asker)).order_by(desc(questions.c.asked_at), desc(questions.c.id)).limit(limit)
        with self._database.read() as connection:
            return tuple(_logged(dict(row)) for row in connection.execute(own).mappings())

    def is_asker(self, question: LoggedQuestion, asker: str) -> bool:
        """Whether that person asked that question."""
        return bool(asker) and hmac.compare_digest(question.asker, self._hashed(asker))

    def can_wait(self) -> bool:
        """Whether there is a place where questions can wait for the database."""
        return self._pending is not None and self._pending.writable()

    def replay(self) -> int:
        """Store what waits for the database.

        Returns:
            How many rows were stored.

        Raises:
            LogUnavailable: the database still cannot take them; they go on waiting.
        """
        if self._pending is None or not self._pending.any():
            return 0
        self._database.migrate()  # it may have been away when this process started
        count = self._pending.replay(self._insert_waiting)
        if count:
            _log.info("%d rows that waited for the database are stored", count)
        return count

    def _put(self, table: Table, row: dict[str, Any]) -> None:
        """Insert a row, after those that wait; or let it wait."""
        if self._pending is None:
            self._insert(table, row)
            return
        if time.monotonic() >= self._try_again:
            try:
                self.replay()
                self._insert(table, row)
                return
            except (LogUnavailable, SchemaError) as error:
                _log.error("%s Until then, questions wait on disk.", error)
                self._try_again = time.monotonic() + _PAUSE_SECONDS
        self._pending.append(table.name, row)

    def _insert(self, table: Table, row: dict[str, Any]) -> None:
        with self._database.write() as connection:
            store_row(connection, table, row)

    def _insert_waiting(self, rows: Sequence[Row]) -> list[Row]:
        with self._database.write() as connection:
            refused, since = store_waiting(connection, rows)
            if since is not None:
                self._told_late(connection, since)
            return refused

    def _masked(self, text: str) -> str:
        return mask(storable(text))

    def _hashed(self, asker: str) -> str:
        return hashed_asker(self._pepper, asker)


def hashed_asker(pepper: bytes, asker: str) -> str:
    """What is stored of somebody who asks: HMAC-SHA256 as 64 hexadecimal digits; nobody ("") stays nobody."""
    return hmac.new(pepper, asker.encode("utf-8", "replace"), hashlib.sha256).hexdigest() if asker else ""


def recent_questions(database: Database, limit: int) -> tuple[tuple[str, Audience], ...]:
    """The questions asked last, masked, each once for each audience; newest first.

    Raises:
        LogUnavailable: the database cannot be read.
    """
    latest = func.max(questions.c.asked_at)
    with database.read() as connection:
        rows = connection.execute(
            select(questions.c.text, questions.c.audience).group_by(questions.c.text, questions.c.audience).order_by(desc(latest)).limit(limit)
        )
        return tuple((text, audience) for text, audience in rows)


def _logged(row: dict[str, Any]) -> LoggedQuestion:
    return LoggedQuestion(query_id=row.pop("id"), offered=tuple(row.pop("offered")), **row)
