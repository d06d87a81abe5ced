"""Entries that do not come up when they are asked for in their own words."""

from __future__ import annotations

from collections.abc import Iterator

from index.lint.finding import Found, Ground
from index.records import Entry
from index.search import Index

_OFFERED = 3
"""An answer and what is offered beside it."""


def hard_to_find(ground: Ground) -> Iterator[Found]:
    """Ask the index each entry's title and questions; one finding for each entry that is not among the first three.

    Entries that changed since the index was made are passed over: what would be found is not known yet.
    """
    index = ground.index
    if index is None:
        return
    for entry in ground.corpus.entries:
        indexed = index.entry(entry.id, entry.audience)
        if indexed is None or indexed.questions != entry.questions or indexed.body != entry.body:
            continue
        missed = [(question, first) for question in (entry.title, *entry.questions) if (first := _instead(index, entry, question))]
        if missed:
            question, first = missed[0]
            more = f" (and {len(missed) - 1} more of its questions)" if len(missed) > 1 else ""
            message = f"Asked '{question}', sopbot offers '{first.title}' ({first.path}) and others, not this{more}."
            yield Found(
                entry.path, ground.line_of(entry, question), message, "Word it the way people ask for this and nothing else, or move it to the entry it fits."
            )


def _instead(index: Index, entry: Entry, question: str) -> Entry | None:
    """What comes first when the entry is not among those offered."""
    hits = index.search(question, entry.audience, _OFFERED) if any(character.isalnum() for character in question) else ()
    return None if not hits or any(hit.entry.id == entry.id for hit in hits) else hits[0].entry
