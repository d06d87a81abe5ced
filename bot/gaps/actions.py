"""What people decide about gaps -> stored, each with who did it and when.

Whatever somebody decides about a gap makes it firm: grouping takes nothing out of it any more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from bot.database import Database
from bot.errors import GapRefused, UnknownGap, UnknownQuestion
from bot.gaps.history import found_gap, note
from bot.gaps.tables import gap_followers, gap_questions, gaps
from bot.gaps.tally import recount, title_from
from bot.gaps.weight import NOTHING
from bot.phrases import counted, day
from bot.tables import questions

_NUMBERS = range(1, 2**31)
"""What a gap's number may be: databases count no further, and refuse what is beyond."""


class GapActions:
    """What can be done with gaps; safe to share between threads.

    Every method that takes a gap's id follows gaps that were joined with others, and raises `UnknownGap` when there is none
    such. `who` is whoever does it, as the front end names them.

    Args:
        database: migrated.
        now: the clock; aware times.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    def assign(self, gap_id: int, assignee: str, who: str) -> None:
        """Put a gap into somebody's hands; an empty assignee takes it out of them."""
        self._change(gap_id, who, "assigned", assignee, assignee=assignee)

    def snooze(self, gap_id: int, until: datetime, who: str) -> None:
        """Put a gap off; it comes back into the list by itself.

        Raises:
            GapRefused: the time is not in the future.
        """
        if until <= self._now():
            raise GapRefused(f"{day(until)} is not in the future. Name a later day to put the gap off to.")
        self._change(gap_id, who, "snoozed", f"{until:%Y-%m-%d}", status="snoozed", snoozed_until=until)

    def not_ours(self, gap_id: int, who: str) -> None:
        """Out of scope: these questions, and near ones, are refused from now on and make no gaps."""
        self._change(gap_id, who, "not_ours", "", status="not_ours", snoozed_until=None)

    def dismiss(self, gap_id: int, who: str, reason: str = "") -> None:
        """There is nothing to do: what the documents say is right."""
        self._change(gap_id, who, "dismissed", reason, status="dismissed", snoozed_until=None)

    def reopen(self, gap_id: int, who: str) -> None:
        """Work on it again, whatever was decided before."""
        self._change(gap_id, who, "reopened", "", status="open", snoozed_until=None, closed_at=None, reopened_at=self._now())

    def intend(self, gap_id: int, entry_id: str, who: str) -> None:
        """Name the entry that is meant to answer a gap; the gap closes only when that entry does. Empty for any."""
        self._change(gap_id, who, "intended", entry_id, entry_id=entry_id)

    def wrote(self, gap_id: int, what: str, who: str) -> None:
        """A document was changed for a gap.

        Args:
            gap_id: the gap.
            what: for the history, such as "3 questions into sops/trade-in.md".
            who: see above.
        """
        self._change(gap_id, who, "wrote", what)

    def merge(self, into: int, others: Sequence[int], who: str) -> None:
        """Join gaps: `into` gets all questions of the others, which lead to it from then on.

        Raises:
            GapRefused: there is nothing to join.
        """
        with self._database.write() as connection:
            target = current_gap(connection, into)
            sources = [current_gap(connection, other) for other in others]
            ids = list(dict.fromkeys(source["id"] for source in sources if source["id"] != target["id"]))
            if not ids:
                raise GapRefused(f"Gap {target['id']} cannot be joined with itself. Name another one.")
            connection.execute(update(gap_questions).where(gap_questions.c.gap_id.in_(ids)).values(gap_id=target["id"]))
            gone = {"status": "merged", "merged_into": target["id"], "questions": 0, "people": 0, "weight": NOTHING}
            connection.execute(update(gaps).where(gaps.c.id.in_(ids)).values(gone))
            connection.execute(
                update(gaps).where(gaps.c.id == target["id"]).values(firm=True, status="open" if target["status"] == "closed" else target["status"])
            )
            for gap_id in ids:
                self._note(connection, gap_id, who, "merged", f"into gap {target['id']}")
                self._note(connection, target["id"], who, "took in", f"gap {gap_id}")
            recount(connection, [target["id"]], target["encoder"])

    def split(self, gap_id: int, query_ids: Sequence[str], who: str) -> int:
        """Take questions out of a gap into a new one.

        Args:
            gap_id: the gap.
            query_ids: some of its questions, not all.
            who: see above.

        Returns:
            The new gap.

        Raises:
            GapRefused: none or all of its questions are named, or one that it does not have.
        """
        with self._database.write() as connection:
            gap = current_gap(connection, gap_id)
            mine = set(connection.execute(select(gap_questions.c.question_id).where(gap_questions.c.gap_id == gap["id"])).scalars())
            wanted = set(query_ids)
            if strange := sorted(wanted - mine):
                raise GapRefused(f"Gap {gap['id']} has no question {strange[0]}. Name questions that it shows.")
            if len(mine) == 1:
                raise GapRefused(f"Gap {gap['id']} has one question only, so nothing can be taken out.")
            if not wanted or wanted == mine:
                raise GapRefused(f"Name some of the {len(mine)} questions of gap {gap['id']} to take out, not all and not none.")
            now = self._now()
            values = {name: gap[name] for name in ("assignee", "last_asked_at", "encoder", "total", "size", "weight", "title", "facets")}
            new = found_gap(connection, now, **values, firm=True, detail=f"split off from gap {gap['id']}", who=who)
            connection.execute(update(gap_questions).where(gap_questions.c.question_id.in_(sorted(wanted))).values(gap_id=new))
            connection.execute(update(gaps).where(gaps.c.id == gap["id"]).values(firm=True))
            self._note(connection, gap["id"], who, "split", f"{counted(len(wanted), 'question')} into gap {new}")
            recount(connection, [gap["id"], new], gap["encoder"])
        return new

    def want_to_know(self, query_id: str) -> None:
        """Whoever asked this question wants to be told when it is answered; saying so twice is saying it once.

        Raises:
            UnknownQuestion: no question has that id.
        """
        with self._database.write() as connection:
            if connection.execute(select(questions.c.id).where(questions.c.id == query_id)).first() is None:
                raise UnknownQuestion(f"There is no question with the id {query_id!r}.")
            if connection.execute(select(gap_followers.c.question_id).where(gap_followers.c.question_id == query_id)).first() is None:
                connection.execute(insert(gap_followers), {"question_id": query_id, "asked_at": self._now(), "told_at": None, "attempts": 0})

    def _change(self, gap_id: int, who: str, action: str, detail: str, **values: Any) -> None:
        with self._database.write() as connection:
            gap = current_gap(connection, gap_id)
            connection.execute(update(gaps).where(gaps.c.id == gap["id"]).values(firm=True, **values))
            self._note(connection, gap["id"], who, action, detail)

    def _note(self, connection: Connection, gap_id: int, who: str, action: str, detail: str) -> None:
        note(connection, gap_id, self._now(), action, title_from(detail), who)


def current_gap(connection: Connection, gap_id: int) -> RowMapping:
    """A gap's row, or that of the gap into which it was joined.

    Raises:
        UnknownGap: there is none such.
    """
    seen: set[int] = set()
    wanted: int | None = gap_id if gap_id in _NUMBERS else None
    while wanted is not None and wanted not in seen:
        seen.add(wanted)
        row = connection.execute(select(gaps).where(gaps.c.id == wanted)).mappings().one_or_none()
        if row is None:
            break
        if row["status"] != "merged":
            return row
        wanted = row["merged_into"]
    raise UnknownGap(f"There is no gap {gap_id}. The list shows those there are: sopbot review")
