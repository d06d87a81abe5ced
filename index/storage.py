"""Generations on disk: written whole beside the old one, checked, then switched to by one rename.

<data>/generations/000007/manifest.json   what the generation is, with the SHA-256 of every other file
<data>/generations/000007/…               written by index.build, read by index.search
<data>/CURRENT                            one line: the id of the generation that serves
<data>/build.lock                         held by whoever builds, and says who that is
<data>/switch.lock                        held while CURRENT is changed, and generations are thrown away
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from index.build_lock import alone, held
from index.embedding import file_digest
from index.errors import BuildError, GenerationError
from index.sealing import Written, flush, sealed

FORMAT = 1
"""Raised whenever a reader of the older format could misread the new one."""
MANIFEST, ENCODER_FOLDER = "manifest.json", "encoder"
_CURRENT = "CURRENT"
_LOCK, _SWITCH_LOCK = "build.lock", "switch.lock"


@dataclass(frozen=True, slots=True)
class Keep:
    """Which old generations stay. The one that serves and the one before it always do."""

    generations: int = 5
    """How many at most, the serving one among them; 2 or more."""
    days: float = 0.0
    """Older ones go; 0 for no limit."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is."""

    format: int
    id: str
    created: str
    """UTC, ISO 8601."""
    inputs: str
    """Digest of documents, model and code format: equal inputs give an equal generation."""
    model: str
    encoder: str
    """Fingerprint of the exported encoder."""
    dim: int
    entries: int
    public_entries: int
    chunks: int
    files: dict[str, str]
    """Relative path -> SHA-256 of its bytes, for every file but the manifest."""


