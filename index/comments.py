"""A document's lines -> the lines that anybody may be shown: authors' comments (`<!-- … -->`) taken out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from index.dialect import PARSER

_CODE_SPAN_OR_COMMENT = re.compile(r"(?P<code>(?<![\\`])(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))|<!--.*?(?:-->|$)")


@dataclass(frozen=True, slots=True)
class Shown:
    """What is left of a document's lines.

    Attributes:
        lines: as many as went in; those that were nothing but comment are empty.
        trouble: 1-based line of a comment that is never closed, or that could not be told from other text; 0 when all
            is well. From an unclosed comment on, nothing is taken out.
    """

    lines: tuple[str, ...]
    trouble: int


def without_comments(source: Sequence[str]) -> Shown:
    """Take the comments out. Code is text like any other: a comment in it stays, but for one in a code span over two lines.

    Args:
        source: a document's lines, without its front matter.
    """
    if not any("<!--" in text or text.isspace() for text in source):  # as most documents; parsing is what takes time
        return Shown(tuple(source), 0)
    code = {number for token in PARSER.parse("\n".join(source)) if token.type in ("fence", "code_block") for number in range(*(token.map or (0, 0)))}
    shown: list[str] = []
    opened = -1
    for number, text in enumerate(source):
        rest = text
        if opened >= 0:
            _, end, rest = text.partition("-->")
            if not end:
                shown.append("")
                continue
            opened = -1
        elif number in code:
            shown.append(text)
            continue
        comments = [found for found in _CODE_SPAN_OR_COMMENT.finditer(rest) if not found["code"]]
        kept = _CODE_SPAN_OR_COMMENT.sub(lambda found: found["code"] or "", rest) if comments else rest
        if comments and not comments[-1].group().endswith("-->"):
            opened = number
        shown.append(kept if kept.strip() else "")
    if opened >= 0:
        return Shown((*shown[:opened], *source[opened:]), opened + 1)
    return Shown(tuple(shown), _left_over(shown))


def _left_over(lines: Sequence[str]) -> int:
    """1-based line of a comment that is still there, 0 when none is."""
    return next((token.map[0] + 1 for token in PARSER.parse("\n".join(lines)) if token.map and any("<!--" in html for html in _html(token))), 0)


def _html(token: Token) -> list[str]:
    return [part.content for part in (token, *(token.children or ())) if part.type in ("html_block", "html_inline")]
