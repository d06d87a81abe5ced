"""Entries that one audience may see, their chunks and vectors -> the files by which index.ranking ranks them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
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
from index.whitening import Whitening, entry_means, fit_whitening, unit
from index.wording import Wordings, wordings_of

Arrays = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one audience may see.

    Attributes:
        entries: in order; perhaps none.
        chunks: theirs, in order of entry.
        vectors: of the chunks, `(chunks, dim)`, unit rows.
        rows: the chunks' positions among all chunks of the generation.
        wordings: of the entries; counted here when left out.
    """

    entries: Sequence[Entry]
    chunks: Sequence[Chunk]
    vectors: Vectors
    rows: Sequence[int]
    wordings: Wordings | None = None


@dataclass(frozen=True, slots=True)
class _Space:
    """Where the chunks of a view lie.

    Attributes:
        owners: `(chunks,)`, the entry of each chunk.
        means: of each entry's vectors, `(entries, dim)`.
        whitening: learned from them.
    """

    owners: npt.NDArray[np.int64]
    means: Vectors
    whitening: Whitening


def write_views(
    pool: ThreadPoolExecutor,
    views: Mapping[Path, Seen],
    background: Vectors,
    written: Callable[[Path], None] = lambda path: None,
    ranked_whole: int = RANKED_WHOLE,
) -> list[Future[None]]:
    """Learn and write what ranking needs: for each audience from what it may see and nothing else.

    Args:
        pool: does the work, in three pieces for each view: its words, its vectors, and what needs both.
        views: by folder, which is new.
        background: vectors of index.background's lines, `(lines, dim)`.
        written: told of each file that is finished.
        ranked_whole: see `RANKED_WHOLE`.

    Returns:
        Done when everything is written; they raise what went wrong.
    """
    begun: list[tuple[Path, Seen, Future[Arrays], Future[_Space]]] = []
    for folder, seen in views.items():
        folder.mkdir()
        if seen.entries:
            near = len(seen.chunks) > ranked_whole
            words = pool.submit(_learn_words, folder / ARRAYS_FOLDER, seen.wordings or wordings_of(seen.entries, seen.chunks), near, written)
            begun.append((folder, seen, words, pool.submit(_learn_vectors, folder, seen, near, written)))
    # Queued behind all that they wait for: so one worker is enough to get on, and two end at about the same time.
    return [pool.submit(_learn_rest, folder, seen, background, words.result, space.result, written) for folder, seen, words, space in begun]


def _learn_vectors(folder: Path, seen: Seen, near: bool, written: Callable[[Path], None]) -> _Space:
    """Write the vectors, before and after whitening."""
    write_vectors(folder / VECTORS_FILE, seen.vectors)
    written(folder / VECTORS_FILE)
    position = {entry.id: number for number, entry in enumerate(seen.entries)}
    owners = np.array([position[chunk.entry_id] for chunk in seen.chunks], dtype=np.int64)
    means = entry_means(seen.vectors, owners, len(seen.entries))
    whitening = fit_whitening(seen.vectors, owners, means)
    whitened = whitening.apply(seen.vectors)
    np.save(folder / WHITENED_FILE, whitened)
    written(folder / WHITENED_FILE)
    if near:
        write_shortlist(folder / SHORTLIST_FILE, whitened)
        written(folder / SHORTLIST_FILE)
    return _Space(owners, means, whitening)


def _learn_rest(
    folder: Path, seen: Seen, background: Vectors, words: Callable[[], Arrays], space: Callable[[], _Space], written: Callable[[Path], None]
) -> None:
    """Measure the view, and write what is left."""
    learned = space()
    owners, whitening = learned.owners, learned.whitening
    whitened: Vectors = np.asarray(np.load(folder / WHITENED_FILE, mmap_mode="r"))
    centroids = unit(entry_means(whitened, owners, len(seen.entries)))
    chunk_kinds, entry_kinds = np.array([chunk.kind for chunk in seen.chunks]), np.array([entry.kind for entry in seen.entries])
    measured = measure(seen.vectors, whitened, centroids, owners, chunk_kinds, entry_kinds, background)
    probe = _learn_probe(seen, whitened, owners, words)
    words()  # its folder is there, and nothing went wrong
    write_arrays(folder / ARRAYS_FOLDER, dict(
        owners=owners, rows=np.array(seen.rows, dtype=np.int64), kinds=entry_kinds, mean=whitening.mean, matrix=whitening.matrix,
        centroids=centroids, plain_centroids=unit(learned.means),
        **_named("probe", probe.arrays() if probe else {}), **_named("measured", measured.arrays()),
    ), written)  # fmt: skip


def _learn_words(folder: Path, said: Wordings, by_entry: bool, written: Callable[[Path], None]) -> Arrays:
    """Write the statistics of words; those by which texts are compared are given back."""
    lexical = fit_lexical(said.terms, by_entry)
    write_arrays(folder, _named("lexical", lexical), written)
    write_arrays(
        folder, _named("coverage", fit_coverage(said.words)) | _named("codes", fit_codes(said.codes)) | _named("spelling", fit_spelling(said.words)), written
    )
    return lexical


def _learn_probe(seen: Seen, whitened: Vectors, owners: npt.NDArray[np.int64], lexical: Callable[[], Arrays]) -> Probe | None:
    asked = [number for number, chunk in enumerate(seen.chunks) if chunk.kind in ("title", "question")]
    counts = [len(entry.questions) for entry in seen.entries]
    if not probe_pays(len(asked), counts):
        return None
    words = Lexical(dict(lexical()), len(seen.entries))
    features = np.stack([probe_features(whitened[number], words.weigh(seen.chunks[number].text)) for number in asked])
    return fit_probe(features, owners[asked], counts)


def _named(part: str, arrays: Arrays) -> dict[str, Any]:
    return {f"{part}.{name}": array for name, array in arrays.items()}
