"""What the SOP owners write below a question that was handed to them -> the asker's thread."""

from __future__ import annotations

from typing import Literal

from slack_sdk.models.blocks import Block

from bot.slack.blocks.controls import plain_sections, words
from bot.slack.front import Front, in_thread, report
from bot.slack.incoming import Incoming
from bot.slack.mrkdwn import escape
from bot.slack.paging import Unit, paged
from bot.slack.posting import Message, MessageRefused, Place, PostImpossible, post_once
from bot.slack.rendering import notice

Relayed = Literal["not_ours", "relayed", "impossible"]


async def relay(front: Front, read: Incoming, look_first: bool) -> Relayed:
    """Pass an owner's words on to the asker, however long they are.

    Args:
        front: the parts.
        read: the message.
        look_first: a worker that died may have passed it on already.

    Returns:
        "not_ours": it does not stand below a question that was handed over. "relayed": the asker has it. "impossible": Slack
        takes no post where the asker would read it; the owner has been told so.

    Raises:
        PostUncertain: try again later, with `look_first`.
        LogUnavailable: it is not known whose message it is.
    """
    if not read.thread_ts or read.mentioned:
        return "not_ours"
    handover = await in_thread(front.handovers.at, read.channel, read.thread_ts)
    if handover is None:
        return "not_ours"
    place, marker = Place(handover.channel or handover.asker, handover.thread_ts, read.ts), f"relay:{read.key}"
    told = f"Answer to your question: {escape(read.text[:200])}"
    try:
        for number, page in enumerate(paged([Unit((block,)) for block in _blocks(handover.asker, read)])):
            await post_once(front.client, place, Message(list(page.blocks), told), f"{marker}:{number}" if number else marker, look_first)
    except (MessageRefused, PostImpossible) as error:
        reference = report(error, f"passing on {read.key}")
        text = f"Your answer could not be passed on to <@{handover.asker}>. Please tell them yourself. Reference: *{reference}*."
        await post_once(front.client, Place(read.channel, read.thread_ts, read.ts), notice(text), f"not_relayed:{read.key}", look_first)
        return "impossible"
    return "relayed"


def _blocks(asker: str, read: Incoming) -> list[Block]:
    blocks: list[Block] = [words(f"<@{asker}>, <@{read.user}> has answered your question:"), *plain_sections(read.text)]
    if read.with_file or not read.text.strip():
        blocks.append(words(f"A file came with it, which I cannot pass on. Ask <@{read.user}> for it."))
    return blocks
