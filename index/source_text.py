"""Source lines -> the text that is shown: word for word, with list marks and indentation taken off."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.records import Lines, Part

_ITEM_MARK = re.compile(r"[ \t]*(?:\d{1,9}[.)]|[-+*])(?:[ \t]+|$)")
_QUOTE_MARK = re.compile(r"[ \t]*> ?")


def cut(source: Sequence[str], lines: Lines) -> str:
    """The lines as they are, joined by line feeds, blank ones at both ends left out."""
    return "\n".join(source[lines.first - 1 : lines.last]).strip("\n")


def part_from(source: Sequence[str], lines: Lines | None) -> Part | None:
    """A Part of these lines, or None when there is nothing to show."""
    text = cut(source, lines) if lines else ""
    return Part(text, lines) if lines and text.strip() else None


def item_text(source: Sequence[str], lines: Lines) -> str:
    """A list item's text.

    The mark is taken off the first line, and as much white space off the others as the mark takes up; every line of the
    result is thus the end of its source line.
    """
    first = source[lines.first - 1]
    mark = _ITEM_MARK.match(first)
    offset = len(mark.group().expandtabs(4)) if mark else 0
    texts = [first[mark.end() :] if mark else first]
    texts += [_dedent(text, offset) for text in source[lines.first : lines.last]]
    return "\n".join(text.rstrip() for text in texts).strip("\n")


def quote_text(source: Sequence[str], lines: Lines) -> str:
    """A quotation's text: each line without its `> `."""
    return "\n".join(_QUOTE_MARK.sub("", text, count=1).rstrip() for text in source[lines.first - 1 : lines.last]).strip("\n")


def _dedent(text: str, columns: int) -> str:
    """Take off white space up to a column, tabs counting to the next multiple of four."""
    column = 0
    for index, character in enumerate(text):
        if column >= columns or character not in " \t":
            return text[index:]
        column += 4 - column % 4 if character == "\t" else 1
    return ""
