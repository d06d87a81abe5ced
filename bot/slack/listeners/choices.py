"""Choosing among "did you mean": a title answers, and is remembered for that question."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.phrases import GONE
from bot.slack.answering import none_of_these, question_of
from bot.slack.answers import ShownAnswer
from bot.slack.blocks.answer import reply_for
from bot.slack.blocks.modals import notice_view
from bot.slack.clicks import audience_of, guarded, read_click, replace, shown_for
from bot.slack.front import Front, in_thread
from bot.slack.listeners.pages import whole_view
from bot.slack.posting import Message
from bot.slack.rendering import notice, outcome_message
from index.records import Audience


def register(app: AsyncApp, front: Front) -> None:
    """Listen to the buttons below suggestions."""

    async def choose(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        shown = await shown_for(front, click)
        if shown is None:
            return
        audience = await audience_of(front, click.user, click.channel or shown.channel)
        message = await in_thread(chosen, front, shown, click.value, click.user, audience, click.private)
        if "view" in body:  # suggestions below the Home tab's search
            entry = (await in_thread(front.index.get)).entry(click.value, audience)
            view = whole_view(entry, 0) if entry else notice_view("Not there any more", message.blocks)
            await front.client.views_update(view_id=body["view"]["id"], view=view.to_dict())
            return
        await replace(front, click, message)

    async def none(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        shown = await shown_for(front, click)
        if shown is None:
            return
        message = await in_thread(none_of_these, front, shown, click.user)
        if "view" in body:
            await front.client.views_update(view_id=body["view"]["id"], view=notice_view("Find a procedure", message.blocks).to_dict())
            return
        await replace(front, click, message)

    app.action(re.compile(r"^choose\.\d+$"))(guarded(front, "choosing a suggestion")(choose))
    app.action("none")(guarded(front, "saying none of these")(none))


def chosen(front: Front, shown: ShownAnswer, entry_id: str, user: str, audience: Audience, private: bool) -> Message:
    """Answer with what somebody chose, and remember the choice."""
    stored = front.log.question(shown.query_id)
    text = stored.text if stored else entry_id
    question = question_of(front, text, user, audience)
    asked = front.asker.choose(question, entry_id, shown.query_id)
    if asked is None:
        return notice(GONE)
    entry = asked.hits[0].entry
    reply = reply_for(entry, question.channel) or 0
    front.answers.change(shown.id, outcome="answer", entry_id=entry.id, confidence=asked.outcome.confidence, offered=[], page=0, reply=reply)
    now = dataclasses.replace(shown, outcome="answer", entry_id=entry.id, offered=(), page=0, reply=reply)
    return outcome_message(asked.outcome, asked.hits, now, private, False, False)
