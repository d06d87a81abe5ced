"""Chunk scores -> entries with probabilities, for what one audience may see.

An entry's score is the sum of
- its best chunk and its centroid: cosines with the question after whitening (index.whitening);
- its TF-IDF cosine and its BM25 coverage (index.lexical), weighted;
- its probability by the probe (index.probe), weighted, where entries have alternative questions.
Higher is better. Scores of one question compare; how sure the first hit is, says index.confidence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.arrays import laid_out, read_arrays
from index.codes import Codes
from index.confidence import Evidence, Measured
from index.coverage import Coverage
from index.embedding import Vectors
from index.lexical import Lexical
from index.particulars import Particulars, Spans, without_numbers
from index.probe import Probe, probe_features
from index.spelling import Spelling
from index.vectors import Shortlist, VectorIndex
from index.whitening import Whitening, inner

RANKED_WHOLE = 8192
"""A knowledge base with so many chunks is ranked whole: that takes less time than choosing. Of a larger one, only entries that are
near by meaning or by words are ranked."""
_NEAR_CHUNKS = 512
"""Chunks near a question that are compared exactly."""
_BY_MEANING, _BY_WORDS = 64, 32
"""Entries of these that are nearest, and entries that have most of the question's words: they are ranked."""
_COSINE, _COVERAGE, _PROBE = 0.8, 0.5, 2.0
_ANOTHER_CODE = np.float32(-9.0)
"""Puts entries about another code than the one asked for behind all others."""
ARRAYS_FOLDER, VECTORS_FILE, WHITENED_FILE, SHORTLIST_FILE = "view", "vectors.faiss", "whitened.npy", "shortlist.faiss"


Candidates = tuple[npt.NDArray[np.int64], Vectors, Vectors, Vectors]
"""Entries to rank, rising; the best whitened cosine of each; its TF-IDF cosine and its BM25 coverage."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry as one view ranks it.

    Attributes:
        entry: its position among this audience's entries.
        chunk: its best chunk, by position among all chunks of the generation.
        score: see the module.
        confidence: see `Hit.confidence`.
        lead: see `Hit.lead`.
        reasons: the figures behind, by name.
    """

    entry: int
    chunk: int
    score: float
    confidence: float
    lead: float
    reasons: dict[str, float]


