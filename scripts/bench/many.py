"""Real sentences, recombined -> a generation of any number of chunks, without embedding each.

An encoder needs an hour for a million texts. So only the sentences are embedded; a chunk of several sentences gets the mean of
their vectors and a little noise of its own, which is close to what the encoder says of the whole (cosine about 0.9, printed by
`python -m scripts.bench.scale`). Words, entries, chunks and all that is learned from them are real.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.build import write_generation
from index.embedding import Encoder, OnnxEncoder, Vectors
from index.records import Chunk, Entry, Lines, Part
from index.storage import Generations
from index.vector_cache import VectorCache
from index.whitening import unit
from index.wording import Wordings, wordings_of

_CHUNKS_AN_ENTRY = 4
"""A title, an alternative question, and two passages."""
_NOISE = 0.35
"""Length of a chunk's own noise beside the mean of its sentences, before both are brought to length 1."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What is recombined.

    Attributes:
        asked: titles and questions, each once.
        said: sentences of the documents, each once.
    """

    asked: tuple[str, ...]
    said: tuple[str, ...]


def pool_of(entries: Sequence[Entry]) -> Pool:
    """The sentences of a knowledge base."""
    asked = {text.strip() for entry in entries for text in (entry.title, *entry.questions)}
    texts = [passage.text for entry in entries for passage in entry.passages] + [step.text for entry in entries for step in entry.steps]
    texts += [reply.body for entry in entries for reply in entry.replies]
    said = {sentence.strip() for text in texts for line in text.split("\n") for sentence in line.replace("? ", "?\n").replace(". ", ".\n").split("\n")}
    return Pool(tuple(sorted(asked)), tuple(sorted(sentence for sentence in said if len(sentence.split()) >= 4)))


def write_many(data: Path, pool: Pool, chunks: int, encoder_folder: Path, vectors: VectorCache, progress: Callable[[str], None]) -> None:
    """Write a generation and switch to it.

    Args:
        data: folder for it.
        pool: what is recombined.
        chunks: how many there shall be, to the next multiple of four.
        encoder_folder: of the encoder.
        vectors: of the pool's sentences.
        progress: told in words what comes next.
    """
    encoder = OnnxEncoder(encoder_folder)
    draw = np.random.default_rng(13)
    number = -(-chunks // _CHUNKS_AN_ENTRY)
    asked = draw.integers(0, len(pool.asked), (number, 2, 2))
    said = draw.integers(0, len(pool.said), (number, 2, 2)) + len(pool.asked)
    texts = [*pool.asked, *pool.said]
    progress(f"Embedding {len(texts):,} sentences")
    known = vectors.encode(encoder, texts)[0]
    progress(f"Writing {number:,} entries of {number * _CHUNKS_AN_ENTRY:,} chunks")
    parts = np.concatenate([asked, said], axis=1).reshape(-1, 2)
    entries = [_entry(row, texts, asked[row].tolist(), said[row].tolist()) for row in range(number)]
    made = [chunk for entry in entries for chunk in _chunks(entry)]
    mixed = unit(known[parts].mean(axis=1))
    for start in range(0, len(mixed), 65_536):  # noise for all at once would need as much memory again, twice
        block = mixed[start : start + 65_536]
        mixed[start : start + 65_536] = unit(block + _NOISE * unit(draw.standard_normal(block.shape, dtype=np.float32)))
    generations = Generations(data)
    with generations.lock():
        readings: Any = _Counted(made)
        write_generation(generations, entries, encoder, encoder_folder, _Mixed(vectors, mixed), "recombined", readings=readings)


def _entry(row: int, texts: Sequence[str], asked: Sequence[Sequence[int]], said: Sequence[Sequence[int]]) -> Entry:
    (title, question), passages = (f"{texts[one]}, {texts[other]}" for one, other in asked), [f"{texts[one]} {texts[other]}" for one, other in said]
    lines = Lines(row + 1, row + 1)
    return Entry(
        id=f"entry-{row:06d}", kind="section", title=title, audience="internal", path="recombined.md", heading=title, lines=lines, version="",
        questions=(question,), body="\n\n".join(passages), passages=tuple(Part(passage, lines) for passage in passages),
    )  # fmt: skip


def _chunks(entry: Entry) -> list[Chunk]:
    head = [Chunk(entry.id, "title", entry.title), Chunk(entry.id, "question", entry.questions[0])]
    return head + [Chunk(entry.id, "passage", passage.text, passage.lines) for passage in entry.passages]


class _Counted:
    """Stands for the reading cache: gives these chunks."""

    def __init__(self, chunks: list[Chunk]) -> None:
        self._chunks = chunks

    def entries(self, entries: Sequence[Entry], encoder: Encoder) -> tuple[list[Chunk], Wordings]:  # noqa: ARG002
        """See `ReadingCache`."""
        return self._chunks, wordings_of(entries, self._chunks)


class _Mixed(VectorCache):
    """A cache that holds the chunks' vectors already."""

    def __init__(self, others: VectorCache, vectors: Vectors) -> None:
        self._others, self._vectors = others, vectors

    def encode(self, encoder: Encoder, texts: Sequence[str], progress: Callable[[int, int], None] = lambda done, total: None) -> tuple[Vectors, int]:
        """See `VectorCache`."""
        return (self._vectors, 0) if len(texts) == len(self._vectors) else self._others.encode(encoder, texts, progress)
