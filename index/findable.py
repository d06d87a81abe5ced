"""A knowledge base asked its own questions, each without itself -> how often it finds the entry again.

Where entries lie close to each other, or each says everything in words of its own, questions from outside are missed as well.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from index.embedding import Vectors
from index.whitening import entry_means, unit

_ENOUGH_QUESTIONS = 20
"""With fewer alternative questions, titles are asked as well."""
_SAMPLE = 500
_PRIOR, _PRIOR_WEIGHT = 0.8, 5.0


def found_again(whitened: Vectors, owners: npt.NDArray[np.int64], kinds: npt.NDArray[np.str_], families: npt.NDArray[np.str_]) -> float:
    """Ask by best chunk and centroid; a sample where there are many.

    Args:
        whitened: chunks after whitening, `(chunks, dim)`.
        owners: `(chunks,)`, their entries, rising from 0.
        kinds: `(chunks,)`, what they are, see `Chunk`. Steps repeat their entry's title, so they are left out with it.
        families: `(entries,)`. Entries of another family are no rivals: both may answer.

    Returns:
        Log-odds that a question finds its entry, drawn a little towards 0.8 of them.
    """
    entries = len(families)
    starts = np.searchsorted(owners, np.arange(entries + 1))
    asked = np.flatnonzero(kinds == "question")
    if len(asked) < _ENOUGH_QUESTIONS:
        asked = np.flatnonzero((kinds == "question") | (kinds == "title"))
    asked = asked[:: len(asked) // _SAMPLE + 1]
    centroids = unit(entry_means(whitened, owners, entries))
    found = []
    for row in asked:
        entry, question = owners[row], whitened[row]
        own = np.arange(starts[entry], starts[entry + 1])
        own = own[(own != row) & ((kinds[own] != "step") | (kinds[row] != "title"))]
        if not len(own):
            continue
        cosines = whitened @ question
        scores = np.maximum.reduceat(cosines, starts[:-1]) + centroids @ question
        mine = cosines[own].max() + unit(whitened[own].mean(axis=0)) @ question
        rivals = families == families[entry]
        rivals[entry] = False
        found.append(bool(mine > scores[rivals].max(initial=-np.inf)))
    share = (sum(found) + _PRIOR * _PRIOR_WEIGHT) / (len(found) + _PRIOR_WEIGHT)
    return float(np.log(share / (1 - share)))
