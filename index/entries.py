"""Document -> Entries: one for an SOP, one for each question of a FAQ, one for each section of a handbook."""

from __future__ import annotations

from index.errors import Problem
from index.faq import read_faq
from index.handbook import read_handbook
from index.records import Document, Entry
from index.sop import read_sop

_READERS = {"sop": read_sop, "faq": read_faq, "handbook": read_handbook}


def read_entries(document: Document) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """Find what a document can answer.

    Args:
        document: as parsed.

    Returns:
        Its entries in order of line, and what is wrong with them. A document with a fatal problem may lack entries.
    """
    entries, problems = _READERS[document.meta.kind](document)
    return tuple(entries), tuple(sorted(problems))
