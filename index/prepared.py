"""A data folder's caches and encoder, loaded before a build is asked for and held from one build to the next."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from index.background import background_vectors
from index.corpus import read_corpus
from index.embedding import OnnxEncoder
from index.errors import IndexLibraryError
from index.export import encoder_folder
from index.memory import seldom_collected
from index.reading_cache import ReadingCache
from index.storage import Generations
from index.vector_cache import VectorCache


class Prepared:
    """What builds of one data folder read again and again, held in memory from one to the next.

    Args:
        data: folder that holds all state.
    """

    def __init__(self, data: Path) -> None:
        self.cache = data / "cache"
        self.readings = ReadingCache(self.cache / "readings.db")
        self.vectors = VectorCache(self.cache / "vectors.db")
        self._encoder: tuple[Path, OnnxEncoder] | None = None

    def encoder(self, folder: Path) -> OnnxEncoder:
        """The encoder of a folder, opened once."""
        if self._encoder is None or self._encoder[0] != folder:
            self._encoder = (folder, OnnxEncoder(folder))
        return self._encoder[1]

    def load(self, knowledge: Path, model: str) -> None:
        """Read the folder as it stands, so that a build finds what does not change until then.

        Args:
            knowledge: folder with Markdown documents.
            model: as `build_index` takes it.
        """
        if Generations(self.cache.parent).current() is None:  # the first build has a model to export, and says so
            return
        with contextlib.suppress(IndexLibraryError, OSError, sqlite3.Error), seldom_collected():  # a build says what is wrong
            folder = encoder_folder(model, self.cache / "encoders")
            encoder = self.encoder(folder)
            background_vectors(encoder, folder)
            corpus = read_corpus(knowledge, self.readings.documents)
            self.vectors.encode(encoder, [chunk.text for chunk in self.readings.entries(corpus.entries, encoder)[0]])
