"""Knowledge folder -> new generation, embedding only what changed."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from index.background import background_lines
from index.chunking import chunk_entry
from index.corpus import read_corpus
from index.embedding import Encoder, OnnxEncoder
from index.errors import BuildError, GenerationError, KnowledgeError, Problem
from index.export import encoder_folder
from index.ranking import write_view
from index.records import Chunk, Entry
from index.search import CHUNKS_FILE, ENCODER_FOLDER, ENTRIES_FILE, Index, open_index
from index.storage import FORMAT, Generations, Manifest
from index.vector_cache import VectorCache

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, how much is done, how much there is; 0 when unknown)."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    Attributes:
        manifest: of the generation that serves now.
        changed: False when nothing had changed and the old generation stays.
        embedded: number of texts that had to be embedded.
        files: number of documents read.
        problems: warnings, and with `skip_invalid` also what kept documents out.
    """

    manifest: Manifest
    changed: bool
    embedded: int
    files: int
    problems: tuple[Problem, ...]


def build_index(knowledge: Path, data: Path, model: str, *, skip_invalid: bool = False, progress: Progress = lambda what, done, total: None) -> BuildReport:
    """Build a generation from a knowledge folder and switch to it.

    Args:
        knowledge: folder with Markdown documents.
        data: folder that holds all state.
        model: sentence-transformers name, or a folder that holds one.
        skip_invalid: leave out documents with errors instead of stopping.
        progress: see `Progress`.

    Returns:
        What was done. Any exception means that nothing was switched.

    Raises:
        KnowledgeError: documents with errors, or none at all.
        ModelError: the model cannot be used.
        BuildError: the index cannot be written; `BuildLocked` when somebody else builds.
    """
    try:
        with Generations(data).lock():
            return _build(knowledge, data, model, skip_invalid, progress)
    except OSError as error:
        raise BuildError(
            f"The folder {data} cannot be written ({error.strerror or error}). Make room, check that you may write there, or name another with SOPBOT_DATA_DIR."
        ) from error


def _build(knowledge: Path, data: Path, model: str, skip_invalid: bool, progress: Progress) -> BuildReport:
    progress("Reading documents", 0, 0)
    corpus = read_corpus(knowledge)
    if corpus.errors and not skip_invalid:
        raise KnowledgeError(corpus.errors)
    if not corpus.entries:
        raise KnowledgeError([Problem(str(knowledge), 1, "No document in this folder holds anything to answer with.")])
    cache = data / "cache"
    encoder_source = encoder_folder(model, cache / "encoders", lambda what: progress(what, 0, 0))
    encoder = OnnxEncoder(encoder_source)
    generations = Generations(data)
    inputs = _inputs_digest(corpus.entries, encoder)
    current = _usable(generations)
    if current and current.inputs == inputs:
        return BuildReport(current, False, 0, corpus.files, corpus.problems)
    manifest, embedded = write_generation(generations, corpus.entries, encoder, encoder_source, VectorCache(cache / "vectors.db"), model, progress)
    return BuildReport(manifest, True, embedded, corpus.files, corpus.problems)


def write_generation(
    generations: Generations,
    entries: Sequence[Entry],
    encoder: Encoder,
    encoder_source: Path,
    cache: VectorCache,
    model: str,
    progress: Progress = lambda what, done, total: None,
) -> tuple[Manifest, int]:
    """Write a generation of these entries and switch to it. Call it with the lock held.

    Returns:
        Its manifest, and the number of texts that had to be embedded.
    """
    if len({entry.id for entry in entries}) < len(entries):
        raise BuildError("Two entries have the same id, so they could be taken for each other. Give each its own.")
    background = cache.encode(encoder, [line for lines in background_lines() for line in lines])[0]
    chunks = [chunk for entry in entries for chunk in chunk_entry(entry, encoder.count_tokens, encoder.max_tokens)]
    vectors, embedded = cache.encode(encoder, [chunk.text for chunk in chunks], lambda done, total: progress("Embedding texts", done, total))

    def fill(folder: Path) -> None:
        progress("Writing the index", 0, 0)
        (folder / ENTRIES_FILE).write_bytes(msgspec.json.encode(entries))
        (folder / CHUNKS_FILE).write_bytes(msgspec.json.encode(chunks))
        shutil.copytree(encoder_source, folder / ENCODER_FOLDER)  # no links: damage to one generation stays there
        for audience in ("internal", "public"):
            seen = [entry for entry in entries if audience == "internal" or entry.audience == "public"]
            rows = _rows_of(seen, chunks)
            write_view(folder / audience, seen, [chunks[row] for row in rows], vectors[rows], rows, background)

    describe = {
        "inputs": _inputs_digest(entries, encoder),
        "model": model,
        "encoder": encoder.fingerprint,
        "dim": encoder.dim,
        "entries": len(entries),
        "public_entries": sum(entry.audience == "public" for entry in entries),
        "chunks": len(chunks),
    }

    def check(folder: Path) -> None:
        Index(folder, Manifest(format=FORMAT, id=folder.name, created="", files={}, **describe))  # type: ignore[arg-type]

    try:
        return generations.write(describe, fill, check), embedded
    except GenerationError as error:
        raise BuildError(f"The new index cannot be read back, so it is not used: {error}") from error


def _rows_of(entries: Sequence[Entry], chunks: Sequence[Chunk]) -> list[int]:
    ids = {entry.id for entry in entries}
    return [row for row, chunk in enumerate(chunks) if chunk.entry_id in ids]


def _inputs_digest(entries: Sequence[Entry], encoder: Encoder) -> str:
    digest = hashlib.sha256(f"{FORMAT}\0{encoder.fingerprint}\0".encode())
    digest.update(msgspec.json.encode(entries))
    return digest.hexdigest()


def _usable(generations: Generations) -> Manifest | None:
    """The current generation's manifest when a server can open it; one that is damaged or foreign is built anew."""
    try:
        return open_index(generations.data).manifest
    except GenerationError:
        return None
