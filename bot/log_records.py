"""A question as it goes into the log, and as it comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.answer import OutcomeName
from index.records import Audience


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
    """A key of `bot.phrases.FRONT_ENDS`."""
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
