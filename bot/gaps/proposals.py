"""Choices among suggestions and helpful marks -> wordings proposed as more questions of an entry, for a person to accept.

Nothing is learned silently: an accepted wording still has to be written into the entry's front matter. A wording is
proposed once for an entry, whatever its capitals and however often it is used; one that finds the entry for sure already, or
that the entry has, teaches nothing and is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, desc, insert, select, update

from bot.database import Database
from bot.errors import UnknownGap
from bot.gaps.progress import Turn, reached, set_reached
from bot.gaps.records import Proposal, ProposalStatus, SearchedIndex
from bot.gaps.space import normalised, wording_of
from bot.gaps.tables import question_proposals
from bot.tables import choices, feedback, questions
from index.records import Audience

_SURE = 0.9
"""Confidence from which a wording finds its entry anyway."""
_LONGEST = 200
"""Characters; longer messages are no questions that somebody would write into a document."""
_SETTLED = timedelta(minutes=10)
"""What is older is stored for sure: far more than the database waits for a lock."""
_COLUMNS = ("id", "entry_id", "text", "audience", "chosen", "helpful", "status", "proposed_at", "decided_by", "decided_at")


@dataclass(frozen=True, slots=True)
class _Use:
    """Somebody used a wording for an entry."""

    kind: Literal["chosen", "helpful"]
    used_at: datetime
    entry_id: str
    text: str
    audience: Audience


class Proposals:
    """Wordings proposed for entries; safe to share between threads.

    Args:
        database: migrated.
        now: the clock; aware times.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    def listed(self, status: ProposalStatus = "proposed", entry_id: str = "", limit: int = 100) -> tuple[Proposal, ...]:
        """Proposals, those used most first.

        Args:
            status: which ones.
            entry_id: of which entry; empty for all.
            limit: how many at most.
        """
        wanted = select(*(question_proposals.c[name] for name in _COLUMNS)).where(question_proposals.c.status == status)
        wanted = wanted.where(question_proposals.c.entry_id == entry_id) if entry_id else wanted
        used = question_proposals.c.chosen + question_proposals.c.helpful
        with self._database.read() as connection:
            return tuple(Proposal(**row) for row in connection.execute(wanted.order_by(desc(used), question_proposals.c.id).limit(limit)).mappings())

    def one(self, proposal_id: int) -> Proposal:
        """A proposal, whatever was decided about it.

        Raises:
            UnknownGap: there is none such.
        """
        wanted = select(*(question_proposals.c[name] for name in _COLUMNS)).where(question_proposals.c.id == proposal_id)
        with self._database.read() as connection:
            row = connection.execute(wanted).mappings().one_or_none()
        if row is None:
            raise _unknown(proposal_id)
        return Proposal(**row)

    def decide(self, proposal_id: int, accepted: bool, who: str) -> Proposal:
        """Accept or decline a proposal; what is declined is not proposed again.

        Returns:
            The proposal as it is now. Whoever accepts writes its text into the entry's front matter.

        Raises:
            UnknownGap: there is no such proposal.
        """
        mine = question_proposals.c.id == proposal_id
        values = {"status": "accepted" if accepted else "declined", "decided_by": who, "decided_at": self._now()}
        with self._database.write() as connection:
            connection.execute(update(question_proposals).where(mine).values(values))
            row = connection.execute(select(*(question_proposals.c[name] for name in _COLUMNS)).where(mine)).mappings().one_or_none()
        if row is None:
            raise _unknown(proposal_id)
        return Proposal(**row)


def _unknown(proposal_id: int) -> UnknownGap:
    return UnknownGap(f"There is no proposal {proposal_id}. The list shows those there are: sopbot review proposals")


def propose(database: Database, turn: Turn, index: SearchedIndex, now: datetime) -> int:
    """Take in the choices and helpful marks since the last time.

    Returns:
        How many wordings were proposed anew.
    """
    with database.read() as connection:
        since = reached(connection, "proposals", now)
        until = now - _SETTLED
        uses = _uses(connection, since, until)
    made = 0
    with database.write() as connection:
        turn.keep(connection)
        for use in uses:
            made += _count(connection, use, index)
        set_reached(connection, "proposals", until)
    return made


def _uses(connection: Connection, since: datetime | None, until: datetime) -> list[_Use]:
    """What was stored between two moments; each use is in one such span, so that it counts once."""
    chosen: Any = select(choices.c.chosen_at, choices.c.entry_id, questions.c.text, questions.c.audience).join(questions)
    last_choice = select(choices.c.entry_id).where(choices.c.question_id == questions.c.id).order_by(desc(choices.c.id)).limit(1).scalar_subquery()
    helped: Any = select(feedback.c.given_at, feedback.c.entry_id, last_choice.label("choice"), questions.c.text, questions.c.audience)
    helped = helped.join(questions, questions.c.id == feedback.c.question_id).where(feedback.c.helpful.is_(True), questions.c.confidence < _SURE)
    chosen, helped = chosen.where(choices.c.chosen_at <= until), helped.where(feedback.c.given_at <= until)
    if since is not None:
        chosen, helped = chosen.where(choices.c.chosen_at > since), helped.where(feedback.c.given_at > since)
    uses = [_Use("chosen", row.chosen_at, row.entry_id, row.text, row.audience) for row in connection.execute(chosen)]
    uses += [_Use("helpful", row.given_at, row.choice or row.entry_id, row.text, row.audience) for row in connection.execute(helped)]
    return sorted((use for use in uses if use.entry_id), key=lambda use: use.used_at)


def _count(connection: Connection, use: _Use, index: SearchedIndex) -> int:
    entry = index.entry(use.entry_id, "internal")
    text = " ".join(use.text.split())
    if entry is None or len(text) > _LONGEST or normalised(text) in {normalised(known) for known in (entry.title, *entry.questions)}:
        return 0
    wording = wording_of(text)
    known = connection.execute(
        select(question_proposals).where(question_proposals.c.entry_id == use.entry_id, question_proposals.c.wording == wording)
    ).one_or_none()
    if known is not None:
        audience = "public" if "public" in (known.audience, use.audience) else "internal"
        more = {use.kind: getattr(known, use.kind) + 1, "audience": audience}
        connection.execute(update(question_proposals).where(question_proposals.c.id == known.id).values(more))
        return 0
    row: dict[str, Any] = {"entry_id": use.entry_id, "wording": wording, "text": text, "audience": use.audience, "chosen": 0, "helpful": 0}
    row |= {"status": "proposed", "proposed_at": use.used_at, "decided_by": "", "decided_at": None, use.kind: 1}
    connection.execute(insert(question_proposals), row)
    return 1
