"""An answer -> the pages of a Slack message: title, purpose, numbered steps, escalation, scripted reply, source."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, DividerBlock, InteractiveElement, RichTextBlock, TextObject
from slack_sdk.models.blocks.block_elements import RichTextPreformattedElement

from bot.answer import Answer, confidence_in_words
from bot.phrases import ALSO, PAST_REVIEW, counted, past_review, reply_name, source
from bot.slack.blocks import controls
from bot.slack.blocks.limits import CONTEXT_TEXT, SECTION_TEXT, clipped, length, split_text
from bot.slack.mrkdwn import escape, marked
from bot.slack.paging import Page, Unit, paged
from index.records import Entry, Reply, Step

_CODE_MARKS = len("```\n\n```")


@dataclass(frozen=True, slots=True)
class Shown:
    """What of an answer is on the screen."""

    answer_id: str
    page: int = 0
    reply: int = 0
    """Position of the scripted reply in the entry's replies."""
    private: bool = False
    """Only the asker sees it; then it can be shared in the channel."""


def reply_for(entry: Entry, channel: str) -> int | None:
    """Position of the first reply for a channel, or None when there is none."""
    return next((position for position, reply in enumerate(entry.replies) if reply.channel == channel), None)


@functools.lru_cache(maxsize=64)  # pages are turned, and every turn needs to know them all
def answer_pages(entry: Entry, reply: int = 0) -> tuple[Page, ...]:
    """The content of an answer, on as many pages as it takes."""
    return paged(_units(entry, reply))


def answer_blocks(answer: Answer, shown: Shown) -> list[Block]:
    """One page of an answer as a message, with its controls."""
    entry = answer.entry
    pages = answer_pages(entry, shown.reply)
    number = min(max(shown.page, 0), len(pages) - 1)
    page = pages[number]
    blocks: list[Block] = [*controls.title_blocks(entry.title)]
    if answer.stale:
        blocks.append(controls.words(f":warning: *{PAST_REVIEW}* {controls.safe(past_review(entry))}"))
    blocks.append(controls.context(source_line(answer)))
    blocks.extend(page.blocks)
    if len(pages) > 1:
        blocks.append(controls.context(_position(entry, page, number, len(pages))))
    blocks.extend(_controls(entry, shown, number, pages))
    if answer.also and number == 0:
        buttons = [controls.button(f"{ALSO}: {other.title}", f"choose.{position}", other.entry_id) for position, other in enumerate(answer.also)]
        blocks.append(controls.actions("also", shown.answer_id, buttons))
    blocks.append(controls.feedback(shown.answer_id))
    return blocks


def answer_text(answer: Answer) -> str:
    """One line for notifications and screen readers."""
    steps = sum(step.level == 1 for step in answer.entry.steps)
    tail = f" – {counted(steps, 'step')}" if steps else ""
    return escape(clipped(answer.entry.title, 200)) + f" ({confidence_in_words(answer.confidence)}){tail}"


def source_line(answer: Answer) -> str:
    """Where an answer comes from, who answers for it, how old it is, and how sure we are."""
    sure, *facts = source(answer)
    return clipped("  ·  ".join([f"*{sure}*", *map(controls.safe, facts)]), CONTEXT_TEXT)


def reply_blocks(reply: Reply) -> tuple[Block, ...]:
    """A scripted reply, word for word and easy to copy, in blocks that Slack takes."""
    blocks: list[Block] = []
    if reply.subject:
        blocks += [controls.section(text) for text in controls.prefixed("*Subject:* ", reply.subject)]
    for part in split_text(reply.body, SECTION_TEXT - 600):
        text = escape(part.strip("\n"))
        if not text.strip():
            continue
        if "```" in part or length(text) + _CODE_MARKS > SECTION_TEXT:
            element = RichTextPreformattedElement(elements=[{"type": "text", "text": part.strip("\n")}])
            blocks.append(RichTextBlock(elements=[element]))
        else:
            blocks.append(controls.section(marked(f"```\n{text}\n```")))
    return tuple(blocks)


