"""How far the work on gaps has come, and which process does it: one at a time, whoever comes first.

A process that is killed loses its turn after `TURN`; nothing is lost, since what was reached is stored with each piece of
work in one transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, RowMapping, insert, select, update

from bot.database import Database
from bot.gaps.tables import gap_progress

TURN = timedelta(minutes=3)
_TURN_ROW, _LATE_ROW = "turn", "late"


class TurnLost(RuntimeError):
    """Another process took over; what this one was about to write is not written."""


class Turn:
    """The right to work on gaps.

    Args:
        database: migrated.
        now: the clock; aware times.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now
        self._holder = uuid.uuid4().hex

    def take(self) -> bool:
        """Take the turn, unless another process has it."""
        with self._database.write() as connection:
            now = self._now()
            row = _row(connection, _TURN_ROW)
            if row["holder"] not in ("", self._holder) and row["held_until"] is not None and row["held_until"] > now:
                return False
            connection.execute(update(gap_progress).where(gap_progress.c.name == _TURN_ROW).values(holder=self._holder, held_until=now + TURN))
        return True

    def keep(self, connection: Connection) -> None:
        """Keep it for as long again, from now on; call it in each transaction that writes.

        Raises:
            TurnLost: another process has it now.
        """
        mine = (gap_progress.c.name == _TURN_ROW) & (gap_progress.c.holder == self._holder)
        if connection.execute(update(gap_progress).where(mine).values(held_until=self._now() + TURN)).rowcount != 1:
            raise TurnLost("Another process works on the gaps now.")

    def give_back(self) -> None:
        """Let others have it at once."""
        with self._database.write() as connection:
            mine = (gap_progress.c.name == _TURN_ROW) & (gap_progress.c.holder == self._holder)
            connection.execute(update(gap_progress).where(mine).values(holder="", held_until=None))


def reached(connection: Connection, name: str, now: datetime) -> datetime | None:
    """Up to when everything of that name is taken in; None for nothing yet.

    Never later than now: a clock that ran ahead for a while hides nothing that is asked after it was put right.
    """
    moment = connection.execute(select(gap_progress.c.reached).where(gap_progress.c.name == name)).scalar_one_or_none()
    return None if moment is None else min(moment, now)


def set_reached(connection: Connection, name: str, moment: datetime) -> None:
    """Note how far it is; never backwards."""
    row = _row(connection, name)
    if row["reached"] is None or row["reached"] < moment:
        connection.execute(update(gap_progress).where(gap_progress.c.name == name).values(reached=moment))


def note_late(connection: Connection, moment: datetime) -> None:
    """Note that something has come into the log long after its time: it waited for the database.

    Args:
        connection: in the transaction that stores it.
        moment: its time; the next look begins there, however far it had come.
    """
    row = _row(connection, _LATE_ROW)
    earliest = moment if row["reached"] is None else min(row["reached"], moment)
    connection.execute(update(gap_progress).where(gap_progress.c.name == _LATE_ROW).values(reached=earliest, count=row["count"] + 1))


def late_since(connection: Connection) -> tuple[datetime | None, int]:
    """From when on something came late, None when nothing did; and how often that was noted so far."""
    row = connection.execute(select(gap_progress).where(gap_progress.c.name == _LATE_ROW)).mappings().one_or_none()
    return (row["reached"], int(row["count"])) if row else (None, 0)


def late_is_taken_in(connection: Connection, noted: int) -> None:
    """Note that what came late is taken in, unless more was noted since `late_since` was asked."""
    mine = (gap_progress.c.name == _LATE_ROW) & (gap_progress.c.count == noted)
    connection.execute(update(gap_progress).where(mine).values(reached=None))


def counted(connection: Connection, name: str) -> int:
    """A number that is kept under that name; 0 at first."""
    return int(_row(connection, name)["count"])


def set_count(connection: Connection, name: str, count: int) -> None:
    """Keep a number under that name."""
    _row(connection, name)
    connection.execute(update(gap_progress).where(gap_progress.c.name == name).values(count=count))


def _row(connection: Connection, name: str) -> RowMapping:
    found = connection.execute(select(gap_progress).where(gap_progress.c.name == name)).mappings().one_or_none()
    if found is None:
        connection.execute(insert(gap_progress), {"name": name, "reached": None, "count": 0, "holder": "", "held_until": None})
        found = connection.execute(select(gap_progress).where(gap_progress.c.name == name)).mappings().one()
    return found
