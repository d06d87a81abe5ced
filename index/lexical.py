"""Word-for-word similarity of a question and every entry: TF-IDF cosine, and BM25 as a share of what was possible.

scikit-learn and bm25s weigh the terms when the index is built; serving adds up their numbers.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.records import Entry
from index.terms import terms

Array = npt.NDArray[np.float32]
Arrays = dict[str, npt.NDArray[np.generic]]
_TITLE_REPEATS = 3
_K1, _B = 1.2, 0.75


def entry_terms(entry: Entry) -> list[str]:
    """All terms of an entry, with repeats; those of its title count three times, as they say what it is about."""
    said = [*entry.questions, *(step.text for step in entry.steps if entry.kind == "sop"), *(reply.body for reply in entry.replies)]
    said += [passage.text for passage in entry.passages]
    return terms(entry.title) * _TITLE_REPEATS + terms("\n".join(said))


def fit_lexical(bags: Sequence[list[str]]) -> Arrays:
    """Weigh the terms of all entries.

    Args:
        bags: the terms of each entry, with repeats.

    Returns:
        Arrays for `Lexical`: `vocabulary` (t,), and by column `starts` (t + 1,), `rows`, `tfidf`, `bm25`, all in one
        order; `tfidf_idf` and `bm25_idf` (t,).
    """
    import bm25s
    from sklearn.feature_extraction.text import TfidfVectorizer

    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it tells of every index it makes

    vectorizer = TfidfVectorizer(analyzer=_as_is, sublinear_tf=True, dtype=np.float32)
    tfidf = vectorizer.fit_transform(bags).tocsc()
    tfidf.sort_indices()
    vocabulary = vectorizer.vocabulary_
    model = bm25s.BM25(k1=_K1, b=_B, method="lucene")
    model.index(bm25s.tokenization.Tokenized(ids=[[vocabulary[term] for term in bag] for bag in bags], vocab=dict(vocabulary)), show_progress=False)
    document_frequency = np.diff(tfidf.indptr)
    return {
        "vocabulary": np.array(sorted(vocabulary, key=vocabulary.__getitem__), dtype=np.str_),
        "starts": tfidf.indptr.astype(np.int64),
        "rows": tfidf.indices.astype(np.int32),
        "tfidf": tfidf.data,
        "bm25": _column_order(model.scores, tfidf.indptr),
        "tfidf_idf": vectorizer.idf_.astype(np.float32),
        "bm25_idf": np.log1p((len(bags) - document_frequency + 0.5) / (document_frequency + 0.5)).astype(np.float32),
    }


def _as_is(bag: list[str]) -> list[str]:
    return bag


def _column_order(scores: dict[str, npt.NDArray[np.generic]], starts: npt.NDArray[np.generic]) -> Array:
    """bm25s's numbers with the rows of each column in rising order, as scikit-learn has them."""
    columns = np.repeat(np.arange(len(starts) - 1), np.diff(scores["indptr"][: len(starts)]))
    order = np.lexsort((scores["indices"][: len(columns)], columns))
    return np.asarray(scores["data"][: len(columns)][order], dtype=np.float32)


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
