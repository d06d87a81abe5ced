"""sopbot as a library: search and decide, without a database and without HTTP."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a process that only answers loads nothing to read documents with
    from .material import Material


class Measured:
    """See `Contender`."""

    def __init__(self, encoder: Path, model: Path) -> None:  # noqa: ARG002
        self._source = encoder

    def prepare(self) -> None:
        """See `Contender`."""
        import faiss  # noqa: F401
        import scipy.optimize
        import scipy.sparse  # noqa: F401

        from index.build import write_generation  # noqa: F401 - this and those above: what building needs
        from index.embedding import OnnxEncoder

        self._encoder = OnnxEncoder(self._source)

    def build(self, material: Material, folder: Path) -> None:
        """Embed, index, write to disk with digests, and read back."""
        from index.build import write_generation
        from index.storage import Generations
        from index.vector_cache import VectorCache

        generations = Generations(folder)
        with generations.lock():
            write_generation(generations, material.entries, self._encoder, self._source, VectorCache(folder / "cache" / "vectors.db"), "bench")

    def open(self, folder: Path) -> None:
        """See `Contender`."""
        from bot.answer import Thresholds, decide
        from index.search import open_index

        self._index = open_index(folder)
        self._index.warm()
        self._decide, self._thresholds, self._today = decide, Thresholds(), date.today()  # noqa: DTZ011

    def ask(self, question: str) -> str:
        """Search and decide."""
        hits = self._index.search(question, "internal", 10)
        self._decide(hits, self._thresholds, self._today, "warn")
        return hits[0].entry.id if hits else ""

    def ask_again(self, question: str) -> str:
        """The same, where what was found is kept for a while."""
        hits, _ = self._index.found(question, "internal", 10)
        self._decide(hits, self._thresholds, self._today, "warn")
        return hits[0].entry.id if hits else ""
