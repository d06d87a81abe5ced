"""Parts of messages."""

from __future__ import annotations

import pytest

from index.segments import clauses, windows


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("refund and change of address", ("refund", "change of address")),
        ("Where is my parcel? And can I pay by card?", ("Where is my parcel", "And can I pay by card?")),
        ("how do I return something", ()),
        ("and what about you", ()),
        ("one thing and two things and three things and four things", ()),
    ],
)
def test_clauses(question: str, parts: tuple[str, ...]):
    """Two or three parts that each say something."""
    assert clauses(question) == parts


def test_windows_keep_every_word_and_stay_small():
    """A long message is cut between sentences, and nothing is lost."""
    text = "This is a sentence of some words. " * 60 + "How do I return it?"
    pieces = windows(text, lambda piece: len(piece.split()) + 2, 256)
    assert " ".join(pieces).split() == text.split()
    assert all(len(piece.split()) <= 64 for piece in pieces)
    assert windows("Short.", lambda piece: len(piece.split()), 256) == ()


def test_a_message_without_an_end_is_read_to_its_end() -> None:
    """Somebody who writes 400 words without a full stop is read all the same, in pieces that fit."""
    text = " ".join(f"word{number}" for number in range(400))
    pieces = windows(text, lambda piece: len(piece.split()) + 2, 256)
    assert " ".join(pieces) == text
    assert max(len(piece.split()) for piece in pieces) <= 64
