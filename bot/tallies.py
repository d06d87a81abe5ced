"""What happens to a question -> daily counts, in the transaction that stores it.

A question counts on the day on which it was asked, whenever somebody chooses or says something later, and it counts once: by
what was said last. Counting costs the same however many questions there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, Table, Update, bindparam, func, insert, select, update

from bot.tables import choices, entry_days, feedback, question_days, questions

_OUTCOMES = {"answer": "answers", "suggestions": "suggestions", "no_answer": "no_answers"}
_QUESTION_KEY = ("day", "front_end", "audience", "channel")


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is known of a question at a moment."""

    counts: dict[str, int]
    """In `question_days`, each 0 or 1."""
    entries: dict[str, dict[str, int]]
    """In `entry_days`, by entry."""


def count_question(connection: Connection, row: dict[str, Any], nearest: str) -> None:
    """Count a question that is being stored.

    Args:
        connection: in the transaction that stores it.
        row: as it goes into `questions`.
        nearest: the entry that ranked first, whatever came of the question; "" for none.
    """
    key = _key_of(row)
    _add(connection, question_days, {name: key[name] for name in _QUESTION_KEY}, {_OUTCOMES[row["outcome"]]: 1})
    entries: dict[str, dict[str, int]] = {}  # the entry that answers is the nearest one as a rule: then one row is written
    for entry_id, name in ((nearest, "nearest"), (row["entry_id"], "answered")):
        if entry_id:
            entries.setdefault(entry_id, {})[name] = 1
    for entry_id, changes in entries.items():
        _add_entry(connection, key, entry_id, changes)


@contextmanager
def recounted(connection: Connection, question_id: str) -> Iterator[None]:
    """Bring the counts up to date with what the block stores about a question: a choice, or feedback.

    Args:
        connection: in the transaction that stores it.
        question_id: a question that exists.
    """
    question = dict(connection.execute(select(questions).where(questions.c.id == question_id)).mappings().one())
    before = _standing(connection, question)
    yield
    after = _standing(connection, question)
    key = _key_of(question)
    _add(connection, question_days, {name: key[name] for name in _QUESTION_KEY}, _difference(before.counts, after.counts))
    for entry_id in sorted(before.entries.keys() | after.entries.keys()):
        _add_entry(connection, key, entry_id, _difference(before.entries.get(entry_id, {}), after.entries.get(entry_id, {})))


def count_feedback(connection: Connection, question_id: str, given_at: datetime, entry_id: str, helpful: bool, step: str) -> None:
    """Count what feedback says of an entry: a step that it names, and the verdict of somebody who had asked nothing.

    The verdict on a question's answer is counted by `recounted`.

    Args:
        connection: in the transaction that stores it.
        question_id: the question, or "" when the entry was found by browsing.
        given_at: aware.
        entry_id: the entry that is meant, or "".
        helpful: the verdict.
        step: the step that is meant, or "".
    """
    counts = {"wrong_steps": 1 if step else 0}
    if not question_id:
        counts["helpful" if helpful else "unhelpful"] = 1
        key: dict[str, Any] = {"day": _day(given_at), "audience": ""}
    else:
        key = _key_of(dict(connection.execute(select(questions).where(questions.c.id == question_id)).mappings().one()))
    if entry_id:
        _add_entry(connection, key, entry_id, counts)


def _standing(connection: Connection, question: dict[str, Any]) -> _Standing:
    """All that was chosen, and what was said last; both found by an index."""
    chosen = set(connection.execute(select(choices.c.entry_id).where(choices.c.question_id == question["id"]).distinct()).scalars())
    newest = select(func.max(feedback.c.id)).where(feedback.c.question_id == question["id"]).scalar_subquery()
    said = connection.execute(select(feedback.c.helpful, feedback.c.entry_id).where(feedback.c.id == newest)).one_or_none()
    answer, outcome = question["entry_id"], question["outcome"]
    others = chosen - {answer}
    counts, entries = dict.fromkeys(("chosen", "helpful", "unhelpful", "first_right", "first_wrong"), 0), {other: {"chosen": 1} for other in others}
    counts["chosen"] = int(outcome == "suggestions" and bool(chosen))
    if said is not None and outcome != "no_answer":
        verdict = "helpful" if said.helpful else "unhelpful"
        counts[verdict] = 1
        if said.entry_id:
            entries.setdefault(said.entry_id, {})[verdict] = 1
    if outcome == "answer":
        about_it = said is not None and said.entry_id == answer
        counts["first_wrong"] = int(bool(others) or bool(said is not None and about_it and not said.helpful))
        counts["first_right"] = int(not others and bool(said is not None and about_it and said.helpful))
        if others:
            entries.setdefault(answer, {})["replaced"] = 1
    return _Standing(counts, entries)


def _difference(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {name: change for name in before.keys() | after.keys() if (change := after.get(name, 0) - before.get(name, 0))}


def _key_of(question: dict[str, Any]) -> dict[str, Any]:
    return {"day": _day(question["asked_at"]), "front_end": question["front_end"], "audience": question["audience"], "channel": question["channel"]}


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _add_entry(connection: Connection, key: dict[str, Any], entry_id: str, changes: dict[str, int]) -> None:
    _add(connection, entry_days, {"day": key["day"], "entry_id": entry_id, "audience": key["audience"]}, changes)


def _add(connection: Connection, table: Table, key: dict[str, Any], changes: dict[str, int]) -> None:
    """Add to the row of a day, made when it is the first; nobody makes it meanwhile, since writers take turns."""
    changes = {name: change for name, change in changes.items() if change}
    if not changes:
        return
    values = {f"is_{name}": value for name, value in key.items()} | {f"add_{name}": change for name, change in changes.items()}
    if connection.execute(_adding(table, tuple(key), tuple(changes)), values).rowcount == 0:
        zeros = {column.name: 0 for column in table.columns if not column.primary_key}
        connection.execute(insert(table), key | zeros | changes)


@cache
def _adding(table: Table, key: tuple[str, ...], changed: tuple[str, ...]) -> Update:
    """The statement that adds to some columns of one row; made once, since making it takes longer than running it."""
    row = update(table).where(*(table.c[name] == bindparam(f"is_{name}") for name in key))
    return row.values({name: table.c[name] + bindparam(f"add_{name}", type_=Integer) for name in changed})
