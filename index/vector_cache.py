"""Vectors of texts that were embedded before, by content: one SQLite file that survives a crash at any moment."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from index.embedding import Encoder, Vectors

_COMMIT_EVERY = 64
_MAPPED = 2**31
"""Bytes of the file that SQLite reads through the page cache itself, without copying."""


class VectorCache:
    """Embeds each text once for each encoder.

    Args:
        path: the cache file; made when missing. Deleting it loses time, nothing else.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path

    def encode(self, encoder: Encoder, texts: Sequence[str], progress: Callable[[int, int], None] = lambda done, total: None) -> tuple[Vectors, int]:
        """Vectors of texts, embedding only those the cache lacks.

        Args:
            encoder: its fingerprint is part of every key.
            texts: any number.
            progress: called with (new texts embedded so far, new texts in all).

        Returns:
            float32, `(len(texts), encoder.dim)`, unit rows; and how many texts were embedded now.
        """
        keys = [hashlib.sha256(f"{encoder.fingerprint}\0{text}".encode()).digest() for text in texts]
        with closing(sqlite3.connect(self._path, timeout=30)) as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=NORMAL")
            database.execute(f"PRAGMA mmap_size={_MAPPED}")
            database.execute("CREATE TABLE IF NOT EXISTS embeddings (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
            known = self._known(database, keys)
            new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            items = list(new.items())
            for start in range(0, len(items), _COMMIT_EVERY):
                batch = items[start : start + _COMMIT_EVERY]
                vectors = encoder.encode_documents([text for _, text in batch])
                rows = [(key, vector.tobytes()) for (key, _), vector in zip(batch, vectors, strict=True)]
                database.executemany("INSERT OR REPLACE INTO embeddings VALUES (?, ?)", rows)
                database.commit()
                known.update(rows)
                progress(start + len(batch), len(items))
        if not texts:
            return np.empty((0, encoder.dim), dtype=np.float32), 0
        return np.frombuffer(b"".join([known[key] for key in keys]), dtype=np.float32).reshape(len(keys), -1), len(new)

    def _known(self, database: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        known: dict[bytes, bytes] = {}
        wanted = sorted(set(keys))  # in the order of the database's own index: neighbours lie on one page
        for start in range(0, len(wanted), 500):
            batch = wanted[start : start + 500]
            marks = ",".join("?" * len(batch))
            known.update(database.execute(f"SELECT key, vector FROM embeddings WHERE key IN ({marks})", batch))  # noqa: S608 - question marks only
        return known
