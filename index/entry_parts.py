"""What all kinds of documents share on the way to entries: ids, headings with all that stands below, plain passages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from index.records import Block, Document, Entry, Kind, Lines, Part, Section

_LONGEST_SLUG = 120
"""Ids stand in addresses and in the database, which holds 255 characters of one."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A section with the deeper sections below it."""

    section: Section
    below: tuple[Section, ...]

    @property
    def lines(self) -> Lines | None:
        """All its content, from below its heading to the end of the last section below it; None when there is none."""
        first = self.section.body.first if self.section.body else min((deeper.lines.first for deeper in self.below), default=0)
        last = max((section.lines.last for section in (self.section, *self.below)), default=0)
        return Lines(first, last) if first else None


def tree_at(sections: Sequence[Section], index: int) -> Tree:
    """The section at an index, with the deeper ones that follow it."""
    below = []
    for deeper in sections[index + 1 :]:
        if deeper.level <= sections[index].level:
            break
        below.append(deeper)
    return Tree(sections[index], tuple(below))


def slug(text: str) -> str:
    """A heading as an id: small letters and digits of any script, joined by hyphens; the beginning of a long one."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("_", " ").replace("'", "").replace("’", "")
    return "-".join(re.findall(r"\w+", plain))[:_LONGEST_SLUG].rstrip("-") or "section"


def document_id(document: Document) -> str:
    """The front matter's id, else the file's name."""
    return document.meta.id or slug(PurePosixPath(document.path).stem)


def heading_title(document: Document) -> str:
    """The front matter's title, else the first heading of the first level; empty when there is neither."""
    return document.meta.title or next((section.title for section in document.sections if section.level == 1), "")


def entry_of(document: Document, entry_id: str, kind: Kind, title: str, heading: Iterable[str], lines: Lines, **fields: Any) -> Entry:
    """An Entry with what its document's front matter says.

    Args:
        document: where it stands.
        entry_id: unique in the knowledge base.
        kind: of entry.
        title: what people see first.
        heading: titles from the outermost heading down to its own.
        lines: the entry's source lines.
        fields: the other fields of `Entry`.
    """
    meta = document.meta
    return Entry(
        id=entry_id,
        kind=kind,
        title=title,
        audience=meta.audience,
        path=document.path,
        heading=" > ".join(filter(None, heading)),
        lines=lines,
        version=document.version,
        owner=meta.owner,
        touchpoint=meta.touchpoint,
        reviewed_on=meta.reviewed_on,
        review_by=meta.review_by,
        tags=meta.tags,
        **({"channels": meta.channels} | fields),
    )


def passages(blocks: Iterable[Block]) -> tuple[Part, ...]:
    """The plain text of each paragraph, list item, table and the like, in order."""
    found: list[Part] = []
    for block in blocks:
        if block.children:
            found.extend(passages(block.children))
        elif block.text.strip():
            found.append(Part(block.text, block.lines))
    return tuple(found)


def text_of(block: Block) -> str:
    """The plain text of a block and all blocks inside it."""
    return " ".join(filter(None, (block.text, *(text_of(child) for child in block.children))))
