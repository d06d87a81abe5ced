"""Every rule, with its level unless set otherwise, and what it looks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.lint.contradictions import contradictory_figures
from index.lint.duplicates import duplicate_questions
from index.lint.findability import hard_to_find
from index.lint.finding import Found, Ground
from index.lint.links import dead_links
from index.lint.options import Level
from index.lint.parts import missing_owners, missing_parts, missing_replies, missing_review_dates, undeclared_channels
from index.lint.placeholders import blanks, unfinished_steps, unknown_placeholders
from index.lint.review_dates import impossible_dates, past_review
from index.lint.steps import long_steps


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that is looked for.

    Attributes:
        id: as settings name it.
        level: unless set otherwise.
        summary: what it finds, in a few words.
        find: gives the findings.
    """

    id: str
    level: Level
    summary: str
    find: Callable[[Ground], Iterator[Found]]


def _unreadable(ground: Ground) -> Iterator[Found]:
    return (Found(problem.path, problem.line, problem.message) for problem in ground.corpus.problems if problem.fatal)


def _doubtful(ground: Ground) -> Iterator[Found]:
    return (Found(problem.path, problem.line, problem.message) for problem in ground.corpus.problems if not problem.fatal)


UNREADABLE = "unreadable"
"""A document that cannot be used as it is. This one can be neither switched off nor excepted."""
RULES = (
    Rule(UNREADABLE, "error", "something because of which a document cannot be used", _unreadable),
    Rule("doubtful", "warning", "something that is read, but perhaps not as it was meant", _doubtful),
    Rule("missing-part", "warning", "a procedure without a part that every procedure should have", missing_parts),
    Rule("missing-reply", "warning", "a channel in the front matter without a scripted reply", missing_replies),
    Rule("undeclared-channel", "warning", "a reply for a channel that the front matter leaves out", undeclared_channels),
    Rule("missing-owner", "warning", "a document that nobody answers for", missing_owners),
    Rule("missing-review-date", "warning", "a document without the date of its next review", missing_review_dates),
    Rule("past-review", "warning", "a document past its review date", past_review),
    Rule("review-dates", "warning", "review dates that cannot be", impossible_dates),
    Rule("unknown-placeholder", "warning", "a placeholder that is not known, or looks misspelt", unknown_placeholders),
    Rule("blank", "warning", "'[name]', 'XXX' or '____' in a reply, where a placeholder is meant", blanks),
    Rule("unfinished", "warning", "'TODO' or 'TBD' in a step", unfinished_steps),
    Rule("duplicate-question", "warning", "two entries that are asked for in the same words", duplicate_questions),
    Rule("contradiction", "warning", "an answer for customers and a procedure that give different figures for the same thing", contradictory_figures),
    Rule("dead-link", "warning", "a link to a file or heading that is not there", dead_links),
    Rule("long-step", "warning", "a step that is too long to be one action", long_steps),
    Rule("hard-to-find", "warning", "an entry that does not come up for its own questions; needs an index", hard_to_find),
)
