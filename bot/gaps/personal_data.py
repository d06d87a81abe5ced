"""What gaps hold about people, beside the questions that others look after: titles, proposed wordings, and who did what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from bot.gaps.space import wording_of
from bot.gaps.tables import gap_events, gap_questions, gaps, question_proposals
from bot.gaps.tally import forget, retitle, title_from
from bot.privacy.holders import Person, Rows, delete_some, rows_of
from bot.tables import questions

_PEOPLE = (gap_events.c.who, gap_events.c.detail, gaps.c.assignee, question_proposals.c.decided_by)
_AT_ONCE = 5_000
"""Questions in one statement: a database takes some ten thousand values in one, and a busy key asks more."""


class GapData:
    """A `bot.privacy.holders.Holder`; comes before the one of questions, whose texts tell which titles and wordings go."""

    def hashes(self, connection: Connection, names: frozenset[str]) -> set[str]:  # noqa: ARG002 - only hashes are stored here
        """None: gaps know askers by their hash alone."""
        return set()

    def purge(self, connection: Connection, before: datetime, limit: int) -> int:
        """Questions leave their gaps, and gaps without questions go; so do old events and proposals."""
        old = select(gap_questions.c.question_id).where(gap_questions.c.asked_at < before).order_by(gap_questions.c.asked_at).limit(limit)
        query_ids = connection.execute(old).scalars().all()
        _leave(connection, query_ids)
        events = select(gap_events.c.id).where(gap_events.c.happened_at < before)
        proposed = select(question_proposals.c.id).where(question_proposals.c.proposed_at < before)
        return (
            len(query_ids)
            + delete_some(connection, gap_events, gap_events.c.id, events, limit)
            + delete_some(connection, question_proposals, question_proposals.c.id, proposed, limit)
        )

    def export(self, connection: Connection, person: Person) -> Mapping[str, Rows]:
        """What somebody did about gaps, and which are in their hands."""
        mine = select(gaps.c.id, gaps.c.title, gaps.c.status).where(gaps.c.assignee.in_(person.names)).order_by(gaps.c.id)
        return {
            "gap_events": rows_of(connection, select(gap_events).where(gap_events.c.who.in_(person.names)).order_by(gap_events.c.id)),
            "gaps_in_hand": rows_of(connection, mine),
        }

    def erase(self, connection: Connection, person: Person) -> Mapping[str, int]:
        """Their questions leave gaps and proposals, titles are chosen anew, and what they did is nobody's."""
        asked = connection.execute(select(questions.c.id, questions.c.text).where(questions.c.asker.in_(person.hashes))).all()
        proposed = 0
        for first in range(0, len(asked), _AT_ONCE):
            some = asked[first : first + _AT_ONCE]
            _leave(connection, [row.id for row in some])
            wordings = {wording_of(row.text) for row in some}
            proposed += connection.execute(delete(question_proposals).where(question_proposals.c.wording.in_(wordings))).rowcount
        unnamed = sum(connection.execute(update(column.table).where(column.in_(person.names)).values({column.name: ""})).rowcount for column in _PEOPLE)
        return {"question_proposals": proposed, "gap_names": unnamed}


def _leave(connection: Connection, query_ids: Collection[str]) -> None:
    """Take questions out of their gaps, whose titles then are questions that they still hold."""
    held = select(gaps.c.id, gaps.c.encoder).join(gap_questions, gap_questions.c.gap_id == gaps.c.id).where(gap_questions.c.question_id.in_(query_ids))
    for gap_id, encoder in {(row.id, row.encoder) for row in connection.execute(held)}:
        of_gap = select(gap_questions.c.question_id).where(gap_questions.c.gap_id == gap_id, gap_questions.c.question_id.in_(query_ids))
        forget(connection, connection.execute(of_gap).scalars().all(), encoder)
        newest = select(questions.c.text).join(gap_questions, gap_questions.c.question_id == questions.c.id).where(gap_questions.c.gap_id == gap_id)
        text = connection.execute(newest.order_by(gap_questions.c.asked_at.desc()).limit(1)).scalar_one_or_none()
        if text is not None:
            # Also where no vector of this encoder is left to choose by.
            connection.execute(update(gaps).where(gaps.c.id == gap_id).values(title=title_from(text)))
            retitle(connection, [gap_id], encoder)
