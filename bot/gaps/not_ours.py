"""Questions that somebody declared to be not ours -> whether a new one is one of them, or nearly the same.

Two ways to refuse: the same wording is refused whatever the documents say; a near one is refused unless a document answers
it. Neither founds a gap: both are counted where the first ones are.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Connection, func, select

from bot.database import Database
from bot.errors import LogUnavailable
from bot.gaps.space import MAX_CHARACTERS, placed, stored_middle, unpacked, wording_of
from bot.gaps.tables import gap_events, gap_questions, gaps
from index.embedding import Vectors
from index.whitening import inner

if TYPE_CHECKING:  # the rest of that file is not needed to ask, and takes a while to load
    from bot.gaps.records import SearchedIndex

NEAR = 0.7
"""Cosine from which a question is nearly the same. Of questions with another intent, of the same trade, 0.02 % to 0.7 %
are as near on five sets (docs/review.md)."""
_MOST = 2_000
_LOOK_AGAIN_SECONDS = 5.0
_DECIDING = ("not_ours", "reopened", "dismissed", "snoozed", "merged", "split")
"""What may change which questions are not ours; a gap that is opened or closed does not."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The questions that are not ours; a picture of one moment."""

    wordings: dict[str, int] = field(default_factory=dict)
    """Wording -> gap."""
    gap_ids: tuple[int, ...] = ()
    """Of each row of `vectors`."""
    vectors: Vectors = field(default_factory=lambda: np.empty((0, 0), dtype=np.float32))
    """Placed."""
    middle: Vectors | None = None
    encoder: str = ""

    def same(self, wording: str) -> int | None:
        """The gap that holds this very wording."""
        return self.wordings.get(wording)

    def near(self, vector: Vectors) -> int | None:
        """The gap of the question nearest to a placed vector, if it is near enough."""
        if not self.gap_ids:
            return None
        cosines = inner(self.vectors, vector)
        best = int(np.argmax(cosines))
        return self.gap_ids[best] if cosines[best] >= NEAR else None


def read_refused(connection: Connection, encoder: str) -> Refused:
    """Read them; the newest 2,000 wordings are compared by meaning, in vectors of that encoder."""
    held = select(gap_questions.c.wording, gap_questions.c.gap_id, func.max(gap_questions.c.asked_at).label("latest"))
    held = held.join(gaps, gaps.c.id == gap_questions.c.gap_id).where(gaps.c.status == "not_ours").group_by(gap_questions.c.wording, gap_questions.c.gap_id)
    wordings = {row.wording: row.gap_id for row in connection.execute(held)}
    if not wordings:
        return Refused(encoder=encoder)
    middle = stored_middle(connection, encoder)
    compared = select(gap_questions.c.vector, gap_questions.c.gap_id).join(gaps, gaps.c.id == gap_questions.c.gap_id)
    compared = compared.where(gaps.c.status == "not_ours", gap_questions.c.encoder == encoder, func.length(gap_questions.c.vector) > 0)
    rows = connection.execute(compared.order_by(gap_questions.c.asked_at.desc()).limit(_MOST)).all()
    if middle is None or not rows:
        return Refused(wordings, encoder=encoder)
    return Refused(wordings, tuple(row.gap_id for row in rows), placed(unpacked([row.vector for row in rows]), middle), middle, encoder)


def newest_decision(connection: Connection) -> int:
    """Names the last decision by which other questions may be not ours; 0 for none."""
    newest = select(gap_events.c.id).where(gap_events.c.action.in_(_DECIDING)).order_by(gap_events.c.id.desc()).limit(1)
    return connection.execute(newest).scalar_one_or_none() or 0


class NotOurs:
    """The check for whoever answers; safe to share between threads.

    It looks into the database at most every few seconds, and reads again only when something was decided since.

    Args:
        database: migrated.
        clock: seconds that only grow.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._refused = Refused()
        self._decided = -1
        self._looked: float | None = None

    def same(self, text: str, index: SearchedIndex) -> bool:
        """Whether this very wording is not ours."""
        refused = self._current(index)
        return bool(refused.wordings) and refused.same(wording_of(text)) is not None

    def near(self, text: str, index: SearchedIndex) -> bool:
        """Whether a question that is not ours means nearly the same."""
        refused = self._current(index)
        if refused.middle is None:
            return False
        return refused.near(placed(index.vectors([text[:MAX_CHARACTERS]])[0], refused.middle)) is not None

    def _current(self, index: SearchedIndex) -> Refused:
        now = self._clock()
        fresh = self._looked is not None and now - self._looked < _LOOK_AGAIN_SECONDS and self._refused.encoder == index.encoder
        if fresh or not self._lock.acquire(blocking=self._looked is None):
            return self._refused
        try:
            with self._database.read() as connection:
                decided = newest_decision(connection)
                if decided != self._decided or self._refused.encoder != index.encoder:
                    self._refused = read_refused(connection, index.encoder)
                    self._decided = decided
        except LogUnavailable:  # what was known last is good enough; storing the question tells of it
            if self._refused.encoder != index.encoder:  # wordings hold for every encoder, vectors do not
                self._refused, self._decided = Refused(self._refused.wordings, encoder=index.encoder), -1
        finally:
            self._looked = now  # also without success: a database that is away must not be waited for with each question
            self._lock.release()
        return self._refused
