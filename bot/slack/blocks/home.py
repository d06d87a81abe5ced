"""What a person should see on the Home tab -> its blocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import Block, DividerBlock, InputBlock, PlainTextInputElement
from slack_sdk.models.blocks.basic_components import DispatchActionConfig
from slack_sdk.models.views import View

from bot.slack.blocks import controls
from bot.slack.checklists import Checklist
from bot.slack.mrkdwn import plain
from index.records import Entry

_SHOWN = 8


def home_view(recent: Sequence[Entry], checklists: Sequence[tuple[Checklist, str]], gaps: Sequence[str] | None, past_review: Sequence[Entry] | None) -> View:
    """The Home tab.

    Args:
        recent: entries this person may see, latest review first.
        checklists: what is in this person's hands, with a link to each ("" when there is none).
        gaps: questions without an answer; None for whoever is no lead.
        past_review: entries past their review date; None for whoever is no lead.
    """
    field = PlainTextInputElement(
        action_id="home.search",
        placeholder=plain("For example: customer wants a refund"),
        dispatch_action_config=DispatchActionConfig(trigger_actions_on=["on_enter_pressed"]),
    )
    blocks: list[Block] = [
        *controls.title_blocks("Find a procedure"),
        InputBlock(block_id="home.search", label=plain("Your question"), element=field, dispatch_action=True),
    ]
    blocks += [*controls.title_blocks("My open checklists")]
    blocks += [_checklist(checklist, link) for checklist, link in checklists] or [controls.context("None at the moment.")]
    blocks += [DividerBlock(), *controls.title_blocks("Reviewed lately")]
    blocks += [_entry(entry, number) for number, entry in enumerate(recent[:_SHOWN])] or [controls.context("Nothing yet.")]
    if gaps is not None:
        blocks += [DividerBlock(), *controls.title_blocks("Questions without a document")]
        blocks += [controls.words(f"•  {controls.safe(question[:500])}") for question in gaps[:_SHOWN]] or [controls.context("None.")]
    if past_review is not None:
        blocks += [DividerBlock(), *controls.title_blocks("Past their review date")]
        blocks += [
            controls.words(f":warning:  {controls.safe(entry.title)} – {controls.safe(entry.owner) or 'nobody is named'}, due {_day(entry.review_by)}")
            for entry in past_review[:_SHOWN]
        ]
        if not past_review:
            blocks.append(controls.context("None."))
        elif len(past_review) > _SHOWN:
            blocks.append(controls.context(f"And {len(past_review) - _SHOWN} more."))
    return View(type="home", blocks=blocks)


def _entry(entry: Entry, number: int) -> Block:
    block = controls.words(f"*{controls.safe(entry.title)}*\nReviewed {_day(entry.reviewed_on)} by {controls.safe(entry.owner) or 'nobody named'}")
    block.accessory = controls.button("Open", f"home.open.{number}", entry.id)
    return block


def _checklist(checklist: Checklist, link: str) -> Block:
    title = f"<{link}|{controls.safe(checklist.title)}>" if link else f"*{controls.safe(checklist.title)}*"
    return controls.words(f"{title}\n{len(checklist.open_steps)} of {len(checklist.steps)} steps are left")


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else "never"
