"""The only module that knows FAISS: exact search by inner product over unit vectors (cosine; higher is better)."""

from __future__ import annotations

import struct
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from index.embedding import Vectors

_COUNT_AT, _SIZE_BYTES = 8, 8
"""In the head of a flat index: where the number of vectors stands; and how many bytes at its end hold the number of floats."""


def write_vectors(path: Path, vectors: Vectors) -> None:
    """Write vectors as a FAISS index file.

    Args:
        path: a new file.
        vectors: float32, `(n, dim)`, unit rows; row numbers are their ids.
    """
    # What FAISS writes of an index without vectors, with their number put in, and then the vectors: no copy of them is made.
    head = bytearray(faiss.serialize_index(faiss.IndexFlatIP(vectors.shape[1])).tobytes())
    struct.pack_into("<q", head, _COUNT_AT, len(vectors))
    struct.pack_into("<q", head, len(head) - _SIZE_BYTES, vectors.size)
    with path.open("wb") as file:
        file.write(head)
        np.ascontiguousarray(vectors, dtype="<f4").tofile(file)


class VectorIndex:
    """Vectors of one generation, mapped from disk so that processes share them.

    Args:
        path: as written by `write_vectors`.
    """

    def __init__(self, path: Path) -> None:
        self._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
        faiss.omp_set_num_threads(1)  # one thread a question is best under load
        self.count: int = self._index.ntotal
        self.dim: int = self._index.d

    def nearest(self, query: Vectors, count: int) -> tuple[Vectors, npt.NDArray[np.int64]]:
        """The vectors nearest to a query.

        Args:
            query: float32, `(dim,)`, unit length.
            count: how many; fewer come back when there are fewer.

        Returns:
            Cosines in [-1, 1], best first, `(k,)`; and their row numbers, `(k,)`.
        """
        scores, rows = self._index.search(query[None, :], min(count, self.count))
        return scores[0], rows[0]

    def rows(self, start: int, stop: int) -> Vectors:
        """The vectors from one row up to another, `(stop - start, dim)`, copied."""
        return np.asarray(self._index.reconstruct_n(int(start), int(stop - start)), dtype=np.float32)
