"""How much of what a question says do the words of an entry cover?

Words count by how rare they are among entries and background lines together: "return" says little in a shop, "helmet" more.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from index.bags import Bags, starts_of
from index.terms import STOP_WORDS, content_stems, stems

Arrays = dict[str, npt.NDArray[np.generic]]
_DOUBT = 2.0
"""Nats that nothing covers, so that one common word is no full cover."""


def fit_coverage(said: Bags) -> Arrays:
    """Count words.

    Args:
        said: the words of all that each entry says.

    Returns:
        Arrays for `Coverage`: `vocabulary` (w,), `information` (w,) in nats, and by word `starts` (w + 1,), `entries`.
    """
    from index.background import background_lines  # only a build needs it

    found = _content(said)
    names, starts, entries = list(found.names), *found.by_name()[:2]
    holders = dict(zip(names, np.diff(starts).tolist(), strict=True))
    lines = [line for kind in background_lines() for line in kind]
    frequency = Counter(word for line in lines for word in content_stems(line)) + Counter(holders)
    vocabulary = sorted(frequency)
    total = len(said) + len(lines) + 1
    return {
        "vocabulary": np.array(vocabulary, dtype=np.str_),
        "information": np.log(total / (np.array([frequency[word] for word in vocabulary]) + 1)).astype(np.float32),
        "starts": starts_of([holders.get(word, 0) for word in vocabulary]),
        "entries": entries,  # in order of word, and words without entries have none
        "unseen": np.array(np.log(total), dtype=np.float32),
    }


def _content(said: Bags) -> Bags:
    """The stems of the words that carry meaning, each once in a bag, in alphabetical order."""
    said = said.in_order()
    stem_of = stems(list(said.names))
    places = {stem: place for place, stem in enumerate(sorted(set(stem_of)))}
    numbers = np.array([-1 if word in STOP_WORDS else places[stem] for word, stem in zip(said.names, stem_of, strict=True)], dtype=np.int64)[said.ids]
    kept = numbers >= 0
    pairs = np.sort(said.owners()[kept] * np.int64(len(places)) + numbers[kept])
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    owners, ids = np.divmod(pairs, max(len(places), 1))
    starts = starts_of(np.bincount(owners, minlength=len(said)))
    return Bags(list(places), starts, ids.astype(np.int32), np.ones(len(ids), np.int32)).in_order()


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
