"""A gap that is new, and what happens to gaps -> rows; the only place where either is written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from bot.gaps.tables import gap_events, gaps
from bot.gaps.weight import NOTHING


def found_gap(
    connection: Connection, now: datetime, *, title: str, last_asked_at: datetime, encoder: str, detail: str = "", who: str = "", **values: Any
) -> int:
    """Make a gap without questions, and note that it was opened.

    Args:
        connection: in a transaction that writes.
        now: when it was opened; aware.
        title: one of the questions that it will hold.
        last_asked_at: when the newest of them was asked; aware.
        encoder: of whose vectors its total will be.
        detail: for its history.
        who: opened it; empty for sopbot itself.
        values: other columns that do not begin empty.

    Returns:
        Its number.
    """
    row: dict[str, Any] = {
        "title": title,
        "status": "open",
        "firm": False,
        "assignee": "",
        "entry_id": "",
        "opened_at": now,
        "last_asked_at": last_asked_at,
        "questions": 0,
        "people": 0,
        "weight": NOTHING,
        "facets": {},
        "total": b"",
        "size": 0,
        "encoder": encoder,
    }
    key = connection.execute(insert(gaps).values(row | values)).inserted_primary_key
    assert key is not None  # noqa: S101  # an insert of one row always has one
    note(connection, int(key[0]), now, "opened", detail, who)
    return int(key[0])


def note(connection: Connection, gap_id: int, now: datetime, action: str, detail: str = "", who: str = "") -> None:
    """Write down what happened to a gap.

    Args:
        connection: in a transaction that writes.
        gap_id: the gap.
        now: when; aware.
        action: a word such as "merged".
        detail: what belongs to it.
        who: did it; empty for sopbot itself.
    """
    connection.execute(insert(gap_events), {"gap_id": gap_id, "happened_at": now, "who": who, "action": action, "detail": detail})