class Generations:
    """The generations of one data folder.

    Args:
        data: the folder that holds all state.
        keep: which old generations stay when a new one is written.
    """

    def __init__(self, data: Path, keep: Keep = Keep()) -> None:
        self.data = data
        self.folder = data / "generations"
        self._keep = keep
        self._chosen_before: str | None = None
        """What served when this object got the right to build."""

    def current(self) -> str | None:
        """Id of the generation that serves, None before the first build.

        Raises:
            GenerationError: CURRENT cannot be read.
        """
        try:
            named = (self.data / _CURRENT).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise GenerationError(f"The file {self.data / _CURRENT} cannot be read ({error}). Choose an index with: sopbot index rollback") from error
        if not named.isdigit():
            raise GenerationError(f"The file {self.data / _CURRENT} names no index. Choose one with: sopbot index rollback")
        return named

    def path(self, generation: str) -> Path:
        """Folder of a generation."""
        return self.folder / generation

    def ids(self) -> list[str]:
        """Ids of all whole generations, oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if path.name.isdigit() and (path / MANIFEST).is_file())

    def manifest(self, generation: str) -> Manifest:
        """Read a generation's manifest.

        Raises:
            GenerationError: it is missing, damaged or of another format.
        """
        path = self.path(generation) / MANIFEST
        try:
            fields: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if fields["format"] != FORMAT:
                raise GenerationError(f"Index {generation} has format {fields['format']}, this program reads {FORMAT}. Build the index again.")
            if fields.pop("digest") != own_digest(fields):
                raise GenerationError(f"Index {generation} is damaged: {path} is altered. Choose another with: sopbot index rollback")
            if fields["id"] != generation:
                raise GenerationError(f"The folder {path.parent} holds index {fields['id']}. Give it back its own name, or remove it.")
            return Manifest(**fields)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise GenerationError(f"Index {generation} is missing or damaged ({path}: {error}). Choose another with: sopbot index rollback") from error

    def verify(self, generation: str) -> Manifest:
        """Check every byte of a generation.

        Raises:
            GenerationError: a file is missing or altered.
        """
        manifest = self.manifest(generation)
        folder = self.path(generation)
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # hashing lets go of the interpreter lock
            found = dict(zip(manifest.files, pool.map(lambda name: _digest_or_none(folder / name), manifest.files), strict=True))
        for name, digest in manifest.files.items():
            if found[name] != digest:
                state = "missing" if found[name] is None else "altered"
                raise GenerationError(f"Index {generation} is damaged: {folder / name} is {state}. Choose another with: sopbot index rollback")
        return manifest

    def write(self, describe: dict[str, Any], fill: Callable[[Path, Written], None], check: Callable[[Path], None]) -> Manifest:
        """Write a new generation and switch to it. Call it with the lock held.

        Args:
            describe: the manifest's fields but format, id, created and files.
            fill: writes all files into the empty folder it is given; may tell of each that is finished, so that the disk
                has something to do meanwhile.
            check: reads the folder as a server would, and raises when it cannot; may add files.

        Returns:
            The manifest. Whatever fails or crashes before, the old generation stays.

        Raises:
            BuildError: it cannot be written; or somebody went back to another generation meanwhile, which then stays.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        numbers = [int(path.name.removeprefix(".new-")) for path in self.folder.iterdir() if path.name.removeprefix(".new-").isdigit()]
        generation = f"{max(numbers, default=0) + 1:06d}"
        scratch = self.folder / f".new-{generation}"
        scratch.mkdir()
        try:
            files = sealed(scratch, fill, check)
            created = datetime.now(UTC).isoformat(timespec="seconds")
            manifest = Manifest(format=FORMAT, id=generation, created=created, files=files, **describe)
            fields = asdict(manifest)
            (scratch / MANIFEST).write_text(json.dumps(fields | {"digest": own_digest(fields)}, indent=1) + "\n", encoding="utf-8")
            for folder in (scratch / MANIFEST, *(path for path in scratch.rglob("*") if path.is_dir()), scratch):
                flush(folder)
            os.rename(scratch, self.path(generation))
        except BaseException as error:
            shutil.rmtree(scratch, ignore_errors=True)
            if isinstance(error, OSError):
                raise BuildError(
                    f"The new index cannot be written ({error.strerror or error}: {error.filename or self.folder}). Make room or check that you may write there; the old index still serves."
                ) from error
            raise
        flush(self.folder)
        with self.switching():
            chosen = self._chosen()
            if chosen not in (None, generation, self._chosen_before):
                raise BuildError(
                    f"Somebody chose index {chosen} while index {generation} was being built, so {chosen} stays. To serve the new one: sopbot index rollback --to {generation}"
                )
            self.switch(generation)
            with suppress(OSError):  # it serves already; the next build tries again
                self._prune(self._chosen_before)
            self._chosen_before = generation
        return manifest

    def switch(self, generation: str) -> None:
        """Point CURRENT at a generation, in one step."""
        scratch = self.data / f".{_CURRENT}.{os.getpid()}"
        scratch.write_text(generation + "\n", encoding="ascii")
        flush(scratch)
        os.replace(scratch, self.data / _CURRENT)
        flush(self.data)

    def rollback(self, to: str | None = None) -> str:
        """Switch to another generation after checking it.

        Args:
            to: its id; the newest one before the current when left out.

        Returns:
            The id that serves now.

        Raises:
            GenerationError: there is none such, or it is damaged.
            BuildError: the folder cannot be written to.
        """
        if not self.folder.is_dir():
            raise GenerationError("There is no older index to go back to.")
        with self.switching():  # a build that ends meanwhile must not throw away what is chosen here
            current = self._chosen()  # where CURRENT is damaged, going back is the remedy: to the newest that there is
            ids = self.ids()
            older = [generation for generation in ids if current is None or generation < current]
            target = to or (older[-1] if older else None)
            if target is None:
                others = [generation for generation in ids if generation != current]
                newer = f" There are: {', '.join(others)}. Choose one with: sopbot index rollback --to {others[0]}" if others else ""
                raise GenerationError(f"There is no older index to go back to.{newer}")
            if target not in ids:
                raise GenerationError(f"There is no index '{target}'. There are: {', '.join(ids)}")
            self.verify(target)
            self.switch(target)
        return target

    @contextmanager
    def lock(self, wait: bool = False, waiting: Callable[[str], None] = lambda holder: None) -> Iterator[None]:
        """Hold the right to build, see `index.build_lock.held`."""
        self.data.mkdir(parents=True, exist_ok=True)
        with held(self.data / _LOCK, wait, waiting):
            for leftover in self.folder.glob(".new-*"):  # of a build that was killed
                shutil.rmtree(leftover, ignore_errors=True)
            self._chosen_before = self._chosen()
            yield

    def switching(self) -> AbstractContextManager[None]:
        """Nobody else changes CURRENT, or throws generations away, within this.

        Raises:
            BuildError: the folder cannot be written to.
        """
        return alone(self.data / _SWITCH_LOCK)

    def _chosen(self) -> str | None:
        """The generation that CURRENT names; None when it names none."""
        try:
            return self.current()
        except GenerationError:
            return None

    def _prune(self, before: str | None) -> None:
        """Throw old generations away, but never the one that served before; where that is not known, the newest other one."""
        current, ids = self.current(), self.ids()
        before = before if before in ids else max((found for found in ids if found != current), default=None)
        spare = [found for found in ids if found not in (current, before)]
        room = self._keep.generations - len(ids) + len(spare)
        for place, generation in enumerate(spare):
            if place < len(spare) - room or self._expired(generation):
                # Renamed first: half a generation must never look like a whole one.
                doomed = self.folder / f".old-{generation}"
                os.rename(self.path(generation), doomed)
        for doomed in self.folder.glob(".old-*"):
            shutil.rmtree(doomed, ignore_errors=True)

    def _expired(self, generation: str) -> bool:
        if not self._keep.days:
            return False
        try:
            made = datetime.fromisoformat(self.manifest(generation).created)
        except (GenerationError, ValueError):
            return False
        return datetime.now(UTC) - made > timedelta(days=self._keep.days)


def own_digest(fields: dict[str, Any]) -> str:
    """SHA-256 of what a manifest says, so that damage to itself is found too."""
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def _digest_or_none(path: Path) -> str | None:
    try:
        return file_digest(path)
    except OSError:
        return None
