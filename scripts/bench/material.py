"""A data set's folder, or a knowledge folder -> the documents and questions that everybody gets."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from index.corpus import read_corpus
from index.dataset import LabelledQuestion, read_dataset, read_golden
from index.records import Entry

_OPENINGS = (
    "",
    "hello, ",
    "hi there, ",
    "quick question: ",
    "please help, ",
    "sorry to bother you, ",
    "good morning, ",
    "one more thing, ",
    "hey, ",
    "thanks, ",
)
"""In front of a question asked before, so that it is another one: nobody may answer it from a cache."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is asked of what.

    Attributes:
        entries: the documents.
        questions: in scope, each text once, in an order that is the same on every run.
    """

    entries: tuple[Entry, ...]
    questions: tuple[LabelledQuestion, ...]

    def fresh(self) -> Iterator[LabelledQuestion]:
        """Questions without end but for the openings', none of them twice."""
        for opening in _OPENINGS:
            yield from (LabelledQuestion(one.id, opening + one.text, one.right, one.audience) for one in self.questions)

    def texts(self) -> list[tuple[str, str]]:
        """Ids and texts of the documents, as peers without a notion of entries get them."""
        return [(entry.id, f"{entry.title}\n{entry.body}") for entry in self.entries]


def read_material(source: Path) -> Material:
    """Read what is to be measured with.

    Args:
        source: a folder with `corpus.jsonl` as `sopbot evaluate` reads it, or a knowledge folder with `golden.jsonl`.

    Raises:
        DatasetError: a file is missing or cannot be read.
    """
    if (source / "corpus.jsonl").is_file():
        dataset = read_dataset(source)
        entries, questions = dataset.entries, dataset.in_scope
    else:
        entries, questions = read_corpus(source).entries, read_golden(source / "golden.jsonl").in_scope
    first = {question.text.strip().lower(): question for question in reversed(questions)}
    ordered = sorted(first.values(), key=lambda question: question.id)
    Random(13).shuffle(ordered)  # noqa: S311 - an order, no secret
    return Material(entries, tuple(ordered))


def take(questions: Iterator[LabelledQuestion], count: int) -> list[LabelledQuestion]:
    """The next questions; fewer at the end."""
    return list(itertools.islice(questions, count))
