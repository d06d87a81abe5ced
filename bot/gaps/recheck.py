"""A new generation -> every gap's own questions asked again: a gap closes by evidence, and opens again by evidence.

A gap closes only when all of its questions get an answer above the threshold: from the entry that is meant to, where one is
named, else from any. Where an answer did not help, or a step was wrong, the same words are no better: the entry must say
something else than it did then, or another one must answer. Nothing is logged as a new question.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, desc, insert, select, update

from bot.answer import Answer, PastReview, Thresholds, decide
from bot.database import Database
from bot.gaps.history import note
from bot.gaps.intake import text_digest
from bot.gaps.progress import Turn
from bot.gaps.records import SearchedIndex
from bot.gaps.space import MAX_CHARACTERS
from bot.gaps.tables import gap_questions, gap_rechecks, gaps
from bot.tables import questions

_LIMIT = 10
"""Hits that decide an outcome; the same as for a question that somebody asks."""
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What came of it."""

    generation: str
    asked: int = 0
    """Different questions."""
    closed: tuple[int, ...] = ()
    """Gaps whose questions are all answered now."""
    reopened: tuple[int, ...] = ()
    """Gaps that were closed, and have a question that is not answered any more."""
    still_open: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Verdict:
    answered_by: str
    """Empty when no entry is the answer."""
    text: str
    """Digest of what that entry says."""
    confidence: float


class Recheck:
    """Asks the questions of gaps again.

    Args:
        database: migrated.
        turn: held by the caller.
        thresholds: where outcomes begin.
        past_review: what becomes of entries past their review date, as for whoever asks.
    """

    def __init__(self, database: Database, turn: Turn, thresholds: Thresholds, past_review: PastReview = "warn") -> None:
        self._database = database
        self._turn = turn
        self._thresholds = thresholds
        self._past_review: PastReview = past_review

    def last(self) -> str:
        """The generation that was checked last; empty for none."""
        newest = select(gap_rechecks.c.generation).order_by(desc(gap_rechecks.c.id)).limit(1)
        with self._database.read() as connection:
            return connection.execute(newest).scalar_one_or_none() or ""

    def one(self, gap_id: int, index: SearchedIndex, today: date, now: datetime) -> Rechecked:
        """Ask the questions of one gap, and close or open it accordingly; the generation does not count as checked."""
        return self._check(gap_id, index, today, now, Rechecked(index.generation))

    def run(self, index: SearchedIndex, today: date, now: datetime) -> Rechecked:
        """Ask all questions of open, snoozed and closed gaps, and close or open them accordingly."""
        done = Rechecked(index.generation)
        with self._database.read() as connection:
            ids = list(connection.execute(select(gaps.c.id).where(gaps.c.status.in_(("open", "snoozed", "closed"))).order_by(gaps.c.id)).scalars())
        for gap_id in ids:
            done = self._check(gap_id, index, today, now, done)
        row = {
            "generation": index.generation,
            "finished_at": now,
            "asked": done.asked,
            "closed": len(done.closed),
            "reopened": len(done.reopened),
        }
        with self._database.write() as connection:
            self._turn.keep(connection)
            connection.execute(insert(gap_rechecks), row)
        return done

    def _check(self, gap_id: int, index: SearchedIndex, today: date, now: datetime, done: Rechecked) -> Rechecked:
        with self._database.read() as connection:
            held = _held(connection, gap_id)
        verdicts: dict[tuple[str, str], _Verdict] = {}
        for row in held:
            key = (row["wording"], row["audience"])
            if key not in verdicts:
                verdicts[key] = self._ask(row["text"], row["audience"], index, today)
        with self._database.write() as connection:
            self._turn.keep(connection)
            gap = connection.execute(select(gaps).where(gaps.c.id == gap_id)).mappings().one_or_none()
            # What came in meanwhile was not asked: it is next time, and until then the gap stays as it is.
            if gap is None or gap["status"] not in ("open", "snoozed", "closed") or gap["questions"] != len(held) or not held:
                return done
            lacking = [row for row in held if not _passes(row, verdicts[row["wording"], row["audience"]], gap["entry_id"])]
            _store(connection, held, verdicts, {row["question_id"] for row in lacking})
            done = replace(done, asked=done.asked + len(verdicts))
            if gap["status"] != "closed" and not lacking:
                _move(connection, gap_id, now, "closed", _answers(held, verdicts), status="closed", closed_at=now, snoozed_until=None)
                return replace(done, closed=(*done.closed, gap_id))
            if gap["status"] == "closed" and lacking:
                _move(connection, gap_id, now, "reopened", _names(lacking), status="open", closed_at=None, reopened_at=now)
                return replace(done, reopened=(*done.reopened, gap_id), still_open=(*done.still_open, gap_id))
            return done if gap["status"] == "closed" else replace(done, still_open=(*done.still_open, gap_id))

    def _ask(self, text: str, audience: Any, index: SearchedIndex, today: date) -> _Verdict:
        hits = index.search(text[:MAX_CHARACTERS], audience, _LIMIT)
        outcome = decide(hits, self._thresholds, today, self._past_review)
        if isinstance(outcome, Answer):
            return _Verdict(outcome.entry.id, text_digest(outcome.entry), outcome.confidence)
        return _Verdict("", "", outcome.confidence)


def _held(connection: Connection, gap_id: int) -> list[RowMapping]:
    columns = (gap_questions.c.question_id, gap_questions.c.wording, gap_questions.c.blamed_entry, gap_questions.c.blamed_text)
    held = select(*columns, questions.c.text, questions.c.audience).join(questions, questions.c.id == gap_questions.c.question_id)
    held = held.where(gap_questions.c.gap_id == gap_id).order_by(gap_questions.c.asked_at, gap_questions.c.question_id)
    return list(connection.execute(held).mappings())


def _passes(row: RowMapping, verdict: _Verdict, intended: str) -> bool:
    if not verdict.answered_by or (intended and verdict.answered_by != intended):
        return False
    return (verdict.answered_by, verdict.text) != (row["blamed_entry"], row["blamed_text"])


def _store(connection: Connection, held: list[RowMapping], verdicts: dict[tuple[str, str], _Verdict], lacking: set[str]) -> None:
    statement = update(gap_questions).where(gap_questions.c.question_id == bindparam("asked"))
    statement = statement.values(answered_by=bindparam("by"), confidence=bindparam("sure"), passes=bindparam("good"))
    found = [(row["question_id"], verdicts[row["wording"], row["audience"]]) for row in held]
    rows = [{"asked": query_id, "by": one.answered_by, "sure": one.confidence, "good": query_id not in lacking} for query_id, one in found]
    connection.execute(statement, rows)


def _move(connection: Connection, gap_id: int, now: datetime, action: str, detail: str, **values: Any) -> None:
    connection.execute(update(gaps).where(gaps.c.id == gap_id).values(**values))
    note(connection, gap_id, now, action, detail)


def _answers(held: list[RowMapping], verdicts: dict[tuple[str, str], _Verdict]) -> str:
    by = sorted({verdicts[row["wording"], row["audience"]].answered_by for row in held})
    return f"{'its question is' if len(held) == 1 else f'all {len(held)} questions are'} answered by {', '.join(by[:_NAMED])}"


def _names(lacking: list[RowMapping]) -> str:
    texts = list(dict.fromkeys(" ".join(row["text"].split())[:200] for row in lacking))
    more = f" and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
    return "not answered any more: " + "; ".join(texts[:_NAMED]) + more
