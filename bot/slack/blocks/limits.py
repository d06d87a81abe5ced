"""Slack's limits, in one place, and the functions that keep to them.

Numbers are Slack's own where slack_sdk's models state one; ours stay below where Slack counts differently than we do.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block, HeaderBlock, Option, SectionBlock
from slack_sdk.models.blocks.block_elements import ButtonElement
from slack_sdk.models.views import View

MESSAGE_CHARACTERS = 10_000
"""Of the blocks as JSON. Slack refuses messages near 13,200 with `msg_blocks_too_long`."""
MESSAGE_TEXT = 3_000
"""Of the text beside the blocks; Slack recommends 4,000 at most."""
SECTION_TEXT = SectionBlock.text_max_length - 100
CONTEXT_TEXT = 1_900
"""Of one element; Slack takes 2,000."""
HEADER_TEXT = HeaderBlock.text_max_length
BUTTON_TEXT = ButtonElement.text_max_length
BUTTON_VALUE = ButtonElement.value_max_length
OPTION_TEXT = Option.label_max_length
SELECT_OPTIONS = 100
MODAL_BLOCKS = View.blocks_max_length
MODAL_CHARACTERS = 80_000
"""Of the view as JSON; Slack takes 250,000 bytes, and a character can take three."""
MODAL_TITLE = View.title_max_length
INPUT_TEXT = 3_000


def length(text: str) -> int:
    """Characters as Slack counts them: UTF-16 units, so that most emoji count twice."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clipped(text: str, limit: int) -> str:
    """A label of at most `limit` characters; only for labels whose whole text stands elsewhere."""
    text = " ".join(text.split()) or "–"
    if length(text) <= limit:
        return text
    kept = text[: limit - 1]
    while length(kept) > limit - 1:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def split_text(text: str, limit: int) -> list[str]:
    """Cut a text into parts of at most `limit` characters, between paragraphs, else lines, sentences, words.

    Returns:
        Parts that, put together, are the text again.
    """
    parts: list[str] = []
    while length(text) > limit:
        room = limit
        while length(text[:room]) > limit:
            room -= 1
        cut = next((found for mark in ("\n\n", "\n", ". ", "? ", "! ", "; ", " ") if (found := _after_last(text, mark, room))), room)
        parts.append(text[:cut])
        text = text[cut:]
    return [*parts, text] if text else parts


def _after_last(text: str, mark: str, room: int) -> int:
    """Position behind the last `mark` within the first `room` characters that leaves a part with words in it; else 0."""
    position = text.rfind(mark, 0, room)
    end = position + len(mark)
    return end if position > 0 and end <= room and text[:end].strip() else 0


def as_json(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """The blocks as Slack receives them.

    Raises:
        SlackObjectFormationError: a block breaks a limit that slack_sdk knows.
    """
    return [block.to_dict() for block in blocks]


def size(blocks: Sequence[Block] | Sequence[dict[str, Any]]) -> int:
    """Characters that blocks take in a message."""
    dicts = [block.to_dict() if isinstance(block, Block) else block for block in blocks]
    return length(json.dumps(dicts, ensure_ascii=False))
