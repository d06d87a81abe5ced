"""What is learned of how the chunks of one entry differ."""

from __future__ import annotations

import numpy as np

from index.whitening import entry_means, fit_whitening, unit


def test_means_of_short_and_long_entries() -> None:
    """Entries of one chunk, of a few, and of more than are added up together."""
    lengths = [1, 40, 3, 16, 17, 2]
    owners = np.repeat(np.arange(len(lengths)), lengths)
    vectors = np.random.default_rng(2).normal(size=(len(owners), 5)).astype(np.float32)
    expected = [vectors[owners == entry].mean(axis=0) for entry in range(len(lengths))]
    np.testing.assert_allclose(entry_means(vectors, owners, len(lengths)), expected, atol=1e-6)


def test_many_chunks_are_whitened_as_one_is() -> None:
    """More than are worked on at once: each comes out as a question with the same vector does."""
    vectors = unit(np.random.default_rng(3).normal(size=(5_000, 6)))
    owners = np.repeat(np.arange(1_000), 5)
    whitening = fit_whitening(vectors, owners, entry_means(vectors, owners, 1_000))
    mapped = whitening.apply(vectors)
    for row in (0, 2_047, 2_048, 4_999):
        np.testing.assert_allclose(mapped[row], whitening.apply(vectors[row]), atol=1e-5)
