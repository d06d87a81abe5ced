"""Files of a new generation -> on the disk for sure, with their digests, while others are still written."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from index.embedding import file_digest

Written = Callable[[Path], None]
"""Told of each file of a new generation that is finished: nobody writes to it any more."""


def sealed(folder: Path, fill: Callable[[Path, Written], None], check: Callable[[Path], None]) -> dict[str, str]:
    """Flush and digest every file as soon as it is finished, while others are written and `check` reads the folder.

    Returns:
        Relative path -> SHA-256, in order of path.
    """

    def seal(path: Path) -> str:
        flush(path)
        return file_digest(path)

    done: dict[Path, Future[str]] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:

        def written(path: Path) -> None:
            done[path] = pool.submit(seal, path)

        def rest() -> None:
            for path in [path for path in sorted(folder.rglob("*")) if path.is_file() and path not in done]:
                written(path)

        fill(folder, written)
        rest()
        check(folder)
        rest()
        return {path.relative_to(folder).as_posix(): done[path].result() for path in sorted(done)}


def flush(path: Path) -> None:
    """Make sure that a file, or a folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