class View:
    """What one audience may see, ready to rank.

    Args:
        folder: as `index.learning` writes it.
    """

    def __init__(self, folder: Path) -> None:
        self._empty = not (folder / ARRAYS_FOLDER).exists()
        if self._empty:
            return
        arrays = read_arrays(folder / ARRAYS_FOLDER)
        self._owners, self._rows = arrays["owners"], arrays["rows"]
        self._procedures, self._faqs = arrays["kinds"] == "sop", arrays["kinds"] == "faq"
        self._centroids, self._plain_centroids = arrays["centroids"], arrays["plain_centroids"]
        self._entries = len(self._centroids)
        self._starts = np.searchsorted(self._owners, np.arange(self._entries + 1))
        self._whitening = Whitening(arrays["mean"], arrays["matrix"])
        self._lexical = Lexical(_part("lexical", arrays), self._entries)
        probe = _part("probe", arrays)
        self._probe = Probe(**probe) if probe else None
        self._measured = Measured(**_part("measured", arrays))
        self._coverage = Coverage(_part("coverage", arrays))
        spelling = _part("spelling", arrays)
        self._spelling, self._particulars = Spelling(**spelling), Particulars(spelling["words"].tolist())
        self._codes = Codes(_part("codes", arrays), self._entries)
        # The memory map as a plain array: numpy's own class for it is slow to index.
        self._whitened: Vectors = np.asarray(np.load(folder / WHITENED_FILE, mmap_mode="r"))
        self._vectors = VectorIndex(folder / VECTORS_FILE)
        self._shortlist = Shortlist(folder / SHORTLIST_FILE) if (folder / SHORTLIST_FILE).exists() else None

    def corrected(self, text: str, known: Callable[[str], bool]) -> str:
        """A question with its slips put right and its codes as the entries write them, as `rank` should get it."""
        return text if self._empty else self._spelling.corrected(self._codes.as_written(text), known)

    def subject(self, text: str, known: Callable[[str], bool]) -> Spans:
        """Where a question's words stand that tell what it is about, as `Encoder.encode_query` takes them."""
        return () if self._empty else self._particulars.subject(text, known)

    def rank(
        self, text: str, subject: Spans, vectors: Vectors, limit: int, always: int | None = None, withheld: npt.NDArray[np.bool_] | None = None
    ) -> tuple[Ranked, ...]:
        """Rank the entries that may answer a question.

        Args:
            text: the question.
            subject: as the method of that name gives it.
            vectors: its embedding and that of its subject, `(2, dim)`, unit rows.
            limit: how many entries at most.
            always: an entry to give whatever it scores, beyond the limit if need be.
            withheld: `(entries,)`, those that are neither given nor taken for rivals of the others; none when left out.

        Returns:
            Best first; equal scores in the entries' own order.
        """
        if self._empty:
            return ()
        if withheld is not None and withheld.all():
            return ()
        vector = vectors[0]
        query = self._whitening.apply(vector)
        weights = self._lexical.weights(text)
        entries, best, cosine, coverage = self._whole(query, weights) if self._shortlist is None else self._near(self._shortlist, query, weights, always)
        if withheld is not None:
            kept = ~withheld[entries]
            if self._shortlist is not None and kept.sum() * 2 < len(kept):  # what may be shown has to be looked for further away
                entries, best, cosine, coverage = self._whole(query, weights)
                kept = ~withheld[entries]
            entries, best, cosine, coverage = entries[kept], best[kept], cosine[kept], coverage[kept]
        if not len(entries):
            return ()
        signals = {
            "best chunk": best,
            "centroid": inner(self._centroids if len(entries) == self._entries else self._centroids[entries], query),
            "words": _COSINE * cosine,
            "coverage": _COVERAGE * coverage,
        }
        picked = self._probe.score(probe_features(query, weights), withheld) if self._probe else None
        signals["probe"] = np.zeros(len(entries), np.float32) if picked is None else _PROBE * picked[entries]
        others = self._codes.about_others(text)
        scores = np.sum(list(signals.values()), axis=0)
        if others is not None:
            scores += np.where(others[entries], _ANOTHER_CODE, np.float32(0))
        order = np.argsort(-scores, kind="stable")
        signals = {name: values[order] for name, values in signals.items()}
        judged = self._measured.judge(self._evidence(self._told(text, subject, others), vectors, entries[order], signals, others, withheld))
        wanted = [] if always is None else np.flatnonzero(entries[order] == always).tolist()
        shown = [*range(min(limit, len(order))), *(rank for rank in wanted if rank >= limit)]
        return tuple(
            Ranked(
                entry=int(entries[order[rank]]),
                chunk=self._best_chunk(int(entries[order[rank]]), query),
                score=float(scores[order[rank]]),
                confidence=judged.confidences[rank],
                lead=judged.lead if rank == 0 else 0.0,
                reasons={name: float(values[rank]) for name, values in signals.items()} | (judged.figures if rank == 0 else {}),
            )
            for rank in shown
        )

    def _whole(self, query: Vectors, weights: dict[str, float]) -> Candidates:
        """All entries."""
        return np.arange(self._entries), np.maximum.reduceat(inner(self._whitened, query), self._starts[:-1]), *self._lexical.score(weights)

    def _near(self, shortlist: Shortlist, query: Vectors, weights: dict[str, float], always: int | None) -> Candidates:
        """The entries of a large knowledge base that are near by meaning or by words."""
        rows = np.sort(shortlist.rows(query, _NEAR_CHUNKS))
        near, firsts = np.unique(self._owners[rows], return_index=True)
        closeness = np.maximum.reduceat(inner(self._whitened[rows], query), firsts) + inner(self._centroids[near], query)
        by_meaning = near[np.argsort(-closeness, kind="stable")[:_BY_MEANING]]
        wanted = [] if always is None else [always]
        entries = np.unique(np.concatenate([by_meaning, self._lexical.likely(weights, _BY_WORDS), wanted]).astype(np.int64))
        rows, firsts = laid_out(self._starts[entries], self._starts[entries + 1])
        return entries, np.maximum.reduceat(inner(self._whitened[rows], query), firsts), *self._lexical.score_some(weights, entries)

    def _told(self, text: str, subject: Spans, others: npt.NDArray[np.bool_] | None) -> str:
        """What an entry has to cover of a question."""
        if others is None:
            return without_numbers(text, subject)
        # A code or quantity of a kind that entries are about is the matter itself; where nobody has it, nothing is covered.
        return "" if self._codes.nobody_has(text) else text

    def _best_chunk(self, entry: int, query: Vectors) -> int:
        """The entry's best chunk, by position among all chunks of the generation."""
        start, stop = self._starts[entry], self._starts[entry + 1]
        return int(self._rows[start + int(np.argmax(inner(self._whitened[start:stop], query)))])

    def _evidence(
        self,
        told: str,
        vectors: Vectors,
        ranked: npt.NDArray[np.int64],
        signals: Mapping[str, Vectors],
        others: npt.NDArray[np.bool_] | None,
        withheld: npt.NDArray[np.bool_] | None,
    ) -> Evidence:
        first = int(ranked[0])
        # What customers read about a matter is no rival of the team's procedure for it: both may be right.
        rival = ~self._faqs[ranked] if self._procedures[first] else np.ones(len(ranked), dtype=np.bool_)
        rival[0] = False
        vector, subject = vectors
        nearby = slice(None) if self._shortlist is None else ranked
        plain = self._plain_centroids[nearby]
        centroids = np.maximum(inner(plain, vector), inner(plain, subject))
        if others is not None:
            centroids[others[nearby]] = -1.0
            rival &= ~others[ranked]
        if withheld is not None:  # none of `ranked` is among them
            centroids[withheld[nearby]] = -1.0
        return Evidence(
            vector=vector,
            entry=first,
            best=float(inner(self._vectors.rows(self._starts[first], self._starts[first + 1]), vector).max()),
            centroid=float(centroids.max()),
            words=float(signals["words"][0]) / _COSINE,
            covered=self._coverage.share(told, first),
            probe=float(signals["probe"][0]) / _PROBE if self._probe else None,
            signals=signals,
            rival=rival,
            elsewhere=np.zeros(len(ranked), dtype=np.bool_) if others is None else others[ranked],
        )


def _part(part: str, arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    return {name.removeprefix(f"{part}."): array for name, array in arrays.items() if name.startswith(f"{part}.")}
