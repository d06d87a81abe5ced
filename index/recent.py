"""Question -> the hits that it had a moment ago, from the same generation."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

from index.records import Audience, Hit

_CAPACITY = 250
"""Of ten hits each, with their figures: about 2 MB when it is full."""
Asked = tuple[str, Audience, int, int]
"""Question, audience, limit, and the day by which entries are withheld (0 where none are)."""


class RecentHits:
    """The hits of the questions that were asked last; safe to share between threads.

    It belongs to one opened generation and goes with it. A question is held as a digest, so that no text that somebody
    typed stays in memory.

    Args:
        capacity: how many questions; the one that was not asked for longest makes room.
    """

    def __init__(self, capacity: int = _CAPACITY) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._hits: OrderedDict[bytes, tuple[Hit, ...]] = OrderedDict()

    def get(self, asked: Asked) -> tuple[Hit, ...] | None:
        """What the very same question found, or None when it was not asked lately."""
        key = _key(asked)
        with self._lock:
            hits = self._hits.get(key)
            if hits is not None:
                self._hits.move_to_end(key)
            return hits

    def put(self, asked: Asked, hits: tuple[Hit, ...]) -> None:
        """Remember what a question found."""
        key = _key(asked)
        with self._lock:
            self._hits[key] = hits
            self._hits.move_to_end(key)
            if len(self._hits) > self._capacity:
                self._hits.popitem(last=False)


def _key(asked: Asked) -> bytes:
    question, *others = asked
    return hashlib.blake2b(f"{others}\0{question}".encode(), digest_size=16).digest()
