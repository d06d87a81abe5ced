"""Slack's feedback buttons: a "yes" is stored; a "no" asks why, and reaches the owner of the document."""

from __future__ import annotations

import logging
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.models.blocks import Block

from bot.reasons import REASONS, THANKS
from bot.slack.answers import ShownAnswer
from bot.slack.blocks.controls import plain_sections, safe, words
from bot.slack.blocks.modals import feedback_view
from bot.slack.clicks import audience_of, field_value, guarded, packed, read_click, shown_for, unpacked, whisper
from bot.slack.front import Front, in_thread, report
from bot.slack.owners import owners_place
from bot.slack.posting import NOT_POSTED, Message, Place, post_once
from bot.slack.rendering import EXPIRED, notice, stored_answer
from index.records import Entry

_log = logging.getLogger(__name__)


def register(app: AsyncApp, front: Front) -> None:
    """Listen to the feedback buttons and the modal behind "Not helpful"."""

    async def pressed(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        shown = await shown_for(front, click)
        if shown is None:
            return
        if click.value == "helpful":
            await in_thread(front.log.store_feedback, shown.query_id, True, asker=front.known_as(click.user), entry_id=shown.entry_id)
            await whisper(front, click.user, click.response_url, notice(THANKS))
            return
        channel = click.channel or shown.channel
        audience = await audience_of(front, click.user, channel)
        answer = await in_thread(stored_answer, front, shown, audience)
        view = feedback_view(answer.entry.steps if answer else (), packed(answer=shown.id, channel=channel))
        await front.client.views_open(trigger_id=click.trigger_id, view=view.to_dict())

    async def explained(ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        await ack()
        held, user = unpacked(view), str(body["user"]["id"])
        shown = await in_thread(front.answers.get, held["answer"])
        if shown is None:
            await whisper(front, user, "", notice(EXPIRED))
            return
        reason, step, comment = (field_value(view, name) for name in ("reason", "step", "comment"))
        await in_thread(front.log.store_feedback, shown.query_id, False, reason, comment, step, front.known_as(user), shown.entry_id)
        answer = await in_thread(stored_answer, front, shown, "internal")
        told = False
        try:
            told = answer is not None and await _tell_owner(front, shown, answer.entry, reason, step, comment, user, view["id"])
        except NOT_POSTED as error:  # it is stored: trying again would store it twice
            report(error, f"telling the owner of {shown.entry_id} of feedback")
        await whisper(front, user, "", notice("Thank you. I have passed it on to the owner of the document." if told else THANKS))

    app.action("feedback")(guarded(front, "storing feedback")(pressed))
    app.view("feedback.reason")(guarded(front, "storing feedback")(explained))


async def _tell_owner(front: Front, shown: ShownAnswer, entry: Entry, reason: str, step: str, comment: str, user: str, view_id: str) -> bool:
    setting = await in_thread(front.channels.get, shown.channel)
    place = await owners_place(front, setting, entry)
    if place is None:
        _log.warning("feedback on %s reaches nobody: set SOPBOT_SLACK_OWNERS_CHANNEL, or name an owner that Slack knows", entry.id)
        return False
    what = REASONS.get(reason, reason) + (f", step {safe(step)}" if step else "")
    owner = place.mention or safe(entry.owner) or "the owner"
    blocks: list[Block] = [
        words(f":pencil2: *Not helpful: {safe(entry.title)}*\n{what}. Reported by <@{user}> to {owner}. Source: {safe(entry.path)}, line {entry.lines.first}.")
    ]
    blocks += plain_sections(comment)
    await post_once(front.client, Place(place.channel), Message(blocks, f"Feedback on {safe(entry.title)}"), f"feedback:{view_id}")
    return True
