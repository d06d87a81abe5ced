"""Two entries that are asked for in the same words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from index.lint.finding import Found, Ground
from index.records import Entry
from index.terms import stems, words

_SMALL_WORDS = frozenset(
    ["a", "an", "the", "please", "just", "do", "does", "did", "is", "are", "am", "to", "my", "our", "your", "their", "i", "we", "you", "they", "it", "me", "us"]
)
"""A question without them is still the same question; "how", "why" and "can" tell questions apart."""

_INVITATION = frozenset(["any", "do", "have", "i", "more", "other", "questions", "still", "with", "you"])
_WHOLE_QUESTION = 3
"""Words from which a handbook's heading asks for something; its `questions` may be another tool's key words."""


def duplicate_questions(ground: Ground) -> Iterator[Found]:
    """Titles and alternative questions that two entries share but for small words and endings.

    A procedure and the answer for customers may share theirs: the one is for the team, the other for whoever asks.
    """
    first: dict[tuple[str, str, tuple[str, ...]], tuple[Entry, str]] = {}
    told: dict[str, set[str]] = defaultdict(set)
    for entry in ground.corpus.entries:
        for question in _questions(entry):
            key = (entry.kind, entry.audience, _key(question))
            other, theirs = first.setdefault(key, (entry, question)) if key[2] else (entry, question)
            if other is entry or other.id in told[entry.id]:
                continue
            told[entry.id].add(other.id)
            where = f"'{other.title}' ({other.path}:{ground.line_of(other, theirs)})"
            if _same_answer(entry, other):
                yield Found(entry.path, ground.line_of(entry, question), f"'{question}' is answered in the same words by {where}.", "Keep one of the two.")
            else:
                message = f"'{question}' is asked of {where} too, which answers differently."
                yield Found(entry.path, ground.line_of(entry, question), message, "Say in both questions what sets them apart, or merge the two.")


def _questions(entry: Entry) -> tuple[str, ...]:
    """What people ask for it; a handbook's headings ("Overview", "Questions?") repeat without harm, unless they ask for something."""
    if entry.kind != "section":
        return (entry.title, *entry.questions)
    title = (entry.title,) if entry.title.rstrip().endswith("?") else ()
    return tuple(question for question in (*title, *entry.questions) if len(question.split()) >= _WHOLE_QUESTION)


def _key(question: str) -> tuple[str, ...]:
    """What two questions in the same words have in common; empty for headings such as "Still have questions?"."""
    found = words(question)
    said = stems([word for word in found if word not in _SMALL_WORDS])
    return tuple(sorted(said)) if not _INVITATION.issuperset(found) else ()


def _same_answer(one: Entry, other: Entry) -> bool:
    return one.body.split() == other.body.split()
