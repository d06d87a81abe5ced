"""Modals: fields for a reply's placeholders, the finished reply, feedback, details, skip and note, channel settings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block, InputBlock, InputInteractiveElement, Option, PlainTextInputElement, RadioButtonsElement, StaticSelectElement
from slack_sdk.models.blocks.block_elements import ConversationFilter, ConversationSelectElement, UserSelectElement
from slack_sdk.models.views import View

from bot.phrases import reply_name
from bot.reasons import INSTEAD, REASONS, WHAT_WAS_WRONG, WHAT_WOULD_HELP, WHICH_STEP
from bot.slack.blocks import controls
from bot.slack.blocks.answer import reply_blocks
from bot.slack.blocks.limits import INPUT_TEXT, MODAL_TITLE, OPTION_TEXT, SELECT_OPTIONS, clipped, split_text
from bot.slack.checklists import ChecklistStep
from bot.slack.mrkdwn import plain
from index.records import Reply, Step

_PLACEHOLDER = re.compile(r"\{\{ ?([a-z][a-z0-9_]*) ?\}\}")
_MAX_FIELDS = 60


def fill(template: str, values: Mapping[str, str]) -> str:
    """A reply's text with its placeholders filled in; everything else stays as it is, to the letter."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), template)


def field_block(placeholder: str) -> str:
    """Id of the block that holds a placeholder's field."""
    return f"field.{placeholder}"


def reply_view(reply: Reply, known: Mapping[str, str], metadata: str) -> View:
    """One field for each placeholder, above the text they go into.

    Args:
        reply: the scripted reply.
        known: placeholders whose value is known already.
        metadata: comes back with the answer.
    """
    blocks: list[Block] = [controls.words(f"*{controls.safe(reply_name(reply))}*")]
    for name in reply.placeholders[:_MAX_FIELDS]:
        blocks.append(_text_input(field_block(name), name.replace("_", " ").capitalize(), known.get(name, "")))
    blocks.append(controls.context("The text that they go into:"))
    blocks += reply_blocks(reply)[: 95 - len(blocks)]
    return View(
        type="modal",
        callback_id="reply.fill",
        title=plain("Use the reply"),
        submit=plain("Ready"),
        close=plain("Cancel"),
        blocks=blocks,
        private_metadata=metadata,
    )


def finished_view(subject: str, body: str) -> View:
    """The finished reply, in fields from which it is copied exactly."""
    blocks: list[Block] = [controls.words("Copy the text from the fields below: nothing in it has been changed but the placeholders.")]
    parts = ([("Subject", subject)] if subject else []) + _numbered("Text", split_text(body, INPUT_TEXT - 100))
    for number, (label, text) in enumerate(parts):
        blocks.append(
            InputBlock(
                block_id=f"copy.{number}",
                label=plain(label),
                optional=True,
                element=PlainTextInputElement(action_id="copy", multiline=True, initial_value=text),
            )
        )
    # Slack wants a submit button wherever there are fields; this one only closes the window.
    return _form("reply.done", "Ready to send", "Done", blocks, "")


def feedback_view(steps: Sequence[Step], metadata: str) -> View:
    """What was not helpful, and about which step."""
    options = [Option(text=plain(text), value=name) for name, text in REASONS.items() if steps or name != "step_wrong"]
    blocks: list[Block] = [InputBlock(block_id="reason", label=plain(WHAT_WAS_WRONG), element=RadioButtonsElement(action_id="reason", options=options))]
    if steps:
        blocks.append(_step_menu("step", WHICH_STEP, [(step.number, step.number, step.text) for step in steps], optional=True))
    blocks.append(_text_input("comment", INSTEAD, optional=True, multiline=True))
    return _form("feedback.reason", WHAT_WAS_WRONG, "Send", blocks, metadata)


def detail_view(metadata: str) -> View:
    """More about a question that nothing answered."""
    return _form("gap.detail", "Add detail", "Send", [_text_input("detail", WHAT_WOULD_HELP, multiline=True)], metadata)


