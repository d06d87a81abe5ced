"""One-time links and sessions of people who use the pages: made, used, found, ended; all SQL about them.

Links and sessions are known by tokens of 256 random bits, of which only the SHA-256 is stored. Looking a hash up tells
nothing by the time it takes: whoever knows how a hash begins is no nearer to the token.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, delete, insert, select

from bot.database import Database
from bot.tables import login_links, sessions

PersonScope = Literal["internal", "admin"]
LINK_LIFETIME = timedelta(hours=1)
SESSION_LIFETIME = timedelta(hours=12)
"""From signing in to the end, used or not: a working day."""
MAX_NAME_CHARACTERS = 200
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever uses the pages."""

    name: str
    """As the proxy or the sign-on names them; "link:…" with random letters for the holder of a link."""
    scope: PersonScope
    """Reading: "internal" reads everything, "admin" also reviews."""

    @property
    def asker(self) -> str:
        """Who asks, for the log."""
        return f"page:{self.name}"


class SessionStore:
    """Links and sessions; safe to share between threads. Every method raises `LogUnavailable` when the database cannot be used.

    Args:
        database: migrated.
        now: the clock; aware times.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    def create_link(self, scope: PersonScope) -> str:
        """Make a link's token, good once and for `LINK_LIFETIME`; what has expired is cleared away.

        Returns:
            The token; it cannot be shown again.
        """
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        now = self._now()
        with self._database.write() as connection:
            connection.execute(delete(login_links).where(login_links.c.expires_at <= now))
            connection.execute(insert(login_links), {"token_sha256": _sha256(token), "scope": scope, "expires_at": now + LINK_LIFETIME})
        return token

    def redeem(self, link_token: str) -> str | None:
        """Swap a link's token for a session of a person without a name.

        Returns:
            The session's token; None when the link is unknown, used or expired. Of several callers at once, one gets it.
        """
        now = self._now()
        used = delete(login_links).where(login_links.c.token_sha256 == _sha256(link_token)).returning(login_links.c.scope, login_links.c.expires_at)
        with self._database.write() as connection:
            link = connection.execute(used).first()
            if link is None or link.expires_at <= now:
                return None
            return self._start(connection, Person(f"link:{secrets.token_hex(6)}", link.scope))

    def start(self, person: Person) -> str:
        """Begin a session for somebody who has shown who they are.

        Returns:
            The session's token.

        Raises:
            ValueError: the name is empty or longer than `MAX_NAME_CHARACTERS`.
        """
        if not 0 < len(person.name) <= MAX_NAME_CHARACTERS:
            raise ValueError(f"A person's name has 1 to {MAX_NAME_CHARACTERS} characters, not {len(person.name)}.")
        with self._database.write() as connection:
            return self._start(connection, person)

    def find(self, token: str) -> Person | None:
        """Whose session that is; None when it is unknown, ended or expired."""
        wanted = select(sessions.c.person, sessions.c.scope).where(sessions.c.token_sha256 == _sha256(token), sessions.c.expires_at > self._now())
        with self._database.read() as connection:
            row = connection.execute(wanted).first()
        return Person(row.person, row.scope) if row else None

    def end(self, token: str) -> None:
        """End a session from now on; nothing happens when there is none such."""
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_sha256 == _sha256(token)))

    def _start(self, connection: Connection, person: Person) -> str:
        """Store a new session, and clear away those that have expired."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        now = self._now()
        connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
        row = {"token_sha256": _sha256(token), "person": person.name, "scope": person.scope, "created_at": now, "expires_at": now + SESSION_LIFETIME}
        connection.execute(insert(sessions), row)
        return token


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
