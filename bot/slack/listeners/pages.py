"""Turning the pages of an answer, switching its scripted reply, and showing the whole of it."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.models.views import View

from bot.phrases import GONE
from bot.slack.blocks.answer import answer_pages
from bot.slack.blocks.controls import title_blocks
from bot.slack.blocks.limits import MODAL_BLOCKS, MODAL_CHARACTERS, MODAL_TITLE, clipped
from bot.slack.clicks import audience_of, guarded, read_click, replace, shown_for, whisper
from bot.slack.front import Front, in_thread
from bot.slack.mrkdwn import plain
from bot.slack.paging import Unit, paged
from bot.slack.rendering import notice, stored_answer, stored_message
from index.records import Entry


def register(app: AsyncApp, front: Front) -> None:
    """Listen to the controls below an answer."""

    async def turn(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        if await shown_for(front, click) is None:
            return
        change = {"page": int(click.value)} if click.action_id.startswith("page.") else {"reply": int(click.value)}
        await in_thread(front.answers.change, click.subject_id, **change)
        shown = await in_thread(front.answers.get, click.subject_id)
        if shown is None:
            return
        audience = await audience_of(front, click.user, click.channel or shown.channel)
        await replace(front, click, await in_thread(stored_message, front, shown, audience, click.private))

    async def show_all(ack: Any, body: dict[str, Any]) -> None:
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
        await front.client.views_open(trigger_id=click.trigger_id, view=whole_view(answer.entry, shown.reply).to_dict())

    app.action(re.compile(r"^page\.(back|next)$"))(guarded(front, "turning a page")(turn))
    app.action("reply.switch")(guarded(front, "switching the reply")(turn))
    app.action("page.all")(guarded(front, "showing all of an answer")(show_all))


def whole_view(entry: Entry, reply: int) -> View:
    """A procedure as one modal; the rare one that is too long even for that says where it goes on."""
    units = [unit for page in answer_pages(entry, reply) for unit in page.blocks]
    first = paged([Unit((block,)) for block in units], MODAL_BLOCKS - 4, MODAL_CHARACTERS)[0].blocks
    blocks = [*title_blocks(entry.title), *first]
    if len(first) < len(units):
        blocks.append(notice("The rest does not fit into this window. Turn the pages below the answer to read it.").blocks[0])
    return View(type="modal", title=plain(clipped(entry.title, MODAL_TITLE)), close=plain("Close"), blocks=blocks)
