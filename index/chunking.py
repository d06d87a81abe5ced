"""Entry -> Chunks: its title, its questions, and its text in pieces that the model reads whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from index.markdown import parse_blocks
from index.records import Block, Chunk, Entry, Lines, Part, Step

PASSAGE_TOKENS = 200
"""Neighbouring paragraphs are joined up to this many tokens: coarse passages were found better than single sentences."""
_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+|\n+")


def chunk_entry(entry: Entry, count_tokens: Callable[[str], int], max_tokens: int) -> tuple[Chunk, ...]:
    """Cut an entry into the texts that are embedded.

    Args:
        entry: any kind.
        count_tokens: tokens of a text for the model in use, special ones included.
        max_tokens: what that model reads of a text.

    Returns:
        Title, alternative questions, then steps, replies and passages in order of line; no text twice. No chunk holds
        part of a step unless that step alone is longer than `max_tokens`: then it has several chunks, cut between
        sentences.
    """
    steps = [Part(f"{_heading_path(entry, step)}: {plain_text(step.text)}", step.lines) for step in entry.steps] if entry.kind == "sop" else []
    replies = [Part(reply.body, reply.lines) for reply in entry.replies]
    passages = _join(_split_long(entry.passages, count_tokens, max_tokens), count_tokens, min(PASSAGE_TOKENS, max_tokens))
    chunks = [
        Chunk(entry.id, "title", entry.title),
        *(Chunk(entry.id, "question", question) for question in entry.questions),
        *(Chunk(entry.id, "step", part.text, part.lines) for part in _split_long(steps, count_tokens, max_tokens)),
        *(Chunk(entry.id, "reply", part.text, part.lines) for part in _split_long(replies, count_tokens, max_tokens)),
        *(Chunk(entry.id, "passage", part.text, part.lines) for part in passages),
    ]
    first_with_text = {chunk.text.strip().lower(): chunk for chunk in reversed(chunks) if chunk.text.strip()}
    return tuple(chunk for chunk in chunks if first_with_text.get(chunk.text.strip().lower()) is chunk)


def _heading_path(entry: Entry, step: Step) -> str:
    return " > ".join(filter(None, (entry.title, step.heading)))


def plain_text(markdown: str) -> str:
    """What a reader sees of a piece of Markdown."""
    return " ".join(_texts(parse_blocks(markdown)))


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if block.text:
            yield block.text
        yield from _texts(block.children)


def _split_long(parts: Iterable[Part], count_tokens: Callable[[str], int], limit: int) -> Iterator[Part]:
    """Parts the model reads whole; longer ones are cut between sentences, at worst between words."""
    for part in parts:
        if count_tokens(part.text) <= limit:
            yield part
            continue
        piece = ""
        for sentence in _sentences(part.text, count_tokens, limit):
            if piece and count_tokens(f"{piece} {sentence}") > limit:
                yield Part(piece, part.lines)
                piece = sentence
            else:
                piece = f"{piece} {sentence}".strip()
        if piece:
            yield Part(piece, part.lines)


def _sentences(text: str, count_tokens: Callable[[str], int], limit: int) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(text):
        rest = sentence.strip()
        while rest and count_tokens(rest) > limit:
            # Halving finds a piece that fits in few counts.
            size = len(rest)
            while size > 1 and count_tokens(rest[:size]) > limit:
                size //= 2
            end = rest.rfind(" ", 0, size) + 1 or size
            yield rest[:end].strip()
            rest = rest[end:].strip()
        if rest:
            yield rest


def _join(parts: Iterable[Part], count_tokens: Callable[[str], int], limit: int) -> Iterator[Part]:
    """Join neighbours while they fit the limit together."""
    held: Part | None = None
    size = 0
    for part in parts:
        tokens = count_tokens(part.text)
        if held and size + tokens <= limit:
            held = Part(f"{held.text}\n{part.text}", Lines(held.lines.first, max(held.lines.last, part.lines.last)))
            size += tokens
        else:
            if held:
                yield held
            held, size = part, tokens
    if held:
        yield held
