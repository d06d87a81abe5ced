"""The knowledge folder and the index in use -> the documents that changed since: what nobody is answered from yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.authoring.edit import version_of
from bot.authoring.knowledge_folder import KnowledgeFolder
from bot.errors import EditRefused
from index.records import Entry


@dataclass(frozen=True, slots=True)
class Unbuilt:
    """A document that the index does not hold as it is."""

    path: str
    change: Literal["new", "changed", "gone"]


def unbuilt_documents(entries: Iterable[Entry], folder: KnowledgeFolder) -> tuple[Unbuilt, ...]:
    """Compare every document with what the index was built from.

    Args:
        entries: all that the index has.
        folder: holds the documents.

    Returns:
        Those that differ, in order of path. One that gives no entry, since it has errors, counts as new.
    """
    built = {entry.path: entry.version for entry in entries}
    here = folder.documents()
    differing = [Unbuilt(path, "changed" if path in built else "new") for path in here if _version(folder, path) != built.get(path)]
    gone = [Unbuilt(path, "gone") for path in built.keys() - set(here)]
    return tuple(sorted([*differing, *gone], key=lambda one: one.path))


def _version(folder: KnowledgeFolder, path: str) -> str:
    try:
        return version_of(folder.read(path))
    except EditRefused:  # nobody can read it: the build says why
        return ""
