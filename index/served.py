"""The generation that serves while a new one is made, to compare the two."""

from __future__ import annotations

from functools import cache

import msgspec

from index.errors import GenerationError
from index.records import Entry
from index.search import ENTRIES_FILE, Index, open_index
from index.storage import Generations, Manifest
from index.trial import Trial, Tried, ask_all, read_trial


class Served:
    """The generation that serves while a new one is made, opened no further than is needed.

    Args:
        generations: of the data folder.
    """

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self.manifest: Manifest | None = None
        try:
            current = generations.current()
            self.manifest = generations.manifest(current) if current else None
        except GenerationError:  # damaged or foreign: nothing to compare with
            pass

    def whole(self) -> bool:
        """Whether a server can open it."""
        return self._opened() is not None

    @cache  # noqa: B019 - lives as long as one build
    def entries(self) -> tuple[Entry, ...]:
        """Its entries; none when it cannot be read."""
        try:
            data = (self._generations.path(self.manifest.id) / ENTRIES_FILE).read_bytes() if self.manifest else b"[]"
            return msgspec.json.decode(data, type=tuple[Entry, ...])
        except (OSError, msgspec.MsgspecError):
            return ()

    def tried(self, trial: Trial) -> Tried:
        """What it shows for a trial's questions; stored by its own build, and asked now where that did not."""
        if self.manifest is None:
            return Tried()
        stored = read_trial(self._generations.path(self.manifest.id), trial.rules)
        lacking = stored.lacking(trial)
        index = self._opened() if lacking else None
        return ask_all(index, trial, lacking) | stored if index else stored

    @cache  # noqa: B019
    def _opened(self) -> Index | None:
        try:
            return open_index(self._generations.data, self.manifest.id) if self.manifest else None
        except GenerationError:
            return None
