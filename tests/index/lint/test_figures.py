"""Figures of a text: what they bound."""

from __future__ import annotations

import pytest

from index.lint.figures import figures


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("It takes in 30 days.", "most"),
        ("They stay under 30 days.", "most"),
        ("Only over 30 days.", "least"),
        ("They remain 30 days.", "exactly"),
        ("Some begin 5 days early.", "exactly"),
        ("Moreover 30 days pass.", "exactly"),
    ],
)
def test_a_bound_is_a_word_of_its_own(text: str, bound: str) -> None:
    """The last letters of another word bound nothing."""
    assert [figure.bound for figure in figures(text)] == [bound]
