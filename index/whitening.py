"""Chunk vectors -> a space in which the ways of saying one thing differ less than the things themselves.

Within-class covariance normalisation (Hatch, Kajarekar and Stolcke 2006, "Within-class covariance normalization for
SVM-based speaker recognition", eq. 6, with shrinkage): the directions in which the chunks of one entry differ from each
other (phrasing, names, politeness) are played down. It is learned from the entries alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.embedding import Vectors

_SHRINKAGE = 0.9
"""Towards a multiple of the identity; 0.7 to 0.95 gave the same figures."""


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
        moved = vectors - self.mean
        return unit(inner(self.matrix, moved) if moved.ndim == 1 else moved @ self.matrix)


def fit_whitening(vectors: Vectors, owners: npt.NDArray[np.int64], entries: int) -> Whitening:
    """Learn the map from a knowledge base's own chunks.

    Args:
        vectors: `(chunks, dim)`, unit rows.
        owners: `(chunks,)`, the entry of each chunk.
        entries: how many there are; each has a chunk.
    """
    means = entry_means(vectors, owners, entries)
    mean = means.mean(axis=0)
    dim, freedom = vectors.shape[1], len(vectors) - entries
    if freedom <= 0:  # one chunk an entry: nothing to learn how phrasing differs
        return Whitening(mean, np.eye(dim, dtype=np.float32))
    deviations = vectors - means[owners]
    covariance = deviations.T @ deviations / freedom
    shrunk = (1 - _SHRINKAGE) * covariance + _SHRINKAGE * np.trace(covariance) / dim * np.eye(dim)
    values, axes = np.linalg.eigh(shrunk)
    return Whitening(mean, ((axes * np.maximum(values, 1e-12) ** -0.5) @ axes.T).astype(np.float32))


def entry_means(vectors: Vectors, owners: npt.NDArray[np.int64], entries: int) -> Vectors:
    """The mean of each entry's rows, `(entries, dim)`; each entry has one."""
    order = np.argsort(owners, kind="stable") if np.any(np.diff(owners) < 0) else slice(None)
    totals = np.add.reduceat(vectors[order], np.searchsorted(owners[order], np.arange(entries)))
    return np.asarray(totals / np.bincount(owners, minlength=entries)[:, None], dtype=np.float32)


def inner(rows: Vectors, vector: Vectors) -> Vectors:
    """The inner product of each row with a vector, in one thread.

    The threads that `@` starts wait for each other: 12 ms instead of 0.1 ms where other work keeps the processors busy. `einsum`
    has none either, and takes twice as long.
    """
    return np.asarray(np.vecdot(rows, vector), dtype=np.float32)


def unit(vectors: npt.NDArray[np.floating]) -> Vectors:
    """Rows of length 1; a row of zeros stays."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9), dtype=np.float32)
