"""What a gap's questions come to: how many, by whom, how urgent, where in the space, and which of them is its title."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, func, select, update

from bot.gaps.grouping import most_central
from bot.gaps.space import MAX_CHARACTERS, placed, stored_middle, unpacked
from bot.gaps.tables import gap_questions, gap_signals, gaps
from bot.gaps.weight import weigh
from bot.tables import questions

Facets = dict[str, dict[str, int]]
"""Name of a facet -> value -> number of questions."""
_WEIGHED = 5_000
"""Newest questions that make the weight; what is older has faded."""
_PLACED = 2_000
"""Newest questions whose mean is the gap's place."""
_COMPARED = 400
"""Newest questions among which the title is chosen."""
_TITLE_CHARACTERS = 300


def recount(connection: Connection, gap_ids: Iterable[int], encoder: str) -> None:
    """Work out everything about gaps anew from their questions, after questions moved.

    Args:
        connection: in a transaction that writes.
        gap_ids: those whose questions changed.
        encoder: fingerprint of the encoder whose vectors count.
    """
    for gap_id in sorted(set(gap_ids)):
        mine = gap_questions.c.gap_id == gap_id
        newest = select(gap_questions.c.asker, gap_questions.c.asked_at).where(mine).order_by(gap_questions.c.asked_at.desc()).limit(_WEIGHED)
        asked = connection.execute(newest).all()
        if not asked:
            continue
        people = select(func.count(gap_questions.c.asker.distinct())).where(mine, gap_questions.c.asker != "")
        values = {
            "questions": connection.execute(select(func.count()).select_from(gap_questions).where(mine)).scalar_one(),
            "people": connection.execute(people).scalar_one(),
            "weight": weigh((asker, asked_at) for asker, asked_at in reversed(asked)),
            "last_asked_at": asked[0].asked_at,
            "facets": _facets(connection, gap_id),
            **_place(connection, gap_id, encoder),
        }
        connection.execute(update(gaps).where(gaps.c.id == gap_id).values(values))


def retitle(connection: Connection, gap_ids: Iterable[int], encoder: str) -> None:
    """Choose the titles of gaps anew, after questions joined them."""
    middle = stored_middle(connection, encoder)
    if middle is None:
        return
    for gap_id in sorted(set(gap_ids)):
        vectors = select(gap_questions.c.question_id, gap_questions.c.vector)
        vectors = vectors.where(gap_questions.c.gap_id == gap_id, gap_questions.c.encoder == encoder).order_by(gap_questions.c.asked_at.desc()).limit(_COMPARED)
        rows = connection.execute(vectors).all()
        if rows:
            central = rows[most_central(placed(unpacked([row.vector for row in rows]), middle))].question_id
            connection.execute(update(gaps).where(gaps.c.id == gap_id).values(title=title_from(_text(connection, central))))


def forget(connection: Connection, query_ids: Sequence[str], encoder: str) -> None:
    """Take questions out of their gaps; a gap that had no other goes too."""
    held = gap_questions.c.question_id.in_(query_ids)
    affected = set(connection.execute(select(gap_questions.c.gap_id).where(held)).scalars())
    connection.execute(delete(gap_signals).where(gap_signals.c.question_id.in_(query_ids)))
    connection.execute(delete(gap_questions).where(held))
    for gap_id in affected:
        if not connection.execute(select(func.count()).where(gap_questions.c.gap_id == gap_id)).scalar_one():
            connection.execute(delete(gaps).where(gaps.c.id == gap_id))
    recount(connection, affected, encoder)


def sweep(connection: Connection, encoder: str) -> None:
    """Put right what no longer fits, after questions were deleted: gaps without any go, the others are counted anew."""
    held = select(gap_questions.c.gap_id, func.count().label("held")).group_by(gap_questions.c.gap_id).subquery()
    joined = gaps.outerjoin(held, held.c.gap_id == gaps.c.id)
    off = select(gaps.c.id, held.c.held).select_from(joined).where(gaps.c.status != "merged", gaps.c.questions != func.coalesce(held.c.held, 0))
    rows = connection.execute(off).all()
    recount(connection, [row.id for row in rows if row.held], encoder)
    for row in rows:
        if not row.held:
            connection.execute(delete(gaps).where(gaps.c.id == row.id))


def title_from(text: str) -> str:
    """A question as a title: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= _TITLE_CHARACTERS else line[: _TITLE_CHARACTERS - 1].rstrip() + "…"


def with_one_more(facets: Facets, **values: str) -> Facets:
    """Facets with one more question, or signal, of these values: `with_one_more(facets, channels="chat")`."""
    return facets | {name: facets.get(name, {}) | {value: facets.get(name, {}).get(value, 0) + 1} for name, value in values.items()}


def _facets(connection: Connection, gap_id: int) -> Facets:
    mine = gap_questions.c.gap_id == gap_id
    signals = select(gap_signals.c.kind, func.count()).join(gap_questions, gap_questions.c.question_id == gap_signals.c.question_id).where(mine)
    facets = {"signals": _counted(connection.execute(signals.group_by(gap_signals.c.kind)))}
    for name, column in (("channels", gap_questions.c.channel), ("audiences", gap_questions.c.audience), ("front_ends", gap_questions.c.front_end)):
        facets[name] = _counted(connection.execute(select(column, func.count()).where(mine).group_by(column)))
    return facets


def _counted(rows: Iterable[Any]) -> dict[str, int]:
    return {str(value): int(count) for value, count in rows}


def _place(connection: Connection, gap_id: int, encoder: str) -> dict[str, Any]:
    middle = stored_middle(connection, encoder)
    held = select(gap_questions.c.question_id, gap_questions.c.vector)
    held = held.where(gap_questions.c.gap_id == gap_id, gap_questions.c.encoder == encoder).order_by(gap_questions.c.asked_at.desc())
    rows = connection.execute(held.limit(_PLACED)).all() if middle is not None else []
    if not rows or middle is None:
        return {}
    vectors = placed(unpacked([row.vector for row in rows]), middle)
    central = rows[most_central(vectors[:_COMPARED])].question_id
    return {
        "title": title_from(_text(connection, central)),
        "total": vectors.sum(axis=0, dtype=np.float64).astype("<f4").tobytes(),
        "size": len(vectors),
        "encoder": encoder,
    }


def _text(connection: Connection, query_id: str) -> str:
    return str(connection.execute(select(questions.c.text).where(questions.c.id == query_id)).scalar_one())[:MAX_CHARACTERS]
