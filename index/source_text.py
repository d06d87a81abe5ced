"""Source lines -> the text that is shown: word for word, with list marks, indentation and comments taken off."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.records import Lines, Part

_ITEM_MARK = re.compile(r"[ \t]*(?:\d{1,9}[.)]|[-+*])(?:[ \t]+|$)")
_QUOTE_MARK = re.compile(r"[ \t]*> ?")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_CODE_OR_COMMENT = re.compile(r"(?P<code>(?P<ticks>`+).*?(?P=ticks))|<!--.*?(?:-->|$)")


def without_comments(source: Sequence[str]) -> tuple[str, ...]:
    """The lines of a document without authors' comments (`<!-- … -->`), which are for nobody but authors.

    Comments in code are text like any other. A comment that is never closed hides the rest, as it does on GitHub.

    Args:
        source: all lines of a document, since a comment may begin far above.

    Returns:
        As many lines; those that were nothing but comment are empty.
    """
    shown: list[str] = []
    fence, inside = "", False
    for text in source:
        rest, kept = text, ""
        if inside:
            _, end, rest = text.partition("-->")
            inside = not end
        mark = None if inside else _FENCE.match(rest)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence):
            fence = ""
        if fence or mark:
            kept = rest
        elif not inside:
            kept = _CODE_OR_COMMENT.sub(lambda found: found["code"] or "", rest)
            last = [found for found in _CODE_OR_COMMENT.finditer(rest) if not found["code"]]
            inside = bool(last) and not last[-1].group().endswith("-->")
        shown.append(kept if kept.strip() else "")
    return tuple(shown)


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
