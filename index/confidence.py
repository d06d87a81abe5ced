"""The first hit's evidence -> how likely it answers the question, and how far it leads the others.

Two small logistic models, because the two questions need different evidence: a narrow margin between two entries says
"unsure which", never "not here", and a model over both loses the refusal on real messages.

    confidence = P(the first hit is right), from how well the question fits it and how well it fits anything else
    lead       = P(it is the first hit rather than another entry | some entry is right), from the margins

The weights are shipped. They were learned from hidden examples of several knowledge bases (questions taken out of their
entries, and questions of entries taken out whole) by scripts/fit_confidence.py. A knowledge base is only measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from index.confidence_weights import CONFIDENCE, CONFIDENCE_BIAS, LEAD, LEAD_BIAS
from index.embedding import Vectors
from index.findable import found_again
from index.whitening import inner, unit

SIGNALS = ("best chunk", "centroid", "words", "coverage", "probe")
"""The parts of an entry's score, in the order in which ranking gives them."""
_ANSWERED_HERE = 0.75
"""A background line at least this close to a chunk is answered here, so it is no background."""
_FEWEST = 3
"""Background lines that are kept in any case."""
_HALF_ANSWERED = 0.35
"""What a line that is kept loses for each unit of its cosine with the nearest chunk: what lies near to what is written here
is a weak sign of something else. 0.25 to 0.5 gave the same figures."""
_NO_PROBE = 0.5
"""Stands for the probe's word where there is none: about the mean over questions that are answered."""
_OWN_PRIOR, _OWN_PRIOR_WEIGHT, _OWN_WEIGHT = 0.65, 20.0, 3.0
"""An entry's own similarity shrinks to its knowledge base's mean, and that to the first of these."""

