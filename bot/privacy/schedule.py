"""Purging while the server runs: at its start and every few hours, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import LogUnavailable
from bot.privacy.keeper import Keeper

EVERY_SECONDS = 6 * 3_600.0
_log = logging.getLogger(__name__)


@contextmanager
def purging(keeper: Keeper, days: int, every_seconds: float = EVERY_SECONDS) -> Iterator[None]:
    """Purge while the block runs. Every process of a server may do it: whoever comes second finds nothing to do.

    Args:
        keeper: purges.
        days: for how many days questions are kept; 0 for ever.
        every_seconds: from one time to the next.
    """
    stop = threading.Event()
    thread = threading.Thread(target=_work, args=(keeper, days, every_seconds, stop), name="purging", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)


def _work(keeper: Keeper, days: int, every_seconds: float, stop: threading.Event) -> None:
    while True:
        try:
            deleted = keeper.purge(days)
        except LogUnavailable as error:
            _log.warning("what is older than %d days could not be purged now; it is tried again (%s)", days, error)
        except Exception:  # noqa: BLE001 - the work goes on, whatever one round does
            _log.exception("purging what is older than %d days failed; it is tried again", days)
        else:
            if deleted:
                _log.info("purged %d rows: questions and what hangs on them older than %d days, and what had expired", deleted, days)
        if stop.wait(every_seconds):
            return
