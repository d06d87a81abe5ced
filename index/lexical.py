"""Word-for-word similarity of a question and every entry: TF-IDF cosine, and BM25 as a share of what was possible.

The weights are set when the index is built; serving adds them up. A test holds them to scikit-learn's and bm25s's.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from index.bags import Bags
from index.records import Entry
from index.terms import terms

Array = npt.NDArray[np.float32]
Arrays = dict[str, npt.NDArray[np.generic]]
_TITLE_REPEATS = 3
_K1, _B = 1.2, 0.75
_PIECE = 1 << 16


def entry_terms(entry: Entry) -> list[str]:
    """All terms of an entry, with repeats; those of its title count three times, as they say what it is about."""
    said = [*entry.questions, *(step.text for step in entry.steps if entry.kind == "sop"), *(reply.body for reply in entry.replies)]
    said += [passage.text for passage in entry.passages]
    return terms(entry.title) * _TITLE_REPEATS + terms("\n".join(said))


def fit_lexical(bags: Bags) -> Arrays:
    """Weigh the terms of all entries: TF-IDF as scikit-learn has it (sublinear, smooth, rows of length 1), BM25 as Lucene.

    Args:
        bags: the terms of each entry.

    Returns:
        Arrays for `Lexical`: `vocabulary` (t,), and by column `starts` (t + 1,), `rows`, `tfidf`, `bm25`, all in one
        order; `tfidf_idf` and `bm25_idf` (t,).
    """
    bags = bags.in_order()
    total = len(bags)
    starts, rows, counts = bags.by_name()
    holders = np.diff(starts)
    tfidf_idf = np.log((1 + total) / (1 + holders)) + 1
    bm25_idf = np.log1p((total - holders + 0.5) / (holders + 0.5))
    lengths = np.bincount(rows, counts, total)
    saturation = _K1 * (1 - _B + _B * lengths / max(lengths.mean(), 1.0))
    tfidf, bm25 = np.empty(len(rows), np.float32), np.empty(len(rows), np.float32)
    squares = np.zeros(total)
    columns = np.repeat(np.arange(len(holders), dtype=np.int32), holders)
    for piece in (slice(start, start + _PIECE) for start in range(0, len(rows), _PIECE)):  # what is held in passing stays small
        weights = (1 + np.log(counts[piece])) * tfidf_idf[columns[piece]]
        squares += np.bincount(rows[piece], weights * weights, total)
        tfidf[piece] = weights
        bm25[piece] = bm25_idf[columns[piece]] * counts[piece] / (counts[piece] + saturation[rows[piece]])
    tfidf /= np.sqrt(squares).astype(np.float32)[rows]
    return {
        "vocabulary": np.array(bags.names, dtype=np.str_),
        "starts": starts,
        "rows": rows,
        "tfidf": tfidf,
        "bm25": bm25,
        "tfidf_idf": tfidf_idf.astype(np.float32),
        "bm25_idf": bm25_idf.astype(np.float32),
    }


class Lexical:
    """Scores every entry of one view.

    Args:
        arrays: as `fit_lexical` returns them.
        entries: how many there are.
    """

    def __init__(self, arrays: Arrays, entries: int) -> None:
        self._entries = entries
        self._ids = {str(term): number for number, term in enumerate(arrays["vocabulary"].tolist())}
        self._starts, self._rows = arrays["starts"].tolist(), arrays["rows"]
        self._tfidf, self._bm25 = arrays["tfidf"], arrays["bm25"]
        self._tfidf_idf, self._bm25_idf = arrays["tfidf_idf"], arrays["bm25_idf"]
        # What the two formulas give for a term that no entry has: the rarest there can be.
        self._unseen_tfidf = float(np.log(entries + 1) + 1)
        self._unseen_bm25 = float(np.log1p((entries + 0.5) / 0.5))

    def weights(self, text: str) -> dict[str, float]:
        """The TF-IDF vector of a text, length 1, by term; terms that no entry has are part of it."""
        raw = {}
        for term, count in Counter(terms(text)).items():
            number = self._ids.get(term)
            raw[term] = float(1 + np.log(count)) * (self._unseen_tfidf if number is None else float(self._tfidf_idf[number]))
        length = sum(weight * weight for weight in raw.values()) ** 0.5 or 1.0
        return {term: weight / length for term, weight in raw.items()}

    def score(self, weights: dict[str, float]) -> tuple[Array, Array]:
        """Compare a text with every entry.

        Args:
            weights: of the text, as `weights` gives them.

        Returns:
            TF-IDF cosines in [0, 1], `(entries,)`; and BM25 coverage in [0, 1), `(entries,)`: BM25 divided by the sum of
            the text's term weights, so that words nobody wrote about count against every entry.
        """
        numbers = [(number, weight) for term, weight in weights.items() if (number := self._ids.get(term)) is not None]
        possible = self._unseen_bm25 * (len(weights) - len(numbers)) + float(self._bm25_idf[[number for number, _ in numbers]].sum())
        if not numbers:
            return np.zeros(self._entries, np.float32), np.zeros(self._entries, np.float32)
        columns = [slice(self._starts[number], self._starts[number + 1]) for number, _ in numbers]
        rows = np.concatenate([self._rows[column] for column in columns])
        weight_of = np.repeat([weight for _, weight in numbers], [column.stop - column.start for column in columns])
        tfidf = np.concatenate([self._tfidf[column] for column in columns]) * weight_of
        bm25 = np.concatenate([self._bm25[column] for column in columns])
        cosine = np.bincount(rows, tfidf, self._entries).astype(np.float32)
        return cosine, (np.bincount(rows, bm25, self._entries) / possible).astype(np.float32)
