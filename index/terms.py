"""Text -> the terms by which texts are compared word for word: stems, and pieces of words that survive typos."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import Stemmer

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?(?:-\d[\w-]*)*")
"""A code such as ERR-4012 stays one word, so that it never matches half of ERR-4013."""
_STEMMER = Stemmer.Stemmer("english")
STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "get",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "may",
        "me",
        "might",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "please",
        "shall",
        "should",
        "so",
        "some",
        "that",
        "the",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The terms of a text, each once, as one view weighs them.

    Attributes:
        terms: `n` of them.
        numbers: `(n,)`, the view's numbers for them; one above all others stands for terms that no entry has.
        weights: float64, `(n,)`, the text's TF-IDF vector, length 1.
    """

    terms: tuple[str, ...]
    numbers: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]


def words(text: str) -> list[str]:
    """The words of a text in order, in small letters."""
    return [word.replace("’", "'") for word in _WORD.findall(text.lower())]


def stems(found: list[str]) -> list[str]:
    """Words without their English endings (Snowball)."""
    return list(_STEMMER.stemWords(found))


def terms(text: str) -> list[str]:
    """Stems, and the pieces of three to five letters of each word with a space at either end; with repeats."""
    found = words(text)
    pieces = stems(found)
    for word in found:
        padded = f" {word} "
        for size in (3, 4, 5):
            pieces += [padded[start : start + size] for start in range(max(1, len(padded) - size + 1))]
    return pieces


def content_stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, each once, in order."""
    return list(dict.fromkeys(stems([word for word in words(text) if word not in STOP_WORDS])))
