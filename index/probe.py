"""A linear classifier over titles and alternative questions: which entry is asked for in these words?

Where entries have many ways of asking, it finds the differences between neighbours that no similarity shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from index.embedding import Vectors
from index.terms import Weighed
from index.whitening import inner

_HASHED, _SIGN = 1024, 1 << 31
_LEXICAL_SCALE = 0.3
"""Weight of the lexical features' inner product beside that of the vectors."""
_INVERSE_REGULARISATION = 10.0
_ITERATIONS = 12
_FEWER_FROM, _FEWER, _STRIDE = 250_000, 4, 300.0
"""From so many texts times entries on, there are fewer iterations, which costs half a point of recall@1; and the first step is measured
in units of this length, about right for such a size, instead of being looked for from 1 on. It takes half the time."""
_QUESTIONS_FOR_HALF = 3.0
"""Entries with this many questions give the probe half its weight."""


_SHARPNESS = 2.0
"""Standard deviation of the scores that become probabilities, over the texts learned from; 1.5 to 3 gave the same figures."""
_LARGEST = 4_000_000
"""Texts times entries up to which fitting takes two seconds; beyond, ranking does without (about 2 points of recall@1)."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A fitted classifier.

    Attributes:
        weights: float32, `(entries, dim + 1024)`.
        bias: float32, `(entries,)`.
        trust: float32, `()`, in [0, 1): how far to believe it.
    """

    weights: Vectors
    bias: Vectors
    trust: Vectors

    def arrays(self) -> dict[str, Vectors]:
        """For storing."""
        return {"weights": self.weights, "bias": self.bias, "trust": self.trust}

    def score(self, features: Vectors, withheld: npt.NDArray[np.bool_] | None = None) -> Vectors:
        """The probability of each entry times the trust, `(entries,)`, for the features of one question; 0 for those withheld."""
        scores = inner(self.weights, features) + self.bias
        if withheld is not None:
            scores = np.where(withheld, np.float32(-np.inf), scores)
        likely = np.exp(scores - scores.max())
        return np.asarray(self.trust * likely / likely.sum(), dtype=np.float32)


def probe_pays(texts: int, questions: Sequence[int]) -> bool:
    """Whether there is something to learn, and not too much.

    Args:
        texts: number of titles and questions.
        questions: how many alternative questions each entry has.
    """
    return any(questions) and len(questions) >= 2 and texts * len(questions) <= _LARGEST


def fit_probe(features: Vectors, owners: npt.NDArray[np.int64], questions: Sequence[int]) -> Probe:
    """Multinomial logistic regression; for what `probe_pays` says is worth it.

    Args:
        features: of each title and question, `(n, dim + 1024)`, as `probe_features` gives them.
        owners: `(n,)`, their entries; each entry occurs.
        questions: how many alternative questions each entry has.
    """
    counts = np.asarray(questions, dtype=np.float64)
    trust = float(np.mean(counts / (counts + _QUESTIONS_FOR_HALF)))
    weights, bias = _fitted(features, owners, len(counts))
    weights, bias = weights - weights.mean(axis=0), bias - bias.mean()
    scale = _SHARPNESS / max(float((features @ weights.T + bias).std()), 1e-9)
    return Probe((scale * weights).astype(np.float32), (scale * bias).astype(np.float32), np.asarray(trust, np.float32))


def _fitted(features: Vectors, owners: npt.NDArray[np.int64], entries: int) -> tuple[Vectors, Vectors]:
    """Weights and bias of what scikit-learn calls `LogisticRegression(C=10, max_iter=12, class_weight="balanced")`, below `_FEWER_FROM`.

    It keeps the hashed terms sparse, as nearly all are zero, and takes a third of scikit-learn's time. Few iterations are
    enough to rank, and keep it from overfitting; where there is much to fit, fewer still.
    """
    from scipy.optimize import fmin_l_bfgs_b
    from scipy.sparse import csr_array

    texts, width = features.shape
    dense, hashed = np.ascontiguousarray(features[:, :-_HASHED]), csr_array(features[:, -_HASHED:])
    by_bucket = hashed.T.tocsr()
    importance = (1.0 / (entries * np.bincount(owners)[owners])).astype(np.float32)
    penalty = 1.0 / (_INVERSE_REGULARISATION * texts)
    iterations, unit_length = (_ITERATIONS, 1.0) if texts * entries < _FEWER_FROM else (_FEWER, _STRIDE)
    own = (np.arange(texts), owners)
    split = width - _HASHED

    def loss(flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        solution = unit_length * flat.astype(np.float32).reshape(width + 1, entries)  # a row for each feature, and the bias
        scores = dense @ solution[:split]
        scores += hashed @ solution[split:-1]
        scores += solution[-1]
        scores -= scores.max(axis=1, keepdims=True)
        right = scores[own]
        np.exp(scores, out=scores)
        sums = scores.sum(axis=1)
        value = float(importance @ (np.log(sums) - right)) + 0.5 * penalty * float(np.vdot(solution[:-1], solution[:-1]))
        scores *= (importance / sums)[:, None]
        scores[own] -= importance
        slope = np.empty((width + 1, entries))
        slope[:split] = dense.T @ scores
        slope[split:-1] = by_bucket @ scores
        slope[:-1] += penalty * solution[:-1]
        slope[-1] = scores.sum(axis=0)
        slope *= unit_length
        return value, slope.ravel()

    remembered = min(10, iterations)  # steps; room for more would only be filled with zeros
    flat = fmin_l_bfgs_b(loss, np.zeros((width + 1) * entries), m=remembered, maxiter=iterations, maxls=50, pgtol=0.0, factr=64.0)[0]
    solution = unit_length * flat.astype(np.float32).reshape(width + 1, entries)
    return np.ascontiguousarray(solution[:-1].T), solution[-1]


def probe_features(whitened: Vectors, weighed: Weighed) -> Vectors:
    """Features of one text: its whitened vector, then its terms by signed feature hashing (Weinberger et al. 2009).

    Args:
        whitened: `(dim,)`.
        weighed: the text's terms.

    Returns:
        float32, `(dim + 1024,)`.
    """
    codes = np.array([crc32(term.encode()) for term in weighed.terms], np.int64)
    hashed = np.bincount(codes % _HASHED, np.where(codes & _SIGN, weighed.weights, -weighed.weights), _HASHED)
    return np.concatenate([whitened, _LEXICAL_SCALE**0.5 * hashed], dtype=np.float32, casting="same_kind")
