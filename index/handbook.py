"""An ordinary Markdown document that knows nothing of this format -> one entry for each section with content of its own."""

from __future__ import annotations

from pathlib import PurePosixPath

from index.entry_parts import entry_of, passages, slug
from index.errors import Problem
from index.records import Document, Entry
from index.source_text import cut
from index.steps import read_steps


def read_handbook(document: Document) -> tuple[list[Entry], list[Problem]]:
    """Read a handbook page: its headings become entries, its ordered lists their steps."""
    entries: list[Entry] = []
    seen: dict[str, int] = {}
    base = document.meta.id or document.path.rsplit(".", 1)[0]
    name = document.meta.title or PurePosixPath(document.path).stem.replace("-", " ").replace("_", " ")
    for section in document.sections:
        body = cut(document.shown, section.body) if section.body else ""
        if section.body is None or not body.strip():
            continue
        title = section.title or name
        anchor = slug(title)
        seen[anchor] = seen.get(anchor, 0) + 1
        suffix = f"-{seen[anchor]}" if seen[anchor] > 1 else ""
        around = [outer for outer in (name, *section.path) if outer != title]
        entries.append(
            entry_of(
                document,
                f"{base}#{anchor}{suffix}",
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
