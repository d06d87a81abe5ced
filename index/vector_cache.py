"""Vectors of texts that were embedded before, by content: one SQLite file that survives a crash at any moment."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from index.cache_file import kept, open_cache
from index.embedding import Encoder, Vectors

_COMMIT_EVERY = 64


class VectorCache:
    """Embeds each text once for each encoder.

    What was asked for last is held in memory too, for whoever asks again.

    Args:
        path: the cache file; made when missing. Deleting it loses time, nothing else.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._held: tuple[str, dict[str, int], Vectors] | None = None

    def encode(self, encoder: Encoder, texts: Sequence[str], progress: Callable[[int, int], None] = lambda done, total: None) -> tuple[Vectors, int]:
        """Vectors of texts, embedding only those the cache lacks.

        Args:
            encoder: its fingerprint is part of every key.
            texts: any number.
            progress: called with (new texts embedded so far, new texts in all).

        Returns:
            float32, `(len(texts), encoder.dim)`, unit rows; and how many texts were embedded now.
        """
        rows: dict[str, int] = {}
        firsts = np.array([rows.setdefault(text, row) for row, text in enumerate(texts)], dtype=np.int64)
        vectors = np.empty((len(texts), encoder.dim), dtype=np.float32)
        new = rows
        if self._held and self._held[0] == encoder.fingerprint and self._held[1]:
            _, held_rows, held = self._held
            np.take(held, [held_rows.get(text, 0) for text in texts], axis=0, out=vectors, mode="clip")
            new = {text: row for text, row in rows.items() if text not in held_rows}
        lacking = {hashlib.sha256(f"{encoder.fingerprint}\0{text}".encode()).digest(): row for text, row in new.items()}
        with closing(open_cache(self._path)) as database:
            database.execute("CREATE TABLE IF NOT EXISTS embeddings (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
            for key, vector in kept(database, "embeddings", "vector", lacking):
                vectors[lacking.pop(key)] = _read(vector, encoder.dim)
            items = list(lacking.items())
            for start in range(0, len(items), _COMMIT_EVERY):
                batch = items[start : start + _COMMIT_EVERY]
                made = encoder.encode_documents([texts[row] for _, row in batch])
                vectors[[row for _, row in batch]] = made
                database.executemany(
                    "INSERT OR REPLACE INTO embeddings VALUES (?, ?)", [(key, one.tobytes()) for (key, _), one in zip(batch, made, strict=True)]
                )
                database.commit()
                progress(start + len(batch), len(items))
        again = np.flatnonzero(firsts != np.arange(len(texts)))
        vectors[again] = vectors[firsts[again]]
        self._held = (encoder.fingerprint, rows, vectors)
        return vectors, len(items)


def _read(vector: bytes, dim: int) -> Vectors:
    if len(vector) != dim * 4:
        raise sqlite3.DatabaseError("a vector has another length than it should")
    return np.frombuffer(vector, dtype=np.float32)
