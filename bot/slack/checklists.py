"""Checklists that are walked through in Slack -> the database: who did which step when, and why one was skipped."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, insert, or_, select, update

from bot.database import Database
from bot.masking import mask
from bot.slack.tables import checklist_events, checklist_steps, checklists
from index.records import Entry

StepState = Literal["open", "done", "skipped"]
_POSTING = timedelta(minutes=1)
"""How long a checklist may be on its way into its thread."""


@dataclass(frozen=True, slots=True)
class ChecklistStep:
    """One step, as the document said when the checklist began."""

    position: int
    number: str
    text: str
    state: StepState
    changed_by: str
    reason: str
    """Why it was skipped."""
    note: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """A procedure that somebody walks through."""

    id: str
    entry_id: str
    version: str
    title: str
    channel: str
    thread_ts: str
    message_ts: str
    started_by: str
    held_by: str
    internal: bool
    steps: tuple[ChecklistStep, ...]
    finished: bool

    @property
    def direct(self) -> bool:
        """It stands in a direct message."""
        return self.channel.startswith("D")

    @property
    def open_steps(self) -> tuple[ChecklistStep, ...]:
        """What is left to do."""
        return tuple(step for step in self.steps if step.state == "open")


class Checklists:
    """Stored checklists. Every method raises `LogUnavailable`.

    Args:
        database: migrated.
        now: the clock; aware times.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    def start(self, entry: Entry, channel: str, thread_ts: str, who: str) -> Checklist:
        """Begin one: every step and sub-step of the entry, open."""
        checklist_id = uuid.uuid4().hex[:16]
        head: dict[str, Any] = {
            "id": checklist_id,
            "entry_id": entry.id,
            "version": entry.version,
            "title": entry.title,
            "channel": channel,
            "thread_ts": thread_ts,
        }
        head |= {"message_ts": "", "started_by": who, "held_by": who, "internal": entry.audience == "internal", "started_at": self._now(), "finished_at": None}
        steps = [
            {
                "checklist_id": checklist_id,
                "position": position,
                "number": step.number,
                "text": step.text,
                "state": "open",
                "changed_by": "",
                "reason": "",
                "note": "",
            }
            for position, step in enumerate(entry.steps)
        ]
        with self._database.write() as connection:
            connection.execute(insert(checklists), head)
            connection.execute(insert(checklist_steps), steps)
            self._happened(connection, checklist_id, who, "start")
        return self._get(checklist_id)

    def posted(self, checklist_id: str, message_ts: str) -> None:
        """Where it stands in Slack."""
        with self._database.write() as connection:
            connection.execute(update(checklists).where(checklists.c.id == checklist_id).values(message_ts=message_ts))

    def tick(self, checklist_id: str, first: int, last: int, done: Sequence[int], who: str) -> Checklist:
        """Set which steps between two positions are done, as a row of checkboxes says.

        Args:
            checklist_id: which.
            first: position of the row's first step.
            last: position of its last step.
            done: positions with a tick; skipped steps keep their state unless ticked.
            who: Slack's user id.
        """
        with self._database.write() as connection:
            for step in self._steps(connection, checklist_id):
                if not first <= step.position <= last:
                    continue
                if step.position in done and step.state != "done":
                    self._set(connection, checklist_id, step, who, "done", state="done", reason="")
                elif step.position not in done and step.state == "done":
                    self._set(connection, checklist_id, step, who, "reopen", state="open")
            self._finish_if_done(connection, checklist_id, who)
        return self._get(checklist_id)

    def skip(self, checklist_id: str, position: int, reason: str, who: str) -> Checklist:
        """Leave a step out, with the reason why; personal data in it is masked."""
        with self._database.write() as connection:
            for step in self._steps(connection, checklist_id):
                if step.position == position:
                    self._set(connection, checklist_id, step, who, "skip", state="skipped", reason=mask(reason))
            self._finish_if_done(connection, checklist_id, who)
        return self._get(checklist_id)

    def note(self, checklist_id: str, position: int, text: str, who: str) -> Checklist:
        """Write a note on a step; personal data in it is masked."""
        with self._database.write() as connection:
            for step in self._steps(connection, checklist_id):
                if step.position == position:
                    self._set(connection, checklist_id, step, who, "note", note=mask(text))
        return self._get(checklist_id)

    def hand_over(self, checklist_id: str, to: str, who: str) -> Checklist:
        """Give it to a colleague."""
        with self._database.write() as connection:
            connection.execute(update(checklists).where(checklists.c.id == checklist_id).values(held_by=to))
            self._happened(connection, checklist_id, who, "hand_over", text=to)
        return self._get(checklist_id)

    def get(self, checklist_id: str) -> Checklist | None:
        """A checklist, or None when there is none with that id."""
        with self._database.read() as connection:
            return self._read(connection, checklist_id)

    def open_of(self, who: str, limit: int = 10) -> tuple[Checklist, ...]:
        """What somebody has in hand, newest first."""
        mine = (
            select(checklists.c.id)
            .where(checklists.c.held_by == who, checklists.c.finished_at.is_(None), checklists.c.message_ts != "")
            .order_by(checklists.c.started_at.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return tuple(found for (one,) in connection.execute(mine) if (found := self._read(connection, one)))

    def open_in(self, channel: str, thread_ts: str, entry_id: str) -> bool:
        """Whether a thread has an unfinished checklist of an entry; one that could not be posted is none."""
        stands = or_(checklists.c.message_ts != "", checklists.c.started_at > self._now() - _POSTING)
        here = (stands, checklists.c.channel == channel, checklists.c.thread_ts == thread_ts, checklists.c.entry_id == entry_id)
        with self._database.read() as connection:
            return connection.execute(select(checklists.c.id).where(*here, checklists.c.finished_at.is_(None))).first() is not None

    def _get(self, checklist_id: str) -> Checklist:
        found = self.get(checklist_id)
        if found is None:
            raise LookupError(f"There is no checklist {checklist_id}.")
        return found

    def _read(self, connection: Connection, checklist_id: str) -> Checklist | None:
        row = connection.execute(select(checklists).where(checklists.c.id == checklist_id)).mappings().one_or_none()
        if row is None:
            return None
        values: dict[str, Any] = {name: row[name] for name in Checklist.__slots__ if name not in ("steps", "finished")}
        return Checklist(**values, steps=self._steps(connection, checklist_id), finished=row["finished_at"] is not None)

    def _steps(self, connection: Connection, checklist_id: str) -> tuple[ChecklistStep, ...]:
        rows = connection.execute(select(checklist_steps).where(checklist_steps.c.checklist_id == checklist_id).order_by(checklist_steps.c.position)).mappings()
        return tuple(ChecklistStep(**{name: row[name] for name in ChecklistStep.__slots__}) for row in rows)

    def _set(self, connection: Connection, checklist_id: str, step: ChecklistStep, who: str, action: str, **values: str) -> None:
        place = (checklist_steps.c.checklist_id == checklist_id, checklist_steps.c.position == step.position)
        connection.execute(update(checklist_steps).where(*place).values(changed_by=who, **values))
        self._happened(connection, checklist_id, who, action, step.number, values.get("reason") or values.get("note") or "")

    def _finish_if_done(self, connection: Connection, checklist_id: str, who: str) -> None:
        left = any(step.state == "open" for step in self._steps(connection, checklist_id))
        finished_at = connection.execute(select(checklists.c.finished_at).where(checklists.c.id == checklist_id)).scalar_one()
        if left == (finished_at is None):
            return
        connection.execute(update(checklists).where(checklists.c.id == checklist_id).values(finished_at=None if left else self._now()))
        self._happened(connection, checklist_id, who, "reopen" if left else "finish")

    def _happened(self, connection: Connection, checklist_id: str, who: str, action: str, step: str = "", text: str = "") -> None:
        row = {"checklist_id": checklist_id, "happened_at": self._now(), "who": who, "action": action, "step": step, "text": text}
        connection.execute(insert(checklist_events), row)