_AHEAD = tuple(f"{signal} ahead" for signal in SIGNALS)
_LEAD_AHEAD = np.array([LEAD[name] for name in _AHEAD])
_TOGETHER = 2048
"""Chunks whose cosines with their siblings are worked out at once."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What ranking knows about its first hit.

    Attributes:
        vector: the question's, `(dim,)`, unit length.
        entry: position of the first hit.
        best: cosine of its best chunk, in [-1, 1].
        centroid: cosine of the nearest centroid of any entry with the question, or with its subject if that is nearer.
        words: its TF-IDF cosine, in [0, 1].
        covered: share of the question's rare words that it has, in [0, 1).
        probe: its probability by the probe times the trust in that; None where there is no probe.
        signals: the parts of the ranked entries' scores, `(len(SIGNALS), n)`, the first hit's first.
        rival: `(n,)`, which of the ranked entries cannot be right beside it.
        elsewhere: `(n,)`, which of them are about another code than the question's.
    """

    vector: Vectors
    entry: int
    best: float
    centroid: float
    words: float
    covered: float
    probe: float | None
    signals: Vectors
    rival: npt.NDArray[np.bool_]
    elsewhere: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Probabilities of the ranked entries.

    Attributes:
        confidences: of each, in [0, 1], never rising.
        lead: of the first, in [0, 1].
        figures: the evidence by name.
    """

    confidences: list[float]
    lead: float
    figures: dict[str, float]


@dataclass(frozen=True, slots=True)
class Measured:
    """What is measured once of a knowledge base.

    Attributes:
        own: float32, `(entries,)`: how like each other an entry's chunks are.
        centre: `(dim,)`, the mean of its chunks and of the background.
        background: `(n, dim)`, lines that no chunk answers, seen from the centre, unit rows.
        found: `()`, log-odds that one of the base's own questions, left out, finds its entry again.
        near: `(n,)`, cosine of each line with the nearest chunk; 0 in generations that were written before it was measured.
    """

    own: Vectors
    centre: Vectors
    background: Vectors
    found: Vectors
    near: Vectors = field(default_factory=lambda: np.zeros((), np.float32))

    def arrays(self) -> dict[str, Vectors]:
        """For storing."""
        return {"own": self.own, "centre": self.centre, "background": self.background, "found": self.found, "near": self.near}

    def figures(self, evidence: Evidence) -> dict[str, float]:
        """The features of both models, by name, in their own units."""
        lines = inner(self.background, unit(evidence.vector - self.centre)) - _HALF_ANSWERED * self.near
        ahead = evidence.signals[:, 0] - evidence.signals[:, evidence.rival].max(axis=1, initial=0.0)
        return {
            "nearest centroid": evidence.centroid,
            "first hit's centroid": float(evidence.signals[SIGNALS.index("centroid"), 0]),
            "above own similarity": evidence.best - float(self.own[evidence.entry]),
            "words in common": evidence.words,
            "rare words covered": evidence.covered,
            "picked by probe": _NO_PROBE if evidence.probe is None else evidence.probe,
            "own questions found again": float(self.found),
            "like the background": float(lines.max()),
        } | dict(zip(_AHEAD, ahead.tolist(), strict=True))

    def judge(self, evidence: Evidence) -> Judgement:
        """Probabilities from the shipped weights."""
        figures = self.figures(evidence)
        logit = _logit(CONFIDENCE, CONFIDENCE_BIAS, figures)
        confidence = _sigmoid(logit)
        figures["fit"] = logit
        lead = _sigmoid(_logit(LEAD, LEAD_BIAS, figures)) if evidence.rival.any() else 1.0
        return Judgement(self._with_others(confidence, figures, evidence), lead, figures | {"lead": lead})

    def _with_others(self, confidence: float, figures: Mapping[str, float], evidence: Evidence) -> list[float]:
        """Probabilities of all: another entry is as much less likely than the first as the lead over that one alone says."""
        alone = _logit({name: weight for name, weight in LEAD.items() if name not in _AHEAD}, LEAD_BIAS, figures)
        ahead = _LEAD_AHEAD @ (evidence.signals[:, :1] - evidence.signals[:, 1:])
        others = confidence * np.minimum(1.0, np.exp(-(alone + ahead))) * ~evidence.elsewhere[1:]
        return [confidence, *np.minimum.accumulate(others).tolist()]


def measure(
    vectors: Vectors,
    whitened: Vectors,
    centroids: Vectors,
    owners: npt.NDArray[np.int64],
    chunk_kinds: npt.NDArray[np.str_],
    entry_kinds: npt.NDArray[np.str_],
    background: Vectors,
) -> Measured:
    """Measure a knowledge base.

    Args:
        vectors: of its chunks, `(chunks, dim)`, unit rows.
        whitened: the same after whitening.
        centroids: of each entry's whitened chunks, `(entries, dim)`, unit rows.
        owners: `(chunks,)`, their entries, rising from 0.
        chunk_kinds: `(chunks,)`, what they are.
        entry_kinds: `(entries,)`, kinds of entries; those of two kinds may both answer a question.
        background: vectors of the background's lines (index.background).
    """
    foreign, near = _foreign(background, vectors)
    centre = np.concatenate([vectors, foreign]).mean(axis=0)
    found = np.array(found_again(whitened, centroids, owners, chunk_kinds, entry_kinds), dtype=np.float32)
    return Measured(_own_similarity(vectors, owners, len(entry_kinds)), centre, unit(foreign - centre), found, near)


def _own_similarity(vectors: Vectors, owners: npt.NDArray[np.int64], entries: int) -> Vectors:
    """Each chunk's cosine with its nearest sibling, averaged over the entry, shrunk where there are few."""
    sums, counts = np.zeros(entries), np.zeros(entries)
    lengths = np.bincount(owners, minlength=entries)
    starts = np.cumsum(lengths) - lengths
    for length in np.unique(lengths[lengths > 1]):  # all entries of one length at once
        alike = np.flatnonzero(lengths == length)
        counts[alike] = length
        together = max(1, _TOGETHER // int(length))
        for batch in (alike[start : start + together] for start in range(0, len(alike), together)):
            rows = vectors[starts[batch, None] + np.arange(length)]
            siblings = rows @ rows.transpose(0, 2, 1)
            siblings[:, np.arange(length), np.arange(length)] = -1.0
            sums[batch] = siblings.max(axis=2).sum(axis=1)
    mean = (sums.sum() + _OWN_PRIOR_WEIGHT * _OWN_PRIOR) / (counts.sum() + _OWN_PRIOR_WEIGHT)
    return np.asarray((sums + _OWN_WEIGHT * mean) / (counts + _OWN_WEIGHT), dtype=np.float32)


def _foreign(lines: Vectors, vectors: Vectors) -> tuple[Vectors, Vectors]:
    """The lines that no chunk answers, and each one's cosine with the nearest; all of them when hardly any would be left."""
    closest = np.full(len(lines), -1.0, np.float32)
    for start in range(0, len(vectors), 8192):
        closest = np.maximum(closest, (lines @ vectors[start : start + 8192].T).max(axis=1))
    kept = closest < _ANSWERED_HERE
    if kept.sum() < _FEWEST:
        kept[:] = True
    return lines[kept], np.asarray(closest[kept], dtype=np.float32)


def _logit(weights: Mapping[str, float], bias: float, figures: Mapping[str, float]) -> float:
    return bias + sum(weight * figures[name] for name, weight in weights.items())


def _sigmoid(logit: float) -> float:
    return float(0.5 * (1.0 + np.tanh(0.5 * logit)))
