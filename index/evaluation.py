"""Data set -> figures: what is found, what is refused, and how honest the confidence is.

Questions take the path of every real question: `Index.search`, then the decision that is passed in.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.build import write_generation
from index.dataset import Dataset, LabelledQuestion, withheld, without
from index.embedding import OnnxEncoder
from index.search import Index, open_index
from index.storage import Generations
from index.trial import Decide
from index.vector_cache import VectorCache

Interval = tuple[float, float]
_LIMIT = 10
_RESAMPLES = 500
_BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one question."""

    question: LabelledQuestion
    ranked: tuple[tuple[str, float], ...]
    """(entry id, confidence), best first, at most 10."""
    outcome: str
    shown: tuple[str, ...]

    @property
    def confidence(self) -> float:
        """Of the first hit; 0 when there is none."""
        return self.ranked[0][1] if self.ranked else 0.0

    @property
    def first_right(self) -> bool:
        """Whether the first hit is a right one."""
        return bool(self.ranked) and self.ranked[0][0] in self.question.right


@dataclass(frozen=True, slots=True)
class Figures:
    """What `sopbot evaluate --json` prints of one data set. Shares are in [0, 1]; None where a set has nothing to count.

    `intervals` holds 95 % intervals by the percentile bootstrap, by figure.
    """

    dataset: str
    entries: int
    queries: int
    recall_at_1: float | None
    recall_at_3: float | None
    mrr_at_10: float | None
    ndcg_at_10: float | None
    auroc_far: float | None
    fa90_far: float | None
    auroc_near: float | None
    fa90_near: float | None
    ece: float | None
    """Expected calibration error of "the first hit is right", over all the set's questions, in 10 bins of equal width."""
    answered: float | None
    """Share of in-scope questions that get an answer."""
    wrong_among_answered: float | None
    """Share of wrong ones among the answers given to in-scope questions."""
    right_in_suggestions: float | None
    """Share of in-scope questions answered by "did you mean" with a right entry in it."""
    refused: float | None
    """Share of in-scope questions that get no answer."""
    false_answers_far: float | None
    false_answers_near: float | None
    seconds: float
    """Building and asking, once."""
    memory_mb: float
    """Peak of this process so far."""
    intervals: dict[str, Interval]


def evaluate(dataset: Dataset, encoder_folder: Path, cache: VectorCache, decide: Decide, share: float = 0.25, seed: int = 13) -> tuple[Figures, list[Judged]]:
    """Index a data set's entries in a folder of their own, and ask its questions.

    Args:
        dataset: with entries.
        encoder_folder: of the encoder to use.
        cache: where vectors of its texts are kept.
        decide: see `Decide`.
        share: of the entries that is withheld for the near figures; 0 leaves these out.
        seed: for that draw.

    Returns:
        The figures, and what became of each question (those about withheld entries left out).
    """
    started = time.perf_counter()
    judged = _judge_indexed(dataset, encoder_folder, cache, decide)
    seconds = time.perf_counter() - started
    near: list[Judged] = []
    left_out = withheld(dataset, share, seed)
    if left_out:
        near = _judge_indexed(without(dataset, left_out), encoder_folder, cache, decide)
    return figures(dataset.name, len(dataset.entries), judged, near, seconds), judged


def evaluate_golden(dataset: Dataset, index: Index, decide: Decide) -> tuple[Figures, list[Judged]]:
    """Ask golden questions of an index as it is."""
    started = time.perf_counter()
    judged = judge(index, dataset.questions, decide)
    return figures(dataset.name, len(index.entries("internal")), judged, [], time.perf_counter() - started), judged


def judge(index: Index, questions: Sequence[LabelledQuestion], decide: Decide) -> list[Judged]:
    """Ask questions one by one, as people do."""
    found = []
    for question in questions:
        hits = index.search(question.text, question.audience, _LIMIT)
        outcome, shown = decide(hits)
        found.append(Judged(question, tuple((hit.entry.id, hit.confidence) for hit in hits), outcome, shown))
    return found


def figures(name: str, entries: int, judged: Sequence[Judged], near: Sequence[Judged], seconds: float) -> Figures:
    """Count.

    Args:
        name: of the data set.
        entries: how many were indexed.
        judged: all questions asked of all entries.
        near: questions asked with entries withheld; the out-of-scope ones among them are about those.
        seconds: that it took.
    """
    inside = [one for one in judged if one.question.right]
    outside = [one for one in judged if not one.question.right]
    near_inside = [one for one in near if one.question.right]
    near_outside = [one for one in near if not one.question.right]
    answered = [one for one in inside if one.outcome == "answer"]
    values: dict[str, float | None] = {}
    intervals: dict[str, Interval] = {}

    def put(figure: str, estimate: tuple[float, Interval] | None) -> None:
        values[figure] = None if estimate is None else round(estimate[0], 4)
        if estimate:
            intervals[figure] = (round(estimate[1][0], 4), round(estimate[1][1], 4))

    for figure, per_query in _ranking_measures(inside).items():
        put(figure, _mean(per_query))
    for figure, of in (("far", (inside, outside)), ("near", (near_inside, near_outside))):
        put(f"auroc_{figure}", _auroc(*of))
        put(f"fa90_{figure}", _false_answers_at_90(*of))
        put(f"false_answers_{figure}", _mean([float(one.outcome == "answer") for one in of[1]]))
    put("answered", _mean([float(one.outcome == "answer") for one in inside]))
    put("wrong_among_answered", _mean([float(not one.first_right) for one in answered]))
    put("right_in_suggestions", _mean([float(one.outcome == "suggestions" and bool(one.question.right & set(one.shown))) for one in inside]))
    put("refused", _mean([float(one.outcome == "no_answer") for one in inside]))
    put("ece", _calibration_error(judged))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return Figures(dataset=name, entries=entries, queries=len(inside), seconds=round(seconds, 2), memory_mb=round(peak, 1), intervals=intervals, **values)


