"""A gap that a document now covers -> a word to whoever asked, in the thread where they asked."""

from __future__ import annotations

from bot.slack.blocks.controls import safe
from bot.slack.clicks import audience_of
from bot.slack.front import Front, in_thread
from bot.slack.posting import MessageRefused, Place, PostImpossible, PostUncertain, post_once
from bot.slack.rendering import notice


async def tell_asker(front: Front, query_id: str, entry_id: str) -> bool:
    """Tell the asker of a question that a document covers it now; saying it twice posts it once.

    Args:
        front: the parts.
        query_id: the question.
        entry_id: what covers it.

    Returns:
        Whether the asker was told: False when the question was not asked in Slack, when the asker's place may not see
        that document, or when Slack takes no post there.
    """
    shown = await in_thread(front.answers.of_query, query_id)
    if shown is None:
        return False
    audience = await audience_of(front, shown.asker, shown.channel if shown.message_ts else "")
    entry = (await in_thread(front.index.get)).entry(entry_id, audience)
    if entry is None:
        return False
    place = Place(shown.channel, shown.thread_ts) if shown.message_ts else Place(shown.asker)
    message = notice(f"<@{shown.asker}>, a document covers your question now: *{safe(entry.title)}*. Ask again to read it.")
    try:
        await post_once(front.client, place, message, f"covered:{query_id}", look_first=True)
    except (MessageRefused, PostImpossible, PostUncertain):
        return False
    return True
