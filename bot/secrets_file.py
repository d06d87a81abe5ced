"""A path -> the secret bytes kept there, made the first time."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from bot.errors import SecretError

SECRET_BYTES = 32


def read_or_create_secret(path: Path) -> bytes:
    """Read a secret, or make one when there is none.

    Any number of processes may call this at once: all get the same bytes, and nobody ever reads half a secret.

    Args:
        path: the file; it gets mode 0600, its folder 0700.

    Returns:
        32 random bytes, the same ever after.

    Raises:
        SecretError: the file cannot be made or read, or holds something else.
    """
    try:
        if not path.exists():
            _create(path)
        secret = path.read_bytes()
    except OSError as error:
        raise SecretError(f"The secret {path} cannot be made or read ({error.strerror}). Check that you may write there.") from error
    if len(secret) != SECRET_BYTES:
        raise SecretError(f"The secret {path} has {len(secret)} bytes instead of {SECRET_BYTES}. Restore it from a copy, or delete it to get a new one.")
    return secret


def _create(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mkstemp gives mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)  # unlike a rename, it fails when somebody else was faster
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()
