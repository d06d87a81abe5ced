"""A gap -> one paragraph: what was asked, how often, who has it in hand, and the way to the review page."""

from __future__ import annotations

from slack_sdk.models.blocks import Block

from bot.gaps.records import Gap
from bot.phrases import often
from bot.slack.blocks import controls
from bot.slack.blocks.limits import clipped

_TITLE, _NAME = 200, 60


def gap_block(gap: Gap, review_url: str) -> Block:
    """A gap as a paragraph.

    Args:
        gap: which.
        review_url: address of the review page, without a slash at its end; "" when people cannot open it.
    """
    return controls.words(gap_text(gap, review_url))


def gap_text(gap: Gap, review_url: str) -> str:
    """The same in Slack's markup, on two lines."""
    title = controls.safe(clipped(gap.title, _TITLE))
    head = f"<{review_url}/{gap.id}|{title}>" if review_url else f"*{title}*"
    return f"{head}\n{_asked(gap)}  ·  {_in_hand(gap)}"


def more_text(count: int, review_url: str) -> str:
    """What is said of gaps for which there is no room."""
    return f"And {count:,} more{f', all on the <{review_url}|review page>' if review_url else ''}."


def _asked(gap: Gap) -> str:
    return often(gap.questions, gap.people).capitalize()


def _in_hand(gap: Gap) -> str:
    return f"in the hands of {controls.safe(clipped(gap.assignee, _NAME))}" if gap.assignee else "in nobody's hands"
