"""A gap, its questions and its history -> the sentences in which pages, Slack and the terminal tell of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.gaps.records import SIGNALS, STATUSES, Gap, GapEvent, GapQuestion
from bot.phrases import AUDIENCES, FRONT_ENDS, day, minute, often
from bot.reasons import reason_in_words
from index.records import CHANNELS

_ACTIONS = {"snoozed": "put off until", "not_ours": "not ours", "dismissed": "nothing to do", "intended": "meant to answer it"}
"""What is stored -> what people read; anything else reads as it is stored."""


def times(gap: Gap) -> str:
    """How often, by how many, since when."""
    return f"{often(gap.questions, gap.people)}, last on {day(gap.last_asked_at)}"


def where(gap: Gap) -> str:
    """Channels, audiences, front ends."""
    channels = {CHANNELS.get(channel, "no channel said"): count for channel, count in gap.channels.items()}
    audiences = {AUDIENCES[audience]: count for audience, count in gap.audiences.items()}
    front_ends = {FRONT_ENDS.get(name, name): count for name, count in gap.front_ends.items()}
    return "; ".join(filter(None, map(_with_numbers, (channels, audiences, front_ends))))


def why(gap: Gap) -> str:
    """Its signals."""
    return _with_numbers({SIGNALS[kind]: count for kind, count in gap.signals.items()})


def state(gap: Gap) -> str:
    """Its status, and whose hands it is in."""
    until = f" until {day(gap.snoozed_until)}" if gap.status == "snoozed" and gap.snoozed_until else ""
    hands = f", in the hands of {who(gap.assignee)}" if gap.assignee else ""
    return f"{STATUSES[gap.status]}{until}{hands}"


def remarks(question: GapQuestion) -> list[str]:
    """What is known of a question, beside its words."""
    said = [CHANNELS.get(question.channel, ""), AUDIENCES[question.audience], FRONT_ENDS.get(question.front_end, question.front_end)]
    said += [SIGNALS[signal.kind] + (f" ({reason_in_words(signal.detail)})" if signal.detail else "") for signal in question.signals]
    said += ["wants to know"] if question.wants_to_know else []
    if question.passes is not None:
        said.append(f"asked again: answered by {question.answered_by}" if question.passes else "asked again: not answered yet")
    return [day(question.asked_at), *filter(None, said)]


def happened(event: GapEvent) -> str:
    """An event in one line."""
    action = _ACTIONS.get(event.action, event.action)
    detail = day(date.fromisoformat(event.detail)) if event.action == "snoozed" else event.detail
    return f"{minute(event.happened_at)}: {who(event.who) or 'sopbot'} – {action}{f': {detail}' if detail else ''}"


def who(name: str) -> str:
    """A person's name; nobody knows who holds a link."""
    return "somebody with a link" if name.startswith("link:") else name


def _with_numbers(values: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in values.items())
