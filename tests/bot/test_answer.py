"""Hits in, outcome out: where an answer begins, and where a suggestion."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from bot.answer import Answer, NoAnswer, Outcome, PastReview, Suggestions, Thresholds, confidence_in_words, decide, in_order
from index.records import Chunk, Entry, Hit, Lines

TODAY = date(2026, 11, 21)
LIMITS = Thresholds(answer=0.6, suggest=0.25, lead=0.8)


def hits(*confidences: float, lead: float = 0.9, review_by: date | None = None) -> list[Hit]:
    """Hits with these confidences, best first."""
    entries = [
        Entry(f"e{number}", "sop", f"Title {number}", "internal", "e.md", "", Lines(1, 1), "v", review_by=review_by) for number in range(len(confidences))
    ]
    return [
        Hit(entry, confidence, lead if place == 0 else 0.0, 3 * confidence, Chunk(entry.id, "title", entry.title))
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
    """Sure and ahead: the answer. Likely: suggestions. Less: none; each from its threshold on, and says how sure it is."""
    outcome = decide(hits(*confidences, lead=lead), LIMITS, TODAY)
    assert isinstance(outcome, expected)
    assert outcome.confidence == (confidences[0] if confidences else 0.0)


def test_nothing_found_is_no_answer_whatever_the_thresholds() -> None:
    """Also where everything that is found would be shown."""
    assert decide([], Thresholds(answer=0.0, suggest=0.0, lead=0.0), TODAY) == NoAnswer(0.0)


def test_an_answer_offers_what_is_likely_too() -> None:
    """Up to three other entries from a confidence of a quarter on, for a question about two things."""
    outcome = decide(hits(0.9, 0.5, 0.4, 0.3, 0.26, 0.1), LIMITS, TODAY)
    assert isinstance(outcome, Answer)
    assert (outcome.entry.id, [also.entry_id for also in outcome.also]) == ("e0", ["e1", "e2", "e3"])
    for other, also in ((0.25, ["e1"]), (0.24, [])):
        outcome = decide(hits(0.9, other), Thresholds(answer=0.6, suggest=0.1, lead=0.8), TODAY)
        assert isinstance(outcome, Answer)
        assert [one.entry_id for one in outcome.also] == also


def test_suggestions_are_at_most_three_and_worth_offering() -> None:
    """Best first; what is ten times less likely than the first does not help to choose."""
    outcome = decide(hits(0.5, 0.3, 0.04, 0.03), LIMITS, TODAY)
    assert isinstance(outcome, Suggestions)
    assert [(one.entry_id, one.confidence) for one in outcome.suggestions] == [("e0", 0.5), ("e1", 0.3)]
    assert len(decide(hits(0.5, 0.05, 0.05, 0.05), LIMITS, TODAY).suggestions) == 3  # type: ignore[union-attr]


def test_a_suggestion_says_whether_everybody_may_read_it() -> None:
    """Only what is public has a page of its own to lead to."""
    internal, public = hits(0.5, 0.4)
    outcome = decide([internal, replace(public, entry=replace(public.entry, audience="public"))], LIMITS, TODAY)
    assert isinstance(outcome, Suggestions)
    assert [one.public for one in outcome.suggestions] == [False, True]


@pytest.mark.parametrize(("review_by", "stale"), [(None, False), (date(2026, 11, 21), False), (date(2026, 11, 20), True)])
def test_an_answer_is_stale_from_the_day_after_its_review_date(review_by: date | None, stale: bool) -> None:
    """On the day itself it is not late yet."""
    outcome = decide(hits(0.9, review_by=review_by), LIMITS, TODAY)
    assert isinstance(outcome, Answer)
    assert outcome.stale is stale


FRESH, LATE = date(2027, 1, 1), date(2026, 11, 20)


def aged(*pairs: tuple[float, date], lead: float = 0.9) -> list[Hit]:
    """Hits with these confidences and review dates, best first."""
    found = hits(*(confidence for confidence, _ in pairs), lead=lead)
    return [replace(hit, entry=replace(hit.entry, review_by=day)) for hit, (_, day) in zip(found, pairs, strict=True)]


def shown(outcome: Outcome) -> tuple[str, list[str]]:
    """The outcome's name, and its entries in order."""
    if isinstance(outcome, Answer):
        return outcome.name, [outcome.entry.id, *(one.entry_id for one in outcome.also)]
    return outcome.name, [one.entry_id for one in outcome.suggestions] if isinstance(outcome, Suggestions) else []


@pytest.mark.parametrize(
    ("policy", "found", "expected"),
    [
        ("warn", [(0.9, LATE), (0.5, FRESH)], ("answer", ["e0", "e1"])),
        ("demote", [(0.9, LATE), (0.5, FRESH)], ("suggestions", ["e1", "e0"])),
        ("demote", [(0.9, LATE), (0.4, FRESH)], ("suggestions", ["e0", "e1"])),
        ("demote", [(0.86, LATE), (0.4, FRESH)], ("suggestions", ["e0", "e1"])),
        ("demote", [(0.8, LATE), (0.4, FRESH)], ("suggestions", ["e1", "e0"])),
        ("demote", [(0.9, LATE)], ("suggestions", ["e0"])),
        ("demote", [(0.9, FRESH), (0.5, LATE), (0.3, FRESH)], ("answer", ["e0", "e2", "e1"])),
        ("demote", [(0.9, TODAY), (0.3, FRESH)], ("answer", ["e0", "e1"])),
        ("withhold", [(0.9, LATE), (0.5, FRESH)], ("suggestions", ["e1"])),
        ("withhold", [(0.9, FRESH), (0.5, LATE)], ("answer", ["e0"])),
        ("withhold", [(0.9, LATE)], ("no_answer", [])),
    ],
)
def test_what_becomes_of_entries_past_their_review_date(policy: PastReview, found: list[tuple[float, date]], expected: tuple[str, list[str]]) -> None:
    """Shown with a warning; offered only, behind current ones at least half as likely; or not shown at all."""
    assert shown(decide(aged(*found), LIMITS, TODAY, policy)) == expected


def test_a_search_is_ordered_by_the_same_policy() -> None:
    """Nothing is lost when demoted, and equals stay in order."""
    found = aged((0.8, LATE), (0.7, FRESH), (0.39, LATE), (0.3, FRESH), (0.1, FRESH))
    orders = {policy: [hit.entry.id for hit in in_order(found, TODAY, policy)] for policy in ("warn", "demote", "withhold")}
    assert orders == {"warn": ["e0", "e1", "e2", "e3", "e4"], "demote": ["e1", "e0", "e3", "e2", "e4"], "withhold": ["e1", "e3", "e4"]}


def test_confidence_in_words() -> None:
    """The same three phrases in every front end."""
    assert [confidence_in_words(one) for one in (0.8, 0.79, 0.5, 0.49)] == ["very likely right", "probably right", "probably right", "unsure"]
