"""Who asked, and when -> how much a gap weighs.

urgency = the sum, over a gap's questions, of worth * 2^(-age / 14 days), where a person's first question is worth 1, each
further one of the same person 1/4, and one of somebody who is not known 1/2. So ten people weigh more than one who asked
ten times, and what was asked a fortnight ago weighs half of what is asked now.

All gaps fade alike, so their order does not change with time. What is stored is therefore the sum's logarithm as seen from
a fixed day: a new question adds to it without reading the others, and the list is read in its order from an index.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

HALF_LIFE = timedelta(days=14)
_FIRST, _AGAIN, _UNKNOWN = 1.0, 0.25, 0.5
_START = datetime(2026, 1, 1, tzinfo=UTC)
NOTHING = -1e9
"""The weight of a gap without questions."""


def worth(asker: str, known: bool) -> float:
    """What one question is worth.

    Args:
        asker: a hash, or empty for somebody not known.
        known: whether this gap has a question of that person already.
    """
    return _UNKNOWN if not asker else _AGAIN if known else _FIRST


def added(weight: float, asked_at: datetime, value: float) -> float:
    """A weight with one more question of that worth."""
    one = (asked_at - _START) / HALF_LIFE + math.log2(value)
    high, low = max(weight, one), min(weight, one)
    return high + math.log2(1.0 + 2.0 ** max(low - high, -60.0))


def weigh(asked: Iterable[tuple[str, datetime]]) -> float:
    """The weight of questions, given as asker and time, oldest first."""
    weight, seen = NOTHING, set[str]()
    for asker, asked_at in asked:
        weight = added(weight, asked_at, worth(asker, asker in seen))
        seen.add(asker)
    return weight


def urgency(weight: float, now: datetime) -> float:
    """What a weight comes to at a moment: 1 for one person who asked just then."""
    return float(2.0 ** max(min(weight - (now - _START) / HALF_LIFE, 60.0), -60.0))
