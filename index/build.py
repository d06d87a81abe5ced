"""Knowledge folder -> new generation, embedding only what changed."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import numpy as np
from threadpoolctl import threadpool_limits

from index.background import background_vectors
from index.changes import CHANGES_FILE, Changes, compare_answers, compare_entries
from index.chunking import chunk_entry
from index.corpus import Corpus, read_corpus
from index.embedding import MODEL_FILE, Encoder, OnnxEncoder, Vectors, file_digest
from index.errors import BuildError, BuildRefused, GenerationError, KnowledgeError, ModelError, Problem
from index.export import encoder_folder
from index.gate import Verdict, judge
from index.learning import Seen, write_views
from index.lint.check import lint_errors
from index.lint.options import LintOptions
from index.memory import seldom_collected
from index.prepared import Prepared
from index.reading_cache import ReadingCache, code_digest
from index.records import Audience, Chunk, Entry
from index.sealing import Written
from index.search import CHUNKS_FILE, ENTRIES_FILE, Index
from index.served import Served
from index.storage import ENCODER_FOLDER, FORMAT, Generations, Keep, Manifest
from index.trial import Trial, Tried, ask_all, shrunk, write_trial
from index.vector_cache import VectorCache
from index.wording import Wordings, wordings_of

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
        changes: against the generation that served before; None when nothing had changed.
    """

    manifest: Manifest
    changed: bool
    embedded: int
    files: int
    problems: tuple[Problem, ...]
    changes: Changes | None


@dataclass(frozen=True, slots=True)
class BuildRules:
    """How a build is to go about it.

    Attributes:
        skip_invalid: leave out documents with errors instead of stopping.
        allow_worse: switch although golden questions lose their answers or most entries are gone; the report says so.
        wait: for a build that is running, instead of stopping.
        keep: which old generations stay.
        trial: questions to ask first; none when left out.
        lint: what documents are checked for; what is an error stops the build. Only whether they can be read when left out.
    """

    skip_invalid: bool = False
    allow_worse: bool = False
    wait: bool = False
    keep: Keep = field(default_factory=Keep)
    trial: Trial | None = None
    lint: LintOptions | None = None


