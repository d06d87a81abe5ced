"""The right to build, and the right to switch: one process at a time, also after one that was killed."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from index.errors import BuildError, BuildLocked

_WAIT_SECONDS = 0.1


@contextmanager
def held(path: Path, wait: bool, waiting: Callable[[str], None]) -> Iterator[None]:
    """Hold a lock; the operating system gives it back when the process ends, however it ends.

    Args:
        path: of its file, which says who holds it; made when missing.
        wait: until whoever holds it has finished, instead of raising.
        waiting: called once when there is somebody to wait for, with who that is, as far as is known.

    Raises:
        BuildLocked: somebody else holds it; the message says who and since when.
        BuildError: its file system has no locks.
    """
    with path.open("a+", encoding="utf-8") as file:
        told = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                file.seek(0)
                if not wait:
                    raise BuildLocked(f"Another build is running{_holder(file.read())}. Wait until it has finished, or wait for it with --wait.") from None
                if not told:
                    waiting(_holder(file.read()))
                    told = True
                time.sleep(_WAIT_SECONDS)
            except OSError as error:
                remedy = "Put it on a disk of this machine, or on another file system that has locks."
                raise BuildError(f"No file can be locked in the folder {path.parent} ({error.strerror or error}). {remedy}") from error
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now(UTC).isoformat(timespec="seconds")}))
        file.flush()
        yield


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock for a short time, after whoever holds it; the operating system gives it back when the process ends.

    Args:
        path: of its file; made when missing.

    Raises:
        BuildError: it cannot be made or locked.
    """
    with ExitStack() as stack:
        try:
            try:
                file = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
            except PermissionError:  # another user has made it; where it can be read, it can be locked
                file = os.open(path, os.O_RDONLY)
            stack.callback(os.close, file)
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            raise BuildError(f"The file {path} cannot be locked ({error.strerror or error}). Check that you may write there.") from error
        yield


def _holder(text: str) -> str:
    """Who holds the lock, as far as the file says."""
    try:
        holder = json.loads(text)
        return f" (process {holder['pid']} on {holder['host']}, since {holder['since']})"
    except (ValueError, KeyError, TypeError):
        return ""
