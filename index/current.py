"""The generation that CURRENT names, opened, and followed when it changes; the newest older one when that is damaged."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from index.ahead import Ahead
from index.errors import GenerationError
from index.memory import give_back
from index.search import Index, open_index
from index.storage import Generations

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.1
"""How often a server looks whether CURRENT names another generation. Reading 7 bytes works on every file system; file
events do not, and the folder has many that are of no interest."""


class CurrentIndex:
    """Gives the current generation to whoever asks, and takes up a new one.

    Whoever holds an `Index` keeps it to the end of the request, so that no answer mixes two generations; the old one goes
    when the last request lets go of it. A generation that is damaged is never served: what is open goes on, and where
    nothing is open, the newest older one that is whole.

    Args:
        data: the folder that holds all state.
        withheld_from: see `Index`.
        ahead: gives a generation that is checked already, if there is one; it is asked once, by whoever reads the index first.
    """

    def __init__(self, data: Path, withheld_from: Callable[[], date] | None = None, ahead: Callable[[], Ahead | None] = lambda: None) -> None:
        self._data = data
        self._withheld_from = withheld_from
        self._ahead = ahead
        self._generations = Generations(data)
        self._lock = threading.Lock()
        self._index: Index | None = None
        self._followed = False
        self._refused: str | None = None
        """A generation that could not be opened, so that not every request tries again."""

    def get(self) -> Index:
        """The current generation, opened.

        Raises:
            GenerationError: there is none, or none that can be used.
        """
        held = self._index
        if held is None:
            with self._lock:
                if self._index is None:
                    self._index = self._first()
                return self._index
        # One request opens the new generation; meanwhile the others go on with the old one.
        if self._followed or self._is_current(held) or not self._lock.acquire(blocking=False):
            return held
        try:
            self._index = self._newer(held)
            return self._index
        finally:
            self._lock.release()

    @property
    def problem(self) -> str:
        """What is wrong, in words, when another generation serves than the one that should; "" otherwise."""
        held, refused = self._index, self._refused
        return f"Index {refused} cannot be used; index {held.generation} answers instead." if held and refused else ""

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Within this, a thread opens and warms each new generation beside the old one; no request waits for it."""
        stop = threading.Event()
        thread = threading.Thread(target=self._follow, args=(stop,), name="follow-index", daemon=True)
        self._followed = True
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            self._followed = False

    def _follow(self, stop: threading.Event) -> None:
        if self._index:
            self._index.warm()
        give_back()
        while not stop.wait(_LOOK_SECONDS):
            try:
                with self._lock:
                    held = self._index
                    if held is None:
                        held = self._first()
                        held.warm()
                    if not self._is_current(held):
                        held = self._newer(held)
                        held.warm()
                    if held is not self._index:
                        self._index = held
                        give_back()
                        _log.info("index %s answers from now on", held.generation)
            except GenerationError:  # none yet
                pass
            except Exception:  # noqa: BLE001 - whatever it is, the old generation goes on answering
                _log.exception("the new index cannot be taken up; trying again")

    def _is_current(self, held: Index) -> bool:
        try:
            return self._generations.current() in (held.generation, self._refused)
        except GenerationError:  # CURRENT cannot be read: what is open is the best there is
            return True

    def _first(self) -> Index:
        """The current generation, or the newest older one when it cannot be used."""
        wanted: str | None = None
        try:
            wanted, ahead = self._generations.current(), self._ahead()
            if ahead and (ahead.data, ahead.manifest.id) == (self._data, wanted):
                index = open_index(self._data, wanted, self._withheld_from, ahead.encoder, ahead.manifest)
            else:
                index = open_index(self._data, wanted, self._withheld_from)
            self._refused = None
            return index
        except GenerationError as error:
            for older in reversed(self._generations.ids()):
                if wanted is not None and older >= wanted:
                    continue
                try:
                    index = open_index(self._data, older, self._withheld_from)
                except GenerationError:
                    continue
                _log.error("%s Index %s, which is whole, answers instead.", error, older)
                self._refused = wanted
                return index
            raise

    def _newer(self, held: Index) -> Index:
        wanted = self._generations.current()
        try:
            index = open_index(self._data, wanted, self._withheld_from, held.query_encoder)
        except GenerationError:
            _log.exception("index %s cannot be used; index %s goes on serving", wanted, held.generation)
            self._refused = wanted
            return held
        self._refused = None
        return index
