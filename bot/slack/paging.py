"""Units that belong together -> pages that Slack takes; no unit is cut as long as it fits on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from bot.slack.blocks.limits import size

PAGE_BLOCKS = 38
"""Leaves room for title, notices, source and controls in a message of 50."""
PAGE_CHARACTERS = 6_200
"""Of JSON; leaves room for the same in a message of 10,000."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Blocks that are read together, such as a step with its sub-steps."""

    blocks: tuple[Block, ...]
    step: str = ""
    """Number of the top-level step that this is; empty for anything else."""


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on one page."""

    blocks: tuple[Block, ...]
    first_step: str = ""
    """Number of the first step on it; empty when there is none."""
    last_step: str = ""


def paged(units: Sequence[Unit], max_blocks: int = PAGE_BLOCKS, max_characters: int = PAGE_CHARACTERS) -> tuple[Page, ...]:
    """Fill pages with whole units, in order.

    A unit that no page can hold is the only one that goes over several pages, cut between its blocks.

    Args:
        units: in reading order.
        max_blocks: blocks a page may have.
        max_characters: JSON characters a page may have.

    Returns:
        At least one page.
    """
    pages: list[list[Unit]] = [[]]
    blocks = characters = 0
    for unit in units:
        for part in _parts(unit, max_blocks, max_characters):
            part_size = size(part.blocks)
            if pages[-1] and (blocks + len(part.blocks) > max_blocks or characters + part_size > max_characters):
                pages.append([])
                blocks = characters = 0
            pages[-1].append(part)
            blocks += len(part.blocks)
            characters += part_size
    return tuple(_page(page) for page in pages)


def _parts(unit: Unit, max_blocks: int, max_characters: int) -> list[Unit]:
    if len(unit.blocks) <= max_blocks and size(unit.blocks) <= max_characters:
        return [unit]
    parts: list[list[Block]] = [[]]
    for block in unit.blocks:
        if parts[-1] and (len(parts[-1]) == max_blocks or size([*parts[-1], block]) > max_characters):
            parts.append([])
        parts[-1].append(block)
    return [Unit(tuple(part), unit.step) for part in parts]


def _page(units: Sequence[Unit]) -> Page:
    steps = [unit.step for unit in units if unit.step]
    return Page(tuple(block for unit in units for block in unit.blocks), steps[0] if steps else "", steps[-1] if steps else "")
