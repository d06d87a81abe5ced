"""Text of whatever client -> text that every database takes."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text without what fits into no database.

    Half of a surrogate pair, as broken clients send it, has no UTF-8 form and becomes a question mark; NUL, which
    PostgreSQL refuses, becomes a blank.
    """
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
