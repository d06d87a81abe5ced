"""A gap's questions -> the entries that come nearest, and why they did not do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Thresholds
from bot.gaps.records import GapQuestion, SearchedIndex
from bot.gaps.space import MAX_CHARACTERS
from bot.phrases import percent
from index.records import Hit

_ASKED = 5
"""Different questions that are asked; a gap's others are like these."""
_PER_QUESTION = 3


@dataclass(frozen=True, slots=True)
class Nearest:
    """An entry that came near."""

    entry_id: str
    title: str
    path: str
    line: int
    confidence: float
    """The best over the gap's questions, in [0, 1]."""
    why_not: str
    """One sentence."""
    reasons: dict[str, float]
    """The figures behind, as `sopbot ask --why` shows them."""


def nearest(questions: Sequence[GapQuestion], index: SearchedIndex, thresholds: Thresholds, limit: int = 3) -> tuple[Nearest, ...]:
    """Ask a gap's questions of the current index.

    Args:
        questions: of one gap, the newest first; each is asked for its own audience.
        index: the index to ask.
        thresholds: where outcomes begin.
        limit: how many entries at most.

    Returns:
        Entries, the likeliest first.
    """
    found: dict[str, tuple[bool, Hit]] = {}
    different = list({question.text: question for question in reversed(questions)}.values())[::-1]
    for question in different[:_ASKED]:
        for place, hit in enumerate(index.search(question.text[:MAX_CHARACTERS], question.audience, _PER_QUESTION)):
            known = found.get(hit.entry.id)
            if known is None or hit.confidence > known[1].confidence:
                found[hit.entry.id] = (place == 0, hit)
    ranked = sorted(found.values(), key=lambda one: (-one[1].confidence, one[1].entry.id))
    return tuple(
        Nearest(hit.entry.id, hit.entry.title, hit.entry.path, hit.entry.lines.first, hit.confidence, why_not(hit, first, thresholds), hit.reasons)
        for first, hit in ranked[:limit]
    )


def why_not(hit: Hit, first: bool, thresholds: Thresholds) -> str:
    """Why an entry is not shown as the answer, in one sentence."""
    sure = f"{_below(hit.confidence)} likely"
    if hit.confidence < thresholds.suggest:
        return f"Only {sure}; it is offered from {percent(thresholds.suggest)} on."
    if not first:
        return f"{sure.capitalize()}, but another entry fits better."
    if hit.confidence < thresholds.answer:
        return f"Only {sure}; it is the answer from {percent(thresholds.answer)} on, and a suggestion until then."
    if hit.lead < thresholds.lead:
        return f"{sure.capitalize()}, but others may be meant as well: {_below(hit.lead)} that it is this one, and {percent(thresholds.lead)} are needed."
    return f"{sure.capitalize()}: it is shown as the answer now."


def _below(probability: float) -> str:
    """Rounded down, so that what lacks a little does not read as enough."""
    return f"{int(probability * 100)}%"
