"""The first day of a stretch of time -> how tables and pictures name the stretch, in few letters."""

from __future__ import annotations

from datetime import date

from bot.figures.records import By


def stretch_name(first: str, by: By) -> str:
    """For a table: "7 Sep 2026", or "Sep 2026" for a month; `first` as YYYY-MM-DD."""
    begins = date.fromisoformat(first)
    return f"{begins:%b %Y}" if by == "month" else f"{begins.day} {begins:%b %Y}"


def short_stretch_name(first: str, by: By) -> str:
    """The same as it fits below a bar: "7 Sep", or "Sep 2026"."""
    begins = date.fromisoformat(first)
    return stretch_name(first, by) if by == "month" else f"{begins.day} {begins:%b}"
