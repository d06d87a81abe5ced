"""Everything that is no answer -> blocks: "did you mean", "no document covers this", notices, errors, feedback thanks."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, InteractiveElement

from bot.answer import Suggestion
from bot.phrases import DID_YOU_MEAN, NEAREST, NOT_COVERED, STORED
from bot.slack.blocks import controls
from bot.slack.blocks.limits import clipped

PUBLIC_ONLY = "Here I answer from public documents only. For internal procedures, ask me in a direct message."

_QUOTED = 300


def suggestion_blocks(suggestions: Sequence[Suggestion], answer_id: str, public_only: bool) -> list[Block]:
    """Offer "did you mean": titles in full, a button for each, and a way out when it is none of them."""
    blocks: list[Block] = [controls.words(f"*{DID_YOU_MEAN}*")]
    blocks += [controls.words(f"{number}.  {controls.safe(one.title)}") for number, one in enumerate(suggestions, start=1)]
    row: list[InteractiveElement] = [controls.button(one.title, f"choose.{number}", one.entry_id) for number, one in enumerate(suggestions)]
    blocks.append(controls.actions("choose", answer_id, [*row, controls.button("None of these", "none")]))
    if public_only:
        blocks.append(controls.context(PUBLIC_ONLY))
    return blocks


def no_answer_blocks(answer_id: str, nearest: Sequence[Suggestion], public_only: bool, hand_over: bool) -> list[Block]:
    """Say "no document covers this", with what the asker can do about it.

    Args:
        answer_id: of this message.
        nearest: titles worth offering all the same; may be empty.
        public_only: say that internal documents were left out because of the place.
        hand_over: offer to ask the owners; False when nobody is set up to answer.
    """
    blocks: list[Block] = [controls.words(f"*{NOT_COVERED}*\n{STORED}")]
    if nearest:
        blocks += [
            controls.context(NEAREST),
            *(controls.words(f"{number}.  {controls.safe(one.title)}") for number, one in enumerate(nearest, start=1)),
        ]
        blocks.append(
            controls.actions("choose", answer_id, [controls.button(one.title, f"choose.{number}", one.entry_id) for number, one in enumerate(nearest)])
        )
    row: list[InteractiveElement] = []
    if hand_over:
        row.append(controls.button("Ask the SOP owners", "gap.owners", style="primary"))
    row += [controls.button("Tell me when this is answered", "gap.tell"), controls.button("Add detail", "gap.detail")]
    blocks.append(controls.actions("gap", answer_id, row))
    if public_only:
        blocks.append(controls.context(PUBLIC_ONLY))
    return blocks


def answered_now_block(asker: str, question: str) -> Block:
    """Stands above an answer that comes later than its question.

    Args:
        asker: Slack's user id.
        question: as it is stored; "" when it is not any more.
    """
    quoted = f": “{controls.safe(clipped(question, _QUOTED))}”" if question else "."
    return controls.words(f":bulb: <@{asker}>, a document now answers what you asked{quoted}")


def notice_blocks(text: str) -> list[Block]:
    """A sentence of ours; what comes from outside in it is escaped by the caller."""
    return [controls.words(text)]


def error_text(reference: str) -> str:
    """The one sentence that people see when something went wrong; everything else goes to the log."""
    return f"Sorry, that did not work just now. Please try again in a few minutes; if it goes on, tell your team lead the reference *{reference}*."
