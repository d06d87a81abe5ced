"""Word-for-word similarity of a question and every entry: TF-IDF cosine, and BM25 as a share of what was possible.

The weights are set when the index is built; serving adds them up. A test holds them to scikit-learn's and bm25s's.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt

from index.bags import Bags, laid_out, turned_back
from index.records import Entry
from index.terms import Weighed, terms

Array = npt.NDArray[np.float32]
Arrays = dict[str, npt.NDArray[np.generic]]
_TITLE_REPEATS = 3
_K1, _B = 1.2, 0.75
_MENTIONS = 65_536
"""So many mentions of a question's terms are looked at, the rarest first, to find the entries that have most of them."""
_PIECE = 1 << 16


def entry_terms(entry: Entry) -> list[str]:
    """All terms of an entry, with repeats; those of its title count three times, as they say what it is about."""
    said = [*entry.questions, *(step.text for step in entry.steps if entry.kind == "sop"), *(reply.body for reply in entry.replies)]
    said += [passage.text for passage in entry.passages]
    return terms(entry.title) * _TITLE_REPEATS + terms("\n".join(said))


def fit_lexical(bags: Bags, by_entry: bool = False) -> Arrays:
    """Weigh the terms of all entries: TF-IDF as scikit-learn has it (sublinear, smooth, rows of length 1), BM25 as Lucene.

    Args:
        bags: the terms of each entry.
        by_entry: also gives what scoring only some of the entries needs.

    Returns:
        Arrays for `Lexical`: `vocabulary` (t,), and by column `starts` (t + 1,), `rows`, `tfidf`, `bm25`, all in one
        order; `tfidf_idf` and `bm25_idf` (t,). By entry `entry_starts` (entries + 1,), `entry_terms`, and where in the
        columns each stands, `entry_places`.
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
    damped = 1 + np.log(np.maximum(np.arange(counts.max(initial=0) + 1), 1))  # by count: hardly any is above a hundred
    for piece in (slice(start, start + _PIECE) for start in range(0, len(rows), _PIECE)):  # what is held in passing stays small
        weights = damped[counts[piece]] * tfidf_idf[columns[piece]]
        squares += np.bincount(rows[piece], weights * weights, total)
        tfidf[piece] = weights
        bm25[piece] = bm25_idf[columns[piece]] * counts[piece] / (counts[piece] + saturation[rows[piece]])
    tfidf /= np.sqrt(squares).astype(np.float32)[rows]
    order = turned_back(starts, rows, total) if by_entry else None
    turned: Arrays = {} if order is None else {"entry_starts": bags.starts, "entry_terms": columns[order], "entry_places": order}
    return turned | {
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
        self._starts: npt.NDArray[np.int64] = np.asarray(arrays["starts"], np.int64)
        self._rows: npt.NDArray[np.int32] = np.asarray(arrays["rows"], np.int32)
        self._tfidf, self._bm25 = np.asarray(arrays["tfidf"], np.float32), np.asarray(arrays["bm25"], np.float32)
        self._by_entry: tuple[npt.NDArray[Any], ...] | None = (
            (arrays["entry_starts"], arrays["entry_terms"], arrays["entry_places"]) if "entry_starts" in arrays else None
        )
        # What the two formulas give for a term that no entry has, the rarest there can be, stands behind those of the others.
        self._unseen = len(self._ids)
        self._tfidf_idf = np.append(np.asarray(arrays["tfidf_idf"], np.float64), np.log(entries + 1) + 1)
        self._bm25_idf = np.append(np.asarray(arrays["bm25_idf"], np.float64), np.log1p((entries + 0.5) / 0.5))

    def weigh(self, text: str) -> Weighed:
        """Weigh the terms of a text; those that no entry has are part of it."""
        counted = Counter(terms(text))
        numbers = np.array([self._ids.get(term, self._unseen) for term in counted], np.int64)
        raw = (1 + np.log(np.fromiter(counted.values(), np.float64, len(counted)))) * self._tfidf_idf[numbers]
        length = float(np.sqrt(raw @ raw)) or 1.0
        return Weighed(tuple(counted), numbers, raw / length)

    def score(self, weighed: Weighed) -> tuple[Array, Array]:
        """Compare a text with every entry.

        Args:
            weighed: its terms.

        Returns:
            TF-IDF cosines in [0, 1], `(entries,)`; and BM25 coverage in [0, 1), `(entries,)`: BM25 divided by the sum of
            the text's term weights, so that words nobody wrote about count against every entry.
        """
        numbers, weight_of, possible = self._known(weighed)
        if not len(numbers):
            return np.zeros(self._entries, np.float32), np.zeros(self._entries, np.float32)
        starts, stops = self._starts[numbers], self._starts[numbers + 1]
        places, weights = laid_out(starts, stops)[0], np.repeat(weight_of, stops - starts)
        rows = self._rows[places]
        cosine = np.bincount(rows, self._tfidf[places] * weights, self._entries).astype(np.float32)
        return cosine, (np.bincount(rows, self._bm25[places], self._entries) / possible).astype(np.float32)

    def score_some(self, weighed: Weighed, entries: npt.NDArray[np.int64]) -> tuple[Array, Array]:
        """The same of some entries, `(len(entries),)` each; needs `by_entry` of `fit_lexical`."""
        numbers, weight_of, possible = self._known(weighed)
        if not len(numbers) or self._by_entry is None:
            return np.zeros(len(entries), np.float32), np.zeros(len(entries), np.float32)
        starts, terms_of, places_of = self._by_entry
        asked = np.zeros(self._unseen, np.float32)
        asked[numbers] = weight_of
        begins, ends = starts[entries], starts[entries + 1]
        weights = asked[_pieces(terms_of, begins, ends)]
        hit = np.flatnonzero(weights > 0)  # numpy finds what is true faster than what is not zero
        firsts = np.cumsum(ends - begins) - (ends - begins)
        owners = np.searchsorted(firsts, hit, side="right") - 1
        places = places_of[begins[owners] + hit - firsts[owners]]
        cosine = np.bincount(owners, self._tfidf[places] * weights[hit], len(entries)).astype(np.float32)
        return cosine, (np.bincount(owners, self._bm25[places], len(entries)) / possible).astype(np.float32)

    def likely(self, weighed: Weighed, count: int) -> npt.NDArray[np.int64]:
        """The entries that have most of a text's rarest terms, at most `count`, in no order that matters."""
        numbers, weight_of, _ = self._known(weighed)
        lengths = self._starts[numbers + 1] - self._starts[numbers]
        rarest = np.argsort(lengths, kind="stable")
        rarest = rarest[np.cumsum(lengths[rarest]) <= _MENTIONS]
        starts, stops = self._starts[numbers[rarest]], self._starts[numbers[rarest] + 1]
        weights = np.repeat(weight_of[rarest], stops - starts)
        shares = np.bincount(_pieces(self._rows, starts, stops), _pieces(self._tfidf, starts, stops) * weights, self._entries)
        found = np.flatnonzero(shares > 0)
        return found if len(found) <= count else found[np.argpartition(-shares[found], count)[:count]]

    def _known(self, weighed: Weighed) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], float]:
        """The terms that some entry has, by number, and their weights; and the sum of BM25 weights that a full cover would have."""
        known = weighed.numbers < self._unseen
        return weighed.numbers[known], weighed.weights[known], float(self._bm25_idf[weighed.numbers].sum())


def _pieces(array: npt.NDArray[Any], starts: npt.NDArray[np.integer], stops: npt.NDArray[np.integer]) -> npt.NDArray[Any]:
    """Pieces of an array end to end: of long ones, copying each whole takes a fourth of the time that picking item by item does."""
    return np.concatenate([array[start:stop] for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)] or [array[:0]])
