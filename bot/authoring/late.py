"""Entries past their review date -> the documents to be read through, as their files stand now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.answer import first_of_each_document
from bot.authoring.knowledge_folder import KnowledgeFolder
from bot.authoring.reading import read
from bot.errors import EditRefused
from index.records import Entry


@dataclass(frozen=True, slots=True)
class LateDocument:
    """A document that the index in use holds past its review date."""

    path: str
    title: str
    owner: str
    review_by: date
    """As the index has it."""
    renewed_until: date | None
    """The file's next review, when that lies ahead already and only the index is not built yet; None otherwise."""


def late_documents(entries: Iterable[Entry], folder: KnowledgeFolder, today: date) -> tuple[LateDocument, ...]:
    """The documents of late entries, each once, in the order in which they come.

    Args:
        entries: past their review date, as indexed.
        folder: holds the files; those that cannot be read there count as they are indexed.
        today: decides what lies ahead.
    """
    return tuple(_late(entry, folder, today) for entry in first_of_each_document(entries))


def _late(entry: Entry, folder: KnowledgeFolder, today: date) -> LateDocument:
    title, until = entry.heading.split(" > ")[0] if entry.kind == "faq" else entry.title, None
    try:
        meta = read(entry.path, folder.read(entry.path)).document.meta
        title, until = meta.title or title, meta.review_by
    except EditRefused:
        pass
    return LateDocument(entry.path, title, entry.owner, entry.review_by or today, until if until and until >= today else None)
