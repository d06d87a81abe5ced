"""A checklist from an answer: start, tick, turn its pages; the state is stored, so a restart changes nothing."""

from __future__ import annotations

import re
import uuid
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.phrases import GONE
from bot.slack.blocks.checklist import checklist_blocks, checklist_text, page_of
from bot.slack.checklists import Checklist
from bot.slack.clicks import audience_of, guarded, read_click, shown_for, whisper
from bot.slack.front import Front, in_thread
from bot.slack.idempotency import once_key
from bot.slack.posting import Message, Place, change, post_once
from bot.slack.rendering import notice, stored_answer

_LOST = "I no longer have that checklist."


def register(app: AsyncApp, front: Front) -> None:
    """Listen to everything on a checklist."""

    async def start(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        shown = await shown_for(front, click)
        if shown is None:
            return
        audience = await audience_of(front, click.user, click.channel or shown.channel)
        answer = await in_thread(stored_answer, front, shown, audience)
        if answer is None:
            await whisper(front, click.user, click.response_url, notice(GONE))
            return
        if await in_thread(front.checklists.open_in, click.channel, click.thread_ts or click.message_ts, answer.entry.id):
            await whisper(front, click.user, click.response_url, notice("This checklist is open in the thread already. Go on with it there."))
            return
        key = once_key("checklist", click.trigger_id, click.user, click.channel, click.message_ts)
        if await in_thread(front.claims.claim, key, uuid.uuid4().hex) != "new":
            return
        thread_ts = click.thread_ts or click.message_ts
        made = await in_thread(front.checklists.start, answer.entry, click.channel, thread_ts, click.user)
        ts = await post_once(front.client, Place(click.channel, thread_ts), Message(checklist_blocks(made), checklist_text(made)), f"checklist:{made.id}")
        await in_thread(front.checklists.posted, made.id, ts)
        await in_thread(front.claims.finish, key, "answered")

    async def tick(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        position = int(click.block_id.partition(":")[0].removeprefix("tick."))
        chosen = [int(option["value"]) for option in body["actions"][0].get("selected_options") or []]
        if await held_checklist(front, click.subject_id, click.user, click.channel, click.response_url) is not None:
            now = await in_thread(front.checklists.tick, click.subject_id, position, position, chosen, click.user)
            await show_checklist(front, now, page_of(now, position))

    async def turn(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        held = await held_checklist(front, click.subject_id, click.user, click.channel, click.response_url)
        if held is not None:
            await show_checklist(front, held, int(click.value))

    app.action("checklist.start")(guarded(front, "starting a checklist")(start))
    app.action("checklist.tick")(guarded(front, "ticking a step")(tick))
    app.action(re.compile(r"^checklist\.page\."))(guarded(front, "turning a checklist")(turn))


async def held_checklist(front: Front, checklist_id: str, user: str, channel: str = "", response_url: str = "") -> Checklist | None:
    """The checklist that a control or form belongs to; says so to the person when it is gone, or not for them.

    Args:
        front: the parts.
        checklist_id: which.
        user: who wants to do something with it.
        channel: where; in a form, the place of the checklist itself decides.
        response_url: where to say so; a direct message when empty.
    """
    held = await in_thread(front.checklists.get, checklist_id)
    if held is None or (held.internal and await audience_of(front, user, channel or held.channel) != "internal"):
        await whisper(front, user, response_url, notice(_LOST if held is None else GONE))
        return None
    return held


async def show_checklist(front: Front, checklist: Checklist, page: int) -> None:
    """Put the state on the screen; the stored state is what counts."""
    message = Message(checklist_blocks(checklist, page), checklist_text(checklist))
    await change(front.client, checklist.channel, checklist.message_ts, message, f"checklist:{checklist.id}")
