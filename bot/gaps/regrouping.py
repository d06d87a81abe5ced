"""All open questions -> groups anew, each continuing the gap with which it shares most questions.

What people decided stays: a gap that somebody assigned, put off, linked, joined or split is firm, keeps all its questions,
and may only gain some. Only the newest different wordings are grouped anew, so that the work has an end; older questions stay
where they are.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, bindparam, func, select, update

from bot.database import Database
from bot.gaps.grouping import group, keep_identity
from bot.gaps.history import found_gap, note
from bot.gaps.intake import SINCE_REGROUPING
from bot.gaps.progress import Turn, counted, set_count
from bot.gaps.records import SearchedIndex
from bot.gaps.space import MAX_CHARACTERS, packed, placed, unpacked
from bot.gaps.tables import gap_events, gap_questions, gaps
from bot.gaps.tally import recount, title_from
from bot.gaps.weight import NOTHING
from bot.tables import questions
from index.embedding import Vectors

MOST_WORDINGS = 5_000
_MOST_QUESTIONS = 4 * MOST_WORDINGS
_ALWAYS = 200
"""Up to so many wordings, everything is grouped anew as soon as something is new; it takes milliseconds."""
_GROWTH = 0.1
"""Share of new questions from which more are grouped anew."""
_MOVED_AT_ONCE = 25
_LIVE = ("open", "snoozed")
_LOT = 200


@dataclass(frozen=True, slots=True)
class _Held:
    """The questions that are grouped: one row of each list a question, one row of `vectors` a wording."""

    query_ids: list[str]
    gap_ids: list[int]
    point: list[int]
    """Row of its wording in `vectors`."""
    vectors: Vectors
    firm: dict[int, bool]
    """Gap -> whether a person decided about it."""
    decided: int
    """The newest event, to see whether somebody acted meanwhile."""


def regroup(database: Database, turn: Turn, index: SearchedIndex, middle: Vectors, now: datetime, always: bool = False) -> int:
    """Group everything anew, when enough is new.

    Args:
        database: migrated.
        turn: held by the caller.
        index: names the encoder.
        middle: of that encoder.
        now: the time.
        always: whatever is new.

    Returns:
        How many questions moved to another gap.
    """
    _embed_anew(database, turn, index)
    with database.write() as connection:
        new = counted(connection, SINCE_REGROUPING)
    if not new and not always:
        return 0
    with database.read() as connection:
        held = _read(connection, index.encoder, middle)
    if not always and len(held.vectors) > _ALWAYS and new < _GROWTH * len(held.vectors):
        return 0
    moved, whole = _write(database, turn, held, _group(held), index.encoder, now)
    if whole:
        with database.write() as connection:
            turn.keep(connection)
            set_count(connection, SINCE_REGROUPING, 0)
    return moved


def _group(held: _Held) -> list[int]:
    """The gap of each question from now on; numbers below 0 stand for new gaps."""
    if not held.query_ids:
        return []
    numbers = {gap_id: number for number, gap_id in enumerate(gap_id for gap_id, firm in held.firm.items() if firm)}
    start = np.full(len(held.vectors), -1, dtype=np.int64)
    for gap_id, point in zip(held.gap_ids, held.point, strict=True):
        if gap_id in numbers:
            start[point] = numbers[gap_id]
    labels = group(held.vectors, start)
    firm_of = {number: gap_id for gap_id, number in numbers.items()}
    new = [int(labels[point]) for point in held.point]
    loose = [-1 if after in firm_of or gap_id in numbers else gap_id for gap_id, after in zip(held.gap_ids, new, strict=True)]
    continued = keep_identity(loose, new)
    return [firm_of.get(after, continued.get(after, -1 - after)) for after in new]


def _read(connection: Connection, encoder: str, middle: Vectors) -> _Held:
    held = select(gap_questions.c.question_id, gap_questions.c.gap_id, gap_questions.c.wording, gap_questions.c.vector, gaps.c.firm)
    held = held.join(gaps, gaps.c.id == gap_questions.c.gap_id).where(gaps.c.status.in_(_LIVE), gap_questions.c.encoder == encoder)
    query_ids, gap_ids, point, vectors = list[str](), list[int](), list[int](), list[bytes]()
    known: dict[tuple[str, int], int] = {}
    firm: dict[int, bool] = {}
    for row in connection.execute(held.order_by(gap_questions.c.asked_at.desc(), gap_questions.c.question_id).limit(_MOST_QUESTIONS)):
        key = (row.wording, row.gap_id if row.firm else 0)  # one wording may stand in two gaps only if a person put it there
        if key not in known:
            if len(known) == MOST_WORDINGS:
                continue
            known[key] = len(known)
            vectors.append(row.vector)
        query_ids.append(row.question_id)
        gap_ids.append(row.gap_id)
        point.append(known[key])
        firm[row.gap_id] = row.firm
    seen = placed(unpacked(vectors), middle) if vectors else np.empty((0, len(middle)), dtype=np.float32)
    return _Held(query_ids, gap_ids, point, seen, dict(sorted(firm.items())), _newest_event(connection))


def _write(database: Database, turn: Turn, held: _Held, after: list[int], encoder: str, now: datetime) -> tuple[int, bool]:
    """Move questions, some at a time, so that nobody waits long to store a question.

    Returns:
        How many moved; and False when somebody acted meanwhile, so that the rest is left for the next time.
    """
    moves = [(query_id, before, to) for query_id, before, to in zip(held.query_ids, held.gap_ids, after, strict=True) if to != before]
    shares = Counter((before, to) for _, before, to in moves)
    most = {before: to for (before, to), _ in sorted(shares.items(), key=lambda item: (item[1], -item[0][1]))}  # the largest share comes last
    statement = update(gap_questions).where(gap_questions.c.question_id == bindparam("moved")).values(gap_id=bindparam("target"))
    made: dict[int, int] = {}
    decided = held.decided
    for first in range(0, len(moves), _MOVED_AT_ONCE):
        lot = moves[first : first + _MOVED_AT_ONCE]
        with database.write() as connection:
            turn.keep(connection)
            if _newest_event(connection) != decided:
                return first, False
            for query_id, _, to in lot:
                if to < 0 and to not in made:
                    made[to] = _make(connection, query_id, encoder, now)
            connection.execute(statement, [{"moved": query_id, "target": made.get(to, to)} for query_id, _, to in lot])
            recount(connection, {made.get(gap_id, gap_id) for _, before, to in lot for gap_id in (before, to)}, encoder)
            for before in sorted({before for _, before, _ in lot}):
                _retire(connection, before, made.get(most[before], most[before]), now)
            decided = _newest_event(connection)
    return len(moves), True


def _make(connection: Connection, query_id: str, encoder: str, now: datetime) -> int:
    row = connection.execute(select(questions.c.text, questions.c.asked_at).where(questions.c.id == query_id)).one()
    return found_gap(connection, now, title=title_from(row.text), last_asked_at=row.asked_at, encoder=encoder, detail="split off by grouping")


def _retire(connection: Connection, gap_id: int, into: int, now: datetime) -> None:
    """A gap that lost all its questions leads to the one that has most of them now."""
    if connection.execute(select(gap_questions.c.question_id).where(gap_questions.c.gap_id == gap_id).limit(1)).first() is None:
        connection.execute(update(gaps).where(gaps.c.id == gap_id).values(status="merged", merged_into=into, questions=0, people=0, weight=NOTHING))
        note(connection, gap_id, now, "merged", f"into gap {into}, by grouping")


def _embed_anew(database: Database, turn: Turn, index: SearchedIndex) -> None:
    """Vectors of another encoder say nothing to this one: the newest questions get new ones."""
    live = (gap_questions.c.encoder != index.encoder) & gaps.c.status.in_((*_LIVE, "closed", "not_ours"))
    joined = gap_questions.join(gaps, gaps.c.id == gap_questions.c.gap_id)
    affected: set[int] = set()
    while True:
        wanted = select(gap_questions.c.question_id, gap_questions.c.gap_id, questions.c.text).select_from(
            joined.join(questions, questions.c.id == gap_questions.c.question_id)
        )
        with database.read() as connection:
            rows = connection.execute(wanted.where(live).order_by(gap_questions.c.asked_at.desc()).limit(_LOT)).all()
        if not rows:
            break
        vectors = index.vectors([row.text[:MAX_CHARACTERS] for row in rows])
        statement = update(gap_questions).where(gap_questions.c.question_id == bindparam("asked"))
        statement = statement.values(vector=bindparam("made"), encoder=index.encoder)
        with database.write() as connection:
            turn.keep(connection)
            connection.execute(statement, [{"asked": row.question_id, "made": packed(vector)} for row, vector in zip(rows, vectors, strict=True)])
        affected |= {row.gap_id for row in rows}
    with database.write() as connection:
        recount(connection, affected, index.encoder)
        stale = select(gaps.c.id).where(gaps.c.encoder != index.encoder, gaps.c.status.in_((*_LIVE, "closed", "not_ours")))
        recount(connection, connection.execute(stale).scalars().all(), index.encoder)  # left by a process that was killed in between


def _newest_event(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(gap_events.c.id), 0))).scalar_one())
