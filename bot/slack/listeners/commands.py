"""`/sop QUESTION`, the message shortcut "Find the SOP for this", and sharing a private answer in the channel."""

from __future__ import annotations

import uuid
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.phrases import GONE
from bot.question_text import QuestionRefused
from bot.slack.answering import Reader, ask_and_store, can_hand_over, question_of, reader_of
from bot.slack.blocks.controls import safe, words
from bot.slack.blocks.limits import as_json
from bot.slack.clicks import audience_of, guarded, read_click, respond, shown_for, whisper
from bot.slack.front import Front, in_thread
from bot.slack.idempotency import once_key
from bot.slack.incoming import plain_words
from bot.slack.listeners.channel_settings import open_settings
from bot.slack.posting import TROUBLE, Message, Place, PostImpossible, post_once
from bot.slack.rendering import notice, outcome_message, stored_answer, stored_message

HELP = "Ask in a few words, for example `/sop how do I handle a refund complaint`. `/sop settings` shows how I behave in this channel."


def register(app: AsyncApp, front: Front) -> None:
    """Listen to the command, the shortcut and "Share in channel"."""

    async def command(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        text, user, channel = plain_words(str(body.get("text") or "")), str(body["user_id"]), str(body["channel_id"])
        if text.lower() in ("", "help"):
            await whisper(front, user, body["response_url"], notice(HELP))
        elif text.lower() == "settings":
            await open_settings(front, user, channel, body["trigger_id"], body["response_url"])
        else:
            await _answer_privately(front, text, user, channel, body["response_url"], once_key("command", body["trigger_id"], user, channel, text))

    async def shortcut(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        message, user, channel = body.get("message") or {}, str(body["user"]["id"]), str(body["channel"]["id"])
        author = str(message.get("user") or "")
        customer = author if author and author != user and await front.directory.of_user(author) == "public" else ""
        key = once_key("shortcut", body["trigger_id"], user, channel, str(message.get("ts")))
        await _answer_privately(front, plain_words(str(message.get("text") or "")), user, channel, body["response_url"], key, customer)

    async def share(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        click = read_click(body)
        shown = await shown_for(front, click)
        if shown is None:
            return
        audience = await audience_of(front, click.user, click.channel)
        stored = await in_thread(front.log.question, shown.query_id)
        if await in_thread(stored_answer, front, shown, audience) is None:
            await whisper(front, click.user, click.response_url, notice(GONE))
            return
        message = await in_thread(stored_message, front, shown, audience, False)
        asked = words(f"<@{click.user}> asked: {safe(stored.text[:1_000])}" if stored else f"<@{click.user}> shares:")
        try:
            ts = await post_once(front.client, Place(click.channel), Message([asked, *message.blocks], message.text), f"share:{shown.id}", look_first=True)
        except PostImpossible:
            await whisper(front, click.user, click.response_url, notice("I am not a member of this channel. Invite me with `/invite`, then share again."))
            return
        await in_thread(front.answers.change, shown.id, channel=click.channel, thread_ts=ts, message_ts=ts)
        await whisper(front, click.user, click.response_url, notice("Shared in the channel."))

    app.command("/sop")(guarded(front, "answering /sop")(command))
    app.shortcut("find_sop")(guarded(front, "answering a shortcut")(shortcut))
    app.action("share")(guarded(front, "sharing an answer")(share))


async def _answer_privately(front: Front, text: str, user: str, channel: str, response_url: str, key: str, customer: str = "") -> None:
    if await in_thread(front.claims.claim, key, uuid.uuid4().hex) != "new":
        return
    direct = channel.startswith("D") and await _is_ours(front, channel)
    setting = await in_thread(front.channels.get, channel)
    reader = await reader_of(front, user, channel, direct, setting)
    try:
        message = await in_thread(_ask, front, text, user, channel, reader, can_hand_over(front, setting), customer)
    except QuestionRefused as refused:
        message = notice(f"{safe(str(refused))}\n{HELP}")
    payload = {"response_type": "ephemeral", "text": message.text, "blocks": as_json(message.blocks)}
    if not await respond(front, response_url, payload):
        await post_once(front.client, Place(user), message, key, look_first=False)
    await in_thread(front.claims.finish, key, "answered")


def _ask(front: Front, text: str, user: str, channel: str, reader: Reader, hand_over: bool, customer: str) -> Message:
    asked, shown = ask_and_store(front, question_of(front, text, user, reader.audience), channel, "", user, customer)
    return outcome_message(asked.outcome, asked.hits, shown, True, reader.public_only, hand_over)


async def _is_ours(front: Front, channel: str) -> bool:
    """Whether a direct message is one with the bot; in one between two people, the other may be from outside."""
    try:
        return bool((await front.client.conversations_info(channel=channel))["channel"].get("is_im"))
    except (*TROUBLE, KeyError):
        return False
