"""A gap that a document now answers -> the answer, for whoever wanted to know, in the thread where they asked."""

from __future__ import annotations

from bot.answer import Answer, is_stale
from bot.ask import Asked
from bot.gaps.telling import CannotTellNow
from bot.slack.answers import ShownAnswer
from bot.slack.blocks.answer import Shown, answer_blocks, answer_text, reply_for
from bot.slack.blocks.outcome import answered_now_block
from bot.slack.clicks import audience_of
from bot.slack.front import Front, in_thread
from bot.slack.posting import TROUBLE, Message, MessageRefused, Place, PostImpossible, PostUncertain, find_reply, post_once
from index.records import Audience


async def tell_asker(front: Front, query_id: str, entry_id: str) -> bool:
    """Give the asker of a question the answer that there is now; doing it twice posts it once.

    Args:
        front: the parts.
        query_id: the question.
        entry_id: what answers it.

    Returns:
        Whether the asker was told: False when the question was not asked in Slack, when the asker's place may not see
        that document, or when Slack takes no post there.

    Raises:
        CannotTellNow: Slack cannot be reached.
    """
    asked_at = await in_thread(front.answers.of_query, query_id)
    if asked_at is None:
        return False
    if not await front.learn_identity():
        raise CannotTellNow("Slack does not answer")
    audience = await audience_of(front, asked_at.asker, asked_at.channel if asked_at.message_ts else "")
    place = Place(asked_at.channel, asked_at.thread_ts) if asked_at.message_ts else Place(asked_at.asker)
    marker = f"covered:{query_id}"
    try:
        if await find_reply(front.client, place, marker):
            return True
        composed = await in_thread(_compose, front, asked_at, entry_id, audience)
        if composed is None:
            return False
        shown, message = composed
        ts = await post_once(front.client, place, message, marker)
    except (MessageRefused, PostImpossible):
        return False
    except (PostUncertain, *TROUBLE) as error:
        raise CannotTellNow(f"Slack: {type(error).__name__}") from error
    if asked_at.message_ts:
        await in_thread(front.answers.change, shown.id, message_ts=ts)
    return True


def _compose(front: Front, asked_at: ShownAnswer, entry_id: str, audience: Audience) -> tuple[ShownAnswer, Message] | None:
    """The answer as it would be shown had it been there at once; None when this audience may not see it."""
    entry = front.index.get().entry(entry_id, audience)
    if entry is None:
        return None
    question = front.log.question(asked_at.query_id)
    hits = front.asker.search(question.text, audience, 10)[1] if question else ()
    sure = next((hit.confidence for hit in hits if hit.entry.id == entry.id), 0.0)
    answer = Answer(entry, sure, is_stale(entry, front.today()))
    reply = reply_for(entry, question.channel) or 0 if question else 0
    where = (asked_at.channel, asked_at.thread_ts) if asked_at.message_ts else ("", "")
    shown = front.answers.store(Asked(asked_at.query_id, answer, (), "", "", 0.0), *where, asked_at.asker, reply, customer=asked_at.customer)
    intro = answered_now_block(asked_at.asker, question.text if question else "")
    return shown, Message([intro, *answer_blocks(answer, Shown(shown.id, reply=reply))], f"Your question is answered now: {answer_text(answer)}")