def build_index(
    knowledge: Path,
    data: Path,
    model: str,
    rules: BuildRules = BuildRules(),
    progress: Progress = lambda what, done, total: None,
    prepared: Prepared | None = None,
) -> BuildReport:
    """Build a generation from a knowledge folder and switch to it.

    Args:
        knowledge: folder with Markdown documents.
        data: folder that holds all state.
        model: sentence-transformers name, or a folder that holds one.
        rules: see `BuildRules`.
        progress: see `Progress`.
        prepared: of the same data folder; whatever it holds is not read from disk again.

    Returns:
        What was done. Any exception means that nothing was switched.

    Raises:
        KnowledgeError: documents with errors, or none at all.
        ModelError: the model cannot be used.
        BuildError: the index cannot be written, or somebody chose another one meanwhile; `BuildLocked` when somebody else
            builds, `BuildRefused` when the new index is worse than the one that serves.
    """
    try:
        generations = Generations(data, rules.keep)
        with generations.lock(rules.wait, lambda holder: progress(f"Waiting for another build{holder}", 0, 0)), seldom_collected():
            try:
                return _build(knowledge, generations, model, rules, progress, prepared or Prepared(data))
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                _forget_caches(data)  # damaged; they hold nothing that cannot be made again
                return _build(knowledge, generations, model, rules, progress, Prepared(data))
    except (OSError, sqlite3.OperationalError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise BuildError(
            f"The folder {data} cannot be written ({reason or error}). Make room, check that you may write there, or name another with SOPBOT_DATA_DIR."
        ) from error


def _build(knowledge: Path, generations: Generations, model: str, rules: BuildRules, progress: Progress, prepared: Prepared) -> BuildReport:
    progress("Reading documents", 0, 0)
    corpus = read_corpus(knowledge, prepared.readings.documents)
    if rules.lint:
        corpus = _checked(corpus, rules.lint)
    if corpus.errors and not rules.skip_invalid:
        raise KnowledgeError(corpus.errors)
    if not corpus.entries:
        raise KnowledgeError([Problem(str(knowledge), 1, "No document in this folder holds anything to answer with.")])
    encoder_source = encoder_folder(model, prepared.cache / "encoders", lambda what: progress(what, 0, 0))
    try:
        encoder = prepared.encoder(encoder_source)
    except GenerationError as error:
        raise ModelError(f"The exported model cannot be used. Remove the folder {encoder_source} and build again. ({error.__cause__})") from error
    before = Served(generations)
    if before.manifest and before.manifest.inputs == _inputs_digest(msgspec.json.encode(corpus.entries), encoder) and before.whole:
        return BuildReport(before.manifest, False, 0, corpus.files, corpus.problems, None)
    changes: list[Changes] = []

    def compare(index: Index, folder: Path) -> None:
        changes.append(_examine(index, folder, before, corpus, rules, progress))

    manifest, embedded = write_generation(generations, corpus.entries, encoder, encoder_source, prepared.vectors, model, progress, prepared.readings, compare)
    return BuildReport(manifest, True, embedded, corpus.files, corpus.problems, changes[0])


def _checked(corpus: Corpus, options: LintOptions) -> Corpus:
    """The corpus with what its checks found that is an error, and without the entries of those documents."""
    found = {Problem(one.path, one.line, one.text) for one in lint_errors(corpus, options)} - {*corpus.errors}
    if not found:
        return corpus
    others = [problem for problem in corpus.problems if replace(problem, fatal=True) not in found]
    paths = {problem.path for problem in found}
    entries = tuple(entry for entry in corpus.entries if entry.path not in paths)
    return replace(corpus, entries=entries, problems=tuple(sorted([*others, *found])))


def _forget_caches(data: Path) -> None:
    for folder in (data / "cache", data / "cache" / "encoders"):
        for path in folder.glob("*.db*"):
            path.unlink()


def _examine(index: Index, folder: Path, before: Served, corpus: Corpus, rules: BuildRules, progress: Progress) -> Changes:
    """Compare the new generation with the one that serves, store what is found, and stop when it is worse."""
    ids = {entry.id for entry in corpus.entries}
    reasons = shrunk(len(before.entries), len(ids))
    old, new, verdict = Tried(), Tried(), Verdict()
    if rules.trial:
        progress("Asking golden and recent questions", 0, 0)
        new, old = ask_all(index, rules.trial, rules.trial.questions), before.tried(rules.trial)
        verdict = judge(rules.trial.golden, old.held, new.held, ids)
        reasons += verdict.stops
        write_trial(folder, rules.trial.rules, Tried(new.shown, verdict.held))
    if reasons and not rules.allow_worse:
        raise BuildRefused(reasons)
    overridden = (*(f"{problem}" for problem in corpus.errors), *reasons)
    golden = ((one.text, one.audience) for one in rules.trial.golden) if rules.trial else ()
    changes = Changes(
        before.manifest.id if before.manifest else None,
        *compare_entries(before.entries, corpus.entries),
        compare_answers(old.shown, new.shown, golden),
        overridden,
        verdict.drifts,
    )
    (folder / CHANGES_FILE).write_bytes(msgspec.json.encode(changes))
    return changes


def write_generation(
    generations: Generations,
    entries: Sequence[Entry],
    encoder: Encoder,
    encoder_source: Path,
    cache: VectorCache,
    model: str,
    progress: Progress = lambda what, done, total: None,
    readings: ReadingCache | None = None,
    compare: Callable[[Index, Path], None] = lambda index, folder: None,
) -> tuple[Manifest, int]:
    """Write a generation of these entries and switch to it. Call it with the lock held.

    Args:
        generations: where.
        entries: in order.
        encoder: for documents and questions.
        encoder_source: its folder.
        cache: of vectors.
        model: its name.
        progress: see `Progress`.
        readings: what entries gave before.
        compare: given the new generation before it serves, and its folder; what it raises stops the switch.

    Returns:
        Its manifest, and the number of texts that had to be embedded.
    """
    if len({entry.id for entry in entries}) < len(entries):
        raise BuildError("Two entries have the same id, so they could be taken for each other. Give each its own.")
    background = background_vectors(encoder, encoder_source)
    if readings:
        chunks, wordings = readings.entries(entries, encoder)
    else:
        chunks = [chunk for entry in entries for chunk in chunk_entry(entry, encoder.count_tokens, encoder.max_tokens)]
        wordings = wordings_of(entries, chunks)
    encoded = msgspec.json.encode(entries)
    vectors, embedded = cache.encode(encoder, [chunk.text for chunk in chunks], lambda done, total: progress("Embedding texts", done, total))

    def fill(folder: Path, written: Written) -> None:
        progress("Writing the index", 0, 0)
        views = {folder / audience: _seen(audience, entries, chunks, vectors, wordings) for audience in ("internal", "public")}
        # Two at work at a time, each in one thread: BLAS's own would wait for each other where other work keeps the processors busy.
        with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
            writing = write_views(pool, views, background, written)
            shutil.copytree(encoder_source, folder / ENCODER_FOLDER)  # no links: damage to one generation stays there
            if file_digest(folder / ENCODER_FOLDER / MODEL_FILE) != encoder.fingerprint:
                raise GenerationError(f"the encoder in {folder / ENCODER_FOLDER} is not what {encoder_source} holds; build again")
            (folder / ENTRIES_FILE).write_bytes(encoded)
            (folder / CHUNKS_FILE).write_bytes(msgspec.json.encode(chunks))
            for view in writing:
                view.result()

    describe = {
        "inputs": _inputs_digest(encoded, encoder),
        "model": model,
        "encoder": encoder.fingerprint,
        "dim": encoder.dim,
        "entries": len(entries),
        "public_entries": sum(entry.audience == "public" for entry in entries),
        "chunks": len(chunks),
    }

    def check(folder: Path) -> None:
        manifest = Manifest(format=FORMAT, id=folder.name, created="", files={}, **describe)  # type: ignore[arg-type]
        compare(Index(folder, manifest, encoder=encoder if isinstance(encoder, OnnxEncoder) else None), folder)

    try:
        return generations.write(describe, fill, check), embedded
    except GenerationError as error:
        raise BuildError(f"The new index cannot be read back, so it is not used: {error}") from error


def _seen(audience: Audience, entries: Sequence[Entry], chunks: Sequence[Chunk], vectors: Vectors, wordings: Wordings) -> Seen:
    """What one audience may see."""
    rows = np.array([row for row, entry in enumerate(entries) if audience == "internal" or entry.audience == "public"], dtype=np.int64)
    if len(rows) == len(entries):
        return Seen(entries, chunks, vectors, range(len(chunks)), wordings)
    shown = [entries[row] for row in rows]
    ids = {entry.id for entry in shown}
    chosen = [row for row, chunk in enumerate(chunks) if chunk.entry_id in ids]
    return Seen(shown, [chunks[row] for row in chosen], vectors[chosen], chosen, wordings.of(rows))


def _inputs_digest(entries: bytes, encoder: Encoder) -> str:
    digest = hashlib.sha256(f"{FORMAT}\0{code_digest()}\0{encoder.fingerprint}\0".encode())
    digest.update(entries)
    return digest.hexdigest()
