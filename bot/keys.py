"""API keys: made, checked, listed, revoked.

A key reads `sop_<id>_<secret>`. Only the SHA-256 of the secret is stored. Passwords need a slow hash because people
choose them from a small set that can be tried out; a secret of 256 random bits cannot, however fast the hash is.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import string
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from sqlalchemy import insert, or_, select, update

from bot.database import Database
from bot.errors import LogUnavailable
from bot.tables import api_keys

Scope = Literal["public", "internal", "admin"]
PREFIX = "sop"
_ID_LETTERS = string.ascii_lowercase + string.digits
_ID_LENGTH = 8
_SECRET_BYTES = 32
TRUSTED_SECONDS = 1.0
"""So long a key that was good is taken for good without asking the database again."""


@dataclass(frozen=True, slots=True)
class Created:
    """A key just made; the only time its text can be seen."""

    key_text: str
    id: str

    def __repr__(self) -> str:
        return f"Created(id={self.id!r})"  # the text must not end up in a log or traceback


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is stored, without its secret."""

    id: str
    name: str
    """What it is for, in the words of whoever made it."""
    scope: Scope
    created_at: datetime
    """Aware, UTC."""
    expires_on: date | None
    """Last day, in UTC, on which it is good; None for no end."""
    last_used_on: date | None
    """Day of its last use, in UTC; None when never used."""
    revoked_on: date | None
    """Day, in UTC, on which it was revoked; None when it was not."""


class KeyStore:
    """The API keys; safe to share between threads. Every method raises `LogUnavailable` when the database cannot be used.

    Args:
        database: migrated.
        now: the clock; aware times.
        seconds: another one, which only goes forward; seconds since whenever.
    """

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC), seconds: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._now = now
        self._seconds = seconds
        self._good: dict[str, tuple[Key, float]] = {}
        """Keys that were good a moment ago, by the digest of their texts, and until when that is remembered."""

    def create(self, scope: Scope, name: str, expires_on: date | None = None) -> Created:
        """Make a key.

        Args:
            scope: "public" reads public entries, "internal" all, "admin" may do everything.
            name: what it is for.
            expires_on: last day, in UTC, on which it is good.

        Returns:
            The key's text, to be shown once, and its id.
        """
        key_id = "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH))
        secret = secrets.token_hex(_SECRET_BYTES)
        row = {"id": key_id, "name": name, "scope": scope, "secret_sha256": _sha256(secret), "created_at": self._now(), "expires_on": expires_on}
        with self._database.write() as connection:
            connection.execute(insert(api_keys), row)
        return Created(f"{PREFIX}_{key_id}_{secret}", key_id)

    def verify(self, text: str) -> Key | None:
        """Check a key that somebody shows.

        Returns:
            The key, or None when it is unknown, wrong, expired or revoked.
        """
        prefix, key_id, secret = [*text.strip().split("_", 2), "", ""][:3]
        with self._database.read() as connection:
            row = connection.execute(select(api_keys).where(api_keys.c.id == key_id)).mappings().one_or_none()
        # Compared in constant time, and also when there is no such key: the time taken tells nothing.
        same = hmac.compare_digest(_sha256(secret), row["secret_sha256"] if row else _sha256(""))
        if row is None or not same or prefix != PREFIX:
            return None
        key = _key(dict(row))
        today = self._today()
        if key.revoked_on is not None or _is_over(key, today):
            return None
        if key.last_used_on != today:
            self._note_use(key_id, today)
        self._good[_sha256(text)] = key, self._seconds() + TRUSTED_SECONDS
        return key

    def remembered(self, text: str) -> Key | None:
        """A key that was found to be good a moment ago, at once and without the database.

        A key that another process revokes is so good for a second longer.

        Returns:
            The key, or None when `verify` has to be asked.
        """
        key, until = self._good.get(_sha256(text), (None, 0.0))
        return key if key is not None and self._seconds() < until and not _is_over(key, self._today()) else None

    def list(self) -> tuple[Key, ...]:
        """All keys, revoked ones among them, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id)).mappings()
            return tuple(_key(dict(row)) for row in rows)

    def revoke(self, key_id: str) -> bool:
        """Make a key useless from now on; nothing changes when it is already.

        Returns:
            Whether there is such a key.
        """
        of_key = api_keys.c.id == key_id
        with self._database.write() as connection:
            connection.execute(update(api_keys).where(of_key, api_keys.c.revoked_on.is_(None)).values(revoked_on=self._today()))
            found = connection.execute(select(api_keys.c.id).where(of_key)).first() is not None
        self._good.clear()
        return found

    def _today(self) -> date:
        return self._now().astimezone(UTC).date()

    def _note_use(self, key_id: str, today: date) -> None:
        """Once a day is enough to see which keys are still in use, and spares a write for each request."""
        outdated = or_(api_keys.c.last_used_on.is_(None), api_keys.c.last_used_on < today)
        try:
            with self._database.write() as connection:
                connection.execute(update(api_keys).where(api_keys.c.id == key_id, outdated).values(last_used_on=today))
        except LogUnavailable:
            pass  # a good key stays good when its use cannot be noted; what the request stores itself will tell


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _is_over(key: Key, today: date) -> bool:
    return key.expires_on is not None and key.expires_on < today


def _key(row: dict[str, Any]) -> Key:
    del row["secret_sha256"]
    return Key(**row)
