"""What keeps a gap open is said in one sentence."""

from __future__ import annotations

import pytest

from bot.answer import Thresholds
from bot.gaps.lacking import lacking
from bot.gaps.records import GapQuestion
from index.records import Audience
from tests.bot.conftest import NOON


def _question(
    query_id: str, answered_by: str = "", confidence: float | None = 0.4, passes: bool | None = False, audience: Audience = "internal"
) -> GapQuestion:
    return GapQuestion(query_id, "can I?", NOON, audience, "", "slack", "", (), (), "", answered_by, confidence, passes, False)


@pytest.mark.parametrize(
    ("question", "intended", "why"),
    [
        (_question("a"), "", "No entry is the answer yet: the likeliest is 40% likely, and an answer needs 70%."),
        (_question("a", audience="public"), "", "No entry among the public documents is the answer yet: the likeliest is 40% likely, and an answer needs 70%."),
        (_question("a", confidence=0.75), "", "No entry is the answer yet: the likeliest is 75% likely, and another one may be meant as well."),
        (_question("a", "battery"), "lamp", "'battery' answers it, but 'lamp' is meant to."),
        (_question("a", "battery"), "battery", "'battery' answers it with the same text that did not help."),
    ],
)
def test_the_reason_is_named(question: GapQuestion, intended: str, why: str) -> None:
    """Too unsure, too near to another, another entry, or the text that did not help."""
    assert [one.why for one in lacking([question], intended, Thresholds(answer=0.7, suggest=0.2))] == [why]


def test_only_what_was_asked_again_and_failed_is_named_and_each_text_once() -> None:
    """The newest of equal questions; customers and the team are told apart."""
    questions = [_question("a"), _question("b"), _question("c", audience="public"), _question("d", "x", passes=True), _question("e", passes=None)]
    assert [one.question.query_id for one in lacking(questions, "", Thresholds())] == ["a", "c"]
