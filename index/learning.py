"""Entries that one audience may see, their chunks and vectors -> the files by which index.ranking ranks them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.arrays import write_arrays
from index.codes import fit_codes
from index.confidence import measure
from index.coverage import fit_coverage
from index.embedding import Vectors
from index.lexical import Lexical, fit_lexical
from index.probe import Probe, fit_probe, probe_features, probe_pays
from index.ranking import ARRAYS_FOLDER, RANKED_WHOLE, SHORTLIST_FILE, VECTORS_FILE, WHITENED_FILE
from index.records import Chunk, Entry
from index.spelling import fit_spelling
from index.vectors import write_shortlist, write_vectors
from index.whitening import entry_means, fit_whitening, unit
from index.wording import Wordings, wordings_of


def write_view(
    pool: ThreadPoolExecutor,
    folder: Path,
    entries: Sequence[Entry],
    chunks: Sequence[Chunk],
    vectors: Vectors,
    rows: Sequence[int],
    background: Vectors,
    wordings: Wordings | None = None,
    written: Callable[[Path], None] = lambda path: None,
    ranked_whole: int = RANKED_WHOLE,
) -> Future[None]:
    """Learn and write what ranking needs, from what one audience may see and nothing else.

    Args:
        pool: does the work, in two pieces of about the same size that go on side by side: the words, and the vectors.
        folder: new.
        entries: in order; perhaps none.
        chunks: theirs, in order of entry.
        vectors: of the chunks, `(chunks, dim)`, unit rows.
        rows: the chunks' positions among all chunks of the generation.
        background: vectors of index.background's lines, `(lines, dim)`.
        wordings: of the entries; counted here when left out.
        written: told of each file that is finished.
        ranked_whole: see `RANKED_WHOLE`.

    Returns:
        Done when everything is written; raises what went wrong.
    """
    folder.mkdir()
    if not entries:
        return pool.submit(lambda: None)
    said, near = wordings or wordings_of(entries, chunks), len(chunks) > ranked_whole
    words = pool.submit(_learn_words, folder / ARRAYS_FOLDER, said, near, written)
    # Begun after the words, for which it waits at its end: so one worker is enough to get on.
    return pool.submit(_learn_vectors, folder, entries, chunks, vectors, rows, background, near, written, words)


def _learn_vectors(
    folder: Path,
    entries: Sequence[Entry],
    chunks: Sequence[Chunk],
    vectors: Vectors,
    rows: Sequence[int],
    background: Vectors,
    near: bool,
    written: Callable[[Path], None],
    words: Future[Mapping[str, npt.NDArray[Any]]],
) -> None:
    write_vectors(folder / VECTORS_FILE, vectors)
    written(folder / VECTORS_FILE)
    position = {entry.id: number for number, entry in enumerate(entries)}
    owners = np.array([position[chunk.entry_id] for chunk in chunks], dtype=np.int64)
    means = entry_means(vectors, owners, len(entries))
    whitening = fit_whitening(vectors, owners, means)
    whitened = whitening.apply(vectors)
    np.save(folder / WHITENED_FILE, whitened)
    written(folder / WHITENED_FILE)
    if near:
        write_shortlist(folder / SHORTLIST_FILE, whitened)
        written(folder / SHORTLIST_FILE)
    entry_kinds = np.array([entry.kind for entry in entries])
    measured = measure(vectors, whitened, owners, np.array([chunk.kind for chunk in chunks]), entry_kinds, background)
    probe = _learn_probe(entries, chunks, whitened, owners, words.result)
    words.result()  # its folder is there, and nothing went wrong
    write_arrays(folder / ARRAYS_FOLDER, dict(
        owners=owners, rows=np.array(rows, dtype=np.int64), kinds=entry_kinds, mean=whitening.mean, matrix=whitening.matrix,
        centroids=unit(entry_means(whitened, owners, len(entries))), plain_centroids=unit(means),
        **_named("probe", probe.arrays() if probe else {}), **_named("measured", measured.arrays()),
    ), written)  # fmt: skip


def _learn_words(folder: Path, said: Wordings, by_entry: bool, written: Callable[[Path], None]) -> Mapping[str, npt.NDArray[Any]]:
    """Write the statistics of words; those by which texts are compared are given back."""
    lexical = fit_lexical(said.terms, by_entry)
    write_arrays(folder, _named("lexical", lexical), written)
    write_arrays(
        folder, _named("coverage", fit_coverage(said.words)) | _named("codes", fit_codes(said.codes)) | _named("spelling", fit_spelling(said.words)), written
    )
    return lexical


def _learn_probe(
    entries: Sequence[Entry], chunks: Sequence[Chunk], whitened: Vectors, owners: npt.NDArray[np.int64], lexical: Callable[[], Mapping[str, npt.NDArray[Any]]]
) -> Probe | None:
    asked = [number for number, chunk in enumerate(chunks) if chunk.kind in ("title", "question")]
    counts = [len(entry.questions) for entry in entries]
    if not probe_pays(len(asked), counts):
        return None
    words = Lexical(dict(lexical()), len(entries))
    features = np.stack([probe_features(whitened[number], words.weigh(chunks[number].text)) for number in asked])
    return fit_probe(features, owners[asked], counts)


def _named(part: str, arrays: Mapping[str, npt.NDArray[Any]]) -> dict[str, Any]:
    return {f"{part}.{name}": array for name, array in arrays.items()}
