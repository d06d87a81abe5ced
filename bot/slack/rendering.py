"""Outcomes and stored answers -> messages, with documents read from the current index for the audience that reads them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer import Answer, Outcome, Suggestion, Suggestions, is_stale, nearest
from bot.phrases import DID_YOU_MEAN, GONE, NOT_COVERED, STORED
from bot.slack.answers import ShownAnswer
from bot.slack.blocks.answer import Shown, answer_blocks, answer_text
from bot.slack.blocks.outcome import error_text, no_answer_blocks, notice_blocks, suggestion_blocks
from bot.slack.front import Front
from bot.slack.posting import Message
from index.records import Audience, Hit

EXPIRED = "I no longer have that answer. Please ask your question again."


def outcome_message(outcome: Outcome, hits: Sequence[Hit], shown: ShownAnswer, private: bool, public_only: bool, hand_over: bool) -> Message:
    """What a question led to, as a message."""
    if isinstance(outcome, Answer):
        return Message(answer_blocks(outcome, Shown(shown.id, shown.page, shown.reply, private)), answer_text(outcome))
    if isinstance(outcome, Suggestions):
        return Message(suggestion_blocks(outcome.suggestions, shown.id, public_only), DID_YOU_MEAN)
    return Message(no_answer_blocks(shown.id, nearest(hits), public_only, hand_over), f"{NOT_COVERED} {STORED}")


def stored_answer(front: Front, shown: ShownAnswer, audience: Audience) -> Answer | None:
    """The answer that was shown, from the documents as they are now.

    Returns:
        None when no answer was shown, or its document is not (or no longer) there for this audience.

    Raises:
        GenerationError: there is no index.
    """
    index = front.index.get()
    entry = index.entry(shown.entry_id, audience) if shown.entry_id else None
    if entry is None:
        return None
    others = ((other, confidence, index.entry(other, audience)) for other, confidence in shown.offered)
    also = tuple(Suggestion(other, found.title, confidence) for other, confidence, found in others if found and other != entry.id)
    return Answer(entry, shown.confidence, is_stale(entry, front.today()), also)


def stored_message(front: Front, shown: ShownAnswer, audience: Audience, private: bool) -> Message:
    """A stored answer as a message, as it stands now.

    Raises:
        GenerationError: there is no index.
    """
    answer = stored_answer(front, shown, audience)
    if answer is None:
        return notice(GONE)
    return Message(answer_blocks(answer, Shown(shown.id, shown.page, shown.reply, private)), answer_text(answer))


def notice(text: str) -> Message:
    """A sentence of ours."""
    return Message(list(notice_blocks(text)), text)


def error_message(reference: str) -> Message:
    """The sentence that people see when something went wrong."""
    return notice(error_text(reference))
