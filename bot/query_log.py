"""Questions, choices and feedback -> the database, and back; all SQL about them.

Texts are masked before they are stored, and whoever asked is kept as a keyed hash only: enough to count people and to
tell them apart, of no use without the key.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, desc, func, insert, select

from bot.answer import OutcomeName
from bot.database import Database
from bot.errors import UnknownQuestion
from bot.masking import mask
from bot.tables import choices, entry_days, feedback, questions
from bot.tallies import count_feedback, count_question, recounted
from index.records import Audience

_RECENT = timedelta(days=30)
_MAX_COMMENT_CHARACTERS = 4_000
_STEP = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,3}")


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """A question to store, with what came of it."""

    text: str
    """As asked; masked on the way in."""
    outcome: OutcomeName
    entry_id: str
    """What was shown as the answer; empty for other outcomes."""
    offered: tuple[str, ...]
    """Entries shown by their titles, best first."""
    confidence: float
    """Probability in [0, 1] of the best entry."""
    generation: str
    front_end: str
    """terminal, http, slack, widget or page."""
    audience: Audience
    channel: str
    """A key of `CHANNELS`, or empty."""
    asker: str
    """Who asked, as the front end knows them, or empty; stored as a keyed hash."""
    nearest: str = ""
    """The entry that ranked first, whatever came of the question; counted, not stored. Empty when nothing was found."""


@dataclass(frozen=True, slots=True)
class LoggedQuestion:
    """A question as it was stored."""

    query_id: str
    asked_at: datetime
    """Aware, UTC."""
    text: str
    """Masked."""
    outcome: OutcomeName
    entry_id: str
    offered: tuple[str, ...]
    confidence: float
    generation: str
    front_end: str
    audience: Audience
    channel: str
    asker: str
    """HMAC-SHA256 as 64 hexadecimal digits, or empty."""


class QueryLog:
    """The log of questions; safe to share between threads.

    Every method raises `LogUnavailable` when the database cannot be used. What a `store…` method was given is committed
    when it returns.

    Args:
        database: migrated.
        pepper: key of the hashes of askers; the same for the life of the database.
        phone_region: country whose phone numbers are masked without a country code, ISO 3166 with two letters.
        now: the clock; aware times.
    """

    def __init__(self, database: Database, pepper: bytes, phone_region: str = "GB", now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._pepper = pepper
        self._phone_region = phone_region
        self._now = now

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
        with self._database.write() as connection:
            connection.execute(insert(questions), row)
            count_question(connection, row, question.nearest)
        return query_id

    def store_choice(self, query_id: str, entry_id: str) -> None:
        """Store that somebody chose an entry among those offered.

        Raises:
            UnknownQuestion: no question has that id.
        """
        with self._database.write() as connection:
            _must_exist(connection, query_id)
            with recounted(connection, query_id):
                connection.execute(insert(choices), {"question_id": query_id, "chosen_at": self._now(), "entry_id": entry_id})

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
            "question_id": query_id or None,
            "given_at": given_at,
            "helpful": helpful,
            "reason": reason,
            "comment": self._masked(comment[:_MAX_COMMENT_CHARACTERS]),
            "step": step,
            "asker": self._hashed(asker),
        }
        with self._database.write() as connection:
            answered_with = _must_exist(connection, query_id) if query_id else ""
            about = entry_id or answered_with
            with recounted(connection, query_id) if query_id else nullcontext():
                connection.execute(insert(feedback), row | {"entry_id": about})
            count_feedback(connection, query_id, given_at, about, helpful, step)

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

    def unanswered(self, limit: int) -> list[str]:
        """The questions of the last 30 days that no document answered, masked, those asked most often first.

        Questions that differ in capital letters only count as one.
        """
        same = func.lower(questions.c.text)
        latest = func.max(questions.c.asked_at)
        missed = select(func.max(questions.c.text)).where(questions.c.outcome == "no_answer", questions.c.asked_at >= self._now() - _RECENT)
        with self._database.read() as connection:
            return list(connection.execute(missed.group_by(same).order_by(desc(func.count()), desc(latest)).limit(limit)).scalars())

    def question(self, query_id: str) -> LoggedQuestion | None:
        """A stored question, or None when there is none with that id."""
        with self._database.read() as connection:
            row = connection.execute(select(questions).where(questions.c.id == query_id)).mappings().one_or_none()
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

    def _masked(self, text: str) -> str:
        # Half of a surrogate pair, as broken clients send it, fits into no database.
        return mask(text.encode("utf-8", "replace").decode("utf-8").replace("\0", " "), self._phone_region)

    def _hashed(self, asker: str) -> str:
        return hashed_asker(self._pepper, asker)


def hashed_asker(pepper: bytes, asker: str) -> str:
    """What is stored of somebody who asks: HMAC-SHA256 as 64 hexadecimal digits; nobody ("") stays nobody."""
    return hmac.new(pepper, asker.encode("utf-8", "replace"), hashlib.sha256).hexdigest() if asker else ""


def _must_exist(connection: Connection, query_id: str) -> str:
    """The entry that answered the question, or ""."""
    entry_id: str | None = connection.execute(select(questions.c.entry_id).where(questions.c.id == query_id)).scalar_one_or_none()
    if entry_id is None:
        raise UnknownQuestion(f"There is no question with the id {query_id!r}.")
    return entry_id


def _logged(row: dict[str, Any]) -> LoggedQuestion:
    return LoggedQuestion(query_id=row.pop("id"), offered=tuple(row.pop("offered")), **row)
