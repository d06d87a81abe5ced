"""`/review/12`: one gap with its questions word for word, what came nearest, what keeps it open, and its history."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from bot.gaps.lacking import lacking
from bot.gaps.nearest import Nearest, nearest
from bot.gaps.records import GapQuestion
from bot.web.review.pages import MOST_SHOWN, GapId, Pages, ReviewPages
from index.errors import GenerationError

router = APIRouter()
_OTHERS = 50
"""Gaps that are offered to be joined with; any other goes by its number."""


@router.get("/{gap_id}")
def show_gap(pages: Pages, gap_id: GapId) -> Response:
    """The page of a gap; one that was joined with another leads there."""
    gap = pages.gaps.one(gap_id)
    if gap.id != gap_id:
        return RedirectResponse(f"/review/{gap.id}", 303)
    questions = pages.gaps.questions(gap.id, MOST_SHOWN)
    return pages.page(
        "review_gap.html",
        gap=gap,
        questions=questions,
        near=near(pages, questions),
        lacking=lacking(questions, gap.entry_id, pages.asker.thresholds),
        asked_again=any(question.passes is not None for question in questions),
        wrong=wrong_steps(questions),
        events=pages.gaps.events(gap.id)[::-1],
        others=[other for other in pages.gaps.listed("open", _OTHERS) if other.id != gap.id],
        me="" if pages.who.startswith("link:") else pages.who,
    )


def near(pages: ReviewPages, questions: tuple[GapQuestion, ...]) -> tuple[Nearest, ...]:
    """The entries that come nearest now; none without an index."""
    try:
        return nearest(questions, pages.index.get(), pages.asker.thresholds)
    except GenerationError:
        return ()


def wrong_steps(questions: tuple[GapQuestion, ...]) -> list[tuple[str, str]]:
    """Entry and number of each step that was reported as wrong; the number is empty where none was named."""
    told = [(question, signal) for question in questions for signal in question.signals if signal.kind == "wrong_step" and question.blamed_entry]
    return sorted({(question.blamed_entry, signal.detail if signal.detail[:1].isdigit() else "") for question, signal in told})
