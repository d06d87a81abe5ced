"""Payloads of buttons, menus and modals -> who did what to which answer; and how to answer them visibly."""

from __future__ import annotations

import functools
import json
import logging
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.answers import ShownAnswer
from bot.slack.blocks.controls import subject_id_of
from bot.slack.blocks.limits import as_json
from bot.slack.blocks.outcome import error_text
from bot.slack.front import Front, in_thread, report
from bot.slack.posting import Message, Place, change, post_once
from bot.slack.rendering import EXPIRED, notice
from index.records import Audience

_log = logging.getLogger(__name__)
Listener = Callable[..., Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Click:
    """A button that was pressed, or an option that was chosen."""

    user: str
    channel: str
    """Empty in modals and on the home tab."""
    message_ts: str
    thread_ts: str
    private: bool
    """On a message that only this person sees."""
    action_id: str
    value: str
    block_id: str
    response_url: str
    trigger_id: str
    marker: str
    """Id of the message's first block, kept when the message is changed."""

    @property
    def subject_id(self) -> str:
        """Of the answer or checklist that the control belongs to."""
        return subject_id_of(self.block_id)

    @property
    def direct(self) -> bool:
        """In a direct message."""
        return self.channel.startswith("D")


def read_click(body: dict[str, Any]) -> Click:
    """Understand a `block_actions` payload."""
    container, message = body.get("container") or {}, body.get("message") or {}
    action = body["actions"][0]
    option = action.get("selected_option") or {}
    blocks = message.get("blocks") or [{}]
    channel = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
    return Click(
        user=str(body["user"]["id"]),
        channel=channel,
        message_ts=str(container.get("message_ts") or message.get("ts") or ""),
        thread_ts=str(message.get("thread_ts") or container.get("thread_ts") or ""),
        private=bool(container.get("is_ephemeral")),
        action_id=str(action.get("action_id") or ""),
        value=str(option.get("value") or action.get("value") or ""),
        block_id=str(action.get("block_id") or ""),
        response_url=str(body.get("response_url") or ""),
        trigger_id=str(body.get("trigger_id") or ""),
        marker=str(blocks[0].get("block_id") or ""),
    )


async def audience_of(front: Front, user: str, channel: str) -> Audience:
    """What a person may see in a place; in a modal opened from a channel, what that channel may see."""
    await front.learn_identity()
    direct = channel.startswith("D") or not channel
    audience = await front.directory.of(user, channel, direct)
    if audience == "internal" and not direct and (await in_thread(front.channels.get, channel)).audience == "public":
        return "public"
    return audience


async def shown_for(front: Front, click: Click) -> ShownAnswer | None:
    """The answer a control belongs to; says so to the person when it is gone."""
    shown = await in_thread(front.answers.get, click.subject_id)
    if shown is None:
        await whisper(front, click.user, click.response_url, notice(EXPIRED))
    return shown


async def replace(front: Front, click: Click, message: Message) -> None:
    """Put a message in the place of the one that was clicked on."""
    if click.private:
        await respond(front, click.response_url, {"replace_original": True, "text": message.text, "blocks": as_json(message.blocks)})
    else:
        await change(front.client, click.channel, click.message_ts, message, click.marker)


async def whisper(front: Front, user: str, response_url: str, message: Message) -> None:
    """Say something to one person: beside the message they clicked on, else in a direct message."""
    if response_url:
        payload = {"response_type": "ephemeral", "replace_original": False, "text": message.text, "blocks": as_json(message.blocks)}
        if await respond(front, response_url, payload):
            return
    await post_once(front.client, Place(user), message, f"whisper:{uuid.uuid4().hex}")


async def respond(front: Front, response_url: str, payload: dict[str, Any]) -> bool:
    """Use a payload's response address.

    Returns:
        Whether Slack took it; it does so five times in thirty minutes.
    """
    client = AsyncWebhookClient(response_url, timeout=front.options.request_seconds, retry_handlers=list(front.client.retry_handlers))
    response = await client.send_dict(payload)
    if response.status_code != 200:
        _log.warning("Slack did not take a response: %d %s", response.status_code, response.body[:200])
    return response.status_code == 200


def guarded(front: Front, doing: str) -> Callable[[Listener], Listener]:
    """Whatever goes wrong in a listener, the person sees a sentence and the log gets the traceback."""

    def decorate(listener: Listener) -> Listener:
        @functools.wraps(listener)
        async def guard(**arguments: Any) -> None:
            try:
                await listener(**arguments)
            except Exception as error:  # noqa: BLE001 (whatever it is, people read a sentence and the log gets the traceback)
                body = arguments["body"]
                reference = report(error, doing)
                try:
                    await whisper(front, _person(body), str(body.get("response_url") or ""), notice(error_text(reference)))
                except Exception as second:  # noqa: BLE001 (nobody can be told; the log has both)
                    report(second, f"telling a person of {reference}")

        return guard

    return decorate


def packed(**values: Any) -> str:
    """Values for a modal's `private_metadata`."""
    return json.dumps(values)


def unpacked(view: dict[str, Any]) -> dict[str, Any]:
    """What `packed` put into a modal."""
    values: dict[str, Any] = json.loads(view.get("private_metadata") or "{}")
    return values


def field_value(view: dict[str, Any], block_id: str) -> str:
    """What a person entered or chose in a modal's field; empty when nothing."""
    held = ((view.get("state") or {}).get("values") or {}).get(block_id) or {}
    for element in held.values():
        option = element.get("selected_option") or {}
        return str(element.get("value") or option.get("value") or element.get("selected_user") or element.get("selected_conversation") or "")
    return ""


def _person(body: dict[str, Any]) -> str:
    return str((body.get("user") or {}).get("id") or body.get("user_id") or (body.get("event") or {}).get("user") or "")
