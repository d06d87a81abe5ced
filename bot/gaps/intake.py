"""New signals -> questions in gaps: each joins the group that it is like, or founds one.

Between two groupings of everything (`regrouping`), a question joins the group to whose questions it is most alike on
average. Questions are taken in some at a time, each lot in one transaction with the mark of how far it came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import msgspec
import numpy as np
from sqlalchemy import Connection, insert, select, update

from bot.database import Database
from bot.gaps import signals
from bot.gaps.grouping import JOINS
from bot.gaps.history import found_gap, note
from bot.gaps.not_ours import Refused, newest_decision, read_refused
from bot.gaps.progress import Turn, counted, late_is_taken_in, late_since, reached, set_count, set_reached
from bot.gaps.records import SearchedIndex
from bot.gaps.signals import NewSignal
from bot.gaps.space import MAX_CHARACTERS, packed, placed, wording_of
from bot.gaps.tables import gap_questions, gap_signals, gaps
from bot.gaps.tally import forget, retitle, title_from, with_one_more
from bot.gaps.weight import added, worth
from index.embedding import Vectors
from index.records import Entry

_LOT = 200
_RETITLED = 50
"""A gap with more questions keeps its title until everything is grouped anew."""
SINCE_REGROUPING = "since_regroup"


@dataclass(slots=True)
class _Means:
    """The middles of all groups that a question may join."""

    ids: list[int]
    totals: Vectors
    sizes: Vectors

    def nearest(self, vector: Vectors) -> int | None:
        """The position of the group most alike to a vector, if it is alike enough."""
        if not self.ids:
            return None
        alike = np.einsum("ij,j->i", self.totals, vector) / self.sizes
        best = int(np.argmax(alike))
        return best if alike[best] >= JOINS else None

    def add(self, position: int, vector: Vectors) -> None:
        self.totals[position] += vector
        self.sizes[position] += 1

    def found(self, gap_id: int, vector: Vectors) -> None:
        self.ids.append(gap_id)
        self.totals = np.concatenate([self.totals, vector[None]])
        self.sizes = np.append(self.sizes, np.float32(1))


class Intake:
    """Takes in what was asked since the last time.

    Args:
        database: migrated.
        turn: held by the caller.
    """

    def __init__(self, database: Database, turn: Turn) -> None:
        self._database = database
        self._turn = turn

    def run(self, index: SearchedIndex, middle: Vectors, now: datetime) -> int:
        """Take in everything that is new.

        Args:
            index: embeds the questions, and knows the entries that were complained about.
            middle: of the index's encoder, from `middle_of`.
            now: the time.

        Returns:
            How many questions came into gaps.
        """
        with self._database.read() as connection:
            late, noted = late_since(connection)
        self._withdraw(index.encoder, late, now)
        taken = 0
        for name in ("unanswered", "not_chosen", "complaints"):
            while True:
                with self._database.read() as connection:
                    new = _new(connection, name, late, now)
                taken += self._take(name, new, index, middle, now)
                if len(new) < _LOT:
                    break
        if late is not None:
            with self._database.write() as connection:
                self._turn.keep(connection)
                late_is_taken_in(connection, noted)
        return taken

    def _withdraw(self, encoder: str, late: datetime | None, now: datetime) -> None:
        """Take out what was answered after all, by a choice that came late."""
        with self._database.read() as connection:
            chosen = signals.chosen_late(connection, _since(connection, "choices", late, now))
        with self._database.write() as connection:
            self._turn.keep(connection)
            forget(connection, chosen, encoder)
            set_reached(connection, "choices", now)

    def _take(self, name: str, new: Sequence[NewSignal], index: SearchedIndex, middle: Vectors, now: datetime) -> int:
        fresh = list({signal.query_id: signal for signal in new if not signal.known}.values())
        raw = index.vectors([signal.text[:MAX_CHARACTERS] for signal in fresh])
        with self._database.read() as connection:  # not in the transaction for which whoever asks has to wait: they may be many
            decided = newest_decision(connection)
            refused = read_refused(connection, index.encoder) if fresh else Refused(encoder=index.encoder)
        with self._database.write() as connection:
            self._turn.keep(connection)
            if fresh:
                if newest_decision(connection) != decided:  # meanwhile
                    refused = read_refused(connection, index.encoder)
                _enter(connection, fresh, raw, placed(raw, middle) if len(raw) else raw, index, refused)
                set_count(connection, SINCE_REGROUPING, counted(connection, SINCE_REGROUPING) + len(fresh))
            _note(connection, new, index, now)
            set_reached(connection, name, new[-1].happened_at if len(new) == _LOT else _end(name, now))
        return len(fresh)


def _since(connection: Connection, name: str, late: datetime | None, now: datetime) -> datetime | None:
    """Where the next look begins; what is looked at again is left out by its id."""
    moment = reached(connection, name, now)
    return moment if moment is None or late is None else min(moment, late)


def _new(connection: Connection, name: str, late: datetime | None, now: datetime) -> list[NewSignal]:
    since = _since(connection, name, late, now)
    if name == "unanswered":
        return signals.unanswered(connection, since, _LOT)
    if name == "not_chosen":
        return signals.not_chosen(connection, since, now, _LOT)
    return signals.complaints(connection, since, _LOT)


def _end(name: str, now: datetime) -> datetime:
    return now - signals.TIME_TO_CHOOSE if name == "not_chosen" else now


def _enter(connection: Connection, fresh: Sequence[NewSignal], raw: Vectors, vectors: Vectors, index: SearchedIndex, refused: Refused) -> None:
    means = _means(connection, index.encoder, vectors.shape[1])
    changed: dict[int, int] = {}
    for signal, stored, vector in zip(fresh, raw, vectors, strict=True):
        wording = wording_of(signal.text)
        gap_id = _refusing(refused, wording, vector, signal)
        if gap_id is None:
            position = means.nearest(vector)
            if position is None:
                gap_id = _found(connection, signal, vector, index.encoder)
                means.found(gap_id, vector)
            else:
                gap_id = means.ids[position]
                means.add(position, vector)
        changed[gap_id] = changed.get(gap_id, 0) + 1
        _join(connection, gap_id, signal, wording, stored, vector, index)
    small = select(gaps.c.id).where(gaps.c.id.in_(changed), gaps.c.firm.is_(False), gaps.c.questions <= _RETITLED)
    retitle(connection, connection.execute(small).scalars().all(), index.encoder)


def _refusing(refused: Refused, wording: str, vector: Vectors, signal: NewSignal) -> int | None:
    """The gap of questions that are not ours to which this one belongs; a complaint about an answer never does."""
    if signal.kind in ("not_helpful", "wrong_step"):
        return None
    same = refused.same(wording)
    return refused.near(vector) if same is None else same


def _found(connection: Connection, signal: NewSignal, vector: Vectors, encoder: str) -> int:
    title, nothing = title_from(signal.text), np.zeros_like(vector).astype("<f4").tobytes()
    return found_gap(connection, signal.happened_at, title=title, last_asked_at=signal.asked_at, encoder=encoder, total=nothing)


def _join(connection: Connection, gap_id: int, signal: NewSignal, wording: str, stored: Vectors, vector: Vectors, index: SearchedIndex) -> None:
    gap = connection.execute(select(gaps).where(gaps.c.id == gap_id)).one()
    mine = (gap_questions.c.gap_id == gap_id) & (gap_questions.c.asker == signal.asker)
    known = bool(signal.asker) and connection.execute(select(gap_questions.c.question_id).where(mine).limit(1)).first() is not None
    blamed = signal.shown if signal.kind in ("not_helpful", "wrong_step") else ""
    connection.execute(
        insert(gap_questions),
        {
            "question_id": signal.query_id,
            "gap_id": gap_id,
            "asked_at": signal.asked_at,
            "asker": signal.asker,
            "audience": signal.audience,
            "channel": signal.channel,
            "front_end": signal.front_end,
            "wording": wording,
            "vector": packed(stored),
            "encoder": index.encoder,
            "blamed_entry": blamed,
            "blamed_text": text_digest(index.entry(blamed, "internal")) if blamed else "",
            "answered_by": "",
            "confidence": None,
        },
    )
    total = (np.frombuffer(gap.total, dtype="<f4") + vector).astype("<f4") if gap.encoder == index.encoder else None
    connection.execute(
        update(gaps)
        .where(gaps.c.id == gap_id)
        .values(
            questions=gap.questions + 1,
            people=gap.people + (1 if signal.asker and not known else 0),
            weight=added(gap.weight, signal.asked_at, worth(signal.asker, known)),
            last_asked_at=max(gap.last_asked_at, signal.asked_at),
            facets=with_one_more(gap.facets, channels=signal.channel, audiences=signal.audience, front_ends=signal.front_end),
            **({"total": total.tobytes(), "size": gap.size + 1} if total is not None else {}),
        )
    )


def _note(connection: Connection, new: Sequence[NewSignal], index: SearchedIndex, now: datetime) -> None:
    """Store the signals themselves; a complaint opens a closed gap again."""
    rows = {(signal.query_id, signal.kind): signal for signal in new}
    for (query_id, kind), signal in rows.items():
        connection.execute(insert(gap_signals), {"question_id": query_id, "kind": kind, "happened_at": signal.happened_at, "detail": signal.detail})
        gap = connection.execute(select(gaps).join(gap_questions, gap_questions.c.gap_id == gaps.c.id).where(gap_questions.c.question_id == query_id)).one()
        connection.execute(update(gaps).where(gaps.c.id == gap.id).values(facets=with_one_more(gap.facets, signals=kind)))
        if kind in ("not_helpful", "wrong_step") and signal.shown:
            blamed = {"blamed_entry": signal.shown, "blamed_text": text_digest(index.entry(signal.shown, "internal"))}
            connection.execute(update(gap_questions).where(gap_questions.c.question_id == query_id).values(blamed))
        if gap.status == "closed":
            connection.execute(update(gaps).where(gaps.c.id == gap.id).values(status="open", closed_at=None, reopened_at=now))
            detail = "asked again without a good answer: " + title_from(signal.text)
            note(connection, gap.id, now, "reopened", detail)


def _means(connection: Connection, encoder: str, dim: int) -> _Means:
    """Groups that are worked on, and closed ones, which a question that belongs to them opens again."""
    held = select(gaps.c.id, gaps.c.total, gaps.c.size).where(gaps.c.status.in_(("open", "snoozed", "closed")), gaps.c.encoder == encoder, gaps.c.size > 0)
    rows = connection.execute(held.order_by(gaps.c.id)).all()
    if not rows:
        return _Means([], np.empty((0, dim), dtype=np.float32), np.empty(0, dtype=np.float32))
    totals = np.frombuffer(b"".join(row.total for row in rows), dtype="<f4").reshape(len(rows), -1).astype(np.float32)
    return _Means([row.id for row in rows], totals, np.array([row.size for row in rows], dtype=np.float32))


def text_digest(entry: Entry | None) -> str:
    """What an entry says, as 64 hexadecimal digits: the same while neither steps, replies nor body change; empty for none."""
    if entry is None:
        return ""
    parts = (entry.title, [step.text for step in entry.steps], [(reply.subject, reply.body) for reply in entry.replies], entry.body)
    return sha256(msgspec.json.encode(parts)).hexdigest()
