"""A gap's questions as they were asked again last -> those that keep it open, and why, in one sentence each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.answer import Thresholds
from bot.gaps.records import GapQuestion
from bot.phrases import percent


@dataclass(frozen=True, slots=True)
class Lacking:
    """A question that keeps a gap open."""

    question: GapQuestion
    why: str
    """One sentence."""


def lacking(questions: Iterable[GapQuestion], intended: str, thresholds: Thresholds) -> tuple[Lacking, ...]:
    """The questions that did not pass when they were asked again; of equal texts the first.

    Args:
        questions: of one gap.
        intended: the entry that is meant to answer it; empty for any.
        thresholds: where outcomes begin.
    """
    first = {(question.text, question.audience): question for question in reversed(tuple(questions)) if question.passes is False}
    return tuple(Lacking(question, _why(question, intended, thresholds)) for question in reversed(first.values()))


def _why(question: GapQuestion, intended: str, thresholds: Thresholds) -> str:
    sure = f"{int((question.confidence or 0.0) * 100)}%"
    if not question.answered_by:
        seen = " among the public documents" if question.audience == "public" else ""
        enough = (question.confidence or 0.0) >= thresholds.answer
        reason = "and another one may be meant as well" if enough else f"and an answer needs {percent(thresholds.answer)}"
        return f"No entry{seen} is the answer yet: the likeliest is {sure} likely, {reason}."
    if intended and question.answered_by != intended:
        return f"'{question.answered_by}' answers it, but '{intended}' is meant to."
    return f"'{question.answered_by}' answers it with the same text that did not help."
