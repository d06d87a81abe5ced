"""Slack's message events -> what the bot has to do about them. Pure."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

from bot.slack.idempotency import message_key

_TALK = {"", "file_share", "thread_broadcast", "me_message"}
_MENTION = re.compile(r"<@(\w+)(?:\|[^>]*)?>")
_REFERENCE = re.compile(r"<([^>|]*)(?:\|([^>]*))?>")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that may want an answer."""

    channel: str
    ts: str
    thread_ts: str
    """Of the thread it stands in; empty outside threads."""
    user: str
    text: str
    """As its writer sees it, without the mention of the bot."""
    direct: bool
    """In a direct message with the bot."""
    mentioned: bool
    """Names the bot."""
    to_somebody_else: bool = False
    """Begins by naming somebody who is not the bot."""
    with_file: bool = False
    """A file came with it, which is not read."""

    @property
    def key(self) -> str:
        """What is answered once."""
        return message_key(self.channel, self.ts)

    @property
    def addressed(self) -> bool:
        """Whether silence would be wrong."""
        return self.direct or self.mentioned

    @property
    def reply_thread(self) -> str:
        """Where the reply goes: into the thread, except at the top of a direct message."""
        return self.thread_ts or ("" if self.direct else self.ts)


@dataclass(frozen=True, slots=True)
class Edit:
    """A message whose words were changed by its writer."""

    message: Incoming
    edited_ts: str


def read_event(event: dict[str, Any], bot_user: str) -> Incoming | Edit | None:
    """Understand an `app_mention` or `message` event.

    Args:
        event: the event.
        bot_user: our own user id; may be empty when not known yet.

    Returns:
        A message, an edit of its words, or None for anything else: other apps, joins, deletions, unfurls, reactions.
    """
    subtype = event.get("subtype") or ""
    if subtype == "message_changed":
        return _edit(event, bot_user)
    if subtype not in _TALK or event.get("hidden"):
        return None
    return _message(event, event, bot_user)


def plain_words(text: str, bot_user: str = "") -> str:
    """Slack's markup as the words its writer sees, without mentions of the bot."""
    text = _MENTION.sub(lambda match: " " if match[1] == bot_user else match[0], text)
    text = _REFERENCE.sub(_referenced, text)
    return html.unescape(text).strip()


def _message(event: dict[str, Any], message: dict[str, Any], bot_user: str) -> Incoming | None:
    user, ts = str(message.get("user") or ""), str(message.get("ts") or "")
    if not user or not ts or user == bot_user or message.get("bot_id") or user == "USLACKBOT":
        return None
    raw = str(message.get("text") or "")
    mentions = _MENTION.findall(raw)
    first = _MENTION.match(raw.lstrip())
    mentioned = event.get("type") == "app_mention" or bool(bot_user and bot_user in mentions)
    own = bot_user or (mentions[0] if event.get("type") == "app_mention" and mentions else "")
    thread_ts = str(message.get("thread_ts") or "")
    return Incoming(
        channel=str(event.get("channel") or ""),
        ts=ts,
        thread_ts=thread_ts if thread_ts != ts else "",
        user=user,
        text=plain_words(raw, own),
        direct=event.get("channel_type") == "im" or str(event.get("channel") or "").startswith("D"),
        mentioned=mentioned,
        to_somebody_else=bool(first and first[1] != own and not mentioned),
        with_file=message.get("subtype") == "file_share",
    )


def _edit(event: dict[str, Any], bot_user: str) -> Edit | None:
    message, previous = event.get("message") or {}, event.get("previous_message") or {}
    edited = (message.get("edited") or {}).get("ts")
    if not edited or message.get("text") == previous.get("text") or (message.get("subtype") or "") not in _TALK:
        return None
    incoming = _message(event, message, bot_user)
    return Edit(incoming, str(edited)) if incoming else None


def _referenced(match: re.Match[str]) -> str:
    target, label = match[1], match[2]
    if label:
        return str(label)
    if target.startswith(("@", "#", "!")):
        return ""
    return str(target.removeprefix("mailto:"))
