"""Rows that the database cannot take now -> a file, and into the database when it is back; nothing is lost, nothing comes twice.

Texts are masked and askers hashed before they get here, as in the database.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from bot.errors import LogUnavailable

_log = logging.getLogger(__name__)
_FILE, _REPLAYING, _UNREADABLE = "rows.jsonl", "replaying-", "unreadable.jsonl"

Row = tuple[str, dict[str, Any]]
"""A table's name, and a row of it by column."""


class PendingRows:
    """The rows that wait, in a folder that several processes share.

    Args:
        folder: made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def any(self) -> bool:
        """Whether rows wait."""
        try:
            with os.scandir(self._folder) as found:  # asked before every question: no folder, as a rule, and that is all
                return any(file.name == _FILE or file.name.startswith(_REPLAYING) for file in found if file.stat().st_size)
        except OSError:
            return False

    def writable(self) -> bool:
        """Whether rows can wait here, as far as can be told without writing one."""
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.access(self._folder, os.W_OK | os.X_OK)

    def append(self, table: str, row: Mapping[str, Any]) -> None:
        """Keep a row; it is on the disk when this returns.

        Raises:
            LogUnavailable: it cannot be kept here either.
        """
        line = _line(table, row)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._locked(self._folder / _FILE) as descriptor:
                _end_torn_line(descriptor)
                if os.write(descriptor, line) != len(line):
                    raise OSError(28, "No space left on device")  # noqa: TRY301 - the same end as below
                os.fsync(descriptor)
        except OSError as error:
            raise LogUnavailable(
                f"The database cannot be written, and neither can the folder {self._folder} in which questions wait for it ({error.strerror}). Make room, or check that you may write there."
            ) from error

    def replay(self, insert: Callable[[list[Row]], list[Row]]) -> int:
        """Hand over what waits, and forget it when that succeeded.

        Args:
            insert: stores rows in one transaction and gives back those that fit nowhere; it must pass over those that
                are there, since a crash at the wrong moment brings them a second time. Whatever it raises leaves
                everything waiting.

        Returns:
            How many rows were stored. What cannot be read or stored is kept in `unreadable.jsonl`.
        """
        try:
            self._set_aside()
            return self._hand_over(insert)
        except OSError as error:  # the next row tries again
            _log.error("what waits in %s cannot be taken up (%s)", self._folder, error)
            return 0

    def _hand_over(self, insert: Callable[[list[Row]], list[Row]]) -> int:
        with ExitStack() as held:
            paths = sorted(self._folder.glob(f"{_REPLAYING}*"))
            files = [held.enter_context(path.open("rb")) for path in paths]
            for file in files:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return 0  # another process is at it
            parsed = [_parsed(file.read()) for file in files]
            rows = [row for found, _ in parsed for row in found]
            refused = insert(rows) if rows else []
            unreadable = [line for _, lines in parsed for line in lines] + [_line(*row) for row in refused]
            if unreadable:
                _log.error("%d rows that waited in %s cannot be stored; they are kept in %s", len(unreadable), self._folder, _UNREADABLE)
                with self._locked(self._folder / _UNREADABLE) as descriptor:
                    os.write(descriptor, b"".join(unreadable))
            for path in paths:
                path.unlink(missing_ok=True)
            return len(rows) - len(refused)

    def _set_aside(self) -> None:
        """Rename the file that is appended to, so that nobody waits while its rows are stored; names sort by time."""
        if not (self._folder / _FILE).exists():
            return
        with self._locked(self._folder / _FILE), contextlib.suppress(FileNotFoundError):
            (self._folder / _FILE).rename(self._folder / f"{_REPLAYING}{time.time_ns():020d}-{uuid.uuid4().hex}.jsonl")

    @contextmanager
    def _locked(self, path: Path) -> Iterator[int]:
        """The file, open for appending and for nobody else; made when it is not there."""
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if os.fstat(descriptor).st_nlink and _same(descriptor, path):
                    yield descriptor
                    return
            finally:
                os.close(descriptor)  # the name was given to another file meanwhile: once more


def _line(table: str, row: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode([str(table), row]) + b"\n"


def _same(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _end_torn_line(descriptor: int) -> None:
    """Half a line, left by a crash or a full disk, was never promised to anybody: cut it off."""
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        whole = os.pread(descriptor, size, 0)
        os.ftruncate(descriptor, whole.rfind(b"\n") + 1)


def _parsed(data: bytes) -> tuple[list[Row], list[bytes]]:
    """Rows, and lines that are none; a last line without its end was never promised to anybody."""
    rows: list[Row] = []
    unreadable: list[bytes] = []
    for line in data.splitlines(keepends=True):
        if not line.endswith(b"\n"):
            continue
        try:
            table, row = msgspec.json.decode(line, type=tuple[str, dict[str, Any]])
            rows.append((table, row))
        except msgspec.MsgspecError:
            unreadable.append(line)
    return rows, unreadable
