"""Who holds something about people: each part of the product answers for its own tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, or_, select

from bot.tables import choices, feedback, login_links, questions, sessions

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as the front ends know them."""

    names: frozenset[str]
    """As given, and as front ends write it: a Slack user id, the name of a sign-on."""
    hashes: frozenset[str]
    """The keyed hashes under which the log may know them."""


class Holder(Protocol):
    """Holds something about people. What it deletes is deleted in the transaction that it is given."""

    def hashes(self, connection: Connection, names: frozenset[str]) -> set[str]:
        """Hashes under which the log knows somebody of these names, as far as this holder can tell."""
        ...

    def purge(self, connection: Connection, before: datetime, limit: int) -> int:
        """Delete what is older than a moment.

        Args:
            connection: in a transaction that writes.
            before: aware.
            limit: how many rows of each kind at most, so that nobody waits for long.

        Returns:
            How many rows were deleted; call again until it is 0.
        """
        ...

    def export(self, connection: Connection, person: Person) -> Mapping[str, Rows]:
        """All that is held about somebody, by kind; values fit into JSON."""
        ...

    def erase(self, connection: Connection, person: Person) -> Mapping[str, int]:
        """Delete it, or make it tell nobody; how many rows of each kind."""
        ...


class QuestionData:
    """Questions with what was chosen and said of them."""

    def hashes(self, connection: Connection, names: frozenset[str]) -> set[str]:  # noqa: ARG002 - only hashes are stored here
        """None: the log knows people by their hash alone."""
        return set()

    def purge(self, connection: Connection, before: datetime, limit: int) -> int:
        """Questions go with their choices and feedback; feedback without a question goes by its own time."""
        old = select(questions.c.id).where(questions.c.asked_at < before).order_by(questions.c.asked_at)
        alone = select(feedback.c.id).where(feedback.c.question_id.is_(None), feedback.c.given_at < before)
        return delete_some(connection, questions, questions.c.id, old, limit) + delete_some(connection, feedback, feedback.c.id, alone, limit)

    def export(self, connection: Connection, person: Person) -> Mapping[str, Rows]:
        """Questions, the choices made for them, and feedback; texts as they were stored, masked."""
        own = select(questions.c.id).where(questions.c.asker.in_(person.hashes))
        return {
            "questions": rows_of(connection, select(questions).where(questions.c.asker.in_(person.hashes)).order_by(questions.c.asked_at)),
            "choices": rows_of(connection, select(choices).where(choices.c.question_id.in_(own)).order_by(choices.c.id)),
            "feedback": rows_of(connection, select(feedback).where(_said_by(person)).order_by(feedback.c.id)),
        }

    def erase(self, connection: Connection, person: Person) -> Mapping[str, int]:
        """All of it; daily counts stay, since they tell of nobody."""
        said = connection.execute(delete(feedback).where(_said_by(person))).rowcount
        asked = connection.execute(delete(questions).where(questions.c.asker.in_(person.hashes))).rowcount
        return {"questions": asked, "feedback": said}


class SignInData:
    """Sessions of the pages, and links that open them."""

    def hashes(self, connection: Connection, names: frozenset[str]) -> set[str]:  # noqa: ARG002 - sessions are not tied to questions
        """None."""
        return set()

    def purge(self, connection: Connection, before: datetime, limit: int) -> int:  # noqa: ARG002 - what has expired is of no use to anybody
        """What has expired, however short ago."""
        now = datetime.now(UTC)
        ended = select(sessions.c.token_sha256).where(sessions.c.expires_at < now)
        unused = select(login_links.c.token_sha256).where(login_links.c.expires_at < now)
        return delete_some(connection, sessions, sessions.c.token_sha256, ended, limit) + delete_some(
            connection, login_links, login_links.c.token_sha256, unused, limit
        )

    def export(self, connection: Connection, person: Person) -> Mapping[str, Rows]:
        """Sessions, without the hash of their token."""
        columns = [column for column in sessions.columns if column.name != "token_sha256"]
        return {"sessions": rows_of(connection, select(*columns).where(sessions.c.person.in_(person.names)).order_by(sessions.c.created_at))}

    def erase(self, connection: Connection, person: Person) -> Mapping[str, int]:
        """Sessions end at once."""
        return {"sessions": connection.execute(delete(sessions).where(sessions.c.person.in_(person.names))).rowcount}


def delete_some(connection: Connection, table: Table, key: ColumnElement[Any], wanted: Select[Any], limit: int) -> int:
    """Delete the first rows that a statement selects by their key.

    Returns:
        How many.
    """
    keys: Sequence[Any] = connection.execute(wanted.limit(limit)).scalars().all()
    return connection.execute(delete(table).where(key.in_(keys))).rowcount if keys else 0


def rows_of(connection: Connection, statement: Select[Any]) -> Rows:
    """The rows of a statement as JSON has them."""
    return [{name: _plain(value) for name, value in row.items()} for row in connection.execute(statement).mappings()]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _said_by(person: Person) -> ColumnElement[bool]:
    own = select(questions.c.id).where(questions.c.asker.in_(person.hashes))
    return or_(feedback.c.asker.in_(person.hashes), feedback.c.question_id.in_(own))
