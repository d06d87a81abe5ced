"""The data folder <-> one file, while everything goes on: indexes, database, keys, and questions that wait for the database.

The file is a ZIP archive: `backup.json` names every file with its SHA-256 and mode, `content/SHA-256` holds the bytes, each
once. Caches are left out; they cost time, nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import msgspec

from bot.errors import BackupError
from index.embedding import file_digest
from index.errors import GenerationError
from index.storage import Generations

FORMAT = 1
_CONTENTS, _BYTES = "backup.json", "content"
_DATABASE, _CURRENT, _GENERATIONS = "sopbot.db", "CURRENT", "generations"
_FOLDERS = ("keys", "pending")
_CHUNK = 1 << 20


class _File(msgspec.Struct, frozen=True):
    sha256: str
    mode: int


class Contents(msgspec.Struct, frozen=True):
    """What a backup holds."""

    format: int
    created: str
    """UTC, ISO 8601."""
    generation: str | None
    """The one that served."""
    files: dict[str, _File]
    """Path in the data folder, with forward slashes -> its file."""


def back_up(data: Path, target: Path) -> Contents:
    """Copy the data folder into a file; servers and builds may go on meanwhile.

    Args:
        data: the folder that holds all state.
        target: a new file; it gets mode 0600, since it holds keys and what people asked.

    Returns:
        What it holds.

    Raises:
        BackupError: there is such a file already, nothing to back up, or something cannot be read or written.
    """
    if target.exists():
        raise BackupError(f"The file {target} exists. Name another one, so that no backup is lost.")
    if not data.is_dir():
        raise BackupError(f"There is no folder {data} to back up. Name it with SOPBOT_DATA_DIR.")
    scratch = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(dir=data, prefix=".backup-") as held:
            # Links hold the files while generations come and go.
            _hold(data, Path(held))
            contents = _write(Path(held), scratch)
        os.link(scratch, target)  # unlike a rename, it fails when somebody made that file meanwhile
        return contents
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"The backup {target} cannot be written ({error}). Make room, and check that you may write there and read {data}.") from error
    finally:
        with contextlib.suppress(OSError):  # not there, or where nobody may write
            scratch.unlink()


def read_contents(source: Path) -> Contents:
    """Check every byte of a backup.

    Returns:
        What it holds.

    Raises:
        BackupError: it is no backup, damaged, or of another format.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            contents = msgspec.json.decode(archive.read(_CONTENTS), type=Contents)
            if contents.format != FORMAT:
                raise BackupError(f"The backup {source} has format {contents.format}, this program reads {FORMAT}. Restore it with the version that made it.")
            for name, file in contents.files.items():
                _checked_name(name)
                if _digest(archive, file.sha256) != file.sha256:
                    raise BackupError(f"The backup {source} is damaged: {name} is altered. Nothing was restored; take another backup.")
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, EOFError, NotImplementedError, msgspec.MsgspecError) as error:
        raise BackupError(f"The file {source} cannot be read as a backup ({error}). Nothing was restored.") from error
    return contents


