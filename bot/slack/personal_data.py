"""What Slack's tables hold about people, who are known there by their Slack user id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, or_, select, update

from bot.privacy.holders import Person, Rows, delete_some, rows_of
from bot.slack.tables import answers, channels, checklist_events, checklist_steps, checklists, claims, handovers
from bot.tables import questions


class SlackData:
    """Answers shown, questions handed over, checklists, channel settings, messages not answered yet."""

    def hashes(self, connection: Connection, names: frozenset[str]) -> set[str]:
        """Of whoever asked the questions whose answers were shown to them; so a user id is enough without its team."""
        asked = select(questions.c.asker).join(answers, answers.c.query_id == questions.c.id).where(answers.c.asker.in_(names), questions.c.asker != "")
        return set(connection.execute(asked.distinct()).scalars())

    def purge(self, connection: Connection, before: datetime, limit: int) -> int:
        """Answers and handovers by when they were shown, checklists by when they began."""
        old_answers = select(answers.c.id).where(answers.c.shown_at < before)
        old_handovers = select(handovers.c.id).where(handovers.c.asked_at < before)
        old_checklists = select(checklists.c.id).where(checklists.c.started_at < before)
        return (
            delete_some(connection, answers, answers.c.id, old_answers, limit)
            + delete_some(connection, handovers, handovers.c.id, old_handovers, limit)
            + delete_some(connection, checklists, checklists.c.id, old_checklists, limit)
        )

    def export(self, connection: Connection, person: Person) -> Mapping[str, Rows]:
        """All of it."""
        names = person.names
        return {
            "slack_answers": rows_of(connection, select(answers).where(_shown_to(names)).order_by(answers.c.shown_at)),
            "slack_handovers": rows_of(connection, select(handovers).where(handovers.c.asker.in_(names)).order_by(handovers.c.asked_at)),
            "slack_checklists": rows_of(
                connection, select(checklists).where(or_(checklists.c.started_by.in_(names), checklists.c.held_by.in_(names))).order_by(checklists.c.started_at)
            ),
            "slack_checklist_events": rows_of(
                connection,
                select(checklist_events).where(or_(checklist_events.c.who.in_(names), checklist_events.c.text.in_(names))).order_by(checklist_events.c.id),
            ),
            "slack_checklist_steps": rows_of(
                connection,
                select(checklist_steps).where(checklist_steps.c.changed_by.in_(names)).order_by(checklist_steps.c.checklist_id, checklist_steps.c.position),
            ),
            "slack_waiting": rows_of(connection, select(claims).where(claims.c.key.in_(_waiting(connection, names))).order_by(claims.c.claimed_at)),
            "slack_channels": rows_of(connection, select(channels).where(channels.c.set_by.in_(names))),
        }

    def erase(self, connection: Connection, person: Person) -> Mapping[str, int]:
        """Answers and handovers are deleted; checklists and settings stay, as of somebody who is not named."""
        names = person.names
        theirs = _waiting(connection, names)
        erased = {
            "slack_answers": connection.execute(delete(answers).where(_shown_to(names))).rowcount,
            "slack_handovers": connection.execute(delete(handovers).where(handovers.c.asker.in_(names))).rowcount,
            "slack_waiting": connection.execute(delete(claims).where(claims.c.key.in_(theirs))).rowcount if theirs else 0,
        }
        unnamed = 0
        for column in (checklists.c.started_by, checklists.c.held_by, checklist_steps.c.changed_by, checklist_events.c.who, channels.c.set_by):
            unnamed += _blanked(connection, column, names)
        unnamed += _blanked(connection, checklist_events.c.text, names)  # of a checklist that was handed to them
        return erased | {"slack_names": unnamed}


def _waiting(connection: Connection, names: frozenset[str]) -> list[str]:
    """Keys of their messages that are not answered yet."""
    waiting = connection.execute(select(claims.c.key, claims.c.body).where(claims.c.body.is_not(None))).all()
    return [key for key, body in waiting if body and str((body.get("event") or {}).get("user")) in names]


def _shown_to(names: frozenset[str]) -> ColumnElement[bool]:
    return or_(answers.c.asker.in_(names), answers.c.customer.in_(names))


def _blanked(connection: Connection, column: Any, names: frozenset[str]) -> int:
    return connection.execute(update(column.table).where(column.in_(names)).values({column.name: ""})).rowcount
