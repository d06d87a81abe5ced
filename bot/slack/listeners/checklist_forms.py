"""On a checklist: skip a step with a reason, note something on one, hand the whole over to a colleague."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.models.views import View

from bot.phrases import GONE, counted
from bot.slack.blocks.checklist import page_of
from bot.slack.blocks.modals import hand_over_view, note_view, skip_view
from bot.slack.checklists import Checklist
from bot.slack.clicks import field_value, guarded, packed, read_click, unpacked, whisper
from bot.slack.front import Front, in_thread
from bot.slack.listeners.checklists import held_checklist, show_checklist
from bot.slack.posting import Place, post_once
from bot.slack.rendering import notice


def register(app: AsyncApp, front: Front) -> None:  # noqa: C901 (one short listener for each button and form)
    """Listen to the three buttons below a checklist, and to their forms."""

    async def open_form(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        held = await held_checklist(front, click)
        if held is None:
            return
        if click.action_id == "checklist.skip" and not held.open_steps:
            await whisper(front, click.user, click.response_url, notice("Every step is done or skipped already."))
            return
        view = _form(click.action_id, held, packed(checklist=held.id, page=int(click.value or 0)))
        await front.client.views_open(trigger_id=click.trigger_id, view=view.to_dict())

    async def skip(ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        reason = field_value(view, "reason")
        if not reason.strip():
            await ack(response_action="errors", errors={"reason": "Say why the step is left out."})
            return
        await ack()
        held = await _held_by(front, view, str(body["user"]["id"]))
        position = _position(held, field_value(view, "step"))
        if held is not None and position is not None:
            now = await in_thread(front.checklists.skip, held.id, position, reason, str(body["user"]["id"]))
            await show_checklist(front, now, page_of(now, position))

    async def note(ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        await ack()
        held = await _held_by(front, view, str(body["user"]["id"]))
        position = _position(held, field_value(view, "step"))
        if held is not None and position is not None:
            now = await in_thread(front.checklists.note, held.id, position, field_value(view, "note"), str(body["user"]["id"]))
            await show_checklist(front, now, page_of(now, position))

    async def hand_over(ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        await ack()
        metadata, user, to = unpacked(view), str(body["user"]["id"]), field_value(view, "to")
        held = await _held_by(front, view, user)
        if held is None:
            return
        if held.internal and await front.directory.of_user(to) != "internal":
            await whisper(front, user, "", notice(f"This procedure is internal, and <@{to}> is not a full member of the workspace. Choose somebody else."))
            return
        now = await in_thread(front.checklists.hand_over, held.id, to, user)
        await show_checklist(front, now, int(metadata["page"]))
        told = f"<@{to}>, <@{user}> hands this checklist over to you: {counted(len(now.open_steps), 'step')} left."
        await post_once(front.client, Place(now.channel, now.thread_ts), notice(told), f"hand_over:{view['id']}")

    app.action(re.compile(r"^checklist\.(skip|note|hand_over)$"))(guarded(front, "opening a form")(open_form))
    app.view("checklist.skip")(guarded(front, "skipping a step")(skip))
    app.view("checklist.note")(guarded(front, "noting something")(note))
    app.view("checklist.hand_over")(guarded(front, "handing a checklist over")(hand_over))


async def _held_by(front: Front, view: dict[str, Any], user: str) -> Checklist | None:
    """The checklist of a form, unless it is gone or not for this person."""
    held = await in_thread(front.checklists.get, unpacked(view)["checklist"])
    if held is None or (held.internal and await front.directory.of_user(user) != "internal"):
        await whisper(front, user, "", notice(GONE))
        return None
    return held


def _form(action_id: str, held: Checklist, metadata: str) -> View:
    if action_id == "checklist.hand_over":
        return hand_over_view(metadata)
    if action_id == "checklist.skip":
        return skip_view([(step.number, step.text) for step in held.open_steps], metadata)
    return note_view([(step.number, step.text) for step in held.steps], metadata)


def _position(checklist: Checklist | None, number: str) -> int | None:
    return next((step.position for step in checklist.steps if step.number == number), None) if checklist else None
