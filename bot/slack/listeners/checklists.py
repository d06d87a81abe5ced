""" "Start checklist": tick, skip with a reason, note, hand over; the state is stored, so a restart changes nothing."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.slack.blocks.checklist import checklist_blocks, checklist_text, page_of
from bot.slack.blocks.controls import answer_id_of
from bot.slack.blocks.modals import hand_over_view, note_view, skip_view
from bot.slack.checklists import Checklist
from bot.slack.clicks import Click, audience_of, field_value, guarded, packed, read_click, shown_for, unpacked, whisper
from bot.slack.front import Front, in_thread
from bot.slack.posting import Message, Place, change, post_once
from bot.slack.rendering import GONE, notice, stored_answer

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
        key = f"checklist:{click.trigger_id}"
        if await in_thread(front.claims.claim, key, "start") != "new":
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
        if await _held(front, click) is not None:
            now = await in_thread(front.checklists.tick, click.answer_id, position, position, chosen, click.user)
            await _show(front, now, page_of(now, position))

    async def turn(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        held = await _held(front, click)
        if held is not None:
            await _show(front, held, int(click.value))

    async def open_form(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        held = await _held(front, click)
        if held is None:
            return
        metadata = packed(checklist=held.id, page=int(click.value or 0))
        steps = [(step.number, step.text) for step in (held.open_steps if click.action_id == "checklist.skip" else held.steps)]
        if click.action_id == "checklist.hand_over":
            view = hand_over_view(metadata)
        elif steps:
            view = (skip_view if click.action_id == "checklist.skip" else note_view)(steps, metadata)
        else:
            await whisper(front, click.user, click.response_url, notice("Every step is done or skipped already."))
            return
        await front.client.views_open(trigger_id=click.trigger_id, view=view.to_dict())

    async def skip(ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        reason = field_value(view, "reason")
        if not reason.strip():
            await ack(response_action="errors", errors={"reason": "Say why the step is left out."})
            return
        await ack()
        held = await in_thread(front.checklists.get, unpacked(view)["checklist"])
        position = _position(held, field_value(view, "step"))
        if held is not None and position is not None:
            now = await in_thread(front.checklists.skip, held.id, position, reason, str(body["user"]["id"]))
            await _show(front, now, page_of(now, position))

    async def note(ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        await ack()
        held = await in_thread(front.checklists.get, unpacked(view)["checklist"])
        position = _position(held, field_value(view, "step"))
        if held is not None and position is not None:
            now = await in_thread(front.checklists.note, held.id, position, field_value(view, "note"), str(body["user"]["id"]))
            await _show(front, now, page_of(now, position))

    async def hand_over(ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        await ack()
        metadata, user, to = unpacked(view), str(body["user"]["id"]), field_value(view, "to")
        held = await in_thread(front.checklists.get, metadata["checklist"])
        if held is None:
            return
        if held.internal and await front.directory.of_user(to) != "internal":
            await whisper(front, user, "", notice(f"This procedure is internal, and <@{to}> is not a full member of the workspace. Choose somebody else."))
            return
        now = await in_thread(front.checklists.hand_over, held.id, to, user)
        await _show(front, now, int(metadata["page"]))
        told = f"<@{to}>, <@{user}> hands this checklist over to you: {len(now.open_steps)} steps are left."
        await post_once(front.client, Place(now.channel, now.thread_ts), notice(told), f"hand_over:{view['id']}")

    app.action("checklist.start")(guarded(front, "starting a checklist")(start))
    app.action("checklist.tick")(guarded(front, "ticking a step")(tick))
    app.action(re.compile(r"^checklist\.page\."))(guarded(front, "turning a checklist")(turn))
    app.action(re.compile(r"^checklist\.(skip|note|hand_over)$"))(guarded(front, "opening a form")(open_form))
    app.view("checklist.skip")(guarded(front, "skipping a step")(skip))
    app.view("checklist.note")(guarded(front, "noting something")(note))
    app.view("checklist.hand_over")(guarded(front, "handing a checklist over")(hand_over))


async def _held(front: Front, click: Click) -> Checklist | None:
    held = await in_thread(front.checklists.get, answer_id_of(click.block_id))
    if held is None:
        await whisper(front, click.user, click.response_url, notice(_LOST))
    return held


async def _show(front: Front, checklist: Checklist, page: int) -> None:
    """Put the state on the screen; the stored state is what counts."""
    message = Message(checklist_blocks(checklist, page), checklist_text(checklist))
    await change(front.client, checklist.channel, checklist.message_ts, message, f"checklist:{checklist.id}")


def _position(checklist: Checklist | None, number: str) -> int | None:
    return next((step.position for step in checklist.steps if step.number == number), None) if checklist else None
