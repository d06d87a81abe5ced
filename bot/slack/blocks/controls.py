"""Buttons, menus and short texts, each within Slack's limits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ContextActionsBlock,
    ContextBlock,
    HeaderBlock,
    InteractiveElement,
    Option,
    SectionBlock,
    StaticSelectElement,
    TextObject,
)
from slack_sdk.models.blocks.basic_components import FeedbackButtonObject
from slack_sdk.models.blocks.block_elements import ButtonElement, FeedbackButtonsElement

from bot.slack.blocks.limits import BUTTON_TEXT, BUTTON_VALUE, HEADER_TEXT, OPTION_TEXT, SECTION_TEXT, SELECT_OPTIONS, clipped, length, split_text
from bot.slack.mrkdwn import escape, marked, plain, text_objects

INDENT = "\u2003\u2003"
_HARMLESS = {ord("*"): "∗", ord("~"): "∼", ord("`"): "'"}
"""Marks that would pair up -> what looks like them."""
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
"""One that could begin or end something slanted; inside a word, as in a file's name, Slack shows it as it is."""


def section(text: TextObject, block_id: str | None = None) -> SectionBlock:
    """A paragraph that Slack never folds behind "see more"."""
    return SectionBlock(text=text, expand=True, block_id=block_id)


def words(text: str) -> SectionBlock:
    """A paragraph of our own words, in Slack's markup; anything from outside must be escaped in it."""
    return section(marked(text))


def markdown_sections(text: str) -> tuple[Block, ...]:
    """A document's Markdown as paragraphs."""
    return tuple(section(text_object) for text_object in text_objects(text))


def prefixed(prefix: str, markdown: str) -> list[TextObject]:
    """A document's text behind a mark of ours, such as a step's number.

    Args:
        prefix: in Slack's markup, up to 200 characters.
        markdown: word for word from a document.

    Returns:
        At least one text object.
    """
    texts = text_objects(markdown, SECTION_TEXT - 200)
    if not texts:
        return [marked(prefix.rstrip())]
    if texts[0].type == "mrkdwn":
        return [marked(prefix + texts[0].text), *texts[1:]]
    return [plain(prefix.replace("*", "") + texts[0].text), *texts[1:]]


def plain_sections(text: str) -> tuple[Block, ...]:
    """What somebody wrote, word for word, as paragraphs in which Slack formats nothing."""
    return tuple(section(plain(part)) for part in split_text(text, SECTION_TEXT) if part.strip())


def context(*texts: str) -> ContextBlock:
    """Small grey text; each in Slack's markup."""
    return ContextBlock(elements=[marked(text) for text in texts])


def title_blocks(title: str) -> tuple[Block, ...]:
    """A title, whole: as a header where Slack has room for it, else as bold text."""
    if length(title) <= HEADER_TEXT:
        return (HeaderBlock(text=plain(title)),)
    return tuple(section(text_object) for text_object in text_objects(title))


def button(text: str, action_id: str, value: str = "", style: str | None = None) -> ButtonElement:
    """A button; a label that is too long is cut, so its whole text has to stand above it."""
    if len(value) > BUTTON_VALUE:
        raise ValueError(f"The value of the button '{text}' has {len(value)} characters; Slack takes {BUTTON_VALUE}.")
    return ButtonElement(text=plain(clipped(text, BUTTON_TEXT)), action_id=action_id, value=value or None, style=style)


def actions(name: str, subject_id: str, elements: Sequence[InteractiveElement]) -> ActionsBlock:
    """A row of controls; whoever handles them reads the id of the answer or checklist from the block's id (see `subject_id_of`)."""
    return ActionsBlock(block_id=f"{name}:{subject_id}", elements=list(elements))


def subject_id_of(block_id: str) -> str:
    """The id that `actions` put into a block's id."""
    return block_id.rpartition(":")[2]


def menu(placeholder: str, action_id: str, labels: Sequence[str], chosen: int | None = None) -> StaticSelectElement:
    """A menu whose values are positions in `labels`; at most 100 are offered."""
    options = [Option(text=plain(clipped(label, OPTION_TEXT)), value=str(position)) for position, label in enumerate(labels[:SELECT_OPTIONS])]
    initial = options[chosen] if chosen is not None and chosen < len(options) else None
    return StaticSelectElement(placeholder=plain(placeholder), action_id=action_id, options=options, initial_option=initial)


def feedback(answer_id: str) -> ContextActionsBlock:
    """Slack's own feedback buttons."""
    element = FeedbackButtonsElement(
        action_id="feedback",
        positive_button=FeedbackButtonObject(text=plain("Helpful"), value="helpful", accessibility_label="This answer helped"),
        negative_button=FeedbackButtonObject(text=plain("Not helpful"), value="not_helpful", accessibility_label="This answer did not help"),
    )
    return ContextActionsBlock(block_id=f"feedback:{answer_id}", elements=[element])


def safe(text: str) -> str:
    """Text from outside for use inside our own markup: on one line, unable to ping, and without marks that pair up."""
    return _UNDERSCORE.sub("ˍ", escape(" ".join(text.split())).translate(_HARMLESS))
