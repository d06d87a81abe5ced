"""A knowledge folder -> its documents' entries, sorted by path, with every problem of every file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import overload

from index.entries import read_entries
from index.errors import KnowledgeError, Problem
from index.markdown import parse_document
from index.records import Document, Entry

SUFFIXES = (".md", ".markdown")
DRAFTS = "drafts"
"""Folders of this name hold documents that are not finished; nobody is answered from them."""
DocumentRead = tuple[Document | None, tuple[Entry, ...], tuple[Problem, ...]]
"""A document as parsed, None when it is no text; its entries, and what is wrong with it."""
Reader = Callable[[str, bytes], DocumentRead]
Recalled = tuple[Callable[[], Document | None], tuple[Entry, ...], tuple[Problem, ...]]
"""The same, with the document given when asked for: building needs its entries, and only some checks of lint need more."""
_SKIPPED_FOLDERS = {DRAFTS, "node_modules"}
_LONGEST_ID = 255


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a knowledge folder holds.

    Attributes:
        entries: in order of path and line.
        problems: of all files, fatal ones and warnings, in order of path and line.
        files: number of Markdown files read.
        folder: where they lie.
        documents: as parsed, in order of path; without files that are no text. Files with errors are among them.
        drafts: paths of the files in the folder's own `drafts`, which are not read.
    """

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    files: int
    folder: Path = Path()
    documents: Sequence[Document] = ()
    drafts: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that make a file unusable."""
        return tuple(problem for problem in self.problems if problem.fatal)


class _Documents(Sequence[Document]):
    """Documents that are made when somebody looks at them.

    Args:
        recalled: gives each document, or None in place of one that is no text.
    """

    def __init__(self, recalled: Sequence[Callable[[], Document | None]]) -> None:
        self._recalled = recalled

    @cached_property
    def _made(self) -> tuple[Document, ...]:
        return tuple(document for recall in self._recalled if (document := recall()))

    @overload
    def __getitem__(self, place: int) -> Document: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Document, ...]: ...
    def __getitem__(self, place: int | slice) -> Document | tuple[Document, ...]:
        return self._made[place]

    def __len__(self) -> int:
        return len(self._made)


def read_corpus(folder: Path, remember: Callable[[Mapping[str, bytes], Reader], Mapping[str, Recalled]] | None = None) -> Corpus:
    """Read every Markdown file below a folder.

    Hidden files and folders, `drafts` and `node_modules` are passed over; so is the folder's own README.md when it has
    `sops` or `faqs` beside it, since it then explains the folder to authors. Links to folders are not followed.

    Args:
        folder: the knowledge folder.
        remember: given the bytes of all files by path, and how to read one, gives what each holds; it may know some
            already (`ReadingCache.documents`).

    Returns:
        Entries and problems. Files with fatal problems give no entries.

    Raises:
        KnowledgeError: the folder does not exist or holds no Markdown file.
    """
    if not folder.is_dir():
        raise KnowledgeError([Problem(str(folder), 1, "There is no such folder. Name the folder that holds your documents with SOPBOT_KNOWLEDGE_DIR.")])
    entries: list[Entry] = []
    problems: list[Problem] = []
    documents: list[Callable[[], Document | None]] = []
    paths = sorted(_files(folder, problems))
    sources: dict[str, bytes] = {}
    for path in paths:
        data = _bytes(folder, path)
        if isinstance(data, Problem):
            problems.append(data)
        else:
            sources[path] = data
    read = remember(sources, _read) if remember else {path: recalled(*_read(path, data)) for path, data in sources.items()}
    for path in sources:
        document, found, complaints = read[path]
        documents.append(document)
        problems.extend(complaints)
        if not any(problem.fatal for problem in complaints):
            entries.extend(found)
    if not paths:
        raise KnowledgeError([Problem(str(folder), 1, "There is no Markdown file (a name that ends in .md) in this folder.")])
    unfit = _unfit_ids(entries)
    problems.extend(unfit)
    taken = {problem.path for problem in unfit}
    entries = [entry for entry in entries if entry.path not in taken]
    return Corpus(tuple(entries), tuple(sorted(problems)), len(paths), folder, _Documents(documents), tuple(drafts_in(folder)))


def recalled(document: Document | None, entries: tuple[Entry, ...], problems: tuple[Problem, ...]) -> Recalled:
    """What was read just now, as one gives what was read before."""
    return (lambda: document), entries, problems


def _bytes(folder: Path, path: str) -> bytes | Problem:
    try:
        path.encode("utf-8")
        return (folder / path).read_bytes()
    except UnicodeEncodeError:
        return Problem(path.encode("utf-8", "replace").decode("utf-8"), 1, "The file's name is not UTF-8. Rename it.")
    except OSError as error:
        return Problem(path, 1, f"The file cannot be opened ({error.strerror}). Check that you may read it.")


def _read(path: str, data: bytes) -> DocumentRead:
    try:
        document, complaints = parse_document(path, data)
    except KnowledgeError as error:
        return None, (), error.problems
    entries, more = read_entries(document)
    return document, entries, (*complaints, *more)


def _files(folder: Path, problems: list[Problem]) -> Iterator[str]:
    """Relative paths of Markdown files, with forward slashes; folders that cannot be opened become problems."""

    def closed(error: OSError) -> None:
        where = Path(str(error.filename)).relative_to(folder).as_posix()
        problems.append(Problem(where, 1, f"The folder cannot be opened ({error.strerror}). Check that you may read it."))

    own_layout = any((folder / name).is_dir() for name in ("sops", "faqs"))
    for parent, folders, names in os.walk(folder, onerror=closed):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _SKIPPED_FOLDERS]
        for name in names:
            if name.startswith(".") or not name.lower().endswith(SUFFIXES):
                continue
            relative = Path(parent, name).relative_to(folder).as_posix()
            if not (own_layout and relative.lower() == "readme.md"):
                yield relative


def documents_in(folder: Path) -> list[str]:
    """Relative paths of the Markdown files that `read_corpus` reads, in order; none when there is no such folder."""
    return sorted(_files(folder, [])) if folder.is_dir() else []


def drafts_in(folder: Path) -> list[str]:
    """Relative paths of Markdown files in the knowledge folder's own `drafts`."""
    found = (path for path in (folder / DRAFTS).rglob("*") if path.name.lower().endswith(SUFFIXES) and not path.name.startswith("."))
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _unfit_ids(entries: list[Entry]) -> list[Problem]:
    problems: list[Problem] = []
    seen: dict[str, Entry] = {}
    for entry in entries:
        if len(entry.id) > _LONGEST_ID:
            said = f"The id '{entry.id[:60]}…' has {len(entry.id)} characters; {_LONGEST_ID} are the most. Give the document a short 'id'."
            problems.append(Problem(entry.path, entry.lines.first, said))
        first = seen.setdefault(entry.id, entry)
        if first is not entry:
            where = f"{first.path}:{first.lines.first}"
            problems.append(
                Problem(
                    entry.path, entry.lines.first, f"The id '{entry.id}' is taken by '{first.title}' ({where}). Give this one another 'id' or another heading."
                )
            )
    return problems
