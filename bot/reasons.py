"""Why an answer did not help, and how people are asked: one list for the team, in Slack and on the ask page; one for customers."""

from __future__ import annotations

REASONS = {
    "wrong_procedure": "It is the wrong procedure",
    "step_wrong": "A step is wrong or unclear",
    "outdated": "It is out of date",
    "missing": "Something is missing",
}
"""What is stored -> what the team reads."""
CUSTOMER_REASONS = {
    "not_my_question": "It answers another question",
    "unclear": "It is hard to understand",
    "incomplete": "Something is missing",
    "outdated": "It is out of date",
    "other": "Something else",
}
"""What is stored -> what customers read, on the FAQ pages as in the widget."""

WHAT_WAS_WRONG = "What was wrong?"
WHICH_STEP = "Which step?"
INSTEAD = "What should it say instead?"
THANKS = "Thank you, noted."
WHAT_WOULD_HELP = "What would help whoever writes it?"
"""Asked where no document covers a question."""
DETAIL_ADDED = "Thank you. It stands with your question now."


def reason_in_words(reason: str) -> str:
    """A stored reason within a sentence: "it is out of date"; what is none, such as the number of a step, as it is."""
    words = REASONS.get(reason) or CUSTOMER_REASONS.get(reason) or reason.replace("_", " ")
    return words[:1].lower() + words[1:]
