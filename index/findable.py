"""A knowledge base asked its own questions, each without itself -> how often it finds the entry again.

Where entries lie close to each other, or each says everything in words of its own, questions from outside are missed as well.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from index.embedding import Vectors
from index.whitening import unit

Rows = npt.NDArray[np.int64]
_ENOUGH_QUESTIONS = 20
"""With fewer alternative questions, titles are asked as well."""
_SAMPLE, _FEWEST, _COSINES = 500, 200, 8_000_000
"""At most 500 questions are asked. Where that would mean more than 8,000,000 cosines, fewer are asked, but never under 200: the
share is then known to 3 % instead of 2 %."""
_AT_ONCE = 128
"""Questions that are compared with everything in one product of matrices; a cosine for each of them and each chunk is held."""
_PRIOR, _PRIOR_WEIGHT = 0.8, 5.0


def found_again(
    whitened: Vectors, centroids: Vectors, owners: npt.NDArray[np.int64], chunk_kinds: npt.NDArray[np.str_], entry_kinds: npt.NDArray[np.str_]
) -> float:
    """Ask by best chunk and centroid; a sample where there are many.

    Args:
        whitened: chunks after whitening, `(chunks, dim)`.
        centroids: of each entry's, `(entries, dim)`, unit rows.
        owners: `(chunks,)`, their entries, rising from 0.
        chunk_kinds: `(chunks,)`, what they are, see `Chunk`. Steps repeat their entry's title, so they are left out with it.
        entry_kinds: `(entries,)`. Entries of another kind are no rivals: both may answer.

    Returns:
        Log-odds that a question finds its entry, drawn a little towards 0.8 of them.
    """
    entries = len(entry_kinds)
    starts = np.searchsorted(owners, np.arange(entries + 1))
    asked = np.flatnonzero(chunk_kinds == "question")
    if len(asked) < _ENOUGH_QUESTIONS:
        asked = np.flatnonzero((chunk_kinds == "question") | (chunk_kinds == "title"))
    asked = asked[:: len(asked) // max(_FEWEST, min(_SAMPLE, _COSINES // len(whitened))) + 1]
    others = {row: own for row in asked.tolist() if len(own := _siblings(row, owners, starts, chunk_kinds))}
    rows = np.array(list(others), dtype=np.int64)
    found = sum(
        int(np.count_nonzero(_mine(batch, others, whitened) > _best_rivals(batch, whitened, centroids, owners, starts, entry_kinds)))
        for batch in (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
    )
    share = (found + _PRIOR * _PRIOR_WEIGHT) / (len(rows) + _PRIOR_WEIGHT)
    return float(np.log(share / (1 - share)))


def _siblings(row: int, owners: Rows, starts: Rows, chunk_kinds: npt.NDArray[np.str_]) -> Rows:
    """The chunks by which a question can find its entry without itself."""
    own: Rows = np.arange(starts[owners[row]], starts[owners[row] + 1])
    kept: Rows = own[(own != row) & ((chunk_kinds[own] != "step") | (chunk_kinds[row] != "title"))]
    return kept


def _mine(rows: Rows, others: Mapping[int, Rows], whitened: Vectors) -> Vectors:
    """How well each question fits the rest of its entry."""
    own = [(whitened[others[row]], whitened[row]) for row in rows.tolist()]
    return np.array([(rest @ question).max() + unit(rest.mean(axis=0)) @ question for rest, question in own], dtype=np.float32)


def _best_rivals(rows: Rows, whitened: Vectors, centroids: Vectors, owners: Rows, starts: Rows, entry_kinds: npt.NDArray[np.str_]) -> Vectors:
    """How well each question fits the other entry of its kind that fits it best; -inf where there is none."""
    questions = whitened[rows]
    scores = np.maximum.reduceat(questions @ whitened.T, starts[:-1], axis=1) + questions @ centroids.T
    scores[np.arange(len(rows)), owners[rows]] = -np.inf
    best = np.empty(len(rows), dtype=np.float32)
    for kind in np.unique(entry_kinds[owners[rows]]):
        asking = entry_kinds[owners[rows]] == kind
        best[asking] = scores[asking][:, entry_kinds == kind].max(axis=1)
    return best
