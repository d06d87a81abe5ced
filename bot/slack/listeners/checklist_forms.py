"""On a checklist: skip a step with a reason, note something on one, hand the whole over to a colleague."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.models.views import View

from bot.phrases import counted
from bot.slack.blocks.checklist import page_of
from bot.slack.blocks.modals import hand_over_view, note_view, skip_view
from bot.slack.checklists import Checklist
from bot.slack.clicks import field_value, guarded, packed, read_click, unpacked, whisper
from bot.slack.front import Front, in_thread
from bot.slack.listeners.checklists import held_checklist, show_checklist
from bot.slack.posting import Place, post_once
from bot.slack.rendering import notice

_ALONE = "This checklist stands in your direct message with me, where nobody else can read it. To hand it over, ask in a channel and start it there."


def register(app: AsyncApp, front: Front) -> None:  # noqa: C901 (one short listener for each button and form)
    """Listen to the three buttons below a checklist, and to their forms."""

    async def open_form(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        held = await held_checklist(front, click.subject_id, click.user, click.channel, click.response_url)
        if held is None:
            return
        if click.action_id == "checklist.hand_over" and held.direct:
            await whisper(front, click.user, click.response_url, notice(_ALONE))
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
        user, position = str(body["user"]["id"]), int(field_value(view, "step"))
        held = await held_checklist(front, unpacked(view)["checklist"], user)
        if held is not None:
            now = await in_thread(front.checklists.skip, held.id, position, reason, user)
            await show_checklist(front, now, page_of(now, position))

    async def note(ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        await ack()
        user, position = str(body["user"]["id"]), int(field_value(view, "step"))
        held = await held_checklist(front, unpacked(view)["checklist"], user)
        if held is not None:
            now = await in_thread(front.checklists.note, held.id, position, field_value(view, "note"), user)
            await show_checklist(front, now, page_of(now, position))

    async def hand_over(ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        await ack()
        metadata, user, to = unpacked(view), str(body["user"]["id"]), field_value(view, "to")
        held = await held_checklist(front, metadata["checklist"], user)
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


def _form(action_id: str, held: Checklist, metadata: str) -> View:
    if action_id == "checklist.hand_over":
        return hand_over_view(metadata)
    if action_id == "checklist.skip":
        return skip_view(held.open_steps, metadata)
    return note_view(held.steps, metadata)
