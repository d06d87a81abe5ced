"""What a person should see on the Home tab -> its blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, DividerBlock, InputBlock, PlainTextInputElement
from slack_sdk.models.blocks.basic_components import DispatchActionConfig
from slack_sdk.models.views import View

from bot.gaps.records import Gap
from bot.phrases import NOBODY, counted, day
from bot.slack.blocks import controls
from bot.slack.blocks.gaps import gap_block, more_text
from bot.slack.checklists import Checklist
from bot.slack.mrkdwn import plain
from index.records import Entry

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class ForLeads:
    """What leads see besides."""

    gaps: Sequence[Gap]
    """Questions without an answer, the most urgent first."""
    open_gaps: int
    """How many there are."""
    past_review: Sequence[Entry]
    """Entries past their review date."""
    review_url: str
    """Address of the review page; "" when it is not known."""


def home_view(recent: Sequence[Entry], checklists: Sequence[tuple[Checklist, str]], for_leads: ForLeads | None) -> View:
    """The Home tab.

    Args:
        recent: entries this person may see, latest review first.
        checklists: what is in this person's hands, with a link to each ("" when there is none).
        for_leads: None for whoever is no lead.
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
    if for_leads:
        blocks += [*_gaps(for_leads), *_past_review(for_leads.past_review)]
    return View(type="home", blocks=blocks)


def _gaps(shown: ForLeads) -> list[Block]:
    gaps, url = shown.gaps[:_SHOWN], shown.review_url
    blocks: list[Block] = [DividerBlock(), *controls.title_blocks("Questions without a good answer")]
    blocks += [gap_block(gap, url) for gap in gaps] or [controls.context("None.")]
    if shown.open_gaps > len(gaps):
        blocks.append(controls.context(more_text(shown.open_gaps - len(gaps), url)))
    return blocks


def _past_review(entries: Sequence[Entry]) -> list[Block]:
    blocks: list[Block] = [DividerBlock(), *controls.title_blocks("Past their review date")]
    blocks += [
        controls.words(f":warning:  {controls.safe(entry.title)} – {controls.safe(entry.owner) or NOBODY}, due by {day(entry.review_by)}")
        for entry in entries[:_SHOWN]
        if entry.review_by
    ]
    if not entries:
        blocks.append(controls.context("None."))
    elif len(entries) > _SHOWN:
        blocks.append(controls.context(f"And {len(entries) - _SHOWN} more."))
    return blocks


def _entry(entry: Entry, number: int) -> Block:
    facts = ([f"Reviewed {day(entry.reviewed_on)}"] if entry.reviewed_on else []) + ([f"Owner: {controls.safe(entry.owner)}"] if entry.owner else [])
    block = controls.words(f"*{controls.safe(entry.title)}*\n{'  ·  '.join(facts)}")
    block.accessory = controls.button("Open", f"home.open.{number}", entry.id)
    return block


def _checklist(checklist: Checklist, link: str) -> Block:
    title = f"<{link}|{controls.safe(checklist.title)}>" if link else f"*{controls.safe(checklist.title)}*"
    return controls.words(f"{title}\n{len(checklist.open_steps)} of {counted(len(checklist.steps), 'step')} left")
