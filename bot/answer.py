"""Hits -> Answer | Suggestions | NoAnswer. Pure: no clock, no database, no settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.records import Entry, Hit

OutcomeName = Literal["answer", "suggestions", "no_answer"]
MAX_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where an outcome begins; probabilities in [0, 1], the same for every model and knowledge base."""

    answer: float = 0.5
    """From here on the first hit is shown as the answer."""
    suggest: float = 0.2
    """From here on a hit may be offered as "did you mean"."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry that is offered by its title."""

    entry_id: str
    title: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The entry that answers the question."""

    entry: Entry
    confidence: float
    stale: bool
    """True past the entry's review date."""
    also: tuple[Suggestion, ...] = ()
    """Other entries that are likely too, for a question about two things."""
    name: OutcomeName = "answer"


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Entries of which one may be meant."""

    suggestions: tuple[Suggestion, ...]
    confidence: float
    name: OutcomeName = "suggestions"


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """No document covers the question."""

    confidence: float
    """Of the best entry, which was not good enough; 0 when there is none."""
    name: OutcomeName = "no_answer"


Outcome = Answer | Suggestions | NoAnswer


def decide(hits: Sequence[Hit], thresholds: Thresholds, today: date) -> Outcome:
    """Choose what to show for a question.

    Args:
        hits: best first.
        thresholds: see `Thresholds`.
        today: decides whether an entry is past its review date.

    Returns:
        An answer when the first hit reaches the answer threshold; suggestions when hits reach the other; else no answer.
    """
    confidence = hits[0].confidence if hits else 0.0
    likely = tuple(Suggestion(hit.entry.id, hit.entry.title, hit.confidence) for hit in hits if hit.confidence >= thresholds.suggest)
    if confidence >= thresholds.answer:
        return answer_with(hits[0], today, likely[1 : 1 + MAX_SUGGESTIONS])
    if likely:
        return Suggestions(likely[:MAX_SUGGESTIONS], confidence)
    return NoAnswer(confidence)


def answer_with(hit: Hit, today: date, also: tuple[Suggestion, ...] = ()) -> Answer:
    """The answer that a hit gives, whatever its confidence: for a suggestion that somebody chose."""
    return Answer(hit.entry, hit.confidence, is_stale(hit.entry, today), also)


def is_stale(entry: Entry, today: date) -> bool:
    """Whether the entry is past the date by which it should have been reviewed."""
    return entry.review_by is not None and entry.review_by < today


def confidence_in_words(confidence: float) -> str:
    """A probability as people say it; the same words in every front end."""
    if confidence >= 0.8:
        return "very likely right"
    if confidence >= 0.5:
        return "probably right"
    return "unsure"
