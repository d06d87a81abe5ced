"""Gaps -> the words in which the pages tell of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from bot.gaps.records import SIGNALS, STATUSES, Gap, GapEvent, GapQuestion
from index.records import CHANNELS

_NEXT = "Nobody is answered from it yet: comes next “Make these answerable”, when you have saved all that belongs together."
DONE = {
    "assigned": "Whose hands the gap is in is noted.",
    "snoozed": "The gap is put off. It comes back into the list by itself.",
    "not_ours": "Such questions, and near ones, are refused from now on and make no gaps. “Work on it again” takes that back.",
    "dismissed": "The gap is settled: there is nothing to do.",
    "reopened": "The gap is open again.",
    "intended": "Noted which entry is meant. The gap closes only when that one answers.",
    "merged": "This gap holds the questions of both now.",
    "split": "The questions that you ticked are a gap of their own now, this one.",
    "rechecked": "The questions were asked again of the index in use. What they still lack stands below.",
    "closed": "The questions were asked again, and all of them are answered: the gap is closed.",
    "busy": "sopbot is looking after the gaps at this moment. Try again in a minute; after a new index it asks them again by itself.",
    "added": f"The document is saved. {_NEXT}",
    "reworded": f"The step is saved. {_NEXT}",
    "drafted": "The draft is written. Comes next: fill in what is missing; then publish it.",
    "filled_in": "The draft is saved. What it still lacks stands with it; with nothing left, publish it.",
    "published": f"The document is published. {_NEXT}",
    "accepted": f"The wording stands in the document now. {_NEXT}",
    "declined": "The wording is declined, and not proposed again.",
    "renewed": f"The document has new review dates. {_NEXT}",
    "building": "",
}
"""What was done, by its name in the address -> what the page says of it."""
SAVED = frozenset({"added", "reworded", "published", "accepted", "renewed"})
"""Those after which documents wait to be built."""
DOING = {
    "Reading documents": "reading the documents",
    "Embedding texts": "computing what the texts mean",
    "Writing the index": "writing the new index",
    "Asking golden and recent questions": "asking it your golden questions, and what people asked of late",
}
"""What a build says it is at -> the same for people who have never built one; anything else is shown as it is."""


def day(moment: date) -> str:
    """A day as people write it."""
    return f"{moment.day} {moment:%B %Y}"


def times(gap: Gap) -> str:
    """How often, by how many, since when."""
    often = "once" if gap.questions == 1 else f"{gap.questions} times"
    people = f" by {gap.people} {'person' if gap.people == 1 else 'people'}" if gap.people else ""
    return f"asked {often}{people}, last on {day(gap.last_asked_at)}"


def where(gap: Gap) -> str:
    """Channels, audiences, front ends."""
    channels = {CHANNELS.get(channel, "no channel said"): count for channel, count in gap.channels.items()}
    return "; ".join(filter(None, (counted(channels), counted({str(key): count for key, count in gap.audiences.items()}), counted(gap.front_ends))))


def why(gap: Gap) -> str:
    """Its signals."""
    return counted({SIGNALS[kind]: count for kind, count in gap.signals.items()})


def state(gap: Gap) -> str:
    """Its status, whose hands it is in, and what is meant to answer it."""
    until = f" until {day(gap.snoozed_until)}" if gap.status == "snoozed" and gap.snoozed_until else ""
    hands = f", in the hands of {who(gap.assignee)}" if gap.assignee else ""
    return f"{STATUSES[gap.status]}{until}{hands}"


def remarks(question: GapQuestion) -> list[str]:
    """What is known of a question, beside its words."""
    said = [CHANNELS.get(question.channel, ""), question.audience, question.front_end]
    said += [SIGNALS[signal.kind] + (f" ({signal.detail.replace('_', ' ')})" if signal.detail else "") for signal in question.signals]
    said += ["wants to know"] if question.wants_to_know else []
    if question.passes is not None:
        said.append(f"asked again: answered by {question.answered_by}" if question.passes else "asked again: not answered yet")
    return [day(question.asked_at), *filter(None, said)]


def happened(event: GapEvent) -> str:
    """An event in one line."""
    detail = f": {event.detail}" if event.detail else ""
    return f"{day(event.happened_at)}, {event.happened_at:%H:%M} UTC: {who(event.who) or 'sopbot'} – {event.action.replace('_', ' ')}{detail}"


def who(name: str) -> str:
    """A person's name; nobody knows who holds a link."""
    return "somebody with a link" if name.startswith("link:") else name


def doing(what: str) -> str:
    """What a build is at."""
    return DOING.get(what, what[:1].lower() + what[1:]) or "starting"


def clock(moment: datetime) -> str:
    """A moment, to the second."""
    return f"{day(moment)}, {moment:%H:%M:%S} UTC"


def counted(values: Mapping[str, int]) -> str:
    """Names with their numbers."""
    return ", ".join(f"{name} {count}" for name, count in values.items())


NAMES = {
    "day": day,
    "times": times,
    "where": where,
    "why": why,
    "state": state,
    "remarks": remarks,
    "happened": happened,
    "who": who,
    "doing": doing,
    "clock": clock,
}
"""For templates."""
