"""Text -> the figures it states: how much of what unit, as a bound or exactly, and the words that say what is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from index.terms import content_stems

Bound = Literal["most", "least", "exactly"]
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|{'|'.join(_WORDS)})"
_RANGE = rf"(?P<low>{_NUMBER})(?:(?:\s?[-–—]\s?|\s(?:to|or|and)\s)(?P<high>{_NUMBER}))?"
_FIGURE = re.compile(
    rf"(?P<sign>[£$€])\s?(?P<money>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"|(?<![\w.,£$€-]){_RANGE}[\s-]?(?P<unit>%|per\s?cent|(?:(?:business|working|calendar)\s)?(?:minute|hour|day|week|month|year)s?|km|kg|miles?)(?!\w)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+|\n+")
_CLAUSE_END = re.compile(r"(?<=,)\s+|\s+(?=(?:and|or|but|plus|then|unless|if)\s)", re.IGNORECASE)
_MOST = re.compile(
    r"\b(?:within|up to|at most|no more than|not more than|less than|fewer than|below|under|until|in)(?:\s(?:the|about|around|next|first))*\s*\W*$",
    re.IGNORECASE,
)
_LEAST = re.compile(
    r"\b(?:at least|more than|no less than|over|above|after|from|beyond|minimum of|older than|for the last)(?:\s(?:the|about|around))*\s*\W*$", re.IGNORECASE
)
_CALENDAR = {"day": 1, "week": 7}
_CLOCK = {"minute": 1, "hour": 60}
_NO_CONTEXT = frozenset(
    content_stems("up to at most least more than within day days business working calendar hour minute week month percent £ after before over under per")
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a text."""

    unit: str
    """What it is measured in; figures of another unit do not compare."""
    values: tuple[float, ...]
    """One value, or the two ends of a range."""
    bound: Bound
    text: str
    """As written, for example "five business days"."""
    clause: frozenset[str]
    """Stems of the words around it in its clause, which say what is counted."""
    sentence: frozenset[str]
    """The same of its whole sentence."""


def figures(text: str) -> Iterator[Figure]:
    """The figures of a text in order; numbers without a unit are none."""
    for sentence in _SENTENCE_END.split(text):
        if not _FIGURE.search(sentence):
            continue
        around = _context(sentence)
        for clause in _CLAUSE_END.split(sentence):
            stated = list(_FIGURE.finditer(clause))
            near = _context(clause) if stated else frozenset()
            for found in stated:
                yield Figure(*_measured(found), _bound(clause[: found.start()]), found.group(), near, around)


def _measured(found: re.Match[str]) -> tuple[str, tuple[float, ...]]:
    if found["sign"]:
        return found["sign"], (_value(found["money"]),)
    values = tuple(_value(text) for text in (found["low"], found["high"]) if text)
    *kind, unit = found["unit"].lower().rstrip("s").split()
    if unit in ("%", "cent", "percent"):
        return "%", values
    if kind in (["business"], ["working"]):
        return f"business {unit}", values
    for name, family in (("calendar", _CALENDAR), ("clock", _CLOCK)):
        if unit in family:
            return name, tuple(value * family[unit] for value in values)
    return unit, values


def _value(text: str) -> float:
    return float(_WORDS.get(text.lower()) or text.replace(",", ""))


def _bound(before: str) -> Bound:
    return "most" if _MOST.search(before) else "least" if _LEAST.search(before) else "exactly"


def _context(text: str) -> frozenset[str]:
    """What a text speaks of, its figures taken out."""
    return frozenset(content_stems(_FIGURE.sub(" ", text))) - _NO_CONTEXT
