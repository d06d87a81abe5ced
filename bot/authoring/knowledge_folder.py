"""The knowledge folder as a place to write: edits saved whole or not at all, and never outside of it."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from bot.authoring.edit import Edit, version_of
from bot.errors import EditRefused
from index.corpus import SUFFIXES, documents_in, drafts_in
from index.markdown import MAX_BYTES

_NEW_FILE_MODE = 0o644


class KnowledgeFolder:
    """Reads and writes documents below one folder.

    Args:
        root: the knowledge folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def root(self) -> Path:
        """The folder, as it was given."""
        return self._root

    @property
    def trouble(self) -> str:
        """Why nothing can be saved here, as a sentence; empty when it can."""
        if not self._root.is_dir():
            return f"Documents cannot be changed from here: the knowledge folder {self._root} is not on this machine. Change them where it is."
        if not os.access(self._root, os.W_OK | os.X_OK):
            return f"Documents cannot be changed from here: sopbot may not write in {self._root}. Let it, or change them by hand."
        return ""

    def documents(self) -> tuple[str, ...]:
        """Paths of the documents that a build reads, relative to the folder, in order."""
        return tuple(documents_in(self._root))

    def drafts(self) -> tuple[str, ...]:
        """Paths of the documents that are not finished, relative to the folder, in order."""
        return tuple(drafts_in(self._root))

    def read(self, path: str, version: str = "") -> bytes:
        """A document's bytes.

        Args:
            path: relative to the folder, with forward slashes.
            version: that it must still have; empty for any.

        Raises:
            EditRefused: the path leads out of the folder or to no document, or cannot be read, or it has changed.
        """
        data = self._bytes(path)
        if version and version_of(data) != version:
            raise EditRefused(f"{path} was changed by somebody else meanwhile, so nothing was saved. Look at it as it is now, and make your change again.")
        return data

    def _bytes(self, path: str) -> bytes:
        file = self._file(path)
        try:
            if file.stat().st_size > MAX_BYTES:
                raise EditRefused(f"{path} has more than {MAX_BYTES:,} bytes, so it is no document.")
            return file.read_bytes()
        except OSError as error:
            raise EditRefused(f"{path} cannot be read ({error.strerror}). It may have been moved; look for it by its title.") from None

    def apply(self, edit: Edit) -> str:
        """Save an edit.

        Of any number that were made from the same version, one is saved. A crash leaves the old file or the new one.

        Returns:
            The file's version now.

        Raises:
            EditRefused: the file has changed since the edit was made, or cannot be written.
        """
        file = self._file(edit.path)
        try:
            with self._lock():
                if edit.replaces:
                    self.read(edit.replaces, edit.before)
                    self._create(file, edit)
                    self._file(edit.replaces).unlink()
                elif edit.before:
                    self.read(edit.path, edit.before)
                    self._replace(file, edit.data)
                else:
                    self._create(file, edit)
        except OSError as error:
            raise EditRefused(f"{edit.path} cannot be written ({error.strerror or error}). Check that sopbot may write in {self._root}.") from error
        return version_of(edit.data)

    def _file(self, path: str) -> Path:
        """The file of a path that stays inside.

        Raises:
            EditRefused: it does not, or is no document.
        """
        parts = PurePosixPath(path).parts
        plain = all(not part.startswith(".") and "\\" not in part and "\0" not in part for part in parts)
        if not parts or PurePosixPath(path).is_absolute() or not plain or not path.lower().endswith(SUFFIXES):
            raise EditRefused(f"'{path}' is no document of the knowledge folder. Name one by its path in it, for example sops/refund-not-received.md.")
        file = self._root.joinpath(*parts)
        here = self._root.resolve()
        if file.is_symlink() or not file.parent.resolve().is_relative_to(here):
            raise EditRefused(f"'{path}' is a link to another place. Change the file that it leads to.")
        return file

    def _create(self, file: Path, edit: Edit) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        name = self._written(file, edit.data, _NEW_FILE_MODE)
        try:
            os.link(name, file)  # unlike a rename, it fails when there is a file already
        except FileExistsError:
            raise EditRefused(f"There is a document {edit.path} already. Choose another title, or change that one.") from None
        finally:
            Path(name).unlink()
        # Before a draft goes, the folders must know the new name, those too that were made for it.
        for folder in (file.parent, *file.parent.parents):
            if folder.is_relative_to(self._root):
                _sync_folder(folder)

    def _replace(self, file: Path, data: bytes) -> None:
        old = file.stat()
        name = self._written(file, data, old.st_mode & 0o7777)
        with suppress(OSError):  # only the owner of both may do so
            os.chown(name, old.st_uid, old.st_gid)
        os.replace(name, file)
        _sync_folder(file.parent)

    def _written(self, file: Path, data: bytes, mode: int) -> str:
        """A file beside, hidden from readers of the folder, with these bytes on disk."""
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
        try:
            with os.fdopen(handle, "wb") as beside:
                beside.write(data)
                beside.flush()
                os.fchmod(beside.fileno(), mode)
                os.fsync(beside.fileno())
        except OSError:
            Path(name).unlink()
            raise
        return name

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Only one process saves at a time; the lock is on the folder itself, so that no file is left behind."""
        handle = os.open(self._root, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
