"""Mentions, direct messages, and messages in the bot's threads."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.front import Front
from bot.slack.inbox import handle


def register(app: AsyncApp, front: Front) -> None:
    """Listen to messages; `bot.slack.inbox` has stored and sorted them by then."""

    async def on_message(body: dict[str, Any], context: AsyncBoltContext) -> None:
        read = context.get("read")
        if read is not None:
            await handle(front, read, context.get("owner", ""), context.get("verdict", ""), body)

    app.event("app_mention")(on_message)
    app.event("message")(on_message)

    @app.event("member_joined_channel")
    async def on_joined(event: dict[str, Any]) -> None:
        front.directory.forget(str(event.get("channel") or ""))
