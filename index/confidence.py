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
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.confidence_weights import CONFIDENCE, CONFIDENCE_BIAS, LEAD, LEAD_BIAS
from index.embedding import Vectors
from index.whitening import entry_means, inner, unit

_ANSWERED_HERE = 0.75
"""A background line at least this close to a chunk is answered here, so it is no background."""
_NEAREST = 3
_SHARPNESS = 10.0
"""How fast a rival stops counting."""
_NO_PROBE = 0.5
"""Stands for the probe's word where there is none: about the mean over questions that are answered."""
_LEFT_OUT = 500
_FOUND_PRIOR, _FOUND_PRIOR_WEIGHT = 0.8, 5.0
_OWN_PRIOR, _OWN_PRIOR_WEIGHT, _OWN_WEIGHT = 0.65, 20.0, 3.0
"""An entry's own similarity shrinks to its knowledge base's mean, and that to the first of these."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What ranking knows about its first hit.

    Attributes:
        vector: the question's, `(dim,)`, unit length.
        entry: position of the first hit.
        best: cosine of its best chunk, in [-1, 1].
        centroid: cosine of the nearest centroid of any entry.
        words: its TF-IDF cosine, in [0, 1].
        covered: share of the question's rare words that it has, in [0, 1).
        probe: its probability by the probe times the trust in that; None where there is no probe.
        scores: of the ranked entries, best first.
        rivals: scores of those that cannot be right beside it, best first.
        words_margin: its TF-IDF cosine less the best of its rivals.
    """

    vector: Vectors
    entry: int
    best: float
    centroid: float
    words: float
    covered: float
    probe: float | None
    scores: Vectors
    rivals: Vectors
    words_margin: float


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
        off_topic: `(n, dim)`, background lines of the first kind that no chunk answers.
        support: `(n, dim)`, those of the second kind.
        found: `()`, log-odds that one of the base's own questions, left out, finds its entry again.
    """

    own: Vectors
    off_topic: Vectors
    support: Vectors
    found: Vectors

    def arrays(self) -> dict[str, Vectors]:
        """For storing."""
        return {"own": self.own, "off_topic": self.off_topic, "support": self.support, "found": self.found}

    def figures(self, evidence: Evidence) -> dict[str, float]:
        """The features of both models, by name, in their own units."""
        return {
            "nearest centroid": evidence.centroid,
            "above own similarity": evidence.best - float(self.own[evidence.entry]),
            "words in common": evidence.words,
            "rare words covered": evidence.covered,
            "picked by probe": _NO_PROBE if evidence.probe is None else evidence.probe,
            "own questions found again": float(self.found),
            "like small talk": _nearest(self.off_topic, evidence.vector),
            "like another trade": _nearest(self.support, evidence.vector),
            "margin": soft_margin(float(evidence.scores[0]), evidence.rivals),
            "margin of words": evidence.words_margin,
        }

    def judge(self, evidence: Evidence) -> Judgement:
        """Probabilities from the shipped weights."""
        figures = self.figures(evidence)
        logit = _logit(CONFIDENCE, CONFIDENCE_BIAS, figures)
        confidence = _sigmoid(logit)
        figures["fit"] = logit
        lead = _sigmoid(_logit(LEAD, LEAD_BIAS, figures)) if len(evidence.rivals) else 1.0
        # Another entry is as much less likely than the first as the lead over that one alone says.
        behind = (evidence.scores[0] - evidence.scores[1:]).astype(np.float64)
        odds = np.exp(-(_logit(LEAD, LEAD_BIAS, figures | {"margin": 0.0}) + LEAD["margin"] * behind))
        others = confidence * np.minimum(1.0, odds)
        return Judgement([confidence, *others.tolist()], lead, figures | {"lead": lead})


def soft_margin(first: float, rivals: Vectors) -> float:
    """By how much a score leads its rivals: many close behind are as bad as one that is closer still.

    Args:
        first: the score.
        rivals: the others, best first, `(n,)`.

    Returns:
        first - rivals₁ - ln Σ exp(10 (rivalsᵢ - rivals₁)) / 10; 1 without rivals.
    """
    if not len(rivals):
        return 1.0
    return float(first - rivals[0] - np.log(np.exp(_SHARPNESS * (rivals - rivals[0])).sum()) / _SHARPNESS)


def measure(
    vectors: Vectors, whitened: Vectors, owners: npt.NDArray[np.int64], asked: npt.NDArray[np.int64], entries: int, background: tuple[Vectors, Vectors]
) -> Measured:
    """Measure a knowledge base.

    Args:
        vectors: of its chunks, `(chunks, dim)`, unit rows.
        whitened: the same after whitening.
        owners: `(chunks,)`, their entries, rising from 0.
        asked: which chunks are alternative questions, or titles where there are hardly any.
        entries: how many there are.
        background: vectors of the off-topic and of the other trades' lines (index.background).
    """
    off_topic, support = background
    return Measured(
        _own_similarity(vectors, owners, entries), _foreign(off_topic, vectors), _foreign(support, vectors), _found_again(whitened, owners, asked, entries)
    )


def _found_again(whitened: Vectors, owners: npt.NDArray[np.int64], asked: npt.NDArray[np.int64], entries: int) -> Vectors:
    """Ask the base its own questions, each without itself, by best chunk and centroid; a sample where there are many."""
    starts, counts = np.searchsorted(owners, np.arange(entries)), np.bincount(owners, minlength=entries)
    asked = asked[counts[owners[asked]] > 1]
    asked = asked[:: len(asked) // _LEFT_OUT + 1]
    if not len(asked):
        return np.array(np.log(_FOUND_PRIOR / (1 - _FOUND_PRIOR)), dtype=np.float32)
    means = entry_means(whitened, owners, entries)
    rows, places = owners[asked], np.arange(len(asked))
    cosines = whitened[asked] @ whitened.T
    cosines[places, asked] = -1.0
    scores = np.maximum.reduceat(cosines, starts, axis=1) + whitened[asked] @ unit(means).T
    without = unit(means[rows] * counts[rows, None] - whitened[asked])
    scores[places, rows] = np.maximum.reduceat(cosines, starts, axis=1)[places, rows] + (without * whitened[asked]).sum(axis=1)
    share = ((scores.argmax(axis=1) == rows).sum() + _FOUND_PRIOR * _FOUND_PRIOR_WEIGHT) / (len(asked) + _FOUND_PRIOR_WEIGHT)
    return np.array(np.log(share / (1 - share)), dtype=np.float32)


def _own_similarity(vectors: Vectors, owners: npt.NDArray[np.int64], entries: int) -> Vectors:
    """Each chunk's cosine with its nearest sibling, averaged over the entry, shrunk where there are few."""
    sums, counts = np.zeros(entries), np.zeros(entries)
    starts = np.searchsorted(owners, np.arange(entries + 1))
    for entry in range(entries):
        rows = vectors[starts[entry] : starts[entry + 1]]
        if len(rows) > 1:
            siblings = rows @ rows.T
            np.fill_diagonal(siblings, -1.0)
            sums[entry], counts[entry] = siblings.max(axis=1).sum(), len(rows)
    mean = (sums.sum() + _OWN_PRIOR_WEIGHT * _OWN_PRIOR) / (counts.sum() + _OWN_PRIOR_WEIGHT)
    return np.asarray((sums + _OWN_WEIGHT * mean) / (counts + _OWN_WEIGHT), dtype=np.float32)


def _foreign(lines: Vectors, vectors: Vectors) -> Vectors:
    """The lines that no chunk answers; all of them when hardly any would be left."""
    closest = np.full(len(lines), -1.0, np.float32)
    for start in range(0, len(vectors), 8192):
        closest = np.maximum(closest, (lines @ vectors[start : start + 8192].T).max(axis=1))
    foreign = lines[closest < _ANSWERED_HERE]
    return foreign if len(foreign) >= _NEAREST else lines


def _nearest(lines: Vectors, vector: Vectors) -> float:
    cosines = inner(lines, vector)
    return float(np.partition(cosines, -_NEAREST)[-_NEAREST:].mean())


def _logit(weights: Mapping[str, float], bias: float, figures: Mapping[str, float]) -> float:
    return bias + sum(weight * figures[name] for name, weight in weights.items())


def _sigmoid(logit: float) -> float:
    return float(0.5 * (1.0 + np.tanh(0.5 * logit)))