def skip_view(steps: Sequence[ChecklistStep], metadata: str) -> View:
    """Which step is left out, and why."""
    blocks = [_step_menu("step", "Which step do you leave out?", _by_position(steps)), _text_input("reason", "Why?", multiline=True)]
    return _form("checklist.skip", "Skip a step", "Skip", blocks, metadata)


def note_view(steps: Sequence[ChecklistStep], metadata: str) -> View:
    """A note on a step."""
    blocks = [_step_menu("step", "To which step?", _by_position(steps)), _text_input("note", "Note", multiline=True)]
    return _form("checklist.note", "Add a note", "Save", blocks, metadata)


def hand_over_view(metadata: str) -> View:
    """To whom a checklist goes."""
    blocks: list[Block] = [InputBlock(block_id="to", label=plain("Who goes on with it?"), element=UserSelectElement(action_id="to"))]
    return _form("checklist.hand_over", "Hand over", "Hand over", blocks, metadata)


def settings_view(mode: str, audience: str, owners: str, metadata: str) -> View:
    """How the bot behaves in a channel."""
    modes = {"mention": "When somebody mentions me", "every": "To every question I have something for", "off": "Never"}
    reach = {"auto": "Internal documents, when only members can read here", "public": "Public documents only"}
    channels = ConversationFilter(include=["public", "private"])
    picker = ConversationSelectElement(action_id="owners", initial_conversation=owners or None, placeholder=plain("The general one"), filter=channels)
    blocks: list[Block] = [
        InputBlock(block_id="mode", label=plain("When do I answer in this channel?"), element=_radio("mode", modes, mode)),
        InputBlock(block_id="audience", label=plain("From which documents?"), element=_radio("audience", reach, audience)),
        InputBlock(block_id="owners", label=plain("Where do the SOP owners of this channel sit?"), optional=True, element=picker),
    ]
    return _form("channel.settings", "Settings here", "Save", blocks, metadata)


def notice_view(title: str, blocks: Sequence[Block]) -> View:
    """Something to read."""
    return View(type="modal", title=plain(clipped(title, MODAL_TITLE)), close=plain("Close"), blocks=list(blocks))


def _form(callback_id: str, title: str, submit: str, blocks: Sequence[Block], metadata: str) -> View:
    return View(
        type="modal", callback_id=callback_id, title=plain(title), submit=plain(submit), close=plain("Cancel"), blocks=list(blocks), private_metadata=metadata
    )


def _text_input(block_id: str, label: str, value: str = "", optional: bool = False, multiline: bool = False) -> InputBlock:
    element: InputInteractiveElement = PlainTextInputElement(action_id="value", multiline=multiline, initial_value=value or None, max_length=INPUT_TEXT)
    return InputBlock(block_id=block_id, label=plain(label), optional=optional, element=element)


def _radio(action_id: str, texts: Mapping[str, str], chosen: str) -> RadioButtonsElement:
    options = {name: Option(text=plain(text), value=name) for name, text in texts.items()}
    return RadioButtonsElement(action_id=action_id, options=list(options.values()), initial_option=options[chosen])


def _by_position(steps: Sequence[ChecklistStep]) -> list[tuple[str, str, str]]:
    """Where a procedure has phases, numbers start again in each: only the position says which step is meant."""
    return [(str(step.position), step.number, step.text) for step in steps]


def _step_menu(block_id: str, label: str, steps: Sequence[tuple[str, str, str]], optional: bool = False) -> InputBlock:
    """A menu of steps, each given as what its choice sends, its number, and its text."""
    options = [Option(text=plain(clipped(f"{number}. {text}", OPTION_TEXT)), value=value) for value, number, text in steps[:SELECT_OPTIONS]]
    return InputBlock(
        block_id=block_id,
        label=plain(label),
        optional=optional,
        element=StaticSelectElement(action_id=block_id, options=options, placeholder=plain("Choose a step")),
    )


def _numbered(label: str, parts: Sequence[str]) -> list[tuple[str, str]]:
    return [(label, parts[0])] if len(parts) == 1 else [(f"{label}, part {number} of {len(parts)}", part) for number, part in enumerate(parts, start=1)]
