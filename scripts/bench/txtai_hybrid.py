"""txtai's hybrid search as its documentation sets it up: `Embeddings(path, hybrid=True, content=True)`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a process that only answers loads nothing to read documents with
    from .material import Material


class Measured:
    """See `Contender`."""

    def __init__(self, encoder: Path, model: Path) -> None:  # noqa: ARG002
        self._model = model

    def prepare(self) -> None:
        """See `Contender`."""
        from txtai import Embeddings

        self._embeddings = Embeddings(path=str(self._model), hybrid=True, content=True)
        self._embeddings.transform("anything")

    def build(self, material: Material, folder: Path) -> None:
        """See `Contender`."""
        self._embeddings.index((name, text, None) for name, text in material.texts())
        self._embeddings.save(str(folder / "txtai"))

    def open(self, folder: Path) -> None:
        """See `Contender`."""
        from txtai import Embeddings

        self._embeddings = Embeddings()
        self._embeddings.load(str(folder / "txtai"))

    def ask(self, question: str) -> str:
        """See `Contender`."""
        found = self._embeddings.search(question, 10)
        return str(found[0]["id"]) if found else ""

    ask_again = ask
