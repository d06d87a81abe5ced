"""A row of the log of questions -> its table, and the figures of its day, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.exc import DataError, IntegrityError

from bot.errors import UnknownQuestion
from bot.pending import Row
from bot.tables import choices, feedback, questions
from bot.tallies import count_feedback, count_question, recounted

NEAREST = "nearest"
"""Comes with a question's row and is counted, not stored: the entry that ranked first."""
_NOT_COMPARED = ("offered", NEAREST)
_TABLES = {table.name: table for table in (questions, choices, feedback)}
_TIMES = frozenset({"asked_at", "chosen_at", "given_at"})
_INSERT = {table.name: insert(table) for table in _TABLES.values()}


def store_row(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert a question, a choice or feedback, and count it.

    Args:
        connection: in a transaction that writes.
        table: one of the three.
        row: by column; feedback that names no entry is about the one that answered its question.

    Raises:
        UnknownQuestion: it is about a question that is not there.
    """
    _insert(connection, table, _completed(connection, table, row))


def store_waiting(connection: Connection, rows: Sequence[Row]) -> tuple[list[Row], datetime | None]:
    """Insert rows that had to wait for the database, each of them once, however often it comes.

    Args:
        connection: in a transaction that writes.
        rows: as they waited, times in ISO 8601.

    Returns:
        Those that cannot be stored: about a question that is not there, or of another version's tables. And the time of
        the earliest that is stored, None where none is.
    """
    refused: list[Row] = []
    since: datetime | None = None
    for name, stored in sorted(rows, key=lambda row: row[0] != questions.name):  # choices and feedback need their question
        try:
            with connection.begin_nested():  # one that is refused undoes nothing but itself
                moment = _store_waiting(connection, _TABLES[name], stored)
            since = moment if since is None else min(since, moment)
        except (IntegrityError, DataError, UnknownQuestion, LookupError, TypeError, ValueError):
            refused.append((name, stored))
    return refused, since


def _store_waiting(connection: Connection, table: Table, stored: Mapping[str, Any]) -> datetime:
    """Store it unless it is there already; returns its time."""
    row = {column: datetime.fromisoformat(value) if column in _TIMES else value for column, value in stored.items()}
    row = _completed(connection, table, row)
    if not _exists(connection, table, {column: value for column, value in row.items() if column not in _NOT_COMPARED}):
        _insert(connection, table, row)
    return next(value for value in row.values() if isinstance(value, datetime))


def _insert(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    if table is questions:
        stored = {column: value for column, value in row.items() if column != NEAREST}
        connection.execute(_INSERT[table.name], stored)
        count_question(connection, stored, row.get(NEAREST, ""))
        return
    question_id = row.get("question_id") or ""
    with recounted(connection, question_id) if question_id else nullcontext():
        connection.execute(_INSERT[table.name], row)
    if table is feedback:
        count_feedback(connection, question_id, row["given_at"], row["entry_id"], row["helpful"], row["step"])


def _exists(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    return connection.execute(select(table.c[next(iter(row))]).where(*(table.c[column] == value for column, value in row.items()))).first() is not None


def _completed(connection: Connection, table: Table, row: dict[str, Any]) -> dict[str, Any]:
    question_id = row.get("question_id")
    if question_id is None:
        return row
    answered_with = _answered_with(connection, question_id)
    return row | {"entry_id": row.get("entry_id") or answered_with} if table is feedback else row


def _answered_with(connection: Connection, query_id: str) -> str:
    """The entry that answered the question, or ""."""
    entry_id: str | None = connection.execute(select(questions.c.entry_id).where(questions.c.id == query_id)).scalar_one_or_none()
    if entry_id is None:
        raise UnknownQuestion(f"There is no question with the id {query_id!r}.")
    return entry_id
