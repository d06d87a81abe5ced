"""What was done on the review page, and what a build is at -> the words in which the page says so."""

from __future__ import annotations

from datetime import datetime

from bot.gaps.words import happened, remarks, state, times, where, who, why
from bot.phrases import day

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


def doing(what: str) -> str:
    """What a build is at."""
    return DOING.get(what, what[:1].lower() + what[1:]) or "starting"


def clock(moment: datetime) -> str:
    """A moment, to the second."""
    return f"{day(moment)}, {moment:%H:%M:%S} UTC"


NAMES = {
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
