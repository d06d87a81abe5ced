"""What the peers embed a question with: sentence-transformers, PyTorch, full precision; nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a process that only answers loads nothing to read documents with
    from .material import Material


class Measured:
    """See `Contender`."""

    def __init__(self, encoder: Path, model: Path) -> None:  # noqa: ARG002
        self._folder = model

    def prepare(self) -> None:
        """See `Contender`."""
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(str(self._folder), device="cpu", local_files_only=True)

    def build(self, material: Material, folder: Path) -> None:  # noqa: ARG002
        """Embed the documents in batches; there is no index."""
        self._model.encode([text for _, text in material.texts()], show_progress_bar=False)

    def open(self, folder: Path) -> None:  # noqa: ARG002
        """See `Contender`."""
        self.prepare()

    def ask(self, question: str) -> str:
        """Embed."""
        self._model.encode(question, show_progress_bar=False)
        return ""

    ask_again = ask
