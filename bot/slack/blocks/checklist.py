"""A checklist -> a message: each step whole, with a tick box of its own, so that Slack's ten options a box never matter."""

from __future__ import annotations

from slack_sdk.models.blocks import Block, CheckboxesElement, InteractiveElement, Option, SectionBlock, TextObject

from bot.slack.blocks import controls
from bot.slack.blocks.limits import SECTION_TEXT
from bot.slack.checklists import Checklist, ChecklistStep
from bot.slack.mrkdwn import escape, marked, plain, text_objects
from bot.slack.paging import Unit, paged

_INDENT = "\u2003\u2003"


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
    mark = {"done": ":white_check_mark: ", "skipped": ":fast_forward: "}.get(step.state, "")
    prefix = f"{_INDENT * step.number.count('.')}{mark}*{step.number}.*  "
    texts: list[TextObject] = text_objects(step.text, SECTION_TEXT - 200) or [marked(" ")]
    first = marked(prefix + texts[0].text) if texts[0].type == "mrkdwn" else plain(prefix.replace("*", "") + texts[0].text)
    option = Option(text=plain("Done"), value=str(step.position))
    box = CheckboxesElement(action_id="checklist.tick", options=[option], initial_options=[option] if step.state == "done" else None)
    blocks: list[Block] = [SectionBlock(text=first, accessory=box, block_id=f"tick.{step.position}:{checklist.id}", expand=True)]
    blocks += [controls.section(text) for text in texts[1:]]
    said: list[str] = []
    if step.state != "open":
        said.append(f"{step.state.capitalize()} by <@{step.changed_by}>" + (f": {controls.safe(step.reason)}" if step.reason else ""))
    if step.note:
        said.append(f"Note: {controls.safe(step.note)}")
    if said:
        blocks.append(controls.context("  ·  ".join(said)[:1_900]))
    return tuple(blocks)
