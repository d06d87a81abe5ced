"""Vectors on disk."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest

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


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """With its name, instead of vectors that are not there."""
    write_vectors(tmp_path / "whole", np.ones((7, 12), np.float32))
    (tmp_path / "cut").write_bytes((tmp_path / "whole").read_bytes()[:200])
    with pytest.raises(ValueError, match="cut is cut off: 7 vectors"):
        VectorIndex(tmp_path / "cut")
