"""How much of what a question says do the words of an entry cover?

Words count by how rare they are among entries and background lines together: "return" says little in a shop, "helmet" more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.background import background_lines
from index.terms import content_stems

Arrays = dict[str, npt.NDArray[np.generic]]
_DOUBT = 2.0
"""Nats that nothing covers, so that one common word is no full cover."""


def fit_coverage(texts: Sequence[str]) -> Arrays:
    """Count words.

    Args:
        texts: all that each entry says.

    Returns:
        Arrays for `Coverage`: `vocabulary` (w,), `information` (w,) in nats, and by word `starts` (w + 1,), `entries`.
    """
    found: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        for word in content_stems(text):
            found.setdefault(word, []).append(number)
    lines = [line for kind in background_lines() for line in kind]
    frequency = Counter(word for line in lines for word in content_stems(line)) + Counter({word: len(rows) for word, rows in found.items()})
    vocabulary = sorted(frequency)
    total = len(texts) + len(lines) + 1
    lengths = [len(found.get(word, ())) for word in vocabulary]
    return {
        "vocabulary": np.array(vocabulary, dtype=np.str_),
        "information": np.log(total / (np.array([frequency[word] for word in vocabulary]) + 1)).astype(np.float32),
        "starts": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        "entries": np.array([row for word in vocabulary for row in found.get(word, ())], dtype=np.int32),
        "unseen": np.array(np.log(total), dtype=np.float32),
    }


class Coverage:
    """Answers for one view.

    Args:
        arrays: as `fit_coverage` returns them.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._ids = {str(word): number for number, word in enumerate(arrays["vocabulary"].tolist())}
        self._information, self._starts = arrays["information"].tolist(), arrays["starts"].tolist()
        self._entries = arrays["entries"]
        self._unseen = float(arrays["unseen"])

    def share(self, text: str, entry: int) -> float:
        """The share of a text's information that an entry's words hold, in [0, 1)."""
        covered, total = 0.0, _DOUBT
        for word in content_stems(text):
            number = self._ids.get(word)
            if number is None:
                total += self._unseen
                continue
            rows = self._entries[self._starts[number] : self._starts[number + 1]]
            place = int(np.searchsorted(rows, entry))
            total += self._information[number]
            covered += self._information[number] * bool(place < len(rows) and rows[place] == entry)
        return covered / total
