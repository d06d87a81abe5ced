"""Hits in, outcome out: where an answer begins, and where a suggestion."""

from __future__ import annotations

from datetime import date

import pytest

from bot.answer import Answer, NoAnswer, Suggestions, Thresholds, confidence_in_words, decide
from index.records import Chunk, Entry, Hit, Lines

TODAY = date(2026, 11, 21)
LIMITS = Thresholds(answer=0.6, suggest=0.25, lead=0.8)


def hits(*confidences: float, lead: float = 0.9, review_by: date | None = None) -> list[Hit]:
    """Hits with these confidences, best first."""
    entries = [
        Entry(f"e{number}", "sop", f"Title {number}", "internal", "e.md", "", Lines(1, 1), "v", review_by=review_by) for number in range(len(confidences))
    ]
    return [
        Hit(entry, confidence, lead if place == 0 else 0.0, confidence, Chunk(entry.id, "title", entry.title))
        for place, (entry, confidence) in enumerate(zip(entries, confidences, strict=True))
    ]


@pytest.mark.parametrize(
    ("confidences", "lead", "expected"),
    [
        ((0.6,), 0.8, Answer),
        ((0.59,), 0.9, Suggestions),
        ((0.9, 0.8), 0.79, Suggestions),
        ((0.25,), 0.1, Suggestions),
        ((0.24,), 1.0, NoAnswer),
        ((), 1.0, NoAnswer),
    ],
)
def test_where_outcomes_begin(confidences: tuple[float, ...], lead: float, expected: type) -> None:
    """Sure and ahead: the answer. Likely: suggestions. Less: none; each from its threshold on."""
    assert isinstance(decide(hits(*confidences, lead=lead), LIMITS, TODAY), expected)


def test_an_answer_offers_what_is_likely_too() -> None:
    """Up to three other entries from a confidence of a quarter on, for a question about two things."""
    outcome = decide(hits(0.9, 0.5, 0.4, 0.3, 0.26, 0.1), LIMITS, TODAY)
    assert isinstance(outcome, Answer)
    assert (outcome.entry.id, [also.entry_id for also in outcome.also]) == ("e0", ["e1", "e2", "e3"])
    alone = decide(hits(0.9, 0.24), Thresholds(answer=0.6, suggest=0.1, lead=0.8), TODAY)
    assert isinstance(alone, Answer)
    assert alone.also == ()


def test_suggestions_are_at_most_three_and_worth_offering() -> None:
    """Best first; what is ten times less likely than the first does not help to choose."""
    outcome = decide(hits(0.5, 0.3, 0.04, 0.03), LIMITS, TODAY)
    assert isinstance(outcome, Suggestions)
    assert [(one.entry_id, one.confidence) for one in outcome.suggestions] == [("e0", 0.5), ("e1", 0.3)]
    assert len(decide(hits(0.5, 0.5, 0.5, 0.5), LIMITS, TODAY).suggestions) == 3  # type: ignore[union-attr]


@pytest.mark.parametrize(("review_by", "stale"), [(None, False), (date(2026, 11, 21), False), (date(2026, 11, 20), True)])
def test_an_answer_is_stale_from_the_day_after_its_review_date(review_by: date | None, stale: bool) -> None:
    """On the day itself it is not late yet."""
    outcome = decide(hits(0.9, review_by=review_by), LIMITS, TODAY)
    assert isinstance(outcome, Answer)
    assert outcome.stale is stale


def test_confidence_in_words() -> None:
    """The same three phrases in every front end."""
    assert [confidence_in_words(one) for one in (0.8, 0.79, 0.5, 0.49)] == ["very likely right", "probably right", "probably right", "unsure"]
