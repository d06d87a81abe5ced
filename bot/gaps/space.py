"""Texts -> the space in which questions are compared: vectors seen from the middle of what people ask anywhere.

Vectors of one language model crowd in one direction. Seen from the mean of questions that belong to no shop
(`index.background`), those that have nothing in common have a cosine near 0, whatever the model.
"""

from __future__ import annotations

import hashlib

import numpy as np
from sqlalchemy import Connection, insert, select

from bot.database import Database
from bot.gaps.records import SearchedIndex
from bot.gaps.tables import gap_encoders
from index.background import background_lines
from index.embedding import Vectors
from index.whitening import unit

MAX_CHARACTERS = 2_000
"""Of a question that are embedded."""


def normalised(text: str) -> str:
    """A text without its capital letters and needless spaces."""
    return " ".join(text.casefold().split())


def wording_of(text: str) -> str:
    """40 hexadecimal digits that texts share when they differ in capitals and spaces only."""
    return hashlib.sha1(normalised(text).encode(), usedforsecurity=False).hexdigest()


def packed(vector: Vectors) -> bytes:
    """A vector as it is stored: float16, half the room, cosines the same to three digits."""
    return vector.astype("<f2").tobytes()


def unpacked(stored: list[bytes]) -> Vectors:
    """Stored vectors, float32 `(n, dim)`; n is 1 and more."""
    return np.frombuffer(b"".join(stored), dtype="<f2").reshape(len(stored), -1).astype(np.float32)


def placed(vectors: Vectors, middle: Vectors) -> Vectors:
    """Unit vectors as seen from the middle."""
    return unit(vectors - middle)


def middle_of(database: Database, index: SearchedIndex) -> Vectors:
    """The middle for an index's encoder, `(dim,)`; worked out once for each encoder and kept in the database."""
    with database.read() as connection:
        known = stored_middle(connection, index.encoder)
    if known is not None:
        return known
    off_topic, support = background_lines()
    middle = np.asarray(index.vectors([*off_topic, *support]).mean(axis=0), dtype=np.float32)
    with database.write() as connection:
        if stored_middle(connection, index.encoder) is None:
            connection.execute(insert(gap_encoders), {"fingerprint": index.encoder, "middle": middle.astype("<f4").tobytes()})
    return middle


def stored_middle(connection: Connection, encoder: str) -> Vectors | None:
    """The middle for an encoder, if it is known."""
    stored = connection.execute(select(gap_encoders.c.middle).where(gap_encoders.c.fingerprint == encoder)).scalar_one_or_none()
    return None if stored is None else np.frombuffer(stored, dtype="<f4").astype(np.float32)
