"""Chunk vectors -> a space in which the ways of saying one thing differ less than the things themselves.

Within-class covariance normalisation (Hatch, Kajarekar and Stolcke 2006, "Within-class covariance normalization for
SVM-based speaker recognition", eq. 6, with shrinkage): the directions in which the chunks of one entry differ from each
other (phrasing, names, politeness) are played down. It is learned from the entries alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.embedding import Vectors

_SHRINKAGE = 0.9
"""Towards a multiple of the identity; 0.7 to 0.95 gave the same figures."""

_BLOCK = 2048
_ADDED_TOGETHER = 16
"""Rows of an entry that are added up for all entries at once; few have more."""


@dataclass(frozen=True, slots=True)
class Whitening:
    """An affine map, after which lengths are set to 1.

    Attributes:
        mean: float32, `(dim,)`, the mean of the entries' means.
        matrix: float32, `(dim, dim)`, symmetric.
    """

    mean: Vectors
    matrix: Vectors

    def apply(self, vectors: Vectors) -> Vectors:
        """Map vectors, `(…, dim)`; unit rows come out."""
        if vectors.ndim == 1:
            return unit(inner(self.matrix, vectors - self.mean))
        mapped = np.empty_like(vectors, dtype=np.float32)
        for rows in _blocks(len(vectors)):
            mapped[rows] = unit((vectors[rows] - self.mean) @ self.matrix)
        return mapped


def fit_whitening(vectors: Vectors, owners: npt.NDArray[np.int64], means: Vectors) -> Whitening:
    """Learn the map from a knowledge base's own chunks.

    Args:
        vectors: `(chunks, dim)`, unit rows.
        owners: `(chunks,)`, the entry of each chunk.
        means: of each entry's vectors, `(entries, dim)`, as `entry_means` gives them.
    """
    mean = means.mean(axis=0)
    dim, freedom = vectors.shape[1], len(vectors) - len(means)
    if freedom <= 0:  # one chunk an entry: nothing to learn how phrasing differs
        return Whitening(mean, np.eye(dim, dtype=np.float32))
    scatter = np.zeros((dim, dim), dtype=np.float32)
    for rows in _blocks(len(vectors)):
        deviations = vectors[rows] - means[owners[rows]]
        scatter += deviations.T @ deviations
    covariance = scatter / freedom
    shrunk = (1 - _SHRINKAGE) * covariance + _SHRINKAGE * np.trace(covariance) / dim * np.eye(dim)
    values, axes = np.linalg.eigh(shrunk)
    return Whitening(mean, ((axes * np.maximum(values, 1e-12) ** -0.5) @ axes.T).astype(np.float32))


def entry_means(vectors: Vectors, owners: npt.NDArray[np.int64], entries: int) -> Vectors:
    """The mean of each entry's rows, `(entries, dim)`; each entry has one, and they stand together in the entries' order."""
    counts = np.bincount(owners, minlength=entries)
    starts = np.cumsum(counts) - counts
    totals: Vectors = vectors[starts]
    for place in range(1, min(int(counts.max()), _ADDED_TOGETHER)):  # the second rows of all entries, the third ones, …
        longer = np.flatnonzero(counts > place)
        totals[longer] += vectors[starts[longer] + place]
    for entry in np.flatnonzero(counts > _ADDED_TOGETHER):
        totals[entry] += vectors[starts[entry] + _ADDED_TOGETHER : starts[entry] + counts[entry]].sum(axis=0)
    totals /= counts[:, None].astype(np.float32)
    return totals


def _blocks(rows: int) -> Iterator[slice]:
    """Pieces of so many rows that fit a processor's cache: what is computed in passing needs no memory of its own."""
    return (slice(start, start + _BLOCK) for start in range(0, rows, _BLOCK))


def inner(rows: Vectors, vector: Vectors) -> Vectors:
    """The inner product of each row with a vector, in one thread.

    The threads that `@` starts wait for each other: 12 ms instead of 0.1 ms where other work keeps the processors busy. `einsum`
    has none either, and takes twice as long.
    """
    return np.asarray(np.vecdot(rows, vector), dtype=np.float32)


def unit(vectors: npt.NDArray[np.floating]) -> Vectors:
    """Rows of length 1; a row of zeros stays."""
    lengths = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))
    return np.asarray(vectors / np.maximum(lengths, 1e-9)[..., None], dtype=np.float32)