def _judge_indexed(dataset: Dataset, encoder_folder: Path, cache: VectorCache, decide: Decide) -> list[Judged]:
    with tempfile.TemporaryDirectory(prefix="sopbot-evaluate-") as folder:
        generations = Generations(Path(folder))
        with generations.lock():
            write_generation(generations, dataset.entries, OnnxEncoder(encoder_folder), encoder_folder, cache, "evaluation")
        return judge(open_index(Path(folder)), dataset.questions, decide)


def _ranking_measures(inside: Sequence[Judged]) -> dict[str, list[float]]:
    """Per-question values of the ranking measures, by ir-measures (which asks trec_eval)."""
    if not inside:
        return {"recall_at_1": [], "recall_at_3": [], "mrr_at_10": [], "ndcg_at_10": []}
    import ir_measures
    from ir_measures import RR, Success, nDCG

    names = {Success @ 1: "recall_at_1", Success @ 3: "recall_at_3", RR @ 10: "mrr_at_10", nDCG @ 10: "ndcg_at_10"}
    qrels = [ir_measures.Qrel(one.question.id, entry, 1) for one in inside for entry in one.question.right]
    # Ranks as scores: trec_eval breaks ties of its own accord.
    run = [ir_measures.ScoredDoc(one.question.id, entry, float(-rank)) for one in inside for rank, (entry, _) in enumerate(one.ranked)]
    found: dict[str, dict[str, float]] = {name: {one.question.id: 0.0 for one in inside} for name in names.values()}
    for value in ir_measures.iter_calc(list(names), qrels, run):
        found[names[value.measure]][value.query_id] = value.value
    return {name: list(by_question.values()) for name, by_question in found.items()}


def _mean(values: Sequence[float]) -> tuple[float, Interval] | None:
    if not values:
        return None
    array = np.asarray(values)
    return float(array.mean()), _interval(lambda rows: float(array[rows].mean()), len(array))


def _auroc(inside: Sequence[Judged], outside: Sequence[Judged]) -> tuple[float, Interval] | None:
    """Chance that an in-scope question's first hit is surer than an out-of-scope one's."""
    if not inside or not outside:
        return None
    from sklearn.metrics import roc_auc_score

    labels = np.array([1] * len(inside) + [0] * len(outside))
    scores = np.array([one.confidence for one in (*inside, *outside)])

    def measure(rows: npt.NDArray[np.int64]) -> float:
        return float(roc_auc_score(labels[rows], scores[rows])) if 0 < labels[rows].sum() < len(rows) else 0.5

    return measure(np.arange(len(labels))), _interval(measure, len(labels))


def _false_answers_at_90(inside: Sequence[Judged], outside: Sequence[Judged]) -> tuple[float, Interval] | None:
    """Share of out-of-scope questions at or above the confidence that 90 % of the in-scope ones reach."""
    if not inside or not outside:
        return None
    threshold = np.quantile([one.confidence for one in inside], 0.1, method="lower")
    passed = np.array([float(one.confidence >= threshold) for one in outside])
    return float(passed.mean()), _interval(lambda rows: float(passed[rows].mean()), len(passed))


def _calibration_error(judged: Sequence[Judged]) -> tuple[float, Interval] | None:
    """ECE (Guo et al. 2017, "On Calibration of Modern Neural Networks", eq. 3)."""
    if not judged:
        return None
    confidence = np.array([one.confidence for one in judged])
    right = np.array([float(one.first_right) for one in judged])

    def measure(rows: npt.NDArray[np.int64]) -> float:
        bins = np.minimum((confidence[rows] * _BINS).astype(int), _BINS - 1)
        gap = np.bincount(bins, weights=right[rows] - confidence[rows], minlength=_BINS)
        return float(np.abs(gap).sum() / len(rows))

    return measure(np.arange(len(judged))), _interval(measure, len(judged))


def _interval(measure: Callable[[npt.NDArray[np.int64]], float], count: int) -> Interval:
    """95 % interval by the percentile bootstrap over questions; the same on every run."""
    random = np.random.default_rng(13)
    values = [measure(random.integers(0, count, count)) for _ in range(_RESAMPLES)]
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)
