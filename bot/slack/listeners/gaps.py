"""Below "no document covers this": add detail, or hand the question to the SOP owners, who answer in a thread."""

from __future__ import annotations

import uuid
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.reasons import DETAIL_ADDED
from bot.slack.answers import ShownAnswer
from bot.slack.blocks.controls import plain_sections, words
from bot.slack.blocks.modals import detail_view
from bot.slack.clicks import field_value, guarded, packed, read_click, shown_for, unpacked, whisper
from bot.slack.front import Front, in_thread
from bot.slack.idempotency import once_key
from bot.slack.posting import Message, Place, permalink, post_once
from bot.slack.rendering import EXPIRED, notice

_NOBODY = "Nobody is set up to answer yet. A team lead can name a channel with `/sop settings`."


def register(app: AsyncApp, front: Front) -> None:
    """Listen to the buttons below "no document covers this"."""

    async def open_detail(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        if await shown_for(front, click):
            await front.client.views_open(trigger_id=click.trigger_id, view=detail_view(packed(answer=click.subject_id)).to_dict())

    async def add_detail(ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        await ack()
        user, detail = str(body["user"]["id"]), field_value(view, "detail")
        shown = await in_thread(front.answers.get, unpacked(view)["answer"])
        if shown is None:
            await whisper(front, user, "", notice(EXPIRED))
            return
        await in_thread(front.log.store_feedback, shown.query_id, False, "detail", detail, "", front.known_as(user))
        handover = await in_thread(front.handovers.of_query, shown.query_id)
        if handover:
            message = Message([words(f"<@{user}> adds:"), *plain_sections(detail)], "More about the question above")
            await post_once(front.client, Place(handover.owners_channel, handover.owners_ts), message, f"detail:{view['id']}")
        await whisper(front, user, "", notice(DETAIL_ADDED))

    async def ask_owners(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        shown = await shown_for(front, click)
        if shown is None:
            return
        key, owner = once_key("handover", shown.query_id), uuid.uuid4().hex
        handed = await in_thread(front.handovers.of_query, shown.query_id)
        verdict = "taken" if handed else await in_thread(front.claims.claim, key, owner)
        if verdict == "taken":
            await whisper(front, click.user, click.response_url, notice("The SOP owners have this question already."))
            return
        message_ts, asked = "" if click.private else click.message_ts, False
        try:
            asked = await hand_over(front, shown, click.user, click.channel, message_ts, look_first=verdict != "new")
        finally:
            await in_thread(front.claims.finish, key, "answered") if asked else await in_thread(front.claims.release, key, owner)
        where = "here" if message_ts else "in a direct message"
        told = f"I have asked the SOP owners. Their answer arrives {where}."
        await whisper(front, click.user, click.response_url, notice(told if asked else _NOBODY))

    app.action("gap.detail")(guarded(front, "opening the detail form")(open_detail))
    app.view("gap.detail")(guarded(front, "adding detail")(add_detail))
    app.action("gap.owners")(guarded(front, "asking the owners")(ask_owners))


async def hand_over(front: Front, shown: ShownAnswer, user: str, channel: str, message_ts: str, look_first: bool) -> bool:
    """Put a question in front of the owners.

    Args:
        front: the parts.
        shown: what was shown for it.
        user: who wants their answer.
        channel: where the answer goes.
        message_ts: the message that was shown; "" when only the asker saw it, and the answer goes to them directly.
        look_first: an earlier try may have put it there already.

    Returns:
        False when no place for owners is set.
    """
    setting = await in_thread(front.channels.get, shown.channel)
    owners_channel = setting.owners or front.options.owners_channel
    if not owners_channel:
        return False
    stored = await in_thread(front.log.question, shown.query_id)
    link = await permalink(front.client, channel, message_ts)
    where = f" – <{link}|to the question>" if link else ""
    blocks = [
        words(
            f":raising_hand: *No document covers this question from <@{user}>.* Please answer in this thread{where}. Everything written in it is passed on to them."
        ),
        *plain_sections(stored.text if stored else ""),
    ]
    ts = await post_once(
        front.client, Place(owners_channel), Message(list(blocks), "A question that no document covers"), f"handover:{shown.query_id}", look_first
    )
    target = channel if message_ts else user
    await in_thread(front.handovers.store, shown.query_id, user, target, shown.thread_ts if message_ts else "", owners_channel, ts)
    return True
