"""A stored question and the index as it is now -> what the ask page shows of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from posixpath import dirname, normpath
from urllib.parse import unquote, urlsplit

from bot.answer import Answer, NoAnswer, Outcome, Suggestion, Suggestions, answer_with, is_stale, nearest, suggestion
from bot.links import leads_elsewhere
from bot.log_records import LoggedQuestion
from index.entry_parts import slug
from index.records import Audience, Entry
from index.search import Index

AUDIENCE: Audience = "internal"
"""Whoever is let in reads what the team reads."""
_SEARCHED = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a question."""

    question: LoggedQuestion
    outcome: Outcome
    entry_id: str
    """The entry that was opened in place of the question's own answer; "" when none was."""
    nearest: tuple[Suggestion, ...] = ()
    """Titles worth offering where no document covers the question."""
    changed: bool = False
    """Whether the documents have been read anew since the question was asked."""


def shown(question: LoggedQuestion, index: Index, today: date, entry_id: str = "") -> Shown | None:
    """What to show of a question.

    Args:
        question: as stored.
        index: what it is answered from now.
        today: decides what is past its review date.
        entry_id: an entry that was chosen or followed a link to.

    Returns:
        None when the entry is not, or no longer, there.
    """
    changed = question.generation != index.generation
    if entry_id:
        hit = index.hit(question.text, entry_id, AUDIENCE)
        return Shown(question, answer_with(hit, today), entry_id, changed=changed) if hit else None
    offered = _offered(question, index)
    if question.outcome == "answer":
        entry = index.entry(question.entry_id, AUDIENCE)
        return Shown(question, Answer(entry, question.confidence, is_stale(entry, today), offered), "", changed=changed) if entry else None
    if question.outcome == "suggestions" and offered:
        return Shown(question, Suggestions(offered, question.confidence), "", changed=changed)
    return Shown(question, NoAnswer(question.confidence), "", nearest(index.search(question.text, AUDIENCE, _SEARCHED)), changed)


def reply_at(entry: Entry, position: int | None, channel: str) -> int | None:
    """Which of an entry's replies to show.

    Args:
        entry: the answer.
        position: the one that was chosen; None when none was.
        channel: the one the reply is meant for; "" when not said.

    Returns:
        A position in `entry.replies`: the one chosen, else the first for the channel, else the first; None when there is
        none, or none for the channel.
    """
    if position is not None:
        return position if 0 <= position < len(entry.replies) else None
    if channel:
        return next((number for number, reply in enumerate(entry.replies) if reply.channel == channel), None)
    return 0 if entry.replies else None


def resolver(entry: Entry, index: Index, address: Callable[[str], str]) -> Callable[[str], str | None]:
    """What links in an entry lead to.

    Args:
        entry: in whose text they stand.
        index: holds the entries that they may lead to.
        address: the address at which the page shows an entry, by its id.

    Returns:
        The target of a link -> where it leads: another website as it is, another document's entry on this page; None when
        there is nothing.
    """

    def resolve(target: str) -> str | None:
        if leads_elsewhere(target):
            return target
        try:
            parts = urlsplit(target)
        except ValueError:  # such as http://[half an address
            return None
        if parts.scheme or parts.netloc:
            return None
        path = normpath(f"{dirname(entry.path)}/{unquote(parts.path)}").lstrip("/") if parts.path else entry.path
        there = [other.id for other in index.entries(AUDIENCE) if other.path == path]
        heading = slug(unquote(parts.fragment).replace("-", " ")) if parts.fragment else ""
        meant = next((other for other in there if heading and other.endswith(f"#{heading}")), there[0] if there else None)
        return address(meant) if meant else None

    return resolve


def _offered(question: LoggedQuestion, index: Index) -> tuple[Suggestion, ...]:
    """Entries that were offered and are still there."""
    hits = (index.hit(question.text, entry_id, AUDIENCE) for entry_id in question.offered)
    return tuple(suggestion(hit) for hit in hits if hit)
