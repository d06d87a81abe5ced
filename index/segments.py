"""A message -> the parts of it that are asked on their own: the two halves of a double question, the pieces of a long one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from index.terms import content_stems

_JOINT = re.compile(r"\s*(?:[;&+]|[?!.]\s|,?\s+\b(?:and|also|plus|as well as|und|et|y)\b)\s*", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_MOST_CLAUSES = 3
_MOST_TOKENS, _MARKS = 4, 4
"""A character is at most four tokens (bytes), and a few mark beginning and end: shorter texts need not be counted."""
_WINDOW = 64
"""Tokens of a piece of a long message: a sentence or a few."""


def clauses(text: str) -> tuple[str, ...]:
    """The things that a short question asks about, if more than one.

    Args:
        text: a question, such as "refund and change of address".

    Returns:
        Two or three parts with content words of their own; else none.
    """
    parts = [part.strip() for part in _JOINT.split(text)]
    parts = [part for part in parts if content_stems(part)]
    return tuple(parts) if 1 < len(parts) <= _MOST_CLAUSES else ()


def windows(text: str, count_tokens: Callable[[str], int], limit: int) -> tuple[str, ...]:
    """The pieces of a message that is longer than the model reads.

    Args:
        text: any.
        count_tokens: tokens of a text, special ones included.
        limit: what the model reads.

    Returns:
        Neighbouring sentences, joined up to 64 tokens; none for a message that is read whole.
    """
    if _MOST_TOKENS * len(text) + _MARKS <= limit or count_tokens(text) <= limit:
        return ()
    pieces: list[str] = []
    size = _WINDOW
    for sentence in _sentences(text, count_tokens, limit):
        tokens = count_tokens(sentence)
        if size + tokens > _WINDOW:
            pieces.append(sentence)
            size = tokens
        else:
            pieces[-1] = f"{pieces[-1]} {sentence}"
            size += tokens
    return tuple(pieces)


def _sentences(text: str, count_tokens: Callable[[str], int], limit: int) -> Iterator[str]:
    """The sentences of a text; what runs on without an end for longer than the model reads is cut between words."""
    for part in filter(None, (part.strip() for part in _SENTENCE_END.split(text))):
        if count_tokens(part) <= limit:
            yield part
            continue
        found = part.split()
        yield from (" ".join(found[start : start + _WINDOW // 2]) for start in range(0, len(found), _WINDOW // 2))
