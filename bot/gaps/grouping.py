"""Vectors of questions -> groups by meaning, without knowing how many there are. Pure: numpy, no database.

Two steps, each with a setting that is the same for every knowledge base (docs/review.md has the figures):
1. Each vector is moved towards its nearest neighbours, twice, so that ways of asking one thing come together while things
   that lie between two groups stay where they are. More questions allow more neighbours: the cube root of their number.
2. Groups whose questions are alike on average are joined, the most alike first, until none are alike enough (average link,
   Sokal and Michener 1958), by chains of nearest neighbours (Murtagh 1983), which gives the same groups in quadratic time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.embedding import Vectors
from index.whitening import inner, unit

Labels = npt.NDArray[np.int64]

_NEIGHBOURS, _FEWEST_NEIGHBOURS = 0.5, 2
"""Neighbours that a vector is moved towards: this times the cube root of the number of vectors, and at least so many."""
_NEAR = 0.45
"""Cosine from which a neighbour counts."""
_ROUNDS = 2
_ALIKE = 0.7
"""Mean cosine, after moving, from which two groups are one."""
JOINS = 0.4
"""Mean cosine, before moving, from which a new question joins a group between two groupings."""
_ROWS = 1024


def group(vectors: Vectors, firm: Labels) -> Labels:
    """Group vectors by meaning.

    Args:
        vectors: `(n, dim)`, unit rows.
        firm: `(n,)`; 0 and up for vectors whose group is decided, with its number; -1 for the others, which may join a
            decided group or make new ones. Decided groups are never joined with each other.

    Returns:
        `(n,)`, the group of each: decided groups keep their numbers, new ones have numbers from there on.
    """
    if not len(vectors):
        return np.empty(0, dtype=np.int64)
    decided = int(firm.max(initial=-1)) + 1
    start = firm.astype(np.int64).copy()
    loose = start < 0
    start[loose] = decided + np.arange(int(loose.sum()))
    return _joined(_moved(vectors), start, decided)


def keep_identity(old: Sequence[int], new: Sequence[int]) -> dict[int, int]:
    """Which old group each new group continues: the one with which it shares most questions.

    Args:
        old: the group of each question so far; -1 for none.
        new: its group now.

    Returns:
        New group -> old group, for new groups that continue one; each old group is continued once. Of equal shares the
        older group, which has the smaller number, wins.
    """
    shared = Counter((before, after) for before, after in zip(old, new, strict=True) if before >= 0)
    continued: dict[int, int] = {}
    taken: set[int] = set()
    for (before, after), _ in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if after not in continued and before not in taken:
            continued[after] = before
            taken.add(before)
    return continued


def most_central(vectors: Vectors) -> int:
    """The position of the vector that is most like all others, `(n, dim)` with n of 1 and more; the first of equals."""
    return int(np.argmax(inner(vectors, vectors.sum(axis=0))))


def _moved(vectors: Vectors) -> Vectors:
    """Each vector plus its near neighbours, weighted by their cosine."""
    count = len(vectors)
    wanted = min(count - 1, max(_FEWEST_NEIGHBOURS, round(_NEIGHBOURS * float(np.cbrt(count)))))
    if wanted < 1:
        return vectors
    for _ in range(_ROUNDS):
        moved = np.empty_like(vectors)
        for first in range(0, count, _ROWS):
            rows = np.arange(first, min(first + _ROWS, count))
            cosines = vectors[rows] @ vectors.T
            cosines[np.arange(len(rows)), rows] = -1.0
            nearest = np.argpartition(-cosines, wanted - 1, axis=1)[:, :wanted]
            weights = np.take_along_axis(cosines, nearest, axis=1)
            weights[weights < _NEAR] = 0.0
            moved[rows] = vectors[rows] + np.einsum("ij,ijd->id", weights, vectors[nearest])
        vectors = unit(moved)
    return vectors


def _joined(vectors: Vectors, start: Labels, decided: int) -> Labels:
    """Average link from the groups in `start`, of which the first `decided` are kept apart."""
    count = int(start.max()) + 1
    weight = np.bincount(start, minlength=count).astype(np.float32)
    means = np.zeros((count, vectors.shape[1]), dtype=np.float32)
    np.add.at(means, start, vectors)
    means /= np.maximum(weight, 1)[:, None]
    alike = means @ means.T  # the inner product of two means is the mean of all inner products
    alike[:decided, :decided] = -np.inf
    np.fill_diagonal(alike, -np.inf)
    into = np.arange(count)
    waiting = np.ones(count, dtype=bool)
    chain: list[int] = []
    following = 0
    while chain or following < count:
        if not chain:
            if waiting[following]:
                chain.append(following)
            else:
                following += 1
            continue
        last = chain[-1]
        before = chain[-2] if len(chain) > 1 else -1
        best = int(np.argmax(alike[last]))
        if before >= 0 and alike[last, before] >= alike[last, best]:
            best = before
        if alike[last, best] < _ALIKE:  # joining others never makes them more alike to this one: it is finished
            waiting[last] = False
            alike[last], alike[:, last] = -np.inf, -np.inf
            chain.pop()
        elif best == before:
            del chain[-2:]
            kept, gone = min(last, best), max(last, best)  # a decided group keeps its number
            row = (weight[kept] * alike[kept] + weight[gone] * alike[gone]) / (weight[kept] + weight[gone])
            alike[kept], alike[:, kept] = row, row
            alike[kept, kept] = -np.inf
            alike[gone], alike[:, gone] = -np.inf, -np.inf
            weight[kept] += weight[gone]
            waiting[gone] = False
            into[gone] = kept
        else:
            chain.append(best)
    for number in range(count):  # a group was always joined to one with a smaller number
        into[number] = into[into[number]]
    return into[start]
