"""The only module that knows FAISS: search by inner product over unit vectors (cosine; higher is better).

FAISS is loaded where it is needed: to build, and to answer from a large knowledge base. A small one is ranked whole, so that
a server saves the 14 MB and 25 ms.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.embedding import Vectors

if TYPE_CHECKING:
    import faiss

_DIM_AT, _COUNT_AT, _SIZE_BYTES = 4, 8, 8
"""In the head of a flat index: where their dimension (int32) and their number (int64) stand; and how many bytes at its end hold the
number of floats. The floats follow."""
_READ_OF_HEAD = 16


def write_vectors(path: Path, vectors: Vectors) -> None:
    """Write vectors as a FAISS index file.

    Args:
        path: a new file.
        vectors: float32, `(n, dim)`, unit rows; row numbers are their ids.
    """
    import faiss

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
        with path.open("rb") as file:
            head = file.read(_READ_OF_HEAD)
        if len(head) < _READ_OF_HEAD:
            raise ValueError(f"{path} is cut off: it has no head")
        self.dim: int = struct.unpack_from("<i", head, _DIM_AT)[0]
        self.count: int = struct.unpack_from("<q", head, _COUNT_AT)[0]
        start = path.stat().st_size - self.count * self.dim * 4
        if start < _READ_OF_HEAD:
            raise ValueError(f"{path} is cut off: {self.count} vectors do not fit into it")
        # Mapped as bytes: the floats begin at no multiple of their size.
        self._floats: npt.NDArray[np.uint8] = np.asarray(np.memmap(path, np.uint8, "r", start))

    def rows(self, start: int, stop: int) -> Vectors:
        """The vectors from one row up to another, `(stop - start, dim)`, copied."""
        wide = self.dim * 4
        return np.frombuffer(self._floats[int(start) * wide : int(stop) * wide].tobytes(), dtype="<f4").reshape(-1, self.dim)


def write_shortlist(path: Path, vectors: Vectors) -> None:
    """Write a bit for each dimension of each vector, by which the nearest are found before any is compared exactly.

    RaBitQ (Gao and Long 2024, "RaBitQ: Quantizing High-Dimensional Vectors with a Theoretical Error Bound", SIGMOD): 56 bytes
    instead of 1,536, and nothing to train but the mean, so that a build takes no longer and comes out the same each time.
    docs/performance.md has what it was measured against.

    Args:
        path: a new file.
        vectors: float32, `(n, dim)`, unit rows; row numbers are their ids.
    """
    import faiss

    faiss.omp_set_num_threads(1)
    codes = faiss.IndexRaBitQFastScan(vectors.shape[1], faiss.METRIC_INNER_PRODUCT)
    codes.train(np.ascontiguousarray(vectors))
    codes.add(np.ascontiguousarray(vectors))
    faiss.write_index(codes, str(path))


class Shortlist:
    """The rows that are worth an exact comparison.

    Args:
        path: as written by `write_shortlist`.
    """

    def __init__(self, path: Path) -> None:
        self._codes = _mapped(path)

    def rows(self, query: Vectors, count: int) -> npt.NDArray[np.int64]:
        """Rows near to a query, among which the nearest very probably are; `(k,)`, at most `count`, in no order that matters.

        Args:
            query: float32, `(dim,)`.
            count: how many.
        """
        _, rows = self._codes.search(query[None, :], min(count, self._codes.ntotal))
        found: npt.NDArray[np.int64] = rows[0]
        return found[found >= 0]


def _mapped(path: Path) -> faiss.Index:
    """An index as it lies on the disk, so that processes share it."""
    import faiss

    faiss.omp_set_num_threads(1)  # one thread a question is best under load
    return faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
