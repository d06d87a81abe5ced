"""The log -> questions that got no good answer and are not taken in yet.

Four kinds: no document covered it; none of the suggestions was chosen within half an hour; the answer was marked as not
helpful; a step was reported as wrong. What is new is found by time, from a moment before the last look on, since a
question may be stored a little later than it was asked; what was taken in before is left out by its id.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, case, exists, func, literal, select, true

from bot.gaps.records import SignalKind
from bot.gaps.tables import gap_questions, gap_signals
from bot.tables import choices, feedback, questions
from index.records import Audience

TIME_TO_CHOOSE = timedelta(minutes=30)
_OVERLAP = timedelta(minutes=10)
"""How much later than its time something may be stored; far more than the database waits for a lock."""
_STEP_WRONG = "step_wrong"
"""Reason of whoever says that a step is wrong, also when they do not say which."""
_DETAIL_ADDED = "detail"
"""Reason under which Slack stores more about a question that has no answer yet; no complaint of its own."""


@dataclass(frozen=True, slots=True)
class NewSignal:
    """A signal with the question that it is about."""

    kind: SignalKind
    happened_at: datetime
    detail: str
    query_id: str
    text: str
    asked_at: datetime
    asker: str
    audience: Audience
    channel: str
    front_end: str
    shown: str
    """The entry that was shown as the answer, or chosen; empty when none was."""
    known: bool
    """True when the question belongs to a gap already."""


def unanswered(connection: Connection, since: datetime | None, limit: int) -> list[NewSignal]:
    """Questions that no document covered, oldest first."""
    found = select(*_columns(), literal("no_answer").label("kind"), questions.c.asked_at.label("happened_at"), literal("").label("detail"))
    found = found.where(questions.c.outcome == "no_answer", _later(questions.c.asked_at, since), ~_known())
    return _read(connection, found.order_by(questions.c.asked_at).limit(limit))


def not_chosen(connection: Connection, since: datetime | None, now: datetime, limit: int) -> list[NewSignal]:
    """Questions with suggestions of which none was chosen in time, oldest first."""
    found = select(*_columns(), literal("not_chosen").label("kind"), questions.c.asked_at.label("happened_at"), literal("").label("detail"))
    chosen = exists().where(choices.c.question_id == questions.c.id)
    found = found.where(questions.c.outcome == "suggestions", _later(questions.c.asked_at, since), questions.c.asked_at <= now - TIME_TO_CHOOSE)
    return _read(connection, found.where(~chosen, ~_known()).order_by(questions.c.asked_at).limit(limit))


def complaints(connection: Connection, since: datetime | None, limit: int) -> list[NewSignal]:
    """Answers that did not help, and steps that are wrong, oldest first."""
    kind = case(((feedback.c.step != "") | (feedback.c.reason == _STEP_WRONG), "wrong_step"), else_="not_helpful")
    detail = case((feedback.c.step != "", feedback.c.step), else_=feedback.c.reason)
    taken = exists().where(gap_signals.c.question_id == feedback.c.question_id, gap_signals.c.kind == kind)
    said = case((feedback.c.entry_id != "", feedback.c.entry_id), else_=_shown()).label("shown")
    found = select(*_columns(said), kind.label("kind"), feedback.c.given_at.label("happened_at"), detail.label("detail"))
    found = found.join(feedback, feedback.c.question_id == questions.c.id)
    found = found.where(feedback.c.helpful.is_(False), feedback.c.reason != _DETAIL_ADDED, _later(feedback.c.given_at, since), ~taken)
    return _read(connection, found.order_by(feedback.c.given_at).limit(limit))


def chosen_late(connection: Connection, since: datetime | None) -> list[str]:
    """Ids of questions that count only as "none was chosen", and for which something was chosen after all."""
    other = gap_signals.alias()
    others = exists().where(other.c.question_id == gap_questions.c.question_id, other.c.kind != "not_chosen")
    found = select(choices.c.question_id).join(gap_questions, gap_questions.c.question_id == choices.c.question_id)
    return list(connection.execute(found.where(_later(choices.c.chosen_at, since), ~others).distinct()).scalars())


def _columns(shown: Any = None) -> list[Any]:
    shown = _shown().label("shown") if shown is None else shown
    kept = (questions.c[name] for name in ("text", "asked_at", "asker", "audience", "channel", "front_end"))
    return [questions.c.id.label("query_id"), *kept, shown, _known().label("known")]


def _shown() -> ColumnElement[str]:
    """What was chosen last, else what was shown as the answer."""
    last_choice = select(choices.c.entry_id).where(choices.c.question_id == questions.c.id).order_by(choices.c.id.desc()).limit(1).scalar_subquery()
    return func.coalesce(last_choice, questions.c.entry_id)


def _known() -> ColumnElement[bool]:
    return exists().where(gap_questions.c.question_id == questions.c.id)


def _later(column: Any, since: datetime | None) -> ColumnElement[bool]:
    return true() if since is None else cast(ColumnElement[bool], column > since - _OVERLAP)


def _read(connection: Connection, statement: Any) -> list[NewSignal]:
    return [NewSignal(**{**row, "known": bool(row["known"])}) for row in connection.execute(statement).mappings()]
