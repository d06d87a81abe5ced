"""Outcomes, dates, shares and counts -> the words in which every front end says them, so that all say the same."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.answer import Answer, confidence_in_words
from index.records import CHANNELS, Entry, Lines, Reply

DID_YOU_MEAN = "Did you mean one of these?"
NOT_COVERED = "No document covers this."
STORED = "Your question is stored, so that whoever looks after the documents sees it and can write what is missing."
NEAREST = "The nearest that there is:"
ALSO = "Perhaps also"
"""Before the titles of other likely entries, for the team."""
GONE = "That document can no longer be shown here. Ask again, to find the one that has taken over."
PAST_REVIEW = "Past its review date."
NOBODY = "nobody is named"
"""Where an owner would stand."""
FRONT_ENDS = {"slack": "Slack", "page": "Ask page", "faq": "FAQ pages", "widget": "Widget", "http": "HTTP", "terminal": "Terminal"}
"""What is stored -> what people read."""
AUDIENCES = {"internal": "the team", "public": "customers"}
"""What is stored -> what people read."""


def day(moment: date) -> str:
    """A day as people write it: "5 October 2026"."""
    return f"{moment.day} {moment:%B %Y}"


def minute(moment: datetime) -> str:
    """A moment, to the minute: "5 October 2026, 09:30 UTC"; an aware time."""
    there = moment.astimezone(UTC)
    return f"{day(there)}, {there:%H:%M} UTC"


def percent(share: float) -> str:
    """A share or probability in [0, 1]: "94%"."""
    return f"{share:.0%}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with what it counts: "1 question", "1,200 questions"; `many` where an s does not make the plural."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def often(times: int, people: int) -> str:
    """How often something was asked, and by how many people, where that is known: "asked 3 times by 2 people"."""
    by = f" by {counted(people, 'person', 'people')}" if people else ""
    return ("asked once" if times == 1 else f"asked {times:,} times") + by


def sure(confidence: float) -> str:
    """How sure an answer is: "very likely right (94%)"."""
    return f"{confidence_in_words(confidence)} ({percent(confidence)})"


def place(path: str, lines: Lines) -> str:
    """Where something stands: "sops/refund.md", with the first line and the last."""
    return f"{path}, line {lines.first}" if lines.first == lines.last else f"{path}, lines {lines.first}–{lines.last}"


def source(answer: Answer) -> list[str]:
    """How sure an answer is, where it stands, who answers for it, and how old it is; a few words each."""
    entry = answer.entry
    facts = [sure(answer.confidence).capitalize(), place(entry.path, entry.lines)]
    facts += [f"Owner: {entry.owner}"] if entry.owner else []
    facts += [f"Reviewed {day(entry.reviewed_on)}"] if entry.reviewed_on else []
    facts += [f"Next review by {day(entry.review_by)}"] if entry.review_by and not answer.stale else []
    return facts


def past_review(entry: Entry) -> str:
    """What stands behind `PAST_REVIEW` on an answer whose review date has passed."""
    due = f"This was due for review by {day(entry.review_by)}. " if entry.review_by else ""
    return f"{due}Before you rely on it, check with {entry.owner or 'a team lead'}."


def reply_name(reply: Reply) -> str:
    """How people call a reply: "Email", or "Email: the mistake was ours"."""
    name = CHANNELS.get(reply.channel, reply.channel)
    return f"{name}: {reply.situation}" if reply.situation else name
