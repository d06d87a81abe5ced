"""Texts -> unit vectors. Serving runs the encoder that the build exported: ONNX, without PyTorch.

Score convention, here and everywhere: vectors have length 1, so their inner product is the cosine; higher is better.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from index.errors import GenerationError

# From its first import on, ONNX Runtime reports its use to its maker, and marks this machine with an id, unless told not to.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime as ort

Vectors = npt.NDArray[np.float32]
MODEL_FILE, TOKENIZER_FILE, DESCRIPTION_FILE = "model.onnx", "tokenizer.json", "encoder.json"
COUNTED_INPUT = "counted"
"""The exported model's input beside the transformer's own: 1 for the tokens that count in its second output."""
_POOL_FROM = 8
"""Fewer texts are encoded in the calling thread."""


class Encoder(Protocol):
    """Whatever turns texts into vectors."""

    @property
    def fingerprint(self) -> str:
        """Hexadecimal digest that differs whenever vectors would differ."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that are read, the special ones at both ends included; the rest is ignored."""

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Encode texts of the knowledge base.

        Args:
            texts: any number.

        Returns:
            float32, `(len(texts), dim)`, unit rows, in the order of the texts.
        """

    def encode_query(self, text: str, subject: Sequence[tuple[int, int]] = ()) -> Vectors:
        """Encode a question.

        Args:
            text: the question.
            subject: beginning and end, in characters, of its words that tell what it is about.

        Returns:
            float32, `(2, dim)`, unit rows: all of it; and the same reading of it, of which only those words count (all
            when there are none).
        """

    def count_tokens(self, text: str) -> int:
        """Tokens of a text, the special ones included."""


class OnnxEncoder:
    """An exported sentence-transformers model.

    Args:
        folder: holds `model.onnx`, `tokenizer.json` and `encoder.json`, as `index.export` writes them.

    Raises:
        GenerationError: a file is missing or cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        try:
            description = json.loads((folder / DESCRIPTION_FILE).read_text(encoding="utf-8"))
            self._reader: Tokenizer = Tokenizer.from_str((folder / TOKENIZER_FILE).read_text(encoding="utf-8"))
            options = ort.SessionOptions()
            options.intra_op_num_threads = 1  # one a question is best under concurrent load
            options.inter_op_num_threads = 1
            self._session = ort.InferenceSession(str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime and tokenizers raise classes of their own, without a common base
            raise GenerationError(f"The encoder in {folder} cannot be read ({error}). Build the index again.") from error
        self.name: str = description["name"]
        self.fingerprint: str = description["fingerprint"]
        self.dim: int = description["dim"]
        self.max_tokens: int = description["max_tokens"]
        self._query_prompt: str = description["query_prompt"]
        self._document_prompt: str = description["document_prompt"]
        self._inputs = {node.name for node in self._session.get_inputs()}
        self._reader.no_padding()
        self._reader.enable_truncation(self.max_tokens)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self._encode([self._document_prompt + text for text in texts])

    def encode_query(self, text: str, subject: Sequence[tuple[int, int]] = ()) -> Vectors:
        """See `Encoder`."""
        moved = [(first + len(self._query_prompt), last + len(self._query_prompt)) for first, last in subject]
        encoding = self._reader.encode(self._query_prompt + text)
        counted = [any(start < last and first < stop for first, last in moved) for start, stop in encoding.offsets]
        # The special tokens carry the sentence as a whole; alone they tell nothing.
        special = [bool(mark) for mark in encoding.special_tokens_mask]
        counted = [one or mark for one, mark in zip(counted, special, strict=True)] if any(counted) else [True] * len(counted)
        return self._run(encoding.ids, counted)

    def count_tokens(self, text: str) -> int:
        """See `Encoder`."""
        # What is cut off comes in further pieces, each with the special tokens of its own.
        first = self._reader.encode(text)
        return len(first.ids) + sum(len(piece.ids) - sum(piece.special_tokens_mask) for piece in first.overflowing)

    def knows(self, word: str) -> bool:
        """Whether the model reads a word, in small letters, as one token."""
        return self._reader.token_to_id(word) is not None

    def _encode(self, texts: Sequence[str]) -> Vectors:
        # One text a call: int8 activations are scaled over the whole batch, so that a text's vector would depend on its
        # neighbours and a rebuild of one entry would differ from a build of all.
        vectors = np.empty((len(texts), self.dim), dtype=np.float32)

        def fill(row: int) -> None:
            ids = self._reader.encode(texts[row]).ids
            vectors[row] = self._run(ids, [True] * len(ids))[0]

        if len(texts) < _POOL_FROM:
            for row in range(len(texts)):
                fill(row)
        else:
            with ThreadPoolExecutor(os.cpu_count()) as pool:  # onnxruntime lets go of the interpreter lock
                list(pool.map(fill, range(len(texts))))
        return vectors

    def _run(self, tokens: Sequence[int], counted: Sequence[bool]) -> Vectors:
        """The vectors of one text, `(2, dim)`: all tokens count in the first, and these in the second."""
        ids = np.array([tokens], dtype=np.int64)
        feeds = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
            COUNTED_INPUT: np.array([counted], dtype=np.int64),
        }
        whole, part = self._session.run(None, {name: feeds[name] for name in self._inputs})
        return np.stack([whole[0], part[0]]).astype(np.float32)


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
