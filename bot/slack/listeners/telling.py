"""Below "no document covers this": the asker wants to be told when a document answers the question."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.slack.clicks import guarded, read_click, shown_for, whisper
from bot.slack.front import Front, in_thread
from bot.slack.rendering import notice


def register(app: AsyncApp, front: Front) -> None:
    """Listen to "Tell me when this is answered"."""

    async def tell_me(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        shown = await shown_for(front, click)
        if shown is None:
            return
        if click.user != shown.asker:
            await whisper(front, click.user, click.response_url, notice("Only whoever asked is told. Ask me the question yourself, and press this below it."))
            return
        await in_thread(front.gap_actions.want_to_know, shown.query_id)
        where = "here" if shown.message_ts else "in a direct message"
        await whisper(front, click.user, click.response_url, notice(f"I will tell you {where} as soon as a document answers your question."))

    app.action("gap.tell")(guarded(front, "noting who wants to be told")(tell_me))
