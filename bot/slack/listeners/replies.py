"""Using a reply: a field for each placeholder, then the finished text, which copies exactly."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.models.views import View

from bot.phrases import GONE
from bot.slack.answers import ShownAnswer
from bot.slack.blocks.modals import field_block, fill, finished_view, notice_view, reply_view
from bot.slack.blocks.outcome import error_text, notice_blocks
from bot.slack.clicks import audience_of, field_value, guarded, packed, read_click, shown_for, unpacked, whisper
from bot.slack.front import Front, in_thread, report
from bot.slack.rendering import notice, stored_answer
from index.records import Audience, Reply

_NAMED = re.compile(r"\b(?:called|named|name is|customer is|caller is)\s+((?:[A-Z][\w'’-]+)(?:\s+[A-Z][\w'’-]+)?)")


def register(app: AsyncApp, front: Front) -> None:
    """Listen to "Use the reply" and its modal."""

    async def use(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        shown = await shown_for(front, click)
        if shown is None:
            return
        channel = click.channel or shown.channel
        audience = await audience_of(front, click.user, channel)
        reply = await in_thread(_reply, front, shown, shown.reply, audience)
        if reply is None:
            await whisper(front, click.user, click.response_url, notice(GONE))
            return
        if not reply.placeholders:
            view = finished_view(reply.subject, reply.body)
        else:
            view = reply_view(reply, await _known(front, shown, click.user), packed(answer=shown.id, reply=shown.reply, channel=channel))
        await front.client.views_open(trigger_id=click.trigger_id, view=view.to_dict())

    async def filled(ack: Any, body: dict[str, Any], view: dict[str, Any]) -> None:
        empty = {block: "Fill this in before you send the reply." for block in _fields(view) if not field_value(view, block).strip()}
        if empty:
            await ack(response_action="errors", errors=empty)
            return
        await ack(response_action="update", view=notice_view("Use the reply", notice_blocks("One moment …")).to_dict())
        try:
            now = await _finished(front, view, str(body["user"]["id"]))
        except Exception as error:  # noqa: BLE001 (whatever it is, people read a sentence and the log gets the traceback)
            now = notice_view("Sorry", notice_blocks(error_text(report(error, "filling in a reply"))))
        await front.client.views_update(view_id=view["id"], view=now.to_dict())

    async def done(ack: Any) -> None:
        await ack()

    app.action("reply.use")(guarded(front, "opening a reply")(use))
    app.view("reply.fill")(guarded(front, "filling in a reply")(filled))
    app.view("reply.done")(done)


def _fields(view: dict[str, Any]) -> list[str]:
    """Ids of the blocks in which placeholders are filled in."""
    return [block for block in (view.get("state") or {}).get("values") or {} if block.startswith(field_block(""))]


async def _finished(front: Front, view: dict[str, Any], user: str) -> View:
    """The reply with what was entered, or that it is gone."""
    held = unpacked(view)
    shown = await in_thread(front.answers.get, held["answer"])
    audience = await audience_of(front, user, held["channel"])
    reply = await in_thread(_reply, front, shown, held["reply"], audience) if shown else None
    if reply is None:
        return notice_view("Not there any more", notice_blocks(GONE))
    values = {block.removeprefix(field_block("")): field_value(view, block) for block in _fields(view)}
    return finished_view(fill(reply.subject, values), fill(reply.body, values))


async def _known(front: Front, shown: ShownAnswer, user: str) -> dict[str, str]:
    """Values nobody has to type: the agent's own name, and the customer's when Slack or the question tells it."""
    known: dict[str, str] = {}
    agent = await front.directory.user(user)
    if agent and agent.get("real_name"):
        known["agent_name"] = str(agent["real_name"])
    customer = await front.directory.user(shown.customer) if shown.customer else None
    if customer and customer.get("real_name"):
        known["customer_name"] = str(customer["real_name"])
        return known
    stored = await in_thread(front.log.question, shown.query_id)
    named = _NAMED.search(stored.text) if stored else None
    if named:
        known["customer_name"] = named[1]
    return known


def _reply(front: Front, shown: ShownAnswer, position: int, audience: Audience) -> Reply | None:
    answer = stored_answer(front, shown, audience)
    if answer is None or position >= len(answer.entry.replies):
        return None
    return answer.entry.replies[position]
