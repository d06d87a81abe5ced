"""The generation that serves while a new one is made, to compare the two."""

from __future__ import annotations

from functools import cached_property

import msgspec

from index.changes import Changes, compare_answers, compare_entries
from index.errors import GenerationError
from index.records import Entry
from index.search import Index, open_index, stored_entries
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

    @property
    def whole(self) -> bool:
        """Whether a server can open it."""
        return self._opened is not None

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Its entries; none when it cannot be read."""
        try:
            return stored_entries(self._generations.path(self.manifest.id)) if self.manifest else ()
        except (OSError, msgspec.MsgspecError):
            return ()

    def tried(self, trial: Trial) -> Tried:
        """What it shows for a trial's questions; stored by its own build, and asked now where that did not."""
        if self.manifest is None:
            return Tried()
        stored = read_trial(self._generations.path(self.manifest.id), trial.rules)
        lacking = stored.lacking(trial)
        index = self._opened if lacking else None
        return ask_all(index, trial, lacking) | stored if index else stored

    @cached_property
    def _opened(self) -> Index | None:
        try:
            return open_index(self._generations.data, self.manifest.id) if self.manifest else None
        except GenerationError:
            return None


def generations_compared(generations: Generations, older: str, newer: str) -> Changes:
    """What is different between two generations, whichever builds lie between them.

    Raises:
        GenerationError: one of them is missing or damaged.
    """
    entries = [stored_entries(generations.path(generations.verify(one).id)) for one in (older, newer)]
    shown = [read_trial(generations.path(one)) for one in (older, newer)]
    return Changes(older, *compare_entries(*entries), compare_answers(shown[0].shown, shown[1].shown, ()))
