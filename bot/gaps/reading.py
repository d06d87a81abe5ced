"""The database -> gaps as people see them: the list, a search, one gap with its questions. For internal people only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, desc, func, or_, select

from bot.database import Database
from bot.gaps.actions import current_gap
from bot.gaps.records import Change, Gap, GapEvent, GapQuestion, Signal, Status
from bot.gaps.tables import gap_events, gap_followers, gap_questions, gap_signals, gaps
from bot.gaps.weight import urgency
from bot.storable import storable
from bot.tables import feedback, questions

MOST_LISTED = 200
SEARCHED = 5_000
"""Newest questions that a search reads, so that it stays quick."""
_FACTS = ("id", "title", "status", "assignee", "entry_id", "snoozed_until", "opened_at", "closed_at", "reopened_at", "last_asked_at", "questions", "people")


class GapList:
    """Reads gaps; safe to share between threads.

    Args:
        database: migrated.
        now: the clock; aware times.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    def listed(self, status: Status = "open", limit: int = 20, skip: int = 0, search: str = "", assignee: str = "") -> tuple[Gap, ...]:
        """Gaps, the most urgent first.

        Args:
            status: which ones; "open" includes those put off until now.
            limit: how many at most, up to 200.
            skip: how many of the first to leave out.
            search: words that the title, the assignee, the entry's id or one of the newest 5,000 questions hold; empty for all.
            assignee: whose; empty for everybody's.
        """
        wanted = [self._has(status)]
        wanted += [gaps.c.assignee == assignee] if assignee else []
        wanted += [_holds(word) for word in storable(search).split()]
        listed = select(gaps).where(*wanted).order_by(desc(gaps.c.weight), gaps.c.id).limit(min(limit, MOST_LISTED)).offset(skip)
        with self._database.read() as connection:
            return tuple(self._whole(row) for row in connection.execute(listed).mappings())

    def changed(self, what: Change, since: datetime, until: datetime, limit: int = 20) -> tuple[tuple[Gap, ...], int]:
        """Gaps to which something happened in a time, and is so still: each is in one of the three kinds at most.

        Args:
            what: "opened", and not closed since; "closed"; or "reopened", of those opened before that time.
            since: when it begins.
            until: when it ends; not in it any more.
            limit: how many at most, up to 200.

        Returns:
            The most urgent of them, and how many there are.
        """
        moment = gaps.c[f"{what}_at"]
        wanted = [moment >= since, moment < until, gaps.c.status == "closed" if what == "closed" else gaps.c.status.in_(("open", "snoozed"))]
        wanted += [gaps.c.opened_at < since] if what == "reopened" else []
        listed = select(gaps).where(*wanted).order_by(desc(gaps.c.weight), gaps.c.id).limit(min(limit, MOST_LISTED))
        with self._database.read() as connection:
            count = int(connection.execute(select(func.count()).select_from(gaps).where(*wanted)).scalar_one())
            return tuple(self._whole(row) for row in connection.execute(listed).mappings()), count

    def count(self, status: Status = "open") -> int:
        """How many there are."""
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(gaps).where(self._has(status))).scalar_one())

    def one(self, gap_id: int) -> Gap:
        """A gap, or the one into which it was joined.

        Raises:
            UnknownGap: there is none such.
        """
        with self._database.read() as connection:
            return self._whole(current_gap(connection, gap_id))

    def questions(self, gap_id: int, limit: int = 100, skip: int = 0) -> tuple[GapQuestion, ...]:
        """The questions of a gap, newest first.

        Raises:
            UnknownGap: there is none such.
        """
        with self._database.read() as connection:
            gap = current_gap(connection, gap_id)
            held = select(gap_questions, questions.c.text)
            held = held.join(questions, questions.c.id == gap_questions.c.question_id).where(gap_questions.c.gap_id == gap["id"])
            rows = connection.execute(held.order_by(desc(gap_questions.c.asked_at), gap_questions.c.question_id).limit(limit).offset(skip)).mappings().all()
            return _questions(connection, rows)

    def events(self, gap_id: int) -> tuple[GapEvent, ...]:
        """What happened to a gap, oldest first.

        Raises:
            UnknownGap: there is none such.
        """
        columns = (gap_events.c.happened_at, gap_events.c.who, gap_events.c.action, gap_events.c.detail)
        with self._database.read() as connection:
            mine = gap_events.c.gap_id == current_gap(connection, gap_id)["id"]
            return tuple(GapEvent(*row) for row in connection.execute(select(*columns).where(mine).order_by(gap_events.c.id)))

    def _has(self, status: Status) -> ColumnElement[bool]:
        now = self._now()
        if status == "open":
            return or_(gaps.c.status == "open", (gaps.c.status == "snoozed") & (gaps.c.snoozed_until <= now))
        if status == "snoozed":
            return (gaps.c.status == "snoozed") & (gaps.c.snoozed_until > now)
        return gaps.c.status == status

    def _whole(self, row: RowMapping) -> Gap:
        facets: dict[str, Any] = {name: _most_first(row["facets"].get(name, {})) for name in ("signals", "channels", "audiences", "front_ends")}
        facts = {name: row[name] for name in _FACTS}
        if row["status"] == "snoozed" and row["snoozed_until"] is not None and row["snoozed_until"] <= self._now():
            facts |= {"status": "open", "snoozed_until": None}  # it has come back, as the list has it
        return Gap(**facts, urgency=urgency(row["weight"], self._now()), **facets)


def _holds(word: str) -> ColumnElement[bool]:
    newest = select(gap_questions.c.question_id).order_by(desc(gap_questions.c.asked_at)).limit(SEARCHED)
    inside = select(gap_questions.c.gap_id).join(questions, questions.c.id == gap_questions.c.question_id)
    inside = inside.where(gap_questions.c.question_id.in_(newest), questions.c.text.icontains(word, autoescape=True))
    fields = (gaps.c.title, gaps.c.assignee, gaps.c.entry_id)
    return or_(*(field.icontains(word, autoescape=True) for field in fields), gaps.c.id.in_(inside))


def _most_first(counts: Mapping[Any, int]) -> dict[Any, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _questions(connection: Connection, rows: Sequence[RowMapping]) -> tuple[GapQuestion, ...]:
    ids = [row["question_id"] for row in rows]
    signals: dict[str, list[Signal]] = defaultdict(list)
    for row in connection.execute(select(gap_signals).where(gap_signals.c.question_id.in_(ids)).order_by(gap_signals.c.happened_at, gap_signals.c.kind)):
        signals[row.question_id].append(Signal(row.kind, row.happened_at, row.detail))
    comments: dict[str, list[str]] = defaultdict(list)
    said = select(feedback.c.question_id, feedback.c.comment).where(feedback.c.question_id.in_(ids), feedback.c.comment != "")
    for row in connection.execute(said.order_by(feedback.c.id)):
        comments[row.question_id].append(row.comment)
    following = set(connection.execute(select(gap_followers.c.question_id).where(gap_followers.c.question_id.in_(ids))).scalars())
    return tuple(
        GapQuestion(
            query_id=row["question_id"],
            text=row["text"],
            asked_at=row["asked_at"],
            audience=row["audience"],
            channel=row["channel"],
            front_end=row["front_end"],
            asker=row["asker"],
            signals=tuple(signals[row["question_id"]]),
            comments=tuple(comments[row["question_id"]]),
            blamed_entry=row["blamed_entry"],
            answered_by=row["answered_by"],
            confidence=row["confidence"],
            passes=row["passes"],
            wants_to_know=row["question_id"] in following,
        )
        for row in rows
    )
