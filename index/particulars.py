"""A question -> the places of its words that a subject is made of: all but numbers and names that nobody wrote about.

"my name is Sam Oyelaran, order 5512098, where is it" is about an order that is missing, whoever asks. A word that the model
knows only in scraps is taken for a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

Spans = tuple[tuple[int, int], ...]
_WORD = re.compile(r"[^\W_]+")


class Particulars:
    """Answers for one view.

    Args:
        words: that the knowledge base says, in small letters.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._said = frozenset(part for word in words for part in _WORD.findall(word))

    def subject(self, text: str, known: Callable[[str], bool]) -> Spans:
        """Where the words stand that say what is asked about: all but names and numbers that no entry has.

        Args:
            text: a question.
            known: whether the model reads a word, in small letters, as one.

        Returns:
            Beginning and end of each, in characters, in order; punctuation is in none.
        """
        return tuple(match.span() for match in _WORD.finditer(text) if self._tells(match[0].lower(), known))

    def _tells(self, word: str, known: Callable[[str], bool]) -> bool:
        return word in self._said or (known(word) and not any(letter.isdigit() for letter in word))


def without_numbers(text: str, subject: Spans) -> str:
    """A text without the numbers among its particulars. Names stay: a thing that nobody wrote about is asked for by one.

    Args:
        text: a question.
        subject: as `Particulars.subject` gives it.

    Returns:
        The same text, punctuation included.
    """
    kept = frozenset(subject)
    return _WORD.sub(lambda match: match[0] if match.span() in kept or not any(letter.isdigit() for letter in match[0]) else "", text)
