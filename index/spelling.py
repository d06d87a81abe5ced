"""Mistyped words of a question -> words that the knowledge base uses, one slip of the fingers away.

A language model reads "refnd" as three scraps that mean nothing. Words it knows are left alone,
as are numbers; the letters of a code are put right like any word: "SCREN-55" is read as "screen-55".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.bags import Bags

_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST, _SUBSTITUTED = 5, 6
"""Letters from which a word is corrected, and from which one wrong letter counts as a slip: "bloke" is not "broke"."""


def fit_spelling(said: Bags) -> dict[str, npt.NDArray[np.generic]]:
    """Count the words of a knowledge base.

    Args:
        said: the words of all that each entry says.

    Returns:
        Arrays for `Spelling`: `words` and `counts`, `(n,)`.
    """
    said = said.in_order()
    return {"words": np.array(said.names, dtype=np.str_), "counts": np.bincount(said.ids, said.counts, len(said.names)).astype(np.int32)}


class Spelling:
    """Corrects questions of one view.

    Args:
        words: of the knowledge base, `(n,)`.
        counts: how often each occurs, `(n,)`.
    """

    def __init__(self, words: npt.NDArray[np.generic], counts: npt.NDArray[np.generic]) -> None:
        self._counts = dict(zip(words.tolist(), counts.tolist(), strict=True))

    @cached_property
    def _alike(self) -> dict[tuple[str, int], list[str]]:
        """Words by first letter and length; made when the first unknown word comes, since few questions have one."""
        alike: dict[tuple[str, int], list[str]] = {}
        for word in self._counts:
            if word.isalpha() and len(word) >= _SHORTEST - 1:
                alike.setdefault((word[0], len(word)), []).append(word)
        return alike

    def corrected(self, text: str, known: Callable[[str], bool]) -> str:
        """The text with slips put right.

        Args:
            text: a question.
            known: whether a word, in small letters, needs no correction.
        """
        return _WORD.sub(lambda match: self._word(match[0], known), text)

    def _word(self, word: str, known: Callable[[str], bool]) -> str:
        small = word.lower()
        if len(small) < _SHORTEST or small in self._counts or known(small):
            return word
        # One slip leaves the first letter, and the second too or the last two; and at most one letter is missing or too many.
        some = (other for length in (-1, 0, 1) for other in self._alike.get((small[0], len(small) + length), ()))
        begins, ends = small[:2], small[-2:]
        near = {other for other in some if (other.startswith(begins) or other.endswith(ends)) and _one_slip(small, other)}
        return min(near, key=lambda other: (-self._counts[other], other)) if near else word


def _one_slip(typed: str, meant: str) -> bool:
    """Whether one letter is missing, too many, wrong or swapped with the next; not the first, and not a plural's s."""
    if typed[0] != meant[0] or typed in (f"{meant}s", f"{meant}'s") or meant == f"{typed}s":
        return False
    same = next((place for place, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    rest, wanted = typed[same:], meant[same:]
    swapped = rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:]
    substituted = len(typed) >= _SUBSTITUTED and rest[1:] == wanted[1:]
    return swapped or substituted or rest == wanted[1:] or rest[1:] == wanted
