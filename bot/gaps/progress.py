"""How far the work on gaps has come, and which process does it: one at a time, whoever comes first.

A process that is killed loses its turn after `TURN`; nothing is lost, since what was reached is stored with each piece of
work in one transaction.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, insert, select, update

from bot.database import Database
from bot.gaps.tables import gap_progress

TURN = timedelta(minutes=3)
_TURN_ROW = "turn"


class TurnLost(RuntimeError):
    """Another process took over; what this one was about to write is not written."""


class Turn:
    """The right to work on gaps.

    Args:
        database: migrated.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._holder = uuid.uuid4().hex

    def take(self, now: datetime) -> bool:
        """Take the turn, unless another process has it."""
        with self._database.write() as connection:
            row = _row(connection, _TURN_ROW)
            if row["holder"] not in ("", self._holder) and row["held_until"] is not None and row["held_until"] > now:
                return False
            connection.execute(update(gap_progress).where(gap_progress.c.name == _TURN_ROW).values(holder=self._holder, held_until=now + TURN))
        return True

    def keep(self, connection: Connection, now: datetime) -> None:
        """Keep it for longer; call it in each transaction that writes.

        Raises:
            TurnLost: another process has it now.
        """
        mine = (gap_progress.c.name == _TURN_ROW) & (gap_progress.c.holder == self._holder)
        if connection.execute(update(gap_progress).where(mine).values(held_until=now + TURN)).rowcount != 1:
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
