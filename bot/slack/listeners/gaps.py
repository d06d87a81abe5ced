"""Below "no document covers this": add detail, or hand the question to the SOP owners, who answer in a thread."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.reasons import DETAIL_ADDED
from bot.slack.answers import ShownAnswer
from bot.slack.blocks.controls import plain_sections, words
from bot.slack.blocks.modals import detail_view
from bot.slack.clicks import field_value, guarded, packed, read_click, shown_for, unpacked, whisper
from bot.slack.front import Front, in_thread
from bot.slack.posting import Message, Place, post_once
from bot.slack.rendering import EXPIRED, notice


def register(app: AsyncApp, front: Front) -> None:
    """Listen to the buttons below "no document covers this"."""

    async def open_detail(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        if await shown_for(front, click):
            await front.client.views_open(trigger_id=click.trigger_id, view=detail_view(packed(answer=click.answer_id)).to_dict())

    async def add_detail(ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        await ack()
        user, detail = str(body["user"]["id"]), field_value(view, "detail")
        shown = await in_thread(front.answers.get, unpacked(view)["answer"])
        if shown is None:
            await whisper(front, user, "", notice(EXPIRED))
            return
        await in_thread(front.log.store_feedback, shown.query_id, False, "detail", detail, "", f"{front.identity.team_id}:{user}")
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
        if await in_thread(front.handovers.of_query, shown.query_id):
            await whisper(front, click.user, click.response_url, notice("The SOP owners have this question already."))
            return
        asked = await hand_over(front, shown, click.user, click.channel, click.message_ts if not click.private else "")
        text = (
            "I have asked the SOP owners. Their answer arrives here."
            if asked
            else "Nobody is set up to answer yet. A team lead can name a channel with `/sop settings`."
        )
        await whisper(front, click.user, click.response_url, notice(text))

    app.action("gap.detail")(guarded(front, "opening the detail form")(open_detail))
    app.view("gap.detail")(guarded(front, "adding detail")(add_detail))
    app.action("gap.owners")(guarded(front, "asking the owners")(ask_owners))


async def hand_over(front: Front, shown: ShownAnswer, user: str, channel: str, message_ts: str) -> bool:
    """Put a question in front of the owners.

    Returns:
        False when no place for owners is set.
    """
    setting = await in_thread(front.channels.get, shown.channel)
    owners_channel = setting.owners or front.options.owners_channel
    if not owners_channel:
        return False
    stored = await in_thread(front.log.question, shown.query_id)
    link = await _link(front, channel, message_ts)
    where = f" – <{link}|to the question>" if link else ""
    blocks = [
        words(f":raising_hand: *No document covers this question from <@{user}>.* Please answer in this thread{where}."),
        *plain_sections(stored.text if stored else ""),
    ]
    ts = await post_once(front.client, Place(owners_channel), Message(list(blocks), "A question that no document covers"), f"handover:{shown.query_id}")
    target = channel if message_ts else user
    await in_thread(front.handovers.store, shown.query_id, user, target, shown.thread_ts if message_ts else "", owners_channel, ts)
    return True


async def _link(front: Front, channel: str, message_ts: str) -> str:
    if not message_ts:
        return ""
    try:
        return str((await front.client.chat_getPermalink(channel=channel, message_ts=message_ts))["permalink"])
    except SlackApiError:
        return ""
