"""One answer for each message: claims that are stored, so that redelivery, two workers and a restart change nothing.

A claim goes claimed -> answered. Whoever holds a claim renews its lease while at work; a claim whose lease has run out
belonged to a process that died, and the next one takes it over.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import and_, delete, func, insert, select, update

from bot.database import Database
from bot.slack.tables import claims

Verdict = Literal["new", "taken_over", "taken"]
MAX_ATTEMPTS = 8
_KEPT = timedelta(days=14)
_MESSAGE = "m:"
DIGEST = "digest:"
"""How the keys of digests begin; behind it stands when they were due."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """A claim that nobody finishes."""

    key: str
    body: dict[str, Any]
    """Slack's payload."""


class Claims:
    """Stored claims; safe to share between threads and processes. Every method raises `LogUnavailable`.

    Args:
        database: migrated.
        lease_seconds: how long a claim is left alone after its holder was last heard of.
        clock: Unix seconds; the same for all processes.
    """

    def __init__(self, database: Database, lease_seconds: float, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._lease = lease_seconds
        self._clock = clock

    def claim(self, key: str, owner: str, body: dict[str, Any] | None = None) -> Verdict:
        """Ask for the right to answer.

        Args:
            key: what is answered, see `message_key`.
            owner: names this delivery; asking again with the same owner gives the same verdict.
            body: Slack's payload, kept until it is answered.

        Returns:
            "new": it is yours. "taken_over": it is yours, and its former holder may have answered already. "taken": it
            is somebody else's, or answered.
        """
        now = self._clock()
        with self._database.write() as connection:
            row = connection.execute(select(claims).where(claims.c.key == key)).mappings().one_or_none()
            if row is None:
                values = {
                    "key": key,
                    "owner": owner,
                    "state": "claimed",
                    "lease_until": now + self._lease,
                    "attempts": 1,
                    "body": body,
                    "edited_ts": "",
                    "answer_id": "",
                    "reply_ts": "",
                }
                connection.execute(insert(claims), values | {"claimed_at": datetime.fromtimestamp(now, UTC)})
                return "new"
            if row["state"] != "claimed":
                return "taken"
            if row["owner"] == owner:
                return "new" if row["attempts"] == 1 else "taken_over"
            if row["lease_until"] > now:
                return "taken"
            connection.execute(update(claims).where(claims.c.key == key).values(owner=owner, lease_until=now + self._lease, attempts=row["attempts"] + 1))
            return "taken_over"

    def renew(self, key: str, owner: str) -> None:
        """Say that the holder is alive."""
        with self._database.write() as connection:
            connection.execute(update(claims).where(claims.c.key == key, claims.c.owner == owner).values(lease_until=self._clock() + self._lease))

    def release(self, key: str, owner: str, seconds: float = 0.0) -> None:
        """Leave a claim to be tried again, by anybody, after so many seconds."""
        with self._database.write() as connection:
            connection.execute(update(claims).where(claims.c.key == key, claims.c.owner == owner).values(lease_until=self._clock() + seconds))

    def finish(self, key: str, state: Literal["answered", "failed"], answer_id: str = "", reply_ts: str = "") -> None:
        """Say that it is done; the payload is forgotten."""
        with self._database.write() as connection:
            connection.execute(update(claims).where(claims.c.key == key).values(state=state, body=None, answer_id=answer_id, reply_ts=reply_ts))

    def answered(self, key: str) -> str | None:
        """The ts of the reply to a message, "" when silence was right, or None when it is not answered yet."""
        with self._database.read() as connection:
            return connection.execute(select(claims.c.reply_ts).where(claims.c.key == key, claims.c.state == "answered")).scalar_one_or_none()

    def newest(self, prefix: str) -> str | None:
        """Of the keys with this beginning that were answered, the last in the order of the alphabet; None when there is none."""
        mine = select(func.max(claims.c.key)).where(claims.c.key.startswith(prefix, autoescape=True), claims.c.state == "answered")
        with self._database.read() as connection:
            newest: str | None = connection.execute(mine).scalar_one()
        return newest

    def known(self, key: str) -> bool:
        """Whether somebody has ever claimed this."""
        with self._database.read() as connection:
            return connection.execute(select(claims.c.key).where(claims.c.key == key)).first() is not None

    def note_edit(self, key: str, edited_ts: str) -> bool:
        """Take up an edit, unless it or a later one was taken up before.

        Args:
            key: the edited message.
            edited_ts: Slack's time of the edit.
        """
        with self._database.write() as connection:
            newer = and_(claims.c.key == key, claims.c.edited_ts < edited_ts)
            return connection.execute(update(claims).where(newer).values(edited_ts=edited_ts)).rowcount == 1

    def overdue(self, limit: int = 20) -> list[Overdue]:
        """Claims of messages whose holder died, oldest first; those tried too often are given up."""
        now = self._clock()
        with self._database.read() as connection:
            late = (
                select(claims.c.key, claims.c.body, claims.c.attempts)
                .where(claims.c.state == "claimed", claims.c.lease_until <= now, claims.c.key.startswith(_MESSAGE))
                .order_by(claims.c.lease_until)
            )
            rows = connection.execute(late.limit(limit)).all()
        for key, _, attempts in rows:
            if attempts >= MAX_ATTEMPTS:
                self.finish(key, "failed")
        return [Overdue(key, body) for key, body, attempts in rows if attempts < MAX_ATTEMPTS and body]

    def forget_old(self) -> None:
        """Delete claims that Slack can no longer deliver again.

        Messages that wait for an answer stay, and digests, since the last one says where the next begins.
        """
        old = claims.c.claimed_at < datetime.fromtimestamp(self._clock(), UTC) - _KEPT
        with self._database.write() as connection:
            waits = and_(claims.c.state == "claimed", claims.c.key.startswith(_MESSAGE))
            connection.execute(delete(claims).where(old, ~waits, ~claims.c.key.startswith(DIGEST)))


def claim_by_file(folder: Path, key: str) -> bool:
    """The last resort while the database is locked: a file that only one process of this machine can make.

    Returns:
        Whether the claim is ours.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(key.encode()).hexdigest()
    try:
        os.close(os.open(folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    return True


def message_key(channel: str, ts: str) -> str:
    """Key of a message, however many events tell of it."""
    return f"{_MESSAGE}{channel}:{ts}"


def forget_files(folder: Path, older_than_seconds: float) -> None:
    """Delete claims made by `claim_by_file` that Slack can no longer deliver again."""
    if not folder.is_dir():
        return
    for file in folder.iterdir():
        if file.stat().st_mtime < time.time() - older_than_seconds:
            file.unlink(missing_ok=True)


def once_key(kind: str, *what: str) -> str:
    """Key of a command, shortcut or press that Slack might deliver again."""
    return f"{kind}:{hashlib.sha256(json.dumps(what).encode()).hexdigest()}"
