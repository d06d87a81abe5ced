"""The floor: tokenise and run the int8 encoder in one thread, and nothing else. No index can answer faster with this model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a process that only answers loads nothing to read documents with
    from .material import Material


class Measured:
    """See `Contender`; written without anything of sopbot's."""

    def __init__(self, encoder: Path, model: Path) -> None:  # noqa: ARG002
        self._folder = encoder

    def prepare(self) -> None:
        """See `Contender`."""
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(self._folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(json.loads((self._folder / "encoder.json").read_text(encoding="utf-8"))["max_tokens"])
        self._inputs = [node.name for node in self._session.get_inputs()]

    def build(self, material: Material, folder: Path) -> None:  # noqa: ARG002
        """Embed the documents; there is no index."""
        for _, text in material.texts():
            self.ask(text)

    def open(self, folder: Path) -> None:  # noqa: ARG002
        """See `Contender`."""
        self.prepare()

    def ask(self, question: str) -> str:
        """Embed."""
        import numpy as np

        ids = np.array([self._tokenizer.encode(question).ids], dtype=np.int64)
        ones, zeros = np.ones_like(ids), np.zeros_like(ids)
        self._session.run(None, {name: ids if name == "input_ids" else zeros if name == "token_type_ids" else ones for name in self._inputs})
        return ""

    ask_again = ask
