from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from bot.errors import SecretError
from bot.secrets_file import read_or_create_secret


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    """The second call reads what the first one made."""
    first = read_or_create_secret(tmp_path / "keys" / "pepper")
    assert (len(first), read_or_create_secret(tmp_path / "keys" / "pepper")) == (32, first)


def test_two_secrets_differ(tmp_path: Path) -> None:
    """Secrets are random."""
    assert read_or_create_secret(tmp_path / "a") != read_or_create_secret(tmp_path / "b")


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    """The file has mode 0600, its folder 0700, and nothing is left beside it."""
    path = tmp_path / "keys" / "pepper"
    read_or_create_secret(path)
    modes = [stat.S_IMODE(place.stat().st_mode) for place in (path, path.parent)]
    assert (modes, [found.name for found in path.parent.iterdir()]) == ([0o600, 0o700], ["pepper"])


def test_all_who_come_at_once_get_the_same(tmp_path: Path) -> None:
    """Sixteen threads that find no secret end up with one."""
    gate, found = threading.Barrier(16), []

    def read() -> None:
        gate.wait()
        found.append(read_or_create_secret(tmp_path / "pepper"))

    threads = [threading.Thread(target=read) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(set(found))) == (16, 1)


def test_half_a_secret_is_refused(tmp_path: Path) -> None:
    """A damaged file is named, not used and not replaced."""
    (tmp_path / "pepper").write_bytes(b"short")
    with pytest.raises(SecretError, match="pepper has 5 bytes instead of 32"):
        read_or_create_secret(tmp_path / "pepper")
    assert (tmp_path / "pepper").read_bytes() == b"short"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A path below a file gives our own error."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SecretError, match="cannot be made or read"):
        read_or_create_secret(tmp_path / "file" / "pepper")
