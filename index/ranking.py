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

from index.arrays import read_arrays
from index.bags import laid_out
from index.codes import Codes
from index.confidence import SIGNALS, Evidence, Measured
from index.coverage import Coverage
from index.embedding import Vectors
from index.lexical import Lexical
from index.particulars import Particulars, Spans, without_numbers
from index.probe import Probe, probe_features
from index.spelling import Spelling
from index.terms import Weighed
from index.vectors import Shortlist, VectorIndex
from index.whitening import Whitening, inner

RANKED_WHOLE = 8192
"""A knowledge base with so many chunks is ranked whole: that takes less time than choosing. Of a larger one, only entries that are
near by meaning or by words are ranked."""
_NEAR_CHUNKS, _NEAR_OF = 512, 500
"""Chunks near a question that are compared exactly: so many, or one in so many where that is more. What lies close together is more
in a larger knowledge base."""
_CHUNKS_FOR_ENTRY, _BY_WORDS = 8, 32
"""The nearest entries are ranked, at most one for so many of these chunks; and so many entries that have most of the question's words."""
_COSINE, _COVERAGE, _PROBE = 0.8, 0.5, 2.0
_ANOTHER_CODE = np.float32(-9.0)
"""Puts entries about another code than the one asked for behind all others."""
ARRAYS_FOLDER, VECTORS_FILE, WHITENED_FILE, SHORTLIST_FILE = "view", "vectors.faiss", "whitened.npy", "shortlist.faiss"


@dataclass(frozen=True, slots=True)
class Candidates:
    """Entries to rank, `n` of them.

    Attributes:
        entries: `(n,)`, rising.
        chunks: whitened cosines of all their chunks, entry after entry.
        begins: `(n,)`, where in `chunks` those of each entry begin.
        cosine: `(n,)`, TF-IDF cosines.
        bm25: `(n,)`, BM25 as a share of what was possible.
    """

    entries: npt.NDArray[np.int64]
    chunks: Vectors
    begins: npt.NDArray[np.int64]
    cosine: Vectors
    bm25: Vectors


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
        weighed = self._lexical.weigh(text)
        found = self._whole(query, weighed) if self._shortlist is None else self._near(self._shortlist, query, weighed, always)
        if withheld is not None and self._shortlist is not None and withheld[found.entries].sum() * 2 > len(found.entries):
            found = self._whole(query, weighed)  # what may be shown has to be looked for further away
        signals = self._signals(found, query, weighed, withheld)
        others = self._codes.about_others(text)
        scores = signals.sum(axis=0)
        if others is not None:
            scores += np.where(others[found.entries], _ANOTHER_CODE, np.float32(0))
        order = np.argsort(-scores, kind="stable")
        if withheld is not None:
            order = order[~withheld[found.entries[order]]]
        if not len(order):
            return ()
        ranked, signals = found.entries[order], signals[:, order]
        judged = self._measured.judge(self._evidence(self._told(text, subject, others), vectors, ranked, signals, others, withheld))
        wanted = [] if always is None else np.flatnonzero(ranked == always).tolist()
        shown = [*range(min(limit, len(order))), *(rank for rank in wanted if rank >= limit)]
        parts = [dict(zip(SIGNALS, values, strict=True)) for values in signals[:, shown].T.tolist()]
        return tuple(
            Ranked(
                entry=int(ranked[rank]),
                chunk=self._best_chunk(found, int(order[rank])),
                score=float(scores[order[rank]]),
                confidence=judged.confidences[rank],
                lead=judged.lead if rank == 0 else 0.0,
                reasons=reasons | judged.figures if rank == 0 else reasons,
            )
            for rank, reasons in zip(shown, parts, strict=True)
        )

    def _signals(self, found: Candidates, query: Vectors, weighed: Weighed, withheld: npt.NDArray[np.bool_] | None) -> Vectors:
        """The parts of the entries' scores, `(len(SIGNALS), n)`; their sum is the score."""
        picked = self._probe.score(probe_features(query, weighed), withheld)[found.entries] if self._probe else np.float32(0)
        signals = np.empty((len(SIGNALS), len(found.entries)), np.float32)
        signals[0] = np.maximum.reduceat(found.chunks, found.begins)
        signals[1] = inner(self._centroids if len(found.entries) == self._entries else self._centroids[found.entries], query)
        signals[2], signals[3], signals[4] = _COSINE * found.cosine, _COVERAGE * found.bm25, _PROBE * picked
        return signals

    def _whole(self, query: Vectors, weighed: Weighed) -> Candidates:
        """All entries."""
        return Candidates(np.arange(self._entries), inner(self._whitened, query), self._starts[:-1], *self._lexical.score(weighed))

    def _near(self, shortlist: Shortlist, query: Vectors, weighed: Weighed, always: int | None) -> Candidates:
        """The entries of a large knowledge base that are near by meaning or by words."""
        wanted = max(_NEAR_CHUNKS, len(self._owners) // _NEAR_OF)
        rows = np.sort(shortlist.rows(query, wanted))
        near, firsts = np.unique(self._owners[rows], return_index=True)
        closeness = np.maximum.reduceat(inner(self._whitened[rows], query), firsts) + inner(self._centroids[near], query)
        by_meaning = near[np.argsort(-closeness, kind="stable")[: wanted // _CHUNKS_FOR_ENTRY]]
        known = [] if always is None else [always]
        entries = np.unique(np.concatenate([by_meaning, self._lexical.likely(weighed, _BY_WORDS), known]).astype(np.int64))
        rows, firsts = laid_out(self._starts[entries], self._starts[entries + 1])
        return Candidates(entries, inner(self._whitened[rows], query), firsts, *self._lexical.score_some(weighed, entries))

    def _told(self, text: str, subject: Spans, others: npt.NDArray[np.bool_] | None) -> str:
        """What an entry has to cover of a question."""
        if others is None:
            return without_numbers(text, subject)
        # A code or quantity of a kind that entries are about is the matter itself; where nobody has it, nothing is covered.
        return "" if self._codes.nobody_has(text) else text

    def _best_chunk(self, found: Candidates, place: int) -> int:
        """The best chunk of an entry among the candidates, by position among all chunks of the generation."""
        entry, begin = found.entries[place], found.begins[place]
        count = self._starts[entry + 1] - self._starts[entry]
        return int(self._rows[self._starts[entry] + found.chunks[begin : begin + count].argmax()])

    def _evidence(
        self,
        told: str,
        vectors: Vectors,
        ranked: npt.NDArray[np.int64],
        signals: Vectors,
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
            words=float(signals[SIGNALS.index("words"), 0]) / _COSINE,
            covered=self._coverage.share(told, first),
            probe=float(signals[SIGNALS.index("probe"), 0]) / _PROBE if self._probe else None,
            signals=signals,
            rival=rival,
            elsewhere=np.zeros(len(ranked), dtype=np.bool_) if others is None else others[ranked],
        )


def _part(part: str, arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    return {name.removeprefix(f"{part}."): array for name, array in arrays.items() if name.startswith(f"{part}.")}
