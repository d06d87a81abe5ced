"""Holders and a database -> what is old is purged, what concerns one person is exported or erased."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.database import Database
from bot.privacy.holders import Holder, Person
from bot.query_log import hashed_asker

_BATCH = 200
"""Rows that are deleted in one transaction, so that a question that is being stored waits for milliseconds."""


class Keeper:
    """Looks after what is kept about people; safe to use from several processes at once. Every method raises `LogUnavailable`.

    Args:
        database: migrated.
        holders: every part that keeps something.
        pepper: key of the hashes of askers.
        now: the clock; aware times.
    """

    def __init__(self, database: Database, holders: Sequence[Holder], pepper: bytes, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._holders = holders
        self._pepper = pepper
        self._now = now

    def purge(self, days: int) -> int:
        """Delete what is older than some days, and what has expired; a second process that does it meanwhile does no harm.

        Args:
            days: 1 or more; 0 deletes only what has expired.

        Returns:
            How many rows were deleted; what hangs on them is not counted.
        """
        before = self._now() - timedelta(days=days) if days else datetime.min.replace(tzinfo=UTC)
        deleted = 0
        for holder in self._holders:
            while True:
                with self._database.write() as connection:
                    count = holder.purge(connection, before, _BATCH)
                deleted += count
                if not count:
                    break
        if deleted:
            self._database.forget_deleted()
        return deleted

    def export(self, who: str) -> dict[str, Any]:
        """All that is kept about somebody.

        Args:
            who: as a front end knows them: a Slack user id, the name of a sign-on, the id of a key.

        Returns:
            Kind -> rows; empty lists where there is nothing.
        """
        with self._database.read() as connection:
            person = self._person(connection, who)
            return {kind: rows for holder in self._holders for kind, rows in holder.export(connection, person).items()}

    def erase(self, who: str) -> dict[str, int]:
        """Erase all that is kept about somebody.

        Args:
            who: as for `export`.

        Returns:
            Kind -> how many rows.
        """
        erased: Counter[str] = Counter()
        with self._database.write() as connection:
            person = self._person(connection, who)  # first: holders may find hashes by what is erased next
            for holder in self._holders:
                erased.update(holder.erase(connection, person))
        self._database.forget_deleted()
        return dict(erased)

    def _person(self, connection: Any, who: str) -> Person:
        names = names_of(who)
        if not names:  # nobody: the hash of nobody is that of everybody who is not known
            return Person(names, frozenset())
        hashes = {hashed_asker(self._pepper, name) for name in names}
        for holder in self._holders:
            hashes |= holder.hashes(connection, names)
        return Person(names, frozenset(hashes))


def names_of(who: str) -> frozenset[str]:
    """What front ends may call somebody.

    Args:
        who: a Slack user id, alone or as `TEAM:USER`; the name of a sign-on; the id of a key.

    Returns:
        It, with the words that front ends put before it; and a Slack user id without its team. Nothing for nobody.
    """
    plain = who.strip()
    for prefix in ("page:", "key:"):
        plain = plain.removeprefix(prefix).strip()
    if not plain:
        return frozenset()
    names = {plain, f"page:{plain}", f"key:{plain}"}
    team, colon, user = plain.partition(":")
    if colon and team.startswith(("T", "E")) and user.startswith(("U", "W")):
        names.add(user)
    return frozenset(names)
