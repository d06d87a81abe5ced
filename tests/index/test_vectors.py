"""Vectors on disk."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np

from index.vectors import VectorIndex, write_vectors


def test_the_file_is_the_one_that_faiss_writes(tmp_path: Path) -> None:
    """Byte for byte, though no index is made in memory; and it reads back."""
    vectors = np.random.default_rng(1).normal(size=(7, 12)).astype(np.float32)
    flat = faiss.IndexFlatIP(12)
    flat.add(vectors)
    faiss.write_index(flat, str(tmp_path / "theirs"))
    write_vectors(tmp_path / "ours", vectors)
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()
    index = VectorIndex(tmp_path / "ours")
    assert (index.count, index.dim) == (7, 12)
    np.testing.assert_array_equal(index.rows(2, 5), vectors[2:5])
