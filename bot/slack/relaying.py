"""What the SOP owners write below a question that was handed to them -> the asker's thread."""

from __future__ import annotations

from bot.slack.blocks.controls import section, words
from bot.slack.blocks.limits import SECTION_TEXT, split_text
from bot.slack.front import Front, in_thread
from bot.slack.incoming import Incoming
from bot.slack.mrkdwn import escape, plain
from bot.slack.posting import Message, Place, post_once


async def relay(front: Front, read: Incoming) -> bool:
    """Pass an owner's words on to the asker.

    Returns:
        Whether the message stood below a question that was handed over, and nothing else is to be done with it.
    """
    if not read.thread_ts or read.mentioned:
        return False
    handover = await in_thread(front.handovers.at, read.channel, read.thread_ts)
    if handover is None:
        return False
    blocks = [words(f"<@{handover.asker}>, <@{read.user}> has answered your question:")]
    blocks += [section(plain(part)) for part in split_text(read.text[:8_000], SECTION_TEXT) if part.strip()]
    place = Place(handover.channel or handover.asker, handover.thread_ts)
    await post_once(front.client, place, Message(list(blocks), f"Answer to your question: {escape(read.text[:200])}"), f"relay:{read.key}")
    return True
