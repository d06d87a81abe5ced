"""Hits -> Answer | Suggestions | NoAnswer. Pure: no clock, no database, no settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.records import Entry, Hit

OutcomeName = Literal["answer", "suggestions", "no_answer"]
PastReview = Literal["warn", "demote", "withhold"]
"""What becomes of an entry past its review date: it is shown with a warning; it is only offered, behind current ones that
are likely too; or it is as if it were not there, which the index sees to (`CurrentIndex`)."""
MAX_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where an outcome begins; probabilities in [0, 1], the same for every model and knowledge base."""

    answer: float = 0.6
    """From here on the first hit's confidence makes it the answer, if its lead suffices."""
    suggest: float = 0.15
    """From here on hits are offered as "did you mean". People forgive a needless one; they do not come back after "nothing
    covers this" about what is documented."""
    lead: float = 0.8
    """From here on the first hit's lead over the others suffices. On six development sets this leaves under 5 % of the
    answers to questions that have one wrong; docs/retrieval.md has the figures for other values."""


_WORTH_OFFERING = 0.1
"""A share of the first hit's confidence: less likely ones do not help to choose."""
_NEAR = 0.5
"""A share of the confidence of an entry past its review date: a current one that is as likely as that is near."""
_LIKELY_TOO = 0.25
"""From this confidence on another entry is named beside an answer."""
_WORTH_A_TITLE = 0.1
"""Below the suggestions' threshold, but worth a title when nothing else is found."""
_MOST_NEAREST = 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry that is offered by its title."""

    entry_id: str
    title: str
    confidence: float
    public: bool = False
    """Whether everybody may read the entry, so that it has a page of its own."""


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


def decide(hits: Sequence[Hit], thresholds: Thresholds, today: date, past_review: PastReview = "warn") -> Outcome:
    """Choose what to show for a question.

    Args:
        hits: best first.
        thresholds: see `Thresholds`.
        today: decides whether an entry is past its review date.
        past_review: what becomes of entries past it.

    Returns:
        An answer when the first hit is likely and clearly ahead; suggestions when it is likely but others may be meant,
        or when it may only be offered; else no answer.
    """
    if past_review == "withhold":
        hits = [hit for hit in hits if not is_stale(hit.entry, today)]
    confidence = hits[0].confidence if hits else 0.0
    if confidence < thresholds.suggest or not hits:
        return NoAnswer(confidence)
    only_offered = past_review == "demote" and is_stale(hits[0].entry, today)
    if confidence >= thresholds.answer and hits[0].lead >= thresholds.lead and not only_offered:
        likely = [hit for hit in hits[1:] if hit.confidence >= _LIKELY_TOO]
        return answer_with(hits[0], today, _offer(in_order(likely, today, past_review)))
    offered = [hit for hit in hits if hit.confidence >= _WORTH_OFFERING * confidence]
    return Suggestions(_offer(in_order(offered, today, past_review)), confidence)


def in_order(hits: Sequence[Hit], today: date, past_review: PastReview) -> list[Hit]:
    """Hits in the order in which they are shown.

    Args:
        hits: best first.
        today: decides whether an entry is past its review date.
        past_review: with "demote", such an entry stands behind each current one that is at least half as likely.

    Returns:
        The same hits, without those that are withheld; otherwise best first.
    """
    if past_review == "withhold":
        return [hit for hit in hits if not is_stale(hit.entry, today)]
    if past_review == "warn":
        return list(hits)
    demoted = [hit.confidence * (_NEAR if is_stale(hit.entry, today) else 1.0) for hit in hits]
    # Of two that come out equal, the current one stands first.
    places = sorted(range(len(hits)), key=lambda place: (-demoted[place], is_stale(hits[place].entry, today)))
    return [hits[place] for place in places]


def _offer(hits: Sequence[Hit]) -> tuple[Suggestion, ...]:
    return tuple(suggestion(hit) for hit in hits[:MAX_SUGGESTIONS])


def nearest(hits: Sequence[Hit], most: int = _MOST_NEAREST) -> tuple[Suggestion, ...]:
    """Titles worth offering where nothing is sure enough for more: for a question that no document covers."""
    return tuple(suggestion(hit) for hit in hits if hit.confidence >= _WORTH_A_TITLE)[:most]


def suggestion(hit: Hit) -> Suggestion:
    """An entry as it is offered."""
    return Suggestion(hit.entry.id, hit.entry.title, hit.confidence, hit.entry.audience == "public")


def answer_with(hit: Hit, today: date, also: tuple[Suggestion, ...] = ()) -> Answer:
    """The answer that a hit gives, whatever its confidence: for a suggestion that somebody chose."""
    return Answer(hit.entry, hit.confidence, is_stale(hit.entry, today), also)


def first_of_each_document(entries: Iterable[Entry]) -> list[Entry]:
    """The first entry of each document, in order: a page of questions is listed once."""
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.path, entry)
    return list(first.values())


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
