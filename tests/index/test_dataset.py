"""Data sets and golden files, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.dataset import read_dataset, read_golden, withheld, without
from index.errors import DatasetError

ROWS = [{"id": "a", "title": "A", "text": "how do I a\nfirst\nsecond", "questions": ["How do I A"]}, {"id": 2, "title": "B", "text": "b"}]


def write(folder: Path, corpus: list[dict] = ROWS, qrels: str = "q1\ta\t1\n", queries: str = '{"id": "q1", "text": "a?"}\n') -> Path:
    """A data set's folder without out-of-scope questions."""
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in corpus))
    (folder / "queries.jsonl").write_text(queries)
    (folder / "qrels.tsv").write_text(qrels)
    return folder


def test_rows_become_entries(tmp_path):
    """`questions` become alternative questions, and lines that repeat them are not text as well; ids may be numbers."""
    found = read_dataset(write(tmp_path))
    assert [entry.id for entry in found.entries] == ["a", "2"]
    assert found.entries[0].questions == ("How do I A",)
    assert [part.text for part in found.entries[0].passages] == ["first", "second"]
    assert found.entries[1].questions == ()
    assert found.out_of_scope == ()


@pytest.mark.parametrize("heading", ["query-id\tcorpus-id\tscore\n", "qid\tdoc\trelevance\n", ""])
def test_a_heading_of_qrels_is_no_judgement(tmp_path, heading):
    """Some sets have one."""
    found = read_dataset(write(tmp_path, qrels=f"{heading}q1\ta\t1\nq1\t2\t1\nq9\ta\t1\n"))
    assert found.in_scope[0].right == {"a", "2"}


def test_out_of_scope_questions(tmp_path):
    """They have no right entry."""
    (write(tmp_path) / "oos.jsonl").write_text('{"id": "o", "text": "x", "oos_kind": "far"}\n\n')
    assert [question.id for question in read_dataset(tmp_path).out_of_scope] == ["o"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"corpus": [*ROWS, ROWS[0]]}, "corpus.jsonl:3: the id 'a' stands there a second time."),
        ({"corpus": []}, "corpus.jsonl has no entries."),
        ({"corpus": [{"id": "a", "text": ""}]}, "corpus.jsonl:1: 'title' is missing."),
        ({"corpus": [[1]]}, "corpus.jsonl:1: a line must be names and values in braces"),
        ({"corpus": [{"id": ["a"], "title": "A", "text": "a"}]}, "corpus.jsonl:1: 'id' must be a text in quotation marks, or a number."),
        ({"corpus": [ROWS[0], {"id": "b", "title": "B", "text": 5}]}, "corpus.jsonl:2: 'text' must be a text in quotation marks."),
        ({"corpus": [{"id": "a", "title": "A", "text": "a", "questions": "abc"}]}, "corpus.jsonl:1: 'questions' must be a list of texts"),
        ({"queries": '{"id": "q1", "text": null}\n'}, "queries.jsonl:1: 'text' must be a text"),
        ({"qrels": "q1\ta\t1\nq1\tz\t1\n"}, "qrels.tsv:2: there is no entry 'z' in corpus.jsonl."),
        ({"queries": "{"}, "queries.jsonl:1: this is not JSON"),
        ({"queries": '{"id": "q1", "text": ""}\n' * 2}, "queries.jsonl:2: the id 'q1' stands there a second time."),
    ],
)
def test_errors_name_file_and_line(tmp_path, change, message):
    """So that they can be put right."""
    with pytest.raises(DatasetError, match=r".") as error:
        read_dataset(write(tmp_path, **change))
    assert message in str(error.value)


def test_a_missing_file_is_told(tmp_path):
    """With what a data set is."""
    with pytest.raises(DatasetError, match=r"A data set is a folder with corpus\.jsonl"):
        read_dataset(tmp_path)


def test_withheld_entries_turn_their_questions_out_of_scope(tmp_path):
    """The draw is that of Python's generator over sorted ids, and far questions are left out."""
    found = read_dataset(write(tmp_path, qrels="q1\ta\t1\nq1\t2\t1\nq2\t2\t1\n", queries='{"id": "q1", "text": "a"}\n{"id": "q2", "text": "b"}\n'))
    assert withheld(found, 0.5, 13) == {"a"}
    near = without(found, frozenset({"2"}))
    assert [sorted(question.right) for question in near.questions] == [["a"], []]


def test_golden_file(tmp_path):
    """One question a line, with the line in errors."""
    path = tmp_path / "golden.jsonl"
    path.write_text('{"question": "a", "expect": ["x"], "audience": "public"}\n{"question": "b", "expect": []}\n')
    found = read_golden(path)
    assert [(question.text, question.right, question.audience) for question in found.questions] == [("a", {"x"}, "public"), ("b", set(), "internal")]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"question": "a", "expect": "x"}', "'expect' must be a list of texts"),
        ('{"question": "a", "expect": [["a"]]}', "'expect' must be a list of texts"),
        ('{"question": 5, "expect": []}', "'question' must be a text"),
        ('{"question": "a", "expect": [], "audience": "all"}', "'audience' must be public or internal"),
        ("[1]", "a line must be names and values in braces"),
    ],
)
def test_what_is_wrong_in_a_golden_file_is_told(tmp_path, line, says):
    """With its line and what should stand there."""
    path = tmp_path / "golden.jsonl"
    path.write_text(f"\n{line}\n")
    with pytest.raises(DatasetError, match=rf"golden\.jsonl:2: {says}"):
        read_golden(path)
