"""Chunk scores -> entries with probabilities, for what one audience may see.

An entry's score is the sum of
- its best chunk and its centroid: cosines with the question after whitening (index.whitening);
- its TF-IDF cosine and its BM25 coverage (index.lexical), weighted;
- its probability by the probe (index.probe), weighted, where entries have alternative questions.
Higher is better. Scores of one question compare; how sure the first hit is, says index.confidence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.arrays import read_arrays, write_arrays
from index.codes import Codes, fit_codes
from index.confidence import Evidence, Measured, measure
from index.coverage import Coverage, fit_coverage
from index.embedding import Vectors
from index.lexical import Lexical, fit_lexical
from index.particulars import Particulars, Spans, without_numbers
from index.probe import Probe, fit_probe, probe_features, probe_pays
from index.records import Chunk, Entry
from index.spelling import Spelling, fit_spelling
from index.vectors import VectorIndex, write_vectors
from index.whitening import Whitening, entry_means, fit_whitening, inner, unit
from index.wording import Wordings, wordings_of

_RANKED_WHOLE = 8192
"""A knowledge base with so many chunks is ranked whole: that takes less time than choosing."""
_CANDIDATES = 1024
"""Chunks that FAISS hands over of a larger one."""
_LEXICAL_CANDIDATES = 32
_COSINE, _COVERAGE, _PROBE = 0.8, 0.5, 2.0
_ANOTHER_CODE = np.float32(-9.0)
"""Puts entries about another code than the one asked for behind all others."""
_ARRAYS, _VECTORS, _WHITENED = "view", "vectors.faiss", "whitened.npy"


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


def write_view(
    folder: Path,
    entries: Sequence[Entry],
    chunks: Sequence[Chunk],
    vectors: Vectors,
    rows: Sequence[int],
    background: Vectors,
    wordings: Wordings | None = None,
) -> None:
    """Learn and write what ranking needs, from what one audience may see and nothing else.

    Args:
        folder: new.
        entries: in order; perhaps none.
        chunks: theirs, in order of entry.
        vectors: of the chunks, `(chunks, dim)`, unit rows.
        rows: the chunks' positions among all chunks of the generation.
        background: vectors of index.background's lines, `(lines, dim)`.
        wordings: of the entries; counted here when left out.
    """
    folder.mkdir()
    if not entries:
        return
    position = {entry.id: number for number, entry in enumerate(entries)}
    owners = np.array([position[chunk.entry_id] for chunk in chunks], dtype=np.int64)
    whitening = fit_whitening(vectors, owners, len(entries))
    whitened = whitening.apply(vectors)
    wordings = wordings or wordings_of(entries, chunks)
    arrays = fit_lexical(wordings.terms)
    asked = [number for number, chunk in enumerate(chunks) if chunk.kind in ("title", "question")]
    counts = [len(entry.questions) for entry in entries]
    probe = None
    if probe_pays(len(asked), counts):
        lexical = Lexical(arrays, len(entries))
        features = np.stack([probe_features(whitened[number], lexical.weights(chunks[number].text)) for number in asked])
        probe = fit_probe(features, owners[asked], counts)
    families = np.array([entry.kind for entry in entries])
    measured = measure(vectors, whitened, owners, np.array([chunk.kind for chunk in chunks]), families, background)
    write_arrays(folder / _ARRAYS, dict(
        owners=owners, rows=np.array(rows, dtype=np.int64), kinds=families, mean=whitening.mean, matrix=whitening.matrix,
        centroids=unit(entry_means(whitened, owners, len(entries))), plain_centroids=unit(entry_means(vectors, owners, len(entries))),
        **_named("lexical", arrays), **_named("probe", probe.arrays() if probe else {}), **_named("measured", measured.arrays()), **_named("coverage", fit_coverage(wordings.words)), **_named("codes", fit_codes(wordings.codes)), **_named("spelling", fit_spelling(wordings.words)),
    ))  # fmt: skip
    np.save(folder / _WHITENED, whitened)
    write_vectors(folder / _VECTORS, vectors)


class View:
    """What one audience may see, ready to rank.

    Args:
        folder: as written by `write_view`.
    """

    def __init__(self, folder: Path) -> None:
        self._empty = not (folder / _ARRAYS).exists()
        if self._empty:
            return
        arrays = read_arrays(folder / _ARRAYS)
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
        self._whitened: Vectors = np.asarray(np.load(folder / _WHITENED, mmap_mode="r"))
        self._vectors = VectorIndex(folder / _VECTORS)

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
        cosine, coverage = self._lexical.score(weights)
        entries, best = self._candidates(query, vector, cosine + coverage, always)
        if withheld is not None:
            entries, best = entries[~withheld[entries]], best[~withheld[entries]]
        if not len(entries):
            return ()
        signals = {
            "best chunk": best,
            "centroid": inner(self._centroids[entries], query),
            "words": _COSINE * cosine[entries],
            "coverage": _COVERAGE * coverage[entries],
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
        shown = [rank for rank, place in enumerate(order) if rank < limit or entries[place] == always]
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

    def _candidates(self, query: Vectors, vector: Vectors, lexical: Vectors, always: int | None) -> tuple[npt.NDArray[np.int64], Vectors]:
        """The entries to rank, rising, and the best whitened cosine of each."""
        if len(self._whitened) <= _RANKED_WHOLE:
            return np.arange(self._entries), np.maximum.reduceat(inner(self._whitened, query), self._starts[:-1])
        _, nearest = self._vectors.nearest(vector, _CANDIDATES)
        by_words = np.argpartition(-lexical, min(_LEXICAL_CANDIDATES, self._entries - 1))[:_LEXICAL_CANDIDATES]
        entries = np.unique(np.concatenate([self._owners[nearest], by_words, [always] if always is not None else []]).astype(np.int64))
        lengths = self._starts[entries + 1] - self._starts[entries]
        firsts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        rows = np.repeat(self._starts[entries] - firsts, lengths) + np.arange(lengths.sum())
        return entries, np.maximum.reduceat(inner(self._whitened[rows], query), firsts)

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
        centroids = np.maximum(inner(self._plain_centroids, vector), inner(self._plain_centroids, subject))
        if others is not None:
            centroids[others] = -1.0
            rival &= ~others[ranked]
        if withheld is not None:  # none of `ranked` is among them
            centroids[withheld] = -1.0
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


def _named(part: str, arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, Any]:
    return {f"{part}.{name}": array for name, array in arrays.items()}


def _part(part: str, arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    return {name.removeprefix(f"{part}."): array for name, array in arrays.items() if name.startswith(f"{part}.")}
