"""Source lines -> the text that is shown: word for word, with list marks, indentation and comments taken off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index.records import Block, Lines, Part

_ITEM_MARK = re.compile(r"[ \t]*(?:\d{1,9}[.)]|[-+*])(?:[ \t]+|$)")
_QUOTE_MARK = re.compile(r"[ \t]*> ?")
_INLINE_COMMENT = re.compile(r"<!--.*?-->")


def cut(source: Sequence[str], lines: Lines) -> str:
    """The lines as they are, joined by line feeds."""
    return "\n".join(source[lines.first - 1 : lines.last])


def item_text(source: Sequence[str], lines: Lines) -> str:
    """A list item's text.

    The mark is taken off the first line, and as much white space off the others as the mark takes up; every line of the
    result is thus the end of its source line. A quotation mark before the list is taken off like white space.
    """
    first = source[lines.first - 1]
    mark = _ITEM_MARK.match(first)
    offset = len(mark.group().expandtabs(4)) if mark else 0
    texts = [first[mark.end() :] if mark else first]
    texts += [_dedent(text, offset) for text in source[lines.first : lines.last]]
    return "\n".join(text.rstrip() for text in texts).strip("\n")


def quote_text(source: Sequence[str], lines: Lines) -> str:
    """A quotation's text: each line without its `> `."""
    return "\n".join(_QUOTE_MARK.sub("", text, count=1).rstrip() for text in source[lines.first - 1 : lines.last])


def visible(source: Sequence[str], lines: Lines, comments: Iterable[Lines] = ()) -> str:
    """The lines as they are, without authors' comments (`<!-- … -->`), which are for nobody but authors.

    Args:
        source: the document's lines.
        lines: which of them.
        comments: where block comments stand; comments inside a line are found here.
    """
    hidden = {number for comment in comments for number in range(comment.first, comment.last + 1)}
    kept: list[str] = []
    fence = ""
    for number in range(lines.first, lines.last + 1):
        text = source[number - 1]
        mark = re.match(r"[ \t]*(```+|~~~+)", text)
        if mark and (not fence or mark.group(1).startswith(fence)):
            fence = "" if fence else mark.group(1)
        if number not in hidden:
            kept.append(text if fence else _INLINE_COMMENT.sub("", text))
    return "\n".join(kept).strip("\n")


def comment_lines(blocks: Iterable[Block]) -> list[Lines]:
    """Where comments stand among blocks, at any depth."""
    found: list[Lines] = []
    for block in blocks:
        if block.kind == "comment":
            found.append(block.lines)
        found.extend(comment_lines(block.children))
    return found


def part_from(source: Sequence[str], lines: Lines | None, comments: Iterable[Lines] = ()) -> Part | None:
    """A Part of these lines, or None when nothing is left to show."""
    if lines is None:
        return None
    text = visible(source, lines, comments)
    return Part(text, lines) if text.strip() else None


def _dedent(text: str, columns: int) -> str:
    """Take off white space up to a column, tabs counting to the next multiple of four."""
    column = 0
    for index, character in enumerate(text):
        if column >= columns or character not in " \t":
            return text[index:]
        column += 4 - column % 4 if character == "\t" else 1
    return ""