def step_blocks(steps: tuple[Step, ...]) -> tuple[Block, ...]:
    """A step with its sub-steps: numbers and deadlines set off; short ones share a block, none is cut that fits in one."""
    texts: list[TextObject] = []
    for step in steps:
        number = f"{controls.INDENT * (step.level - 1)}*{step.number}.*  "
        own = controls.prefixed(number, step.text)
        if step.deadline:
            own = _with_tail(own, f"\n{controls.INDENT * step.level}:stopwatch: _{controls.safe(step.deadline)}_")
        for text in own:
            last = texts[-1] if texts else None
            if last is not None and last.type == text.type == "mrkdwn" and length(f"{last.text}\n{text.text}") <= SECTION_TEXT:
                texts[-1] = marked(f"{last.text}\n{text.text}")
            else:
                texts.append(text)
    return tuple(controls.section(text) for text in texts)


def _units(entry: Entry, reply: int) -> list[Unit]:
    units: list[Unit] = []
    if entry.kind != "sop":
        return [Unit((block,)) for block in controls.markdown_sections(entry.body)] + _reply_units(entry, reply)
    for part in (entry.purpose, entry.intro):
        if part:
            units.append(Unit(controls.markdown_sections(part.text)))
    heading = ""
    for group in _top_level(entry.steps):
        blocks: tuple[Block, ...] = step_blocks(group)
        if group[0].heading and group[0].heading != heading:
            heading = group[0].heading
            blocks = (controls.words(f"*{controls.safe(heading)}*"), *blocks)
        units.append(Unit(blocks, group[0].number))
    if entry.escalation:
        units.append(Unit((controls.words(":rotating_light: *Escalation*"), *controls.markdown_sections(entry.escalation.text))))
    return units + _reply_units(entry, reply)


def _reply_units(entry: Entry, position: int) -> list[Unit]:
    if not entry.replies:
        return []
    reply = entry.replies[min(position, len(entry.replies) - 1)]
    name = controls.words(f":speech_balloon: *Reply – {controls.safe(reply_name(reply))}*")
    return [Unit((DividerBlock(), name, *reply_blocks(reply)))]


def _controls(entry: Entry, shown: Shown, number: int, pages: tuple[Page, ...]) -> list[Block]:
    rows: list[Block] = []
    turn: list[InteractiveElement] = []
    if number > 0:
        turn.append(controls.button(f"◂ {_page_name(entry, pages[number - 1], number - 1)}", "page.back", str(number - 1)))
    if number + 1 < len(pages):
        turn.append(controls.button(f"{_page_name(entry, pages[number + 1], number + 1)} ▸", "page.next", str(number + 1), style="primary"))
    if len(pages) > 1:
        turn.append(controls.button("Show all", "page.all"))
    row: list[InteractiveElement] = []
    if entry.replies:
        row.append(controls.button("Use the reply", "reply.use", str(shown.reply), style="primary" if not turn else None))
    if len(entry.replies) > 1:
        row.append(controls.menu("Other reply", "reply.switch", [reply_name(reply) for reply in entry.replies], shown.reply))
    if entry.kind == "sop" and entry.steps and not shown.private:
        row.append(controls.button("Start checklist", "checklist.start"))
    if shown.private:
        row.append(controls.button("Share in channel", "share"))
    for name, elements in (("turn", turn), ("use", row)):
        if elements:
            rows.append(controls.actions(name, shown.answer_id, elements))
    return rows


def _page_name(entry: Entry, page: Page, number: int) -> str:
    if not page.first_step or not _top_numbers(entry):
        return f"Page {number + 1}"
    return f"Step {page.first_step}" if page.first_step == page.last_step else f"Steps {page.first_step}–{page.last_step}"


def _position(entry: Entry, page: Page, number: int, count: int) -> str:
    top = _top_numbers(entry)
    steps = f"{_page_name(entry, page, number)} of {top[-1]}  ·  " if page.first_step and top else ""
    return f"{steps}Page {number + 1} of {count}"


def _top_numbers(entry: Entry) -> list[str]:
    """The numbers of the steps of level 1; none where they start again in each phase, and so do not say which step is meant."""
    top = [step.number for step in entry.steps if step.level == 1]
    return top if len(set(top)) == len(top) else []


def _top_level(steps: tuple[Step, ...]) -> list[tuple[Step, ...]]:
    """Each step of level 1 with what belongs below it."""
    groups: list[list[Step]] = []
    for step in steps:
        if step.level == 1 or not groups:
            groups.append([])
        groups[-1].append(step)
    return [tuple(group) for group in groups]


def _with_tail(texts: list[TextObject], tail: str) -> list[TextObject]:
    last = texts[-1]
    if last.type == "mrkdwn":
        return [*texts[:-1], marked(last.text + tail)]
    return [*texts, marked(tail.strip("\n"))]
