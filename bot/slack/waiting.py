"""A message event -> what is stored of it until it is answered: what answering needs, personal data masked."""

from __future__ import annotations

import re
from typing import Any

from bot.masking import mask

_NEEDED = ("type", "subtype", "channel", "channel_type", "user", "ts", "thread_ts", "team", "bot_id")
_REFERENCE = re.compile(r"(<[@#!][^>]*>)")


def kept_event(event: dict[str, Any]) -> dict[str, Any]:
    """What is stored of an event, so that another worker can answer it when this one dies.

    Args:
        event: a `message` or `app_mention` event, as Slack sends it.

    Returns:
        The same without blocks, files and whatever else repeats the text; mentions of people and channels stay readable
        for `read_event`.
    """
    text = str(event.get("text") or "")
    masked = "".join(piece if _REFERENCE.fullmatch(piece) else mask(piece) for piece in _REFERENCE.split(text))
    return {name: event[name] for name in _NEEDED if name in event} | {"text": masked}
