"""What somebody typed -> the text that is asked, or why it cannot be."""

from __future__ import annotations

from bot.storable import storable

MAX_QUESTION_CHARACTERS = 8_000


class QuestionRefused(ValueError):
    """A question that cannot be asked: empty, or far too long. Its text says what to do."""


def checked(text: str) -> str:
    """The question without outer white space.

    Raises:
        QuestionRefused: nothing is left, or it is too long.
    """
    text = storable(text).strip()
    if not any(character.isalnum() for character in text):
        raise QuestionRefused("The question is empty. Ask in a few words, for example: how do I handle a refund complaint")
    if len(text) > MAX_QUESTION_CHARACTERS:
        raise QuestionRefused(f"The question has {len(text):,} characters; at most {MAX_QUESTION_CHARACTERS:,} are read. Send the part that asks.")
    return text
