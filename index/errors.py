"""Every error that the library raises on purpose.

IndexLibraryError
├── KnowledgeError        documents that cannot be used; carries every Problem found
├── ModelError            an embedding model that is missing, altered or cannot be exported
├── BuildError            a build that stopped before anything was switched
│   ├── BuildLocked       somebody else is building
│   └── BuildRefused      the new index is worse than the one that serves; carries the reasons
├── GenerationError       a generation that is missing, damaged or of another format
└── DatasetError          an evaluation data set that cannot be read
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in a document, in words its author can act on."""

    path: str
    """Path of the file, relative to the knowledge folder."""
    line: int
    """1-based line."""
    message: str
    """What is wrong, with the value, and how to mend it."""
    fatal: bool = True
    """False for a warning: the document is read all the same."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class IndexLibraryError(Exception):
    """Base of all errors below; its text is one sentence for a person."""


class KnowledgeError(IndexLibraryError):
    """Documents that cannot be used as they are.

    Args:
        problems: everything found, over all files, in order of path and line.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ModelError(IndexLibraryError):
    """An embedding model that is missing, altered or cannot be exported."""


class BuildError(IndexLibraryError):
    """A build that stopped, or could not change which generation serves; it has switched nothing."""


class BuildLocked(BuildError):
    """Another build of the same data folder is running."""


class BuildRefused(BuildError):
    """A new index that would answer worse; nothing was switched.

    Args:
        reasons: one sentence each.
    """

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(self.reasons))


class GenerationError(IndexLibraryError):
    """A generation that is missing, damaged, or written in another format."""


class DatasetError(IndexLibraryError):
    """An evaluation data set that cannot be read."""
