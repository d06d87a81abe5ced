"""A change to one document, to be shown before it is saved."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass

from bot.authoring.source import Source
from bot.errors import EditRefused


@dataclass(frozen=True, slots=True)
class Edit:
    """What a file will hold, and what it must hold for that to be right."""

    path: str
    """Relative to the knowledge folder, with forward slashes."""
    before: str
    """Version of the file that was read, as `Document.version`; empty for a file that must not be there yet."""
    data: bytes
    """The whole file as it will be."""
    diff: str
    """The difference in unified form, for people."""
    replaces: str = ""
    """Path of the draft that goes when this is saved; `before` is then its version."""

    @property
    def version(self) -> str:
        """The file's version once this is saved."""
        return version_of(self.data)


def check_shown(edit: Edit, version: str) -> None:
    """Make sure that an edit, made again, is the one that a person was shown.

    Args:
        edit: made from the file as it is now.
        version: `Edit.version` of the edit that was shown.

    Raises:
        EditRefused: it would give another file.
    """
    if edit.version != version:
        raise EditRefused(f"{edit.path} was changed by somebody else meanwhile, so nothing was saved. Look at the change as it would be now.")


def version_of(data: bytes) -> str:
    """First 12 hexadecimal digits of the SHA-256, as `Document.version`."""
    return hashlib.sha256(data).hexdigest()[:12]


def edit_of(path: str, before: bytes | None, after: bytes) -> Edit:
    """The edit that turns some bytes into others.

    Args:
        path: relative to the knowledge folder.
        before: what was read; None for a new file.
        after: the whole file as it will be.
    """
    return Edit(path, version_of(before) if before is not None else "", after, diff_of(path, before, after))


def diff_of(path: str, before: bytes | None, after: bytes) -> str:
    """The difference of two texts in unified form, line ends and byte order marks left out."""
    old = Source.of(path, before).lines if before is not None else ()
    new = Source.of(path, after).lines
    named = path if before is not None else "/dev/null"
    return "\n".join(difflib.unified_diff(_without_end(old), _without_end(new), named, path, lineterm=""))


def _without_end(lines: tuple[str, ...]) -> tuple[str, ...]:
    return lines[:-1] if lines and not lines[-1] else lines
