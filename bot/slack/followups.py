"""A message in the bot's own thread -> what it asks of the answer above, by plain rules; None for a new question."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.channels import channel_id
from index.records import CHANNELS

Expected = Literal["anything", "something", "sure", "nothing"]
FollowUpKind = Literal["channel", "next", "all", "not_it", "thanks"]

_NEXT = {"next", "next page", "next step", "next steps", "more", "continue", "go on", "and then", "what next", "what's next", "keep going"}
_ALL = {
    "show all",
    "show me all",
    "all",
    "all steps",
    "show all steps",
    "everything",
    "show everything",
    "the whole thing",
    "whole procedure",
    "full procedure",
}
_NOT_IT = {
    "that's not it", "thats not it", "that is not it", "not it", "not that", "not that one", "no not that", "no", "nope", "wrong", "wrong one",
    "that's wrong", "thats wrong", "that is wrong", "wrong procedure", "wrong answer", "not what i meant", "that's not what i meant",
    "thats not what i meant", "not what i asked", "that's not what i asked", "something else", "i meant something else", "no that's not it", "no thats not it",
}  # fmt: skip
_THANKS = {
    "thanks",
    "thank you",
    "thx",
    "ty",
    "cheers",
    "ok",
    "okay",
    "great",
    "perfect",
    "got it",
    "thanks a lot",
    "thank you very much",
    "many thanks",
    "that helps",
    "thanks that helps",
    "super",
    "cool",
}
_BY = re.compile(
    r"^(?:and |or |but )?(?:what about |how about |same |the same |now )?(?:by|via|on|over|in|for|through|as|with)? ?(?:an? |the )?(?P<name>.+?)(?: please| instead| then| too)?$"
)
_IN_QUESTION = re.compile(r"\b(?:by|via|on|over|through|in|as|for) (?:an? |the )?(?P<name>[a-z-]+(?: [a-z]+)?)")
_VAGUE = {"form", "comment", "tag", "recommendation", "text", "call", "live"}
"""Words that name a channel only when asked for on their own, not in the middle of a question."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What somebody asks of the answer above."""

    kind: FollowUpKind
    channel: str = ""
    """For "channel": a key of `CHANNELS`."""


def read_follow_up(text: str) -> FollowUp | None:
    """Understand a short message below an answer.

    Args:
        text: what was written, without mentions.

    Returns:
        What it asks for, or None when it is a question of its own.
    """
    words = re.sub(r"[^\w\s'-]", " ", text.replace("’", "'").lower())
    words = re.sub(r"\s+", " ", words).strip().removesuffix(" please").strip()
    if words in _NEXT:
        return FollowUp("next")
    if words in _ALL:
        return FollowUp("all")
    if words in _NOT_IT:
        return FollowUp("not_it")
    if words in _THANKS:
        return FollowUp("thanks")
    match = _BY.match(words)
    channel = channel_id(match["name"]) if match else None
    return FollowUp("channel", channel) if channel else None


def channel_in(question: str) -> str:
    """The channel that a question names: "… by phone" is phone; empty when it names none or two."""
    found: list[str] = []
    for match in _IN_QUESTION.finditer(question.lower()):
        name = match["name"]
        first = name.split(" ")[0]
        channel = channel_id(name) or (channel_id(first) if first not in _VAGUE else None)
        if channel:
            found.append(channel)
    return found[0] if len(set(found)) == 1 and found[0] in CHANNELS else ""


def looks_like_question(text: str) -> bool:
    """Whether a post that addresses nobody asks something; for channels where every question is answered."""
    words = text.strip().lower()
    return words.endswith("?") or bool(re.match(r"(how|what|when|where|who|why|which|can|could|may|should|shall|do|does|is|are)\b.{8,}", words))


def expected(own_thread: bool, asker: bool, question: bool) -> Expected:
    """What a message that addresses nobody wants of the bot.

    Args:
        own_thread: it stands in a thread that began with a question to the bot.
        asker: whoever asked the bot there before wrote it.
        question: it looks like one, see `looks_like_question`.

    Returns:
        "anything": not found is an answer too. "something": an answer or suggestions. "sure": an answer. "nothing".
    """
    if own_thread:
        return "anything" if asker or question else "sure"
    return "something" if asker and question else "nothing"
