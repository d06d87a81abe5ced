"""Public entries -> topics, one for each document, as the FAQ lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.records import Entry


@dataclass(frozen=True, slots=True)
class Topic:
    """The entries of one document."""

    id: str
    """What stands before the # in the entries' ids."""
    title: str
    """The document's first heading."""
    entries: tuple[Entry, ...]
    """In the order of the document."""


def topic_of(entry_id: str) -> str:
    """The topic of an entry: "returns" for "returns#how-long"; a document that is one entry is a topic of its own."""
    return entry_id.rpartition("#")[0] or entry_id


def topics_of(entries: Sequence[Entry]) -> tuple[Topic, ...]:
    """Group entries by their document.

    Args:
        entries: in order of path and line, as an index gives them.

    Returns:
        In order of title.
    """
    by_document: dict[str, list[Entry]] = {}
    for entry in entries:
        by_document.setdefault(topic_of(entry.id), []).append(entry)
    topics = [Topic(document, _title(document, found[0]), tuple(found)) for document, found in by_document.items()]
    return tuple(sorted(topics, key=lambda topic: (topic.title.casefold(), topic.id)))


def _title(topic: str, first: Entry) -> str:
    """The document's first heading; else the topic's id as words, so that no topic is named like one of its questions."""
    around = first.heading.removesuffix(first.title).removesuffix(" > ")
    if around:
        return around.split(" > ")[0]
    return first.title if topic == first.id else topic.rpartition("/")[2].replace("-", " ").replace("_", " ").capitalize()
