"""A folder of labelled questions, or a golden file -> entries to index and questions to ask.

A data set is a folder with
- corpus.jsonl: {"id", "title", "text", "questions"?}, one entry a line;
- queries.jsonl: {"id", "text"};
- qrels.tsv: query id, entry id, 1 (a query may have several right entries);
- oos.jsonl, if any: {"id", "text"}, questions that no entry answers.

A golden file has one question of your own a line: {"question", "expect": [entry ids], "audience"?}; an empty list means
that nothing should answer it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from index.errors import DatasetError
from index.records import Audience, Entry, Lines, Part

GOLDEN_FILE = "golden.jsonl"
"""Beside the documents."""
GOLDEN_ID = "golden-"
"""Before the line of a golden question, in its id."""
_LISTS = ("questions", "expect")


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question and the ids of all entries that are right; none when no entry answers it."""

    id: str
    text: str
    right: frozenset[str]
    audience: Audience = "internal"


@dataclass(frozen=True, slots=True)
class Dataset:
    """Entries to index, and questions about them.

    Attributes:
        name: the folder's name.
        entries: empty for a golden file, which asks the index that is there.
        questions: in scope and out of scope.
    """

    name: str
    entries: tuple[Entry, ...]
    questions: tuple[LabelledQuestion, ...]

    @property
    def in_scope(self) -> tuple[LabelledQuestion, ...]:
        """Questions that have a right entry."""
        return tuple(question for question in self.questions if question.right)

    @property
    def out_of_scope(self) -> tuple[LabelledQuestion, ...]:
        """Questions that no entry answers."""
        return tuple(question for question in self.questions if not question.right)


def read_dataset(folder: Path) -> Dataset:
    """Read a data set's folder.

    Raises:
        DatasetError: a file is missing or a line cannot be read; the message names file and line.
    """
    entries = read_entries(folder)
    known = {entry.id for entry in entries}
    right: dict[str, set[str]] = {}
    for number, line in enumerate(_lines(folder / "qrels.tsv"), 1):
        fields = line.split("\t")
        heading = number == 1 and fields[-1].strip() not in ("0", "1") and fields[1:2] and fields[1] not in known
        if len(fields) < 2 or heading or fields[2:3] == ["0"]:
            continue
        if fields[1] not in known:
            raise DatasetError(f"{folder / 'qrels.tsv'}:{number}: there is no entry '{fields[1]}' in corpus.jsonl.")
        right.setdefault(fields[0], set()).add(fields[1])
    queries = _questions(folder / "queries.jsonl", right)
    outside = folder / "oos.jsonl"
    unanswerable = _questions(outside, {}) if outside.exists() else []
    return Dataset(folder.name, entries, tuple([question for question in queries if question.right] + unanswerable))


def _questions(path: Path, right: dict[str, set[str]]) -> list[LabelledQuestion]:
    found: dict[str, LabelledQuestion] = {}
    for number, row in _rows(path, "id", "text"):
        name = str(row["id"])
        if name in found:
            raise DatasetError(f"{path}:{number}: the id '{name}' stands there a second time.")
        found[name] = LabelledQuestion(name, row["text"], frozenset(right.get(name, ())))
    return list(found.values())


def read_entries(folder: Path) -> tuple[Entry, ...]:
    """Read the entries of a data set's folder, and nothing else of it.

    Raises:
        DatasetError: see `read_dataset`.
    """
    entries: dict[str, Entry] = {}
    for number, row in _rows(folder / "corpus.jsonl", "id", "title", "text"):
        name = str(row["id"])
        if name in entries:
            raise DatasetError(f"{folder / 'corpus.jsonl'}:{number}: the id '{name}' stands there a second time.")
        entries[name] = _entry(name, row)
    if not entries:
        raise DatasetError(f"{folder / 'corpus.jsonl'} has no entries.")
    return tuple(entries.values())


def read_golden(path: Path) -> Dataset:
    """Read a file of golden questions.

    Raises:
        DatasetError: a line cannot be read; the message names it.
    """
    questions = []
    for number, row in _rows(path, "question", "expect"):
        audience = row.get("audience", "internal")
        if audience not in ("public", "internal"):
            raise DatasetError(f"{path}:{number}: 'audience' must be public or internal.")
        questions.append(LabelledQuestion(f"{GOLDEN_ID}{number}", row["question"], frozenset(row["expect"]), audience))
    return Dataset(path.stem, (), tuple(questions))


def withheld(dataset: Dataset, share: float, seed: int) -> frozenset[str]:
    """Ids of the entries to leave out, so that their questions become near out of scope.

    Args:
        dataset: any.
        share: of all entries, between 0 and 1.
        seed: of Python's generator; the ids are sorted before the draw.
    """
    ids = sorted(entry.id for entry in dataset.entries)
    return frozenset(Random(seed).sample(ids, int(len(ids) * share)))  # noqa: S311


def without(dataset: Dataset, left_out: frozenset[str]) -> Dataset:
    """The data set without some entries; questions that only those answer become out of scope; the questions of oos.jsonl are left out."""
    entries = tuple(entry for entry in dataset.entries if entry.id not in left_out)
    questions = tuple(LabelledQuestion(q.id, q.text, q.right - left_out, q.audience) for q in dataset.in_scope)
    return Dataset(dataset.name, entries, questions)


def _entry(name: str, row: dict[str, Any]) -> Entry:
    questions = tuple(row.get("questions") or ())
    asked = {question.strip().lower() for question in questions}
    parts = tuple(
        Part(line.strip(), Lines(number, number))
        for number, line in enumerate(row["text"].split("\n"), 1)
        if line.strip() and line.strip().lower() not in asked
    )
    return Entry(
        id=name, kind="section", title=row["title"], audience="internal", path="corpus.jsonl", heading=row["title"],
        lines=Lines(1, 1), version="", questions=questions, body=row["text"], passages=parts,
    )  # fmt: skip


def _rows(path: Path, *needed: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line numbers and objects."""
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DatasetError(f"{path}:{number}: this is not JSON ({error}).") from None
        if not isinstance(row, dict):
            raise DatasetError(f'{path}:{number}: a line must be names and values in braces, for example {{"{needed[0]}": "…"}}.')
        missing = [name for name in needed if name not in row]
        if missing:
            raise DatasetError(f"{path}:{number}: '{missing[0]}' is missing.")
        for name in (*needed, "questions"):
            if (wanted := _wanted(name, row.get(name))) is not None:
                raise DatasetError(f"{path}:{number}: '{name}' must be {wanted}.")
        yield number, row


def _wanted(name: str, value: object) -> str | None:
    """What a value must be, when it is something else."""
    if name == "questions" and value is None:
        return None
    if name in _LISTS:
        right = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return None if right else 'a list of texts in quotation marks, for example ["…"]'
    if name == "id":
        return None if isinstance(value, str | int) else "a text in quotation marks, or a number"
    return None if isinstance(value, str) else "a text in quotation marks"


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        raise DatasetError(
            f"There is no file {path}. A data set is a folder with corpus.jsonl, queries.jsonl and qrels.tsv; golden questions are a file that ends in .jsonl."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read ({error}).") from None
