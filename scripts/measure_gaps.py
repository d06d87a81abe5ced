"""How well questions are put into gaps: data sets -> a table against k-means with the true k and HDBSCAN.

    python scripts/measure_gaps.py DATASET [DATASET …]

A data set is a folder as `sopbot evaluate` reads it: its questions stand for unanswered ones, their entries for the groups
that are right; entries' own text is not used. Questions that no entry answers are grouped with the others, and not counted,
since nobody has said which of them belong together. "One by one" takes the questions in a shuffled order, as `bot.gaps` does:
each joins a group or founds one, and everything is grouped anew after each tenth part more.
"""

from __future__ import annotations

import argparse
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score, v_measure_score

from bot.gaps.grouping import JOINS, Labels, group, keep_identity
from bot.gaps.not_ours import NEAR
from bot.gaps.space import placed
from index.background import background_lines
from index.dataset import read_dataset
from index.embedding import OnnxEncoder, Vectors
from index.export import DEFAULT_MODEL, encoder_folder

_SEEDS = 3
_REFUSED = 5


@dataclass(frozen=True, slots=True)
class Measured:
    """One way of grouping, measured."""

    index: float
    """Adjusted Rand index, in [-1, 1]."""
    v: float
    """V-measure, in [0, 1]."""
    groups: float
    seconds: float


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("datasets", nargs="+", type=Path)
    arguments.add_argument("--cache", type=Path, default=Path("data/cache/encoders"), help="where exported models lie")
    given = arguments.parse_args()
    encoder = OnnxEncoder(encoder_folder(DEFAULT_MODEL, given.cache))
    off_topic, support = background_lines()
    middle = encoder.encode_documents([*off_topic, *support]).mean(axis=0)
    table = Table("set", "questions", "groups", "way", "ARI", "V", "found", "s", "like all at once")
    near = Table("set", "same intent refused", "others refused")
    for path in given.datasets:
        dataset = read_dataset(path)
        asked = [*dataset.in_scope, *dataset.out_of_scope]
        right = np.array([min(question.right, default="") for question in asked])
        raw = encoder.encode_documents([question.text for question in asked])
        vectors = placed(raw, middle)
        sizes = (str(len(asked)), str(len(set(right) - {""})))
        whole, all_at_once = _timed(lambda vectors=vectors: group(vectors, np.full(len(vectors), -1)), right)
        online, one_by_one = _timed(lambda vectors=vectors: _one_by_one(vectors), right)
        _row(table, path.name, sizes, "sopbot, all at once", all_at_once)
        _row(table, "", ("", ""), "sopbot, one by one", one_by_one, adjusted_rand_score(whole, online))
        _row(table, "", ("", ""), "k-means, true k", _k_means(raw, right))
        _row(table, "", ("", ""), "HDBSCAN", _hdbscan(raw, right))
        refused, others = _refusals(vectors, right)
        near.add_row(path.name, f"{refused:.1%}", f"{others:.2%}")
    out = Console(width=120)
    out.print(table)
    out.print(f"Five questions of one intent are not ours; so many others are within {NEAR} of one of them:")
    out.print(near)


def _one_by_one(vectors: Vectors) -> Labels:
    order = np.random.default_rng(1).permutation(len(vectors))
    labels = np.full(len(vectors), -1, dtype=np.int64)
    following, grouped = 0, 0
    totals, sizes = np.empty((0, vectors.shape[1]), np.float32), np.empty(0, np.float32)
    for count, place in enumerate(order, 1):
        if count <= 200 or count >= grouped * 1.1:
            seen = order[:count]
            new = group(vectors[seen], np.full(count, -1))
            continued = keep_identity(labels[seen].tolist(), new.tolist())
            names = {label: continued.get(label, following + number) for number, label in enumerate(sorted(set(new.tolist())))}
            labels[seen] = [names[label] for label in new.tolist()]
            following, grouped = max(following, int(labels.max()) + 1), count
            totals, sizes = np.zeros((following, vectors.shape[1]), np.float32), np.zeros(following, np.float32)
            np.add.at(totals, labels[seen], vectors[seen])
            np.add.at(sizes, labels[seen], 1)
            continue
        alike = totals @ vectors[place] / np.maximum(sizes, 1)
        best = int(np.argmax(alike))
        if alike[best] < JOINS:
            best, following = following, following + 1
            totals, sizes = np.concatenate([totals, np.zeros_like(totals[:1])]), np.append(sizes, np.float32(0))
        labels[place] = best
        totals[best] += vectors[place]
        sizes[best] += 1
    return labels


def _timed(work: object, right: np.ndarray) -> tuple[Labels, Measured]:
    started = time.perf_counter()
    labels = work()  # type: ignore[operator]
    return labels, _measure(labels, right, time.perf_counter() - started)


def _measure(labels: Labels, right: np.ndarray, seconds: float) -> Measured:
    counted = right != ""
    return Measured(adjusted_rand_score(right[counted], labels[counted]), v_measure_score(right[counted], labels[counted]), len(set(labels.tolist())), seconds)


def _k_means(vectors: Vectors, right: np.ndarray) -> Measured:
    """The mean of a few runs, on the counted questions alone, which is easier for it."""
    counted = right != ""
    groups = len(set(right[counted].tolist()))
    found = []
    for seed in range(_SEEDS):
        started = time.perf_counter()
        labels = KMeans(groups, random_state=seed).fit_predict(vectors[counted])
        found.append(_measure(labels, right[counted], time.perf_counter() - started))
    return Measured(*(float(np.mean([getattr(one, name) for one in found])) for name in ("index", "v", "groups", "seconds")))


def _hdbscan(vectors: Vectors, right: np.ndarray) -> Measured:
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        labels = HDBSCAN().fit_predict(vectors)
    return _measure(labels, right, time.perf_counter() - started)


def _refusals(vectors: Vectors, right: np.ndarray) -> tuple[float, float]:
    draw = np.random.default_rng(0)
    caught, wrong = [], []
    for name in sorted(set(right.tolist()) - {""}):
        mine = draw.permutation(np.flatnonzero(right == name))
        if len(mine) < 2 * _REFUSED:
            continue
        given = vectors[mine[:_REFUSED]]
        caught.append(float(((vectors[mine[_REFUSED:]] @ given.T).max(axis=1) >= NEAR).mean()))
        wrong.append(float(((vectors[right != name] @ given.T).max(axis=1) >= NEAR).mean()))
    return float(np.mean(caught)), float(np.mean(wrong))


def _row(table: Table, name: str, sizes: tuple[str, str], way: str, measured: Measured, like: float | None = None) -> None:
    figures = (f"{measured.index:.3f}", f"{measured.v:.3f}", f"{measured.groups:.0f}", f"{measured.seconds:.1f}")
    table.add_row(name, *sizes, way, *figures, "" if like is None else f"{like:.3f}")


if __name__ == "__main__":
    main()
