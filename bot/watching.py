"""The knowledge folder's changes -> rebuilds, for authors who want to see an edit answered as soon as it is saved."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watchfiles import Change, watch

from bot.rebuild import Rebuilder
from index.corpus import SUFFIXES

_log = logging.getLogger(__name__)
_QUIET_MS = 50
"""An editor writes a file in several steps; a build begins when there was nothing for so long."""
_LONGEST_MS = 1_000
"""… but no later than this after the first step."""


@contextmanager
def watched(folder: Path, rebuilder: Rebuilder) -> Iterator[None]:
    """Within this, every change of a document below a folder asks for a build.

    Args:
        folder: the knowledge folder.
        rebuilder: what is asked.
    """
    stop = threading.Event()
    thread = threading.Thread(target=_watch, args=(folder, rebuilder, stop), name="watch-documents", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _watch(folder: Path, rebuilder: Rebuilder, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            for _ in watch(folder, watch_filter=_counts, step=_QUIET_MS, debounce=_LONGEST_MS, stop_event=stop, raise_interrupt=False, rust_timeout=500):
                rebuilder.request()
        except OSError as error:  # the folder is gone, perhaps for the length of a `git checkout`
            _log.warning("the folder %s cannot be watched (%s); trying again", folder, error)
            stop.wait(1.0)


def _counts(_change: Change, path: str) -> bool:
    """Whether a change may change what is answered."""
    return path.lower().endswith((*SUFFIXES, ".jsonl"))
