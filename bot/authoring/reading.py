"""A document as it reads, to prove that an edit changed what it means to and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from bot.errors import EditRefused
from index.entries import read_entries
from index.errors import KnowledgeError, Problem
from index.markdown import parse_document
from index.records import Document, Entry, Meta

_PLACES = ("lines", "version")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file's bytes say.

    Attributes:
        document: as parsed.
        entries: its entries.
        problems: all of them.
    """

    document: Document
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps it from being used."""
        return tuple(problem for problem in self.problems if problem.fatal)

    def entry(self, entry_id: str) -> Entry:
        """One entry.

        Raises:
            EditRefused: there is none of that id.
        """
        for entry in self.entries:
            if entry.id == entry_id:
                return entry
        raise EditRefused(f"{self.document.path} holds no '{entry_id}' any more. Look for it by its title.")


def read(path: str, data: bytes) -> Reading:
    """Read a file's bytes.

    Raises:
        EditRefused: they cannot be read at all.
    """
    try:
        document, problems = parse_document(path, data)
    except KnowledgeError as error:
        raise EditRefused(f"{error.problems[0]}") from None
    entries, more = read_entries(document)
    return Reading(document, entries, tuple(sorted([*problems, *more])))


def read_whole(path: str, data: bytes) -> Reading:
    """Read a file that is going to be changed.

    Raises:
        EditRefused: it has errors; what it means is then not known well enough to change it.
    """
    reading = read(path, data)
    if reading.errors:
        raise EditRefused(f"The document has an error that must be mended first: {reading.errors[0]}")
    return reading


def same_but(path: str, after: bytes, meta: Meta, entries: Sequence[Entry], problems: int, reworded: str = "") -> bool:
    """Whether some bytes read as expected.

    Args:
        path: of the document.
        after: its bytes as they would be.
        meta: the facts that it should state.
        entries: the entries that it should hold, wherever they stand.
        problems: how many complaints there may be.
        reworded: id of an entry whose whole text is not compared, since a part of it that is compared was worded anew.
    """
    try:
        reading = read(path, after)
    except EditRefused:
        return False
    if reading.errors or len(reading.problems) > problems or reading.document.meta != meta:
        return False
    return [_text_of(entry, reworded) for entry in reading.entries] == [_text_of(entry, reworded) for entry in entries]


def _text_of(entry: Entry, reworded: str) -> Any:
    """All that an entry says, without where it stands."""
    return _without_places(msgspec.to_builtins(msgspec.structs.replace(entry, body="", passages=()) if entry.id == reworded else entry))


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_places(inner) for key, inner in value.items() if key not in _PLACES}
    return [_without_places(inner) for inner in value] if isinstance(value, list | tuple) else value
