"""A digest -> the blocks of one message, within Slack's limits however much happened."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.digest import Digest
from bot.figures.records import EntryFigures
from bot.gaps.records import Gap
from bot.phrases import NOBODY, counted, day, percent
from bot.slack.blocks import controls
from bot.slack.blocks.gaps import gap_block, more_text
from bot.slack.blocks.limits import MESSAGE_CHARACTERS, SECTION_TEXT, clipped, length, size
from index.records import Entry

_SHOWN = 5
"""Of each kind; fewer where titles are long."""
_TITLE, _NAME = 200, 60


def digest_blocks(digest: Digest, review_url: str) -> list[Block]:
    """A digest as a message.

    Args:
        digest: what happened.
        review_url: address of the review page, without a slash at its end; "" when people cannot open it.
    """
    if digest.is_quiet:
        return [controls.words(_quiet(digest)), controls.context(_state(digest, review_url))]
    blocks: list[Block] = []
    for shown in range(_SHOWN, -1, -1):
        blocks = _blocks(digest, review_url, shown)
        if size(blocks) <= MESSAGE_CHARACTERS:
            break
    return blocks


def digest_text(digest: Digest) -> str:
    """One line for notifications and screen readers."""
    return (
        f"{_time(digest)}: {_questions(digest)} {counted(digest.opened_count, 'new gap')}, {digest.closed_count:,} closed, "
        f"{counted(digest.newly_late, 'document')} newly past review."
    )


def _blocks(digest: Digest, review_url: str, shown: int) -> list[Block]:
    blocks: list[Block] = [*controls.title_blocks(_time(digest)), controls.words(_questions(digest))]
    blocks += _gaps(":new:", "New questions without a good answer", digest.opened, digest.opened_count, review_url, shown)
    blocks += _gaps(":leftwards_arrow_with_hook:", "Open again", digest.reopened, digest.reopened_count, review_url, shown)
    blocks += _gaps(":white_check_mark:", "Closed: a document answers them now", digest.closed, digest.closed_count, review_url, shown)
    if digest.late_count:
        blocks += _lines([f":warning: *Past their review date: {digest.late_count:,}*, {digest.newly_late:,} of them newly", *_late(digest, shown)])
    if digest.used and shown:
        blocks += _lines([":chart_with_upwards_trend: *Most used*", *_used(digest.used[:shown])])
    return [*blocks, controls.context(_state(digest, review_url))]


def _gaps(emoji: str, title: str, gaps: Sequence[Gap], count: int, review_url: str, shown: int) -> list[Block]:
    if not count:
        return []
    blocks = [controls.words(f"{emoji} *{title}: {count:,}*"), *(gap_block(gap, review_url) for gap in gaps[:shown])]
    left = count - min(shown, len(gaps))
    return [*blocks, controls.context(more_text(left, review_url))] if left and shown else blocks


def _lines(lines: Sequence[str]) -> list[Block]:
    """Lines as one paragraph, or as several where one has no room for them."""
    texts: list[str] = []
    for line in lines:
        if texts and length(f"{texts[-1]}\n{line}") <= SECTION_TEXT:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [controls.words(text) for text in texts]


def _late(digest: Digest, shown: int) -> list[str]:
    entries = digest.late[:shown]
    left = digest.late_count - len(entries)
    return [*map(_document, entries), *([f"And {left:,} more."] if left and shown else [])]


def _document(entry: Entry) -> str:
    due = f", due by {day(entry.review_by)}" if entry.review_by else ""
    return f"•  {_clipped(entry.title)} – {_clipped(entry.owner, _NAME) if entry.owner else NOBODY}{due}"


def _used(entries: Sequence[EntryFigures]) -> list[str]:
    return [f"{number}.  {_clipped(one.title)} – {counted(one.used, 'time')}" for number, one in enumerate(entries, start=1)]


def _questions(digest: Digest) -> str:
    totals = digest.totals
    if not totals.questions:
        return "Nobody asked anything."
    shares = ((totals.answered.value, "answered at once"), (totals.not_found.value, "not found"))
    return f"{counted(totals.questions, 'question')}: " + ", ".join(f"{percent(value or 0)} {what}" for value, what in shares) + "."


def _quiet(digest: Digest) -> str:
    return f"{_time(digest)}: nobody asked anything, no gap was opened or closed, and no document passed its review date."


def _state(digest: Digest, review_url: str) -> str:
    """How things stand now, whatever happened."""
    late = f"{counted(digest.late_count, 'document')} past review"
    link = f"  ·  <{review_url}|Review page>" if review_url else ""
    return f"Now: {counted(digest.open_now, 'open gap')}, {late}{link}"


def _time(digest: Digest) -> str:
    since, until = digest.since, digest.until
    begins = f"{since.day}" if (since.year, since.month) == (until.year, until.month) else day(since)
    return f"{begins} to {day(until)}"


def _clipped(text: str, limit: int = _TITLE) -> str:
    return controls.safe(clipped(text, limit))
