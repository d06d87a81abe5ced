"""Message events -> one post each, whatever is delivered twice, late, or to a worker that dies.

The event is stored before it is acknowledged and answered after; a worker that dies leaves a claim whose lease runs
out, and any worker then answers it, after looking whether the reply is there already.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Literal

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.errors import LogUnavailable
from bot.slack.answering import Composed, compose
from bot.slack.followups import read_follow_up
from bot.slack.front import Front, in_thread, report
from bot.slack.idempotency import Verdict, claim_by_file
from bot.slack.incoming import Edit, Incoming, read_event
from bot.slack.posting import Message, MessageRefused, Place, PostImpossible, PostUncertain, change, find_reply, post_once
from bot.slack.relaying import relay
from bot.slack.rendering import error_message, notice
from bot.slack.waiting import kept_event

_log = logging.getLogger(__name__)


def inbox(front: Front) -> Callable[..., Awaitable[BoltResponse]]:
    """Bolt middleware that stores message events before they are acknowledged, and drops those that are taken."""

    async def middleware(body: dict[str, Any], context: AsyncBoltContext, next: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:  # noqa: A002 (Bolt's name)
        event = body.get("event") or {}
        if event.get("type") not in ("app_mention", "message"):
            return await next()
        read = read_event(event, front.identity.user_id or context.bot_user_id or "")
        if read is None:
            return BoltResponse(status=200)
        context["read"] = read
        if isinstance(read, Edit):
            return await next()
        owner = uuid.uuid4().hex
        try:
            verdict: Verdict | Literal["unsure", "not_ours"] = await asyncio.wait_for(in_thread(_claim, front, read, owner, body), front.options.ack_seconds)
        except (TimeoutError, LogUnavailable):
            verdict = "unsure" if read.addressed or read.thread_ts else "not_ours"
        if verdict in ("taken", "not_ours"):
            return BoltResponse(status=200)
        context["owner"], context["verdict"] = owner, verdict
        return await next()

    return middleware


async def handle(front: Front, read: Incoming | Edit, owner: str, verdict: str, body: dict[str, Any]) -> None:
    """Answer a message that was acknowledged."""
    if isinstance(read, Edit):
        await _handle_edit(front, read, body)
        return
    if read.key in front.in_work:
        return
    front.in_work.add(read.key)
    try:
        if verdict == "unsure":
            verdict = await _insist(front, read, owner, body)
        if verdict in ("taken", "not_ours"):
            return
        async with kept_alive(front, read.key, owner):
            await _answer(front, read, owner, look_first=verdict != "new")
    finally:
        front.in_work.discard(read.key)


async def answer_overdue(front: Front) -> int:
    """Answer what a worker left behind when it died.

    Returns:
        How many claims were taken over.
    """
    taken = 0
    for overdue in await in_thread(front.claims.overdue):
        read = read_event(overdue.body.get("event") or {}, front.identity.user_id)
        if not isinstance(read, Incoming) or overdue.key in front.in_work:
            continue
        owner = uuid.uuid4().hex
        verdict = await in_thread(front.claims.claim, overdue.key, owner, overdue.body)
        if verdict != "taken":
            taken += 1
            await handle(front, read, owner, verdict, overdue.body)
    return taken


def marker_of(key: str) -> str:
    """The name under which the reply to a message is found in Slack."""
    return f"reply:{key}"


def _claim(front: Front, read: Incoming, owner: str, body: dict[str, Any]) -> Verdict | Literal["not_ours"]:
    """Claim what concerns us; a post that neither addresses us nor stands where we listen is nobody's business."""
    if not read.addressed:
        ours = bool(read.thread_ts) and (front.answers.latest(read.channel, read.thread_ts) or front.handovers.at(read.channel, read.thread_ts))
        if not ours and (read.thread_ts or front.channels.get(read.channel).mode != "every"):
            return "not_ours"
    return front.claims.claim(read.key, owner, {"event": kept_event(body["event"]), "team_id": body.get("team_id")})


async def _insist(front: Front, read: Incoming, owner: str, body: dict[str, Any]) -> str:
    """Go on asking a busy database; when it stays locked, a file decides who says so to the asker."""
    until = time.monotonic() + front.options.claim_seconds
    while time.monotonic() < until:
        try:
            return await in_thread(_claim, front, read, owner, body)
        except LogUnavailable:
            await asyncio.sleep(0.2)
    if not read.addressed:
        return "not_ours"
    return "unsure" if await in_thread(claim_by_file, front.options.fallback_dir, read.key) else "taken"


