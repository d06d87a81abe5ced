"""Learn the weights that are shipped in index/confidence_weights.py, from questions nobody had to label.

    python scripts/fit_confidence.py KNOWLEDGE... [--dry-run]

KNOWLEDGE is a folder with corpus.jsonl, of which nothing else is read, or one of Markdown documents. In four folds, a
quarter of each entry's alternative questions is taken out and asked (an entry answers them), a quarter of the entries is
taken out whole and theirs are asked (near: nothing answers them), and half of the background lines are asked while the
other half serves as background (far). Each question is asked as it is and in three noisy copies, of a view that is
written and ranked by the product's own code. Every knowledge base weighs the same, however many questions it has.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace
from noisy import noisy
from sklearn.metrics import roc_auc_score

from index.background import background_lines
from index.chunking import chunk_entry
from index.corpus import read_corpus
from index.dataset import read_entries
from index.embedding import OnnxEncoder
from index.export import DEFAULT_MODEL, encoder_folder
from index.learning import Seen, write_views
from index.ranking import View
from index.records import Entry
from index.vector_cache import VectorCache

Array = npt.NDArray[np.float64]
SCOPE = (
    "nearest centroid", "first hit's centroid", "above own similarity", "words in common", "rare words covered", "picked by probe", "like the background",
)  # fmt: skip
BACKGROUND = ("like the background",)
"""The only weight of any sign."""
LEVEL = "own questions found again"
"""Says how alike the entries are."""
LEAD = ("fit", LEVEL, "best chunk ahead", "centroid ahead", "words ahead", "coverage ahead", "probe ahead")
MIXED = 0.2
"""What a base counts for the chance of being right where entries of two kinds may answer one question, so that a hit that
counts as wrong may be right."""
OUT_OF_SCOPE = 0.12
"""Assumed share of questions that nothing answers, half of them near."""
FOLDS = 4
STEPS = 3000
INSIDE, NEAR, FAR = 0, 1, 2
WEIGHTS_FILE = Path(__file__).parent.parent / "index" / "confidence_weights.py"


@dataclass(frozen=True, slots=True)
class Examples:
    """Hidden questions of one knowledge base, `(n,)` each."""

    figures: Mapping[str, Array]
    kind: npt.NDArray[np.int64]
    right: npt.NDArray[np.bool_]
    plain: npt.NDArray[np.bool_]
    """False for noisy copies."""
    trust: float
    """In `right`, 0 to 1."""

    def matrix(self, names: Sequence[str]) -> Array:
        """Figures by column, `(n, len(names))`."""
        return np.stack([self.figures[name] for name in names], axis=1)

    def weights(self, out_of_scope: float, *, plain: bool = False) -> Array:
        """Of the examples, so that the kinds have their shares and the base a total of 400; 0 for noisy copies if `plain`."""
        share = np.array([1 - out_of_scope, out_of_scope / 2, out_of_scope / 2])
        counted = self.plain if plain else np.ones(len(self.plain), bool)
        return np.asarray(400 * counted * share[self.kind] / np.maximum(np.bincount(self.kind, counted, minlength=3), 1)[self.kind])


@dataclass(frozen=True, slots=True)
class Fitted:
    """What is written to index/confidence_weights.py."""

    confidence: dict[str, float]
    confidence_bias: float
    lead: dict[str, float]
    lead_bias: float


class Bench:
    """Writes views of entries and asks them.

    Args:
        cache: folder of the exported encoder and of the vectors.
    """

    def __init__(self, cache: Path) -> None:
        self._encoder = OnnxEncoder(encoder_folder(DEFAULT_MODEL, cache / "encoders"))
        self._vectors = VectorCache(cache / "vectors.db")
        self.lines = background_lines()

    def hidden(self, entries: Sequence[Entry], trust: float) -> Examples:
        """Hidden questions of a knowledge base, asked."""
        order = sorted(range(len(entries)), key=lambda place: crc32(entries[place].id.encode()))
        fold_of = {entries[place].id: rank % FOLDS for rank, place in enumerate(order)}
        off_topic, support = (self._documents(lines) for lines in self.lines)
        said = self._documents([text for entry in entries for text in (entry.title, *entry.questions)])
        foreign = (off_topic @ said.T).max(axis=1) < 0.75
        rows: list[tuple[dict[str, float], int, bool, bool]] = []
        for fold in range(FOLDS):
            kept: list[Entry] = []
            asked: list[tuple[str, int, int, bool]] = []
            for entry in entries:
                if fold_of[entry.id] == fold:
                    asked += [(copy, NEAR, -1, copy is question) for question in entry.questions for copy in (question, *noisy(question))]
                    continue
                taken = {question for question in entry.questions if crc32(question.encode()) % FOLDS == fold}
                asked += [(copy, INSIDE, len(kept), copy is question) for question in sorted(taken) for copy in (question, *noisy(question))]
                kept.append(replace(entry, questions=tuple(question for question in entry.questions if question not in taken)))
            odd = np.arange(len(off_topic)) % 2 == fold % 2
            asked += [(self.lines[0][line], FAR, -1, True) for line in np.flatnonzero(odd & foreign)]
            background = np.concatenate([off_topic[~odd], support[np.arange(len(support)) % 2 != fold % 2]])
            rows += self._ask(kept, asked, background)
        names = rows[0][0]
        kinds, right, plain = (np.array([row[column] for row in rows]) for column in (1, 2, 3))
        return Examples({name: np.array([row[0][name] for row in rows]) for name in names}, kinds, right, plain, trust)

    def _ask(
        self, entries: Sequence[Entry], asked: Sequence[tuple[str, int, int, bool]], background: npt.NDArray[np.float32]
    ) -> Iterator[tuple[dict[str, float], int, bool, bool]]:
        chunks = [chunk for entry in entries for chunk in chunk_entry(entry, self._encoder.count_tokens, self._encoder.max_tokens)]
        vectors = self._documents([chunk.text for chunk in chunks])
        with tempfile.TemporaryDirectory() as folder:
            with ThreadPoolExecutor(2) as pool:
                (written,) = write_views(pool, {Path(folder) / "view": Seen(entries, chunks, vectors, range(len(chunks)))}, background)
                written.result()
            view = View(Path(folder) / "view")
            texts = [view.corrected(question[0], self._encoder.knows) for question in asked]
            subjects = [view.subject(text, self._encoder.knows) for text in texts]
            with ThreadPoolExecutor() as pool:
                encoded = pool.map(self._encoder.encode_query, texts, subjects)
            for text, subject, vectors, (_, kind, owner, plain) in zip(texts, subjects, encoded, asked, strict=True):
                first = view.rank(text, subject, vectors, 1)[0]
                yield first.reasons, kind, first.entry == owner, plain

    def _documents(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return self._vectors.encode(self._encoder, texts)[0]


def fit(bases: Sequence[Examples]) -> Fitted:
    """Learn from the hidden examples of several knowledge bases.

    First the direction that tells inside from outside, classes balanced; then its slope and level, such that the result
    is the chance that the first hit is right in life; then the lead among examples that have an answer. Noisy copies take
    part in the first only: all of them noisy is worse than life.
    """

    def joined(out_of_scope: float, *, plain: bool, trusted: bool = False) -> Array:
        return np.concatenate([base.weights(out_of_scope, plain=plain) * (base.trust if trusted else 1.0) for base in bases])

    kind, right = np.concatenate([base.kind for base in bases]), np.concatenate([base.right for base in bases])
    figures = np.concatenate([base.matrix(SCOPE) for base in bases])
    direction = _logistic(figures, kind == INSIDE, joined(0.5, plain=False), np.array([name in BACKGROUND for name in SCOPE]), 1.0)[:-1]
    scope, level = figures @ direction, np.concatenate([base.figures[LEVEL] for base in bases])
    slope, of_level, bias = _logistic(np.column_stack([scope, level]), right, joined(OUT_OF_SCOPE, plain=True, trusted=True), np.array([False, False]), 0.01)
    confidence = dict(zip(SCOPE, (slope * direction).tolist(), strict=True)) | {LEVEL: float(of_level)}
    inside = kind == INSIDE
    fits = slope * scope + of_level * level + bias
    leads = np.column_stack([fits, *(np.concatenate([base.figures[name] for base in bases]) for name in LEAD[1:])])
    in_life = joined(OUT_OF_SCOPE, plain=True)
    *lead, lead_bias = _logistic(leads[inside], right[inside], in_life[inside], np.zeros(len(LEAD), bool), 1.0).tolist()
    return Fitted(confidence, float(bias), dict(zip(LEAD, lead, strict=True)), lead_bias)


def _logistic(figures: Array, labels: npt.NDArray[np.bool_], weights: Array, free: npt.NDArray[np.bool_], ridge: float) -> Array:
    """Logistic regression by accelerated projected gradient (Beck and Teboulle 2009, FISTA).

    Args:
        figures: `(n, f)`.
        labels: `(n,)`.
        weights: `(n,)`, of the examples.
        free: `(f,)`, which weights may be negative.
        ridge: half the penalty on squared weights of standardised figures.

    Returns:
        `(f + 1,)`, weights in the figures' own units, and the bias.
    """
    mean = np.average(figures, axis=0, weights=weights)
    scale = np.sqrt(np.average((figures - mean) ** 2, axis=0, weights=weights)) + 1e-9
    inputs = np.column_stack([(figures - mean) / scale, np.ones(len(figures))])
    lowest = np.append(np.where(free, -np.inf, 0.0), -np.inf)
    penalty = np.append(np.full(len(mean), ridge), 0.0)
    rate = 1 / (0.25 * np.linalg.eigvalsh((inputs * weights[:, None]).T @ inputs)[-1] + ridge)
    found = ahead = np.zeros(len(lowest))
    for step in range(STEPS):
        gradient = inputs.T @ (weights * (_sigmoid(inputs @ ahead) - labels)) + penalty * ahead
        following = np.maximum(ahead - rate * gradient, lowest)
        ahead = following + step / (step + 3) * (following - found)
        found = following
    slope = found[:-1] / scale
    return np.append(slope, found[-1] - slope @ mean)


def _sigmoid(logits: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)))


def report(name: str, base: Examples, fitted: Fitted) -> None:
    """Print how weights do on a base's hidden examples."""
    logits = base.matrix([*fitted.confidence]) @ np.array([*fitted.confidence.values()]) + fitted.confidence_bias
    confidence, inside = _sigmoid(logits), base.kind == INSIDE
    lead = _sigmoid(np.column_stack([logits, base.matrix(LEAD[1:])]) @ np.array([*fitted.lead.values()]) + fitted.lead_bias)
    bins = np.minimum((confidence * 10).astype(int), 9)
    weights = base.weights(OUT_OF_SCOPE, plain=True)
    ece = np.abs(np.bincount(bins, weights * (base.right - confidence), minlength=10)).sum() / weights.sum()
    areas = [f"{roc_auc_score(inside[chosen], confidence[chosen]):.3f}" for kind in (NEAR, FAR) for chosen in [inside | (base.kind == kind)]]
    print(
        f"{name:24s} right {base.right[inside & base.plain].mean():.3f}  AUROC near {areas[0]} far {areas[1]}  ECE {ece:.3f}  "
        f"bias {(confidence - base.right)[inside & base.plain].mean():+.3f}  lead {(lead - base.right)[inside & base.plain].mean():+.3f}",
        flush=True,
    )


