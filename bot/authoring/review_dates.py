"""A document that is still right: its review dates move on by the interval that they have."""

from __future__ import annotations

import calendar
from datetime import date

from msgspec.structs import replace

from bot.authoring.edit import Edit, edit_of
from bot.authoring.facts import with_fact
from bot.authoring.reading import read_whole, same_but
from bot.authoring.source import Source
from bot.errors import EditRefused

REVIEW_MONTHS = 6
"""Between two reviews, for documents that do not say."""


def renew(path: str, data: bytes, today: date, months: int = REVIEW_MONTHS) -> Edit:
    """Say that a document was reviewed today and is still right.

    Args:
        path: relative to the knowledge folder.
        data: the document's bytes.
        today: becomes `reviewed_on`; `review_by` moves on as far as it was from the review before.
        months: from today to the next review, for a document without both dates.

    Returns:
        The edit; it touches the two lines of the dates.

    Raises:
        EditRefused: it was reviewed today already, or the dates cannot be written.
    """
    reading = read_whole(path, data)
    meta = reading.document.meta
    due = next_review(meta.reviewed_on, meta.review_by, today, months)
    if (meta.reviewed_on, meta.review_by) == (today, due):
        raise EditRefused(f"{path} was reviewed today already; the next review is due by {due}.")
    source = with_fact(Source.of(path, data), "reviewed_on", today.isoformat(), ("owner", "title"))
    source = with_fact(source, "review_by", due.isoformat(), ("reviewed_on",))
    expected = [replace(entry, reviewed_on=today, review_by=due) for entry in reading.entries]
    if not same_but(path, source.data, replace(meta, reviewed_on=today, review_by=due), expected, len(reading.problems)):
        raise EditRefused(f"The dates of {path} cannot be renewed without changing something else in it. Write them by hand.")
    return edit_of(path, data, source.data)


def next_review(reviewed_on: date | None, review_by: date | None, today: date, months: int) -> date:
    """The day of the next review: as far from today as the last due date was from the last review.

    Args:
        reviewed_on: the last review.
        review_by: when it was due.
        today: the day of this review.
        months: to take where the dates give no interval.
    """
    if reviewed_on is None or review_by is None or review_by <= reviewed_on:
        return _months_after(today, months)
    whole = (review_by.year - reviewed_on.year) * 12 + review_by.month - reviewed_on.month
    if whole > 0 and _months_after(reviewed_on, whole) == review_by:
        return _months_after(today, whole)
    return today + (review_by - reviewed_on)


def _months_after(day: date, months: int) -> date:
    """The same day of the month, or the month's last when it has none such."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