def restore(source: Path, data: Path, *, force: bool = False) -> Contents:
    """Put a backup's files into the data folder.

    A database that is there is overwritten in place, so that running servers read the restored one at once; they must be
    started again for the keys. Generations of other content give way; they are kept under `replaced-…`.

    Args:
        source: as `back_up` wrote it.
        data: the folder that holds all state.
        force: also when there is state already.

    Returns:
        What was restored.

    Raises:
        BackupError: the backup is damaged, or there is state already: nothing was changed then. Or it cannot be put in
            place: what was replaced until then is under `replaced-…`.
        BuildLocked: a build is running.
    """
    contents = read_contents(source)
    there = [name for name in (_GENERATIONS, _DATABASE, _CURRENT, *_FOLDERS) if (data / name).exists()]
    if there and not force:
        raise BackupError(f"The folder {data} holds {', '.join(there)} already. Restore into an empty folder, or replace what is there with --force.")
    try:
        with Generations(data).lock(), tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as scratch:
            made = Path(scratch) / "data"
            _unpack(source, contents, made)
            replaced = Path(tempfile.mkdtemp(dir=data, prefix=f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-"))  # for its owner only
            with Generations(data).switching():
                _put_in_place(made, data, replaced)
            if not any(replaced.iterdir()):
                replaced.rmdir()
    except (OSError, sqlite3.Error, zipfile.BadZipFile) as error:
        raise BackupError(
            f"The backup cannot be restored into {data} ({error}). Some of it may be there already; what it replaced is kept there under 'replaced-…'. Make room and check that you may write there; then restore it again with --force."
        ) from error
    return contents


def _hold(data: Path, held: Path) -> None:
    """Make a folder like the data folder that nobody changes."""
    generations = Generations(data)
    try:
        current = generations.current()
    except GenerationError:
        current = None
    if current:
        (held / _CURRENT).write_text(current + "\n", encoding="ascii")
    for generation in generations.ids():
        try:
            shutil.copytree(generations.path(generation), held / _GENERATIONS / generation, copy_function=os.link)
        except (OSError, shutil.Error):  # an old one that has just been thrown away
            shutil.rmtree(held / _GENERATIONS / generation, ignore_errors=True)
            if generation == current:
                raise
    for name in _FOLDERS:
        if (data / name).is_dir():
            shutil.copytree(data / name, held / name, ignore=shutil.ignore_patterns(".*"))
    if (data / _DATABASE).exists():
        (held / _DATABASE).touch(mode=0o600)
        with closing(sqlite3.connect(data / _DATABASE)) as live, closing(sqlite3.connect(held / _DATABASE)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it


def _write(held: Path, target: Path) -> Contents:
    files: dict[str, _File] = {}
    descriptor = os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            written: set[str] = set()
            for path in _files(held):
                digest = file_digest(path)
                files[path.relative_to(held).as_posix()] = _File(digest, path.stat().st_mode & 0o777)
                if digest not in written:
                    written.add(digest)
                    archive.write(path, f"{_BYTES}/{digest}")
            current = held / _CURRENT
            generation = current.read_text(encoding="ascii").strip() if current.exists() else None
            contents = Contents(FORMAT, datetime.now(UTC).isoformat(timespec="seconds"), generation, files)
            archive.writestr(_CONTENTS, msgspec.json.format(msgspec.json.encode(contents)))
        file.flush()
        os.fsync(file.fileno())
    return contents


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _checked_name(name: str) -> PurePosixPath:
    """A path that stays inside the folder; an archive may have been made by anybody."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.parts[:1] not in {(first,) for first in (_GENERATIONS, _DATABASE, _CURRENT, *_FOLDERS)}:
        raise BackupError(f"The backup names the file '{name}', which has no place in a data folder. Nothing was restored.")
    return path


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(f"{_BYTES}/{name}") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()


def _unpack(source: Path, contents: Contents, folder: Path) -> None:
    with zipfile.ZipFile(source) as archive:
        for name, file in contents.files.items():
            path = folder / _checked_name(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(f"{_BYTES}/{file.sha256}") as packed, path.open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked, _CHUNK)
                unpacked.flush()
                os.fsync(unpacked.fileno())
            path.chmod(file.mode & 0o777)


def _put_in_place(made: Path, data: Path, replaced: Path) -> None:
    """Move what was unpacked to where it belongs; CURRENT last, so that servers follow when all is there."""
    for folder in sorted((made / _GENERATIONS).iterdir()) if (made / _GENERATIONS).is_dir() else ():
        _exchange(folder, data / _GENERATIONS / folder.name, replaced / _GENERATIONS / folder.name)
    for name in _FOLDERS:
        if (made / name).is_dir():
            (made / name).chmod(0o700)
            _exchange(made / name, data / name, replaced / name)
    if (made / _DATABASE).exists():
        _restore_database(made / _DATABASE, data / _DATABASE, replaced / _DATABASE)
    if (made / _CURRENT).exists():
        Generations(data).switch((made / _CURRENT).read_text(encoding="ascii").strip())


def _exchange(new: Path, place: Path, old: Path) -> None:
    if place.exists():
        if _same(new, place):
            return
        old.parent.mkdir(parents=True, exist_ok=True)
        place.rename(old)
    place.parent.mkdir(parents=True, exist_ok=True)
    new.rename(place)


def _same(one: Path, other: Path) -> bool:
    """Whether two folders hold the same files."""
    files = [{path.relative_to(folder): file_digest(path) for path in _files(folder)} for folder in (one, other)]
    return files[0] == files[1]


def _restore_database(new: Path, place: Path, old: Path) -> None:
    """Overwrite the database that is there page by page, in one transaction that its users see at its end."""
    if not place.exists():
        _set_aside(place, old)  # the log of one that is gone would be written into the one that is restored
        new.rename(place)
        return
    old.parent.mkdir(parents=True, exist_ok=True)
    try:
        old.touch(mode=0o600)
        with closing(sqlite3.connect(new)) as source, closing(sqlite3.connect(place)) as target, closing(sqlite3.connect(old)) as kept:
            target.backup(kept)
            source.backup(target)
    except sqlite3.OperationalError:  # no room, say: the database that is there is well, and stays
        raise
    except sqlite3.DatabaseError:  # damaged: that may be why it is restored
        _set_aside(place, old)
        new.rename(place)


def _set_aside(place: Path, old: Path) -> None:
    """Move a database away with the files that SQLite keeps beside it, as far as they are there."""
    old.parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("", "-wal", "-shm"):
        beside = place.with_name(place.name + suffix)
        if beside.exists():
            beside.rename(old.with_name(old.name + suffix))
