"""A knowledge folder -> its documents' entries, sorted by path, with every problem of every file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.entries import read_entries
from index.errors import KnowledgeError, Problem
from index.markdown import parse_document
from index.records import Document, Entry

SUFFIXES = (".md", ".markdown")
DRAFTS = "drafts"
"""Folders of this name hold documents that are not finished; nobody is answered from them."""
_SKIPPED_FOLDERS = {DRAFTS, "node_modules"}


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
    documents: tuple[Document, ...] = ()
    drafts: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that make a file unusable."""
        return tuple(problem for problem in self.problems if problem.fatal)


def read_corpus(folder: Path) -> Corpus:
    """Read every Markdown file below a folder.

    Hidden files and folders, `drafts` and `node_modules` are passed over; so is the folder's own README.md when it has
    `sops` or `faqs` beside it, since it then explains the folder to authors. Links to folders are not followed.

    Args:
        folder: the knowledge folder.

    Returns:
        Entries and problems. Files with fatal problems give no entries.

    Raises:
        KnowledgeError: the folder does not exist or holds no Markdown file.
    """
    if not folder.is_dir():
        raise KnowledgeError([Problem(str(folder), 1, "There is no such folder. Name the folder that holds your documents with SOPBOT_KNOWLEDGE_DIR.")])
    entries: list[Entry] = []
    problems: list[Problem] = []
    documents: list[Document] = []
    paths = sorted(_files(folder, problems))
    for path in paths:
        document, found, complaints = _read(folder, path)
        documents += [document] if document else []
        problems.extend(complaints)
        if not any(problem.fatal for problem in complaints):
            entries.extend(found)
    if not paths:
        raise KnowledgeError([Problem(str(folder), 1, "There is no Markdown file (a name that ends in .md) in this folder.")])
    same = _same_ids(entries)
    problems.extend(same)
    entries = [entry for entry in entries if entry.path not in {problem.path for problem in same}]
    return Corpus(tuple(entries), tuple(sorted(problems)), len(paths), folder, tuple(documents), tuple(drafts_in(folder)))


def _read(folder: Path, path: str) -> tuple[Document | None, tuple[Entry, ...], list[Problem]]:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return None, (), [Problem(path.encode("utf-8", "replace").decode("utf-8"), 1, "The file's name is not UTF-8. Rename it.")]
    try:
        document, complaints = parse_document(path, (folder / path).read_bytes())
    except KnowledgeError as error:
        return None, (), list(error.problems)
    except OSError as error:
        return None, (), [Problem(path, 1, f"The file cannot be opened ({error.strerror}). Check that you may read it.")]
    entries, more = read_entries(document)
    return document, entries, [*complaints, *more]


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


def drafts_in(folder: Path) -> list[str]:
    """Relative paths of Markdown files in the knowledge folder's own `drafts`."""
    found = (path for path in (folder / DRAFTS).rglob("*") if path.name.lower().endswith(SUFFIXES) and not path.name.startswith("."))
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _same_ids(entries: list[Entry]) -> list[Problem]:
    problems: list[Problem] = []
    seen: dict[str, Entry] = {}
    for entry in entries:
        first = seen.setdefault(entry.id, entry)
        if first is not entry:
            where = f"{first.path}:{first.lines.first}"
            problems.append(
                Problem(
                    entry.path, entry.lines.first, f"The id '{entry.id}' is taken by '{first.title}' ({where}). Give this one another 'id' or another heading."
                )
            )
    return problems