def knowledge_bases(folder: Path) -> Iterator[tuple[str, tuple[Entry, ...], float]]:
    """The entries of a folder, and the trust in `Examples.right`; procedures and FAQs apart, since both may answer a question."""
    if (folder / "corpus.jsonl").exists():
        yield folder.name, read_entries(folder), 1.0
        return
    entries = read_corpus(folder).entries
    for kind in ("sop", "faq", "section"):
        if chosen := tuple(entry for entry in entries if entry.kind == kind):
            yield f"{folder.name} ({kind})", chosen, 1.0 if len(chosen) == len(entries) else MIXED


def main() -> None:
    """Learn, print leave-one-base-out figures, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("knowledge", nargs="+", type=Path)
    parser.add_argument("--cache", type=Path, default=Path("data/cache"), help="folder of the encoder and the vectors (default: data/cache)")
    parser.add_argument("--dry-run", action="store_true", help="do not write the weights")
    arguments = parser.parse_args()
    found = [base for folder in arguments.knowledge for base in knowledge_bases(folder)]
    if len(found) < 2:
        parser.error("Each knowledge base is measured by weights learned from the others, so name a second folder.")
    bench = Bench(arguments.cache)
    bases = {name: bench.hidden(entries, trust) for name, entries, trust in found}
    print("Each knowledge base by weights learned from the others:")
    for name, base in bases.items():
        report(name, base, fit([other for other_name, other in bases.items() if other_name != name]))
    fitted = fit([*bases.values()])
    print("By weights learned from all:")
    for name, base in bases.items():
        report(name, base, fitted)
    text = f'''"""The shipped weights of index.confidence; written by scripts/fit_confidence.py, not by hand."""

from __future__ import annotations

CONFIDENCE: dict[str, float] = {{
{_lines(fitted.confidence)}
}}
CONFIDENCE_BIAS = {fitted.confidence_bias:.3f}
LEAD: dict[str, float] = {{
{_lines(fitted.lead)}
}}
LEAD_BIAS = {fitted.lead_bias:.3f}
'''
    print(text)
    if not arguments.dry_run:
        WEIGHTS_FILE.write_text(text, encoding="utf-8")


def _lines(weights: Mapping[str, float]) -> str:
    return "\n".join(f'    "{name}": {weight:.3f},' for name, weight in weights.items())


if __name__ == "__main__":
    main()
