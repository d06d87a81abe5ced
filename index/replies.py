"""The sections below "Replies" -> scripted replies, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.channels import channel_id, channel_names
from index.errors import Problem
from index.records import Block, Document, Lines, Reply, Section
from index.source_text import cut, quote_text

_HEADING = re.compile(r"(?P<channel>[^:(]+?)\s*(?::|\s[-–—]\s|\()\s*\(?(?P<situation>.+?)\)?\s*$")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_SUBJECT = re.compile(r"\s*(?:\*\*Subject(?::\*\*|\*\*:)|__Subject(?::__|__:)|Subject:)[ \t]+(?P<text>.+)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{\{ ?([a-z][a-z0-9_]*) ?\}\}")


def read_reply(document: Document, section: Section) -> tuple[Reply | None, list[Problem]]:
    """Read the scripted reply under one channel's heading.

    The reply is the quotation (`> …`); where there is none, a code block; where there is none either, all text but the
    subject. Text beside a quotation is a note for the agent and no part of what is sent.

    Args:
        document: where it stands.
        section: a heading that names a channel, perhaps with a situation: "Email: refund refused".

    Returns:
        The reply, or None when it cannot be read; and the problems found.
    """
    path, line = document.path, section.lines.first
    title = section.title.strip().rstrip(":")
    parts = _HEADING.match(title)
    channel = channel_id(parts["channel"]) if parts else channel_id(title)
    situation = parts["situation"] if parts else ""
    if channel is None:
        return None, [
            Problem(
                path, line, f"'{section.title}' names no channel, so nobody knows where this reply is sent. Begin the heading with one of: {channel_names()}."
            )
        ]
    subject, subject_line, rest = _split_subject(document, section.blocks)
    quotes = [block for block in rest if block.kind == "quote"] or [block for block in rest if block.kind == "code"]
    if len(quotes) > 1:
        return None, [
            Problem(
                path,
                quotes[1].lines.first,
                f"A second text to send stands under '{section.title}'. Give it a heading of its own that says when it is used, for example '### {section.title}: …'.",
            )
        ]
    body, lines = "", section.lines
    if quotes:
        body, lines = _body(document.shown, quotes[0])
    elif rest:
        lines = Lines(rest[0].lines.first, rest[-1].lines.last)
        body = cut(document.shown, lines)
    if not body.strip():
        return None, [
            Problem(path, line, f"Nothing to send stands under '{section.title}'. Write the text in lines that begin with '> ', or remove the heading.")
        ]
    problems = _placeholder_problems(path, subject_line, subject) + _placeholder_problems(path, lines.first, body)
    if channel == "email" and not subject:
        problems.append(Problem(path, line, "This email has no subject. Add a line such as '**Subject:** Your refund' above the text."))
    return Reply(channel, situation, subject, body, placeholders(f"{subject}\n{body}"), lines), problems


def placeholders(text: str) -> tuple[str, ...]:
    """Names between double braces, in order, each once."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def pieces(text: str) -> tuple[tuple[str, str], ...]:
    """A reply's text cut at its placeholders.

    Returns:
        Pairs of text and name, in order; the name is "" for text that is sent as it is. Joined, the texts are the reply.
    """
    found: list[tuple[str, str]] = []
    end = 0
    for placeholder in _PLACEHOLDER.finditer(text):
        found += [(text[end : placeholder.start()], ""), (placeholder[0], placeholder[1])]
        end = placeholder.end()
    return tuple(piece for piece in (*found, (text[end:], "")) if piece[0])


def _split_subject(document: Document, blocks: Sequence[Block]) -> tuple[str, int, list[Block]]:
    """The subject, its line, and the blocks without it."""
    for index, block in enumerate(blocks):
        first = block.lines.first
        found = _SUBJECT.match(document.shown[first - 1]) if block.kind == "paragraph" else None
        if found:
            rest = list(blocks)
            if block.lines.last > first:
                rest[index] = Block("paragraph", Lines(first + 1, block.lines.last), block.text)
            else:
                del rest[index]
            return found["text"].strip(), first, rest
    return "", 0, list(blocks)


def _body(source: Sequence[str], block: Block) -> tuple[str, Lines]:
    if block.kind == "quote":
        return quote_text(source, block.lines), block.lines
    if not _FENCE.match(source[block.lines.first - 1]):  # code by indentation
        return block.text, block.lines
    closed = block.lines.last > block.lines.first and _FENCE.match(source[block.lines.last - 1])
    inner = Lines(block.lines.first + 1, block.lines.last - 1 if closed else block.lines.last)
    return cut(source, inner), inner


def _placeholder_problems(path: str, line: int, text: str) -> list[Problem]:
    problems: list[Problem] = []
    for offset, shown in enumerate(text.split("\n")):
        rest = _PLACEHOLDER.sub("", shown)
        position = min((rest.find(brace) for brace in ("{{", "}}") if brace in rest), default=-1)
        if position >= 0:
            near = rest[max(position - 1, 0) : position + 24].strip()
            problems.append(
                Problem(
                    path,
                    line + offset,
                    f"The placeholder at '{near}' is not whole. Write it with two braces on both sides, small letters and '_', for example {{{{customer_name}}}}.",
                )
            )
    return problems
