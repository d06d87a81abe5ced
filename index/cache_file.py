"""The SQLite files in which builds keep what they made before, by content: opened, and asked for many keys at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

_AT_ONCE = 500
_MAPPED = 2**31
"""Bytes of the file that SQLite maps into memory instead of copying."""


def open_cache(path: Path) -> sqlite3.Connection:
    """Open a cache file; whoever else writes to it is waited for.

    Args:
        path: made when missing; its folder is there.

    Raises:
        sqlite3.Error: it cannot be opened, or is damaged.
    """
    database = sqlite3.connect(path, timeout=30)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    database.execute(f"PRAGMA mmap_size={_MAPPED}")
    return database


def kept(database: sqlite3.Connection, table: str, column: str, keys: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The keys that are there, with what is kept for each, in the order of the database's own index: neighbours lie on one page."""
    wanted = sorted(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        batch = wanted[start : start + _AT_ONCE]
        marks = ",".join("?" * len(batch))
        yield from database.execute(f"SELECT key, {column} FROM {table} WHERE key IN ({marks})", batch)  # noqa: S608 - names of our own, question marks
