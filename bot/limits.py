"""Who asks and how often -> whether this one may go on."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter


class Limit:
    """At most so many requests in a sliding window, for each identity; safe to share between threads.

    Counted in this process: several server processes allow that many each.

    Args:
        rate: such as "300/minute"; "" for no limit.

    Raises:
        ValueError: the rate cannot be read.
    """

    def __init__(self, rate: str) -> None:
        self._rate: RateLimitItem | None = parse(rate) if rate else None
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def wait(self, identity: str) -> int:
        """Count one request.

        Args:
            identity: whose requests are counted together.

        Returns:
            0 when it may go on; else after how many seconds, at least 1, another try makes sense.
        """
        if self._rate is None or self._limiter.hit(self._rate, identity):
            return 0
        reset = self._limiter.get_window_stats(self._rate, identity).reset_time
        return max(1, math.ceil(reset - time.time()))
