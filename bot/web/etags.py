"""What a response was made from -> its ETag, and whether the client has it already."""

from __future__ import annotations

import hashlib
from datetime import date

from fastapi import Request

from index.records import Audience


def etag(index_name: str, audience: Audience, today: date) -> str:
    """The tag of everything that is made from one generation for one audience.

    Args:
        index_name: names the generation and what is in it.
        audience: who is answered.
        today: review dates pass at midnight, and what is shown tells.
    """
    return f'W/"{hashlib.sha256(f"{index_name} {audience} {today}".encode()).hexdigest()[:16]}"'


def has(request: Request, tag: str) -> bool:
    """Whether the client holds a response with this tag (RFC 9110, 13.1.2, weak comparison)."""
    held = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    return tag.removeprefix("W/") in held or "*" in held
