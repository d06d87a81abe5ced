"""An ordinary Markdown document that knows nothing of this format -> one entry for each section with content of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import PurePosixPath

from index.entry_parts import entry_of, passages, slug
from index.errors import Problem
from index.records import Document, Entry
from index.source_text import cut
from index.steps import read_steps


def read_handbook(document: Document) -> tuple[list[Entry], list[Problem]]:
    """Read a handbook page: its headings become entries, its ordered lists their steps."""
    entries: list[Entry] = []
    seen: set[str] = set()
    base = document.meta.id or document.path.rsplit(".", 1)[0]
    name = document.meta.title or PurePosixPath(document.path).stem.replace("-", " ").replace("_", " ")
    for section in document.sections:
        body = cut(document.shown, section.body) if section.body else ""
        if section.body is None or not body.strip():
            continue
        title = section.title or name
        anchor = next(name for name in _numbered(slug(title)) if name not in seen)
        seen.add(anchor)
        around = [outer for outer in (name, *section.path) if outer != title]
        entries.append(
            entry_of(
                document,
                f"{base}#{anchor}",
                "section",
                title,
                (*dict.fromkeys(around), title),
                section.body,
                questions=document.meta.questions if not entries else (),
                steps=read_steps(document.shown, section.blocks),
                passages=passages(section.blocks),
                body=body,
            )
        )
    if entries:
        return entries, []
    return [], [Problem(document.path, 1, "This file holds no text to answer with. Write some, or remove it.", fatal=False)]


def _numbered(name: str) -> Iterator[str]:
    """The name, then with 2, 3 and so on behind it."""
    yield name
    yield from (f"{name}-{number}" for number in count(2))
