"""Markdown -> Slack text objects that show the same words, ping nobody, and stay within a section's limit.

Slack's mrkdwn has no escapes for `*`, `_`, `~`, backticks and `:emoji:`. Whatever would not be read word for word as
mrkdwn is therefore shown as plain text, without bold or links: words come before looks.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.utils import EnvType
from slack_sdk.models.blocks import MarkdownTextObject, PlainTextObject, TextObject

from bot.slack.blocks.limits import SECTION_TEXT, length, split_text

_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_BROKEN_LINK = re.compile(r"[<>|\s]")
_EMOJI = re.compile(r":[a-z0-9_+'-]+:")


def escape(text: str) -> str:
    """Text that Slack shows as it is and reads no mention, link or command in."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def text_objects(markdown: str, limit: int = SECTION_TEXT) -> list[TextObject]:
    """Text objects for sections, one for each paragraph, list item or code block, in order; longer ones are split.

    Args:
        markdown: word for word from a document.
        limit: characters a text object may hold.

    Returns:
        At least one object, unless the text is blank.
    """
    known: EnvType = {}
    _MARKDOWN.parse(markdown, known)  # where links lead that are written [like this][1] may stand below another paragraph
    objects: list[TextObject] = []
    for piece in pieces(markdown):
        objects.extend(_objects(piece, limit, known))
    return objects


def pieces(markdown: str) -> list[str]:
    """The top-level blocks of a Markdown text; lists are taken apart into their items."""
    lines = markdown.split("\n")
    starts = sorted({token.map[0] for token in _MARKDOWN.parse(markdown) if token.map and _begins_piece(token)})
    cuts = [*starts, len(lines)]
    found = ["\n".join(lines[first:last]).rstrip() for first, last in itertools.pairwise(cuts)]
    return [piece for piece in found if piece.strip()]


def to_mrkdwn(markdown: str, known: EnvType | None = None) -> str | None:
    """The text in Slack's markup, or None when Slack would not show exactly its words.

    Args:
        markdown: word for word from a document.
        known: what markdown-it has found in the whole of a longer text, so that links defined elsewhere in it are links.
    """
    marked = _render(_MARKDOWN.parse(markdown, known), marks=True)
    return marked if squeezed(readable(marked)) == squeezed(visible(markdown, known)) else None


def visible(markdown: str, known: EnvType | None = None) -> str:
    """What a reader sees of a Markdown text, without marks; `known` as in `to_mrkdwn`."""
    return _render(_MARKDOWN.parse(markdown, known), marks=False)


def readable(mrkdwn: str) -> str:
    """What Slack shows of a mrkdwn text: its own markup taken away, the way Slack does it."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[1].strip("\n"))
        return f"\0{len(kept) - 1}\0"

    text = re.sub(r"```(.+?)```", keep, mrkdwn, flags=re.DOTALL)
    text = re.sub(r"(?<![`\w])`([^`\n]+)`(?![`\w])", keep, text)
    text = re.sub(r"<(?:https?://|mailto:)[^|>]*\|([^>]*)>", r"\1", text)
    text = re.sub(r"^(?:>|&gt;) ?", "", text, flags=re.MULTILINE)
    for mark in ("*", "_", "~"):
        quoted = re.escape(mark)
        text = re.sub(rf"(?<![\w{quoted}]){quoted}(?=\S)([^\n{quoted}]+?)(?<=\S){quoted}(?![\w{quoted}])", r"\1", text)
    text = _EMOJI.sub("\ufffc", text)
    text = re.sub("\0(\\d+)\0", lambda match: kept[int(match[1])], text)
    return html.unescape(text)


def squeezed(text: str) -> str:
    """The text with every run of white space made one space; the form in which words are compared."""
    return " ".join(text.split())


def plain(text: str) -> PlainTextObject:
    """A text object in which Slack formats nothing."""
    return PlainTextObject(text=text, emoji=False)


def marked(text: str) -> MarkdownTextObject:
    """A text object in which Slack reads our marks and adds no links or mentions of its own."""
    return MarkdownTextObject(text=text, verbatim=True)


def _objects(piece: str, limit: int, known: EnvType) -> list[TextObject]:
    text = to_mrkdwn(piece, known)
    if text is not None and length(text) <= limit:
        return [marked(text)] if text.strip() else []
    return [plain(part) for part in split_text(visible(piece, known), limit) if part.strip()]


def _begins_piece(token: Token) -> bool:
    return (token.level == 0 and token.nesting >= 0) or (token.type == "list_item_open" and token.level == 1)


def _render(tokens: Sequence[Token], marks: bool) -> str:
    """Block tokens as text; `marks` says whether with Slack's markup or bare."""
    lines: list[str] = []
    lists: list[int | None] = []
    prefix = ""
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(int(token.attrGet("start") or 1) if token.type.startswith("ordered") else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            number = lists[-1]
            prefix = "    " * (len(lists) - 1) + ("• " if number is None else f"{number}. ")
            lists[-1] = None if number is None else number + 1
        elif token.type == "inline":
            text = _inline(token.children or [], marks)
            lines.append(prefix + text)
            prefix = "    " * len(lists) if lists else ""
        elif token.type in ("fence", "code_block"):
            code = token.content.rstrip("\n")
            lines.append(prefix + (f"```\n{escape(code)}\n```" if marks else code))
        elif token.type in ("paragraph_close", "heading_close") and not lists:
            lines.append("")
    return "\n".join(lines).strip("\n")


def _inline(tokens: Sequence[Token], marks: bool) -> str:
    parts: list[str] = []
    ends: list[str] = []
    for token in tokens:
        if token.type == "text":
            parts.append(escape(token.content) if marks else token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif token.type == "code_inline":
            parts.append(f"`{escape(token.content)}`" if marks else token.content)
        elif token.type in ("strong_open", "strong_close"):
            parts.append("*" if marks else "")
        elif token.type in ("em_open", "em_close"):
            parts.append("_" if marks else "")
        elif token.type == "link_open":
            start = _link_start(str(token.attrGet("href") or "")) if marks else ""
            parts.append(start)
            ends.append(">" if start else "")
        elif token.type == "link_close":
            parts.append(ends.pop())
        else:
            parts.append(escape(token.content) if marks else token.content)
    return "".join(parts)


def _link_start(href: str) -> str:
    """The opening of a link to the web; nothing for a link to another document, which Slack could not follow."""
    absolute = href.startswith(("https://", "http://", "mailto:")) and not _BROKEN_LINK.search(href)
    return f"<{escape(href)}|" if absolute else ""