async def _answer(front: Front, read: Incoming, owner: str, look_first: bool) -> None:
    place, marker = Place(read.channel, read.reply_thread, read.ts), marker_of(read.key)
    composed: Composed | None = None
    try:
        if look_first and read_follow_up(read.text) is None:  # a follow-up may have several posts, each looked for below
            found = await find_reply(front.client, place, marker)
            if found:
                await _finished(front, read.key, "", found)
                return
        relayed = await relay(front, read, look_first)
        composed = await compose(front, read) if relayed == "not_ours" else None
        if composed is None:
            await _finished(front, read.key, "", "", failed=relayed == "impossible")
            return
        messages = composed.messages
    except PostUncertain as error:
        report(error, f"passing on {read.key}; it is tried again")
        await _again_later(front, read, owner)
        return
    except Exception as error:  # noqa: BLE001 (whatever it is, people read a sentence and the log gets the traceback)
        messages = (error_message(report(error, f"answering {read.key}")),)
        if not read.addressed and not await _expected(front, read):
            _log.info("nobody addressed the bot in %s; it stays silent", read.key)
            return
    try:
        reply_ts = ""
        for number, message in enumerate(messages):
            part = marker if number == 0 else f"{marker}:{number}"
            reply_ts = await _post(front, place, message, part, look_first)
        await _finished(front, read.key, composed.answer_id if composed else "", reply_ts)
    except PostImpossible as error:
        await _tell_directly(front, read, report(error, f"posting the answer to {read.key}"))
        await _finished(front, read.key, "", "", failed=True)
    except PostUncertain as error:
        report(error, f"posting the answer to {read.key}; it is tried again")
        await _again_later(front, read, owner)


async def _again_later(front: Front, read: Incoming, owner: str) -> None:
    """Leave the claim to whoever looks for unfinished ones next."""
    with contextlib.suppress(LogUnavailable):
        await in_thread(front.claims.release, read.key, owner)


async def _expected(front: Front, read: Incoming) -> bool:
    """Whether an answer is expected without a mention: by whoever asked in this thread before."""
    try:
        previous = await in_thread(front.answers.latest, read.channel, read.thread_ts) if read.thread_ts else None
    except LogUnavailable:
        return False
    return previous is not None and previous.asker == read.user and not read.to_somebody_else


async def _post(front: Front, place: Place, message: Message, marker: str, look_first: bool) -> str:
    try:
        return await post_once(front.client, place, message, marker, look_first)
    except Exception as error:
        if isinstance(error, (PostImpossible, PostUncertain)):
            raise
        return await post_once(front.client, place, error_message(report(error, f"showing the answer {marker}")), marker, look_first)


async def _finished(front: Front, key: str, answer_id: str, reply_ts: str, failed: bool = False) -> None:
    """Store what became of it; when that fails, the claim is tried again later and the reply is found then."""
    try:
        if answer_id and reply_ts:
            await in_thread(front.answers.change, answer_id, message_ts=reply_ts)
        await in_thread(front.claims.finish, key, "failed" if failed else "answered", answer_id, reply_ts)
    except LogUnavailable as error:
        report(error, f"storing that {key} is answered")


async def _tell_directly(front: Front, read: Incoming, reference: str) -> None:
    """The place takes no posts: tell the asker in a direct message."""
    try:
        text = f"I could not answer you in <#{read.channel}>: Slack does not let me post there. Ask me here instead. Reference: *{reference}*."
        await post_once(front.client, Place(read.user), notice(text), f"direct:{read.key}")
    except (MessageRefused, PostImpossible, PostUncertain) as error:
        report(error, f"telling {read.user} that {read.key} cannot be answered")


async def _handle_edit(front: Front, edit: Edit, body: dict[str, Any]) -> None:
    """A question edited soon after it was asked changes its answer in place; anything else changes nothing."""
    read = edit.message
    if float(edit.edited_ts) - float(read.ts) > front.options.edit_seconds:
        return
    try:
        if not await in_thread(front.claims.known, read.key):
            if read.addressed:  # the mention was added by the edit
                owner = uuid.uuid4().hex
                message = {
                    **body["event"]["message"],
                    "channel": read.channel,
                    "channel_type": body["event"].get("channel_type"),
                    "type": "app_mention" if read.mentioned else "message",
                }
                verdict = await in_thread(front.claims.claim, read.key, owner, {"event": kept_event(message)})
                await handle(front, read, owner, verdict, body)
            return
        answered = None
        until = time.monotonic() + front.options.lease_seconds
        while answered is None and time.monotonic() < until:
            answered = await in_thread(front.claims.answered, read.key)
            if answered is None:
                await asyncio.sleep(0.1)
        if not answered or not await in_thread(front.claims.note_edit, read.key, edit.edited_ts):
            return
        composed = await compose(front, read)
        message_now = composed.messages[0] if composed else None
        answer_id = composed.answer_id if composed else ""
    except Exception as error:  # noqa: BLE001 (whatever it is, people read a sentence and the log gets the traceback)
        reference = report(error, f"answering the edit of {read.key}")
        answered = await in_thread(front.claims.answered, read.key) if not isinstance(error, LogUnavailable) else None
        message_now, answer_id = error_message(reference), ""
    if not answered or message_now is None:
        return
    try:
        await change(front.client, read.channel, answered, message_now, marker_of(read.key))
        await _finished(front, read.key, answer_id, answered)
    except (MessageRefused, PostImpossible, PostUncertain) as error:
        report(error, f"updating the answer to {read.key}")


@contextlib.asynccontextmanager
async def kept_alive(front: Front, key: str, owner: str) -> AsyncIterator[None]:
    """Renew the claim's lease while the work goes on, however long Slack makes us wait."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(front.options.lease_seconds / 3)
            with contextlib.suppress(LogUnavailable):
                await in_thread(front.claims.renew, key, owner)

    task = asyncio.create_task(renew())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
