"""What a question is about, whoever asks."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.particulars import Particulars, without_numbers

PARTICULARS = Particulars(["refund", "err-4012", "wrenfield", "60", "days"])
KNOWN = {"my", "name", "is", "where", "order", "refund", "within", "days", "2026"}


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("My name is Oyelaran, order 5512098", ["My", "name", "is", "order"]),
        ("refund within 60 days?", ["refund", "within", "60", "days"]),
        ("where is my Wrenfield ERR-4012", ["where", "is", "my", "Wrenfield", "ERR", "4012"]),
        ("order 2026", ["order"]),
        ("5512098!", []),
        ("", []),
    ],
)
def test_subject(question: str, subject: list[str]):
    """Numbers, and words that the model does not know, count only where the knowledge base says them."""
    spans = PARTICULARS.subject(question, KNOWN.__contains__)
    assert [question[first:last] for first, last in spans] == subject


@given(st.text())
def test_spans_are_words_in_order(text: str):
    """Whatever is typed: they do not overlap, and hold letters and digits only."""
    spans = PARTICULARS.subject(text, lambda word: True)
    assert all(first < last for first, last in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    assert all(letter.isalnum() for first, last in spans for letter in text[first:last])


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("My name is Oyelaran, order 5512098", "My name is Oyelaran, order "),
        ("where is my Wrenfield ERR-4012?", "where is my Wrenfield ERR-4012?"),
        ("5512098", ""),
        ("within 60 days", "within 60 days"),
    ],
)
def test_without_numbers(question: str, told: str):
    """Only numbers that the knowledge base does not say go; punctuation stays, so that a code is still one word."""
    assert without_numbers(question, PARTICULARS.subject(question, KNOWN.__contains__)) == told
