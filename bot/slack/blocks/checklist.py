"""A checklist -> a message: each step whole, with a tick box of its own, so that Slack's ten options a box never matter."""

from __future__ import annotations

from slack_sdk.models.blocks import Block, CheckboxesElement, ContextBlock, InteractiveElement, Option, SectionBlock

from bot.slack.blocks import controls
from bot.slack.blocks.limits import CONTEXT_TEXT, split_text
from bot.slack.checklists import Checklist, ChecklistStep
from bot.slack.mrkdwn import escape, marked, plain
from bot.slack.paging import Unit, paged


def checklist_blocks(checklist: Checklist, page: int = 0) -> list[Block]:
    """One page of a checklist, with its controls."""
    units = _units(checklist)
    pages = paged(units)
    page = min(max(page, 0), len(pages) - 1)
    done, skipped = (sum(step.state == state for step in checklist.steps) for state in ("done", "skipped"))
    state = ":white_check_mark: *Finished*" if checklist.finished else f"{done} of {len(checklist.steps)} done"
    if skipped:
        state += f", {skipped} skipped"
    blocks: list[Block] = [*controls.title_blocks(f"Checklist: {checklist.title}")]
    blocks.append(controls.context(f"{state}  ·  In the hands of <@{checklist.held_by}>"))
    blocks += pages[page].blocks
    turn: list[InteractiveElement] = []
    if page > 0:
        turn.append(controls.button("◂ Steps before", "checklist.page.back", str(page - 1)))
    if page + 1 < len(pages):
        turn.append(controls.button("Steps after ▸", "checklist.page.next", str(page + 1), style="primary"))
    if turn:
        blocks.append(controls.actions(f"checklist.turn.{page}", checklist.id, turn))
    row: list[InteractiveElement] = [controls.button("Add a note", "checklist.note", str(page)), controls.button("Hand over", "checklist.hand_over", str(page))]
    if checklist.open_steps:
        row.insert(0, controls.button("Skip a step", "checklist.skip", str(page)))
    blocks.append(controls.actions(f"checklist.do.{page}", checklist.id, row))
    return blocks


def page_of(checklist: Checklist, position: int) -> int:
    """The page on which a step stands."""
    for number, page in enumerate(paged(_units(checklist))):
        if any((block.block_id or "").startswith(f"tick.{position}:") for block in page.blocks):
            return number
    return 0


def checklist_text(checklist: Checklist) -> str:
    """One line for notifications."""
    return f"Checklist: {escape(checklist.title[:200])}"


def _units(checklist: Checklist) -> list[Unit]:
    return [Unit(_step(checklist, step), step.number) for step in checklist.steps]


def _step(checklist: Checklist, step: ChecklistStep) -> tuple[Block, ...]:
    mark = {"done": "\u2705 ", "skipped": "\u23e9 "}.get(step.state, "")
    first, *rest = controls.prefixed(f"{controls.INDENT * step.number.count('.')}{mark}*{step.number}.*  ", step.text)
    option = Option(text=plain("Done"), value=str(step.position))
    box = CheckboxesElement(action_id="checklist.tick", options=[option], initial_options=[option] if step.state == "done" else None)
    blocks: list[Block] = [SectionBlock(text=first, accessory=box, block_id=f"tick.{step.position}:{checklist.id}", expand=True)]
    blocks += [controls.section(text) for text in rest]
    if step.state != "open":
        blocks.append(_said(f"{step.state.capitalize()} by <@{step.changed_by}>", step.reason))
    if step.note:
        blocks.append(_said("Note", step.note))
    return tuple(blocks)


def _said(what: str, text: str) -> Block:
    """Small grey text: our own words, and behind them somebody's, whole and as they were written."""
    parts = [plain(part) for part in split_text(text, CONTEXT_TEXT) if part.strip()]
    return ContextBlock(elements=[marked(f"{what}:" if parts else what), *parts])
