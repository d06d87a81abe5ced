"""A message -> Slack, exactly once: waits when told to, looks before it tries again, and says so when it is refused."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.models.blocks import Block
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks.limits import MESSAGE_TEXT, as_json, clipped

_log = logging.getLogger(__name__)
METADATA_EVENT = "sopbot_reply"
ATTEMPTS = 5
TROUBLE = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, json.JSONDecodeError)
"""What a call of the Web API raises when Slack says no, cannot be reached, or answers with something that is no JSON."""
_REFUSED = {
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_text",
    "metadata_too_large",
    "invalid_metadata_format",
    "invalid_arguments",
}
_PASSING = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org", "ratelimited", "rate_limited", "accesslimited"}


@dataclass(frozen=True, slots=True)
class Message:
    """What to post."""

    blocks: list[Block]
    text: str
    """For notifications and screen readers; escaped."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to post."""

    channel: str
    """A channel's id, or a user's for the direct message with them."""
    thread_ts: str = ""
    after_ts: str = ""
    """Our reply can only be younger than this."""


class MessageRefused(Exception):
    """Slack will never take this message: it breaks a limit."""


class PostImpossible(Exception):
    """Slack takes nothing of ours in this place: the channel is archived, gone, or closed to us."""


class PostUncertain(Exception):
    """Slack did not say whether it took the message, and cannot be asked now; try again later."""


NOT_POSTED = (MessageRefused, PostImpossible, PostUncertain, *TROUBLE)
"""All that can come of trying to post."""


async def post_once(client: AsyncWebClient, place: Place, message: Message, marker: str, look_first: bool = False) -> str:
    """Post a message that nobody sees twice.

    Args:
        client: retries nothing but 429 by itself.
        place: where.
        message: what.
        marker: names this reply; stored in its metadata, so that it is found again.
        look_first: somebody else may have posted it already.

    Returns:
        Slack's ts of the message, whether posted now or before.

    Raises:
        MessageRefused: a limit is broken. Nothing was posted.
        PostImpossible: nothing can be posted there.
        PostUncertain: try again later, with `look_first`.
    """
    blocks = as_json(message.blocks)
    if blocks:
        blocks[0] = {**blocks[0], "block_id": marker[:255]}
    for attempt in range(ATTEMPTS):
        if attempt:
            await asyncio.sleep(min(0.25 * 2**attempt, 4.0))
        try:
            if look_first or attempt:
                found = await find_reply(client, place, marker)
                if found:
                    return found
            response = await client.chat_postMessage(
                channel=place.channel,
                thread_ts=place.thread_ts or None,
                blocks=blocks,
                text=clipped(message.text, MESSAGE_TEXT),
                metadata={"event_type": METADATA_EVENT, "event_payload": {"claim": marker}},
                unfurl_links=False,
                unfurl_media=False,
            )
            return str(response["ts"])
        except SlackApiError as error:
            _judge(error)
            _log.warning("Slack answered %s to a post in %s; attempt %d of %d", error_code(error), place.channel, attempt + 1, ATTEMPTS)
        except TROUBLE as error:
            _log.warning("Slack could not be reached for a post in %s (%s); attempt %d of %d", place.channel, type(error).__name__, attempt + 1, ATTEMPTS)
    raise PostUncertain(place.channel)


async def change(client: AsyncWebClient, channel: str, ts: str, message: Message, marker: str) -> None:
    """Put a message in the place of an earlier one of ours.

    Raises:
        MessageRefused, PostImpossible, PostUncertain: as in `post_once`.
    """
    blocks = as_json(message.blocks)
    if blocks and marker:
        blocks[0] = {**blocks[0], "block_id": marker[:255]}
    for attempt in range(ATTEMPTS):
        if attempt:
            await asyncio.sleep(min(0.25 * 2**attempt, 4.0))
        try:
            await client.chat_update(channel=channel, ts=ts, blocks=blocks, text=clipped(message.text, MESSAGE_TEXT))
            return
        except SlackApiError as error:
            _judge(error)
        except TROUBLE as error:
            _log.warning("Slack could not be reached to update %s in %s (%s)", ts, channel, type(error).__name__)
    raise PostUncertain(channel)


async def permalink(client: AsyncWebClient, channel: str, ts: str) -> str:
    """A link to a message; "" when there is no message, or Slack gives none."""
    try:
        return str((await client.chat_getPermalink(channel=channel, message_ts=ts))["permalink"]) if ts else ""
    except TROUBLE:
        return ""


async def find_reply(client: AsyncWebClient, place: Place, marker: str) -> str:
    """The ts of our reply with this marker, or "" when there is none."""
    channel = await _direct_channel(client, place.channel) if place.channel.startswith(("U", "W")) else place.channel
    if not channel:
        return ""
    cursor = ""
    for _ in range(5):
        paging: dict[str, Any] = {
            "channel": channel,
            "include_all_metadata": True,
            "limit": 200,
            "oldest": place.after_ts or None,
            "cursor": cursor or None,
        }
        try:
            response = await (client.conversations_replies(ts=place.thread_ts, **paging) if place.thread_ts else client.conversations_history(**paging))
        except SlackApiError as error:
            if error_code(error) in {"thread_not_found", "missing_scope", "unknown_method", "not_in_channel", "channel_not_found"}:
                return ""
            raise
        for message in response.get("messages") or []:
            metadata = message.get("metadata") or {}
            by_metadata = metadata.get("event_type") == METADATA_EVENT and (metadata.get("event_payload") or {}).get("claim") == marker
            if by_metadata or any(block.get("block_id") == marker for block in (message.get("blocks") or [])[:1]):
                return str(message["ts"])
        cursor = (response.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return ""
    return ""


async def _direct_channel(client: AsyncWebClient, user: str) -> str:
    """The direct message with somebody, or "" when there is none: Slack posts to a user's id, and reads by the channel's."""
    cursor = ""
    while True:
        try:
            response = await client.conversations_list(types="im", limit=1000, cursor=cursor or None)
        except SlackApiError as error:
            if error_code(error) in {"missing_scope", "unknown_method"}:
                return ""
            raise
        for channel in response["channels"]:
            if channel.get("user") == user:
                return str(channel["id"])
        cursor = (response.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return ""


def error_code(error: SlackApiError) -> str:
    """Slack's word for what went wrong, such as `invalid_blocks`."""
    try:
        return str(error.response["error"])
    except (KeyError, TypeError):
        return str(getattr(error.response, "status_code", "unknown"))


def _judge(error: SlackApiError) -> None:
    """Raise for what does not pass by itself."""
    code, status = error_code(error), getattr(error.response, "status_code", 0)
    if code in _REFUSED:
        raise MessageRefused(f"{code}: {getattr(error.response, 'data', '')}"[:2_000]) from error
    if code in _PASSING or status == 429 or (isinstance(status, int) and status >= 500):
        return
    raise PostImpossible(code) from error
