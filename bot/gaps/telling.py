"""A closed gap -> one message to each person who wanted to know."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from bot.database import Database
from bot.gaps.progress import Turn
from bot.gaps.tables import gap_followers, gap_questions, gaps

_log = logging.getLogger(__name__)
_TRIED_AFTER = (
    timedelta(0),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
)
"""How long after the closing each attempt comes at the earliest; after the last one it is given up."""
_MOST_UNREACHED = 3
"""After so many people who cannot be reached now, the round ends: each may have taken as long as a front end waits."""
_LOT = 100

Tell = Callable[[str, str], bool]
"""Told (query id, entry id), lets the asker of that question know, and says whether that worked. Raises `CannotTellNow` when
nobody can be told at the moment, which is no attempt. Doing it twice for one question must reach the asker once: a process
may be killed between the message and its note."""


class CannotTellNow(Exception):
    """The front end cannot reach anybody now; it is asked again in the next round, for as long as that takes."""


def tell_followers(database: Database, turn: Turn, tell: Tell, now: datetime) -> int:
    """Tell everybody whose gap is closed and who was not told yet.

    A person who asked several questions of one gap is told once. What fails is tried seven times within three days.

    Returns:
        How many people were told.
    """
    waiting = select(gap_followers.c.question_id, gap_questions.c.gap_id, gap_questions.c.asker, gap_questions.c.answered_by)
    waiting = waiting.join(gap_questions, gap_questions.c.question_id == gap_followers.c.question_id).join(gaps, gaps.c.id == gap_questions.c.gap_id)
    waiting = waiting.where(gaps.c.status == "closed", gap_questions.c.passes.is_(True))
    due = or_(*((gap_followers.c.attempts == number) & (gaps.c.closed_at <= now - after) for number, after in enumerate(_TRIED_AFTER)))
    open_ones = waiting.where(gap_followers.c.told_at.is_(None), due)
    with database.read() as connection:
        rows = connection.execute(open_ones.order_by(gap_questions.c.asked_at.desc()).limit(_LOT)).all()
        gap_ids = {row.gap_id for row in rows}
        told_before = waiting.where(gap_followers.c.told_at.is_not(None), gap_questions.c.gap_id.in_(gap_ids), gap_questions.c.asker != "")
        told = {(row.gap_id, row.asker) for row in connection.execute(told_before)}
    count = unreached = 0
    for row in rows:
        again = bool(row.asker) and (row.gap_id, row.asker) in told
        try:
            done = again or _tried(tell, row.question_id, row.answered_by)
        except CannotTellNow as error:
            _log.warning("the asker of question %s cannot be told now (%s); it is tried again", row.question_id, error)
            unreached += 1
            if unreached == _MOST_UNREACHED:
                break
            continue
        values = {"told_at": now} if done else {"attempts": gap_followers.c.attempts + 1}
        with database.write() as connection:
            turn.keep(connection)
            connection.execute(update(gap_followers).where(gap_followers.c.question_id == row.question_id).values(values))
        if done and not again:
            told.add((row.gap_id, row.asker))
            count += 1
    return count


def _tried(tell: Tell, query_id: str, entry_id: str) -> bool:
    try:
        return tell(query_id, entry_id)
    except CannotTellNow:
        raise
    except Exception:  # noqa: BLE001  # whatever a front end raises, the others are told
        _log.exception("telling the asker of question %s failed", query_id)
        return False
