from __future__ import annotations

import re
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.database import Database
from bot.errors import LogUnavailable
from bot.keys import KeyStore, Scope
from tests.bot.conftest import NOON

pytestmark = pytest.mark.both_databases


class Clock:
    """Tells the time it was set to."""

    def __init__(self) -> None:
        self.time: datetime = NOON

    def __call__(self) -> datetime:
        """The time."""
        return self.time


@pytest.fixture
def clock() -> Clock:
    """A clock at noon."""
    return Clock()


@pytest.fixture
def keys(database: Database, clock: Clock) -> KeyStore:
    """A store without keys."""
    return KeyStore(database, now=clock)


@pytest.mark.parametrize("scope", ["public", "internal", "admin"])
def test_a_key_opens_its_scope(keys: KeyStore, scope: Scope) -> None:
    """The text that was shown is verified, with the scope and name it was made with."""
    created = keys.create(scope, "help centre")
    key = keys.verify(created.key_text)
    assert key is not None
    assert (key.id, key.scope, key.name, key.created_at, key.expires_on, key.revoked_on) == (created.id, scope, "help centre", NOON, None, None)


def test_a_key_reads_sop_id_secret(keys: KeyStore) -> None:
    """The secret has 256 bits, and two keys share nothing."""
    first, second = keys.create("public", ""), keys.create("public", "")
    assert re.fullmatch(rf"sop_{first.id}_[0-9a-f]{{64}}", first.key_text)
    assert first.id != second.id
    assert first.key_text[-64:] != second.key_text[-64:]


def test_white_space_around_a_key_does_not_matter(keys: KeyStore) -> None:
    """People paste keys with a line end."""
    assert keys.verify(keys.create("public", "").key_text + "\n") is not None


def test_wrong_texts_open_nothing(keys: KeyStore) -> None:
    """A wrong secret, another key's secret, a missing part or another prefix is no key."""
    first, second = keys.create("admin", "").key_text, keys.create("admin", "").key_text
    prefix, key_id, secret = first.split("_")
    wrong = [
        "", "_", "__", "sop", "sop_", f"sop_{key_id}", f"sop_{key_id}_", f"sop_{key_id}_{secret[:-1]}", f"sop_{key_id}_{secret}0", f"sop_{key_id}_{secret.upper()}",
        f"sop_{key_id}_{second[-64:]}", f"SOP_{key_id}_{secret}", f"{key_id}_{secret}", f"sop_{key_id[:-1]}_{secret}", "sop_'; DROP TABLE api_keys; --_x", "sop_é_\ud800",
    ]  # fmt: skip
    assert [text for text in wrong if keys.verify(text)] == []
    assert keys.verify(f"{prefix}_{key_id}_{secret}") is not None


@pytest.mark.sqlite_only
def test_the_secret_is_nowhere_on_disk_and_in_no_representation(keys: KeyStore, database: Database, tmp_path: Path) -> None:
    """Whoever reads the database, a log or a traceback cannot use the key."""
    created = keys.create("admin", "")
    secret = created.key_text[-64:]
    database.close()
    assert secret.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret not in f"{created!r} {created} {keys.list()!r}"


def test_a_key_is_good_on_its_last_day_and_no_longer(keys: KeyStore, clock: Clock) -> None:
    """expires_on is the last day, in UTC."""
    text = keys.create("internal", "", expires_on=date(2026, 11, 21)).key_text
    clock.time = datetime(2026, 11, 21, 23, 59, tzinfo=UTC)
    last = keys.verify(text)
    clock.time = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
    assert (last is not None, keys.verify(text)) == (True, None)


def test_a_revoked_key_opens_nothing_from_then_on(keys: KeyStore, clock: Clock) -> None:
    """Revoking takes effect at once, touches no other key, and a second time changes nothing."""
    gone, stays = keys.create("admin", "gone"), keys.create("admin", "stays")
    assert keys.revoke(gone.id)
    clock.time += timedelta(days=3)
    assert keys.revoke(gone.id)
    assert (keys.verify(gone.key_text), keys.verify(stays.key_text) is not None) == (None, True)
    assert {key.name: key.revoked_on for key in keys.list()} == {"gone": date(2026, 11, 20), "stays": None}


def test_a_good_key_is_remembered_for_a_moment(database: Database, clock: Clock) -> None:
    """For a second the database is not asked again; after that, or past its last day, it is. What is not good is never remembered."""
    seconds = iter([0.0, 0.9, 0.9, 0.9, 1.1])
    keys = KeyStore(database, now=clock, seconds=lambda: next(seconds))
    created = keys.create("internal", "", expires_on=date(2026, 11, 21))
    assert (keys.remembered(created.key_text), keys.verify(created.key_text + "x"), keys.remembered(created.key_text + "x")) == (None, None, None)
    key = keys.verify(created.key_text)
    assert key is not None
    assert keys.remembered(created.key_text) == key
    clock.time = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
    assert keys.remembered(created.key_text) is None
    clock.time = NOON
    assert keys.remembered(created.key_text) == key
    assert keys.remembered(created.key_text) is None


def test_a_key_revoked_here_is_forgotten_at_once(database: Database) -> None:
    """Only what another process revokes is good for a second longer."""
    keys = KeyStore(database)
    created = keys.create("admin", "")
    assert keys.verify(created.key_text) is not None
    keys.revoke(created.id)
    assert keys.remembered(created.key_text) is None


def test_revoking_an_unknown_key_says_so(keys: KeyStore) -> None:
    """A mistyped id is not taken for done."""
    assert not keys.revoke("nothere1")


@pytest.mark.sqlite_only
def test_use_is_noted_once_a_day(keys: KeyStore, clock: Clock, tmp_path: Path) -> None:
    """The first use of a day is written; the next ones leave the file as it is."""
    text = keys.create("public", "").key_text
    observer = sqlite3.connect(tmp_path / "sopbot.db")
    versions = []
    for days in (0, 0, 0, 1, 0):
        clock.time += timedelta(days=days)
        keys.verify(text)
        versions.append((keys.list()[0].last_used_on, observer.execute("PRAGMA data_version").fetchone()[0]))  # grows with each write by others
    observer.close()
    first, next_day = versions[0][1], versions[3][1]
    assert first != next_day
    assert versions == [(date(2026, 11, 20), first)] * 3 + [(date(2026, 11, 21), next_day)] * 2


@pytest.mark.sqlite_only
def test_a_good_key_is_good_while_another_program_writes(keys: KeyStore, tmp_path: Path) -> None:
    """A lock holds up the note of its use, not the key."""
    text = keys.create("public", "").key_text
    other = sqlite3.connect(tmp_path / "sopbot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert keys.verify(text) is not None
        with pytest.raises(LogUnavailable):
            keys.create("public", "")
    finally:
        other.close()


def test_keys_are_listed_oldest_first(keys: KeyStore, clock: Clock) -> None:
    """The list shows every key in the order they were made."""
    for name in ("first", "second", "third"):
        keys.create("public", name)
        clock.time += timedelta(seconds=1)
    assert [key.name for key in keys.list()] == ["first", "second", "third"]
