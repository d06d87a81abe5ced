"""The words people use for a channel -> its id."""

from __future__ import annotations

import re

from index.records import CHANNELS

_OTHER_NAMES = {
    "mail": "email",
    "e-mail": "email",
    "website inquiry form": "web_form",
    "inquiry form": "web_form",
    "contact form": "web_form",
    "form": "web_form",
    "call": "phone",
    "phone call": "phone",
    "telephone": "phone",
    "text": "sms",
    "text message": "sms",
    "live": "chat",
    "web chat": "chat",
    "dm": "social_dm",
    "direct message": "social_dm",
    "social dm": "social_dm",
    "comment": "social_comment",
    "recommendation": "social_recommendation",
    "tag": "social_tag",
}
_IDS = (
    {channel: channel for channel in CHANNELS}
    | {channel.replace("_", " "): channel for channel in CHANNELS}
    | {name.lower(): channel for channel, name in CHANNELS.items()}
    | _OTHER_NAMES
)


def channel_id(name: str) -> str | None:
    """Find the channel that a person means.

    Args:
        name: for example "Live chat", "chat" or "E-mail"; case and outer space do not matter.

    Returns:
        A key of `CHANNELS`, or None when no channel has that name.
    """
    return _IDS.get(re.sub(r"\s+", " ", name.strip().lower()))


def channel_names() -> str:
    """All channels as a person would write them, for messages."""
    return ", ".join(CHANNELS.values())
