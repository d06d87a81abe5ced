"""Terms, TF-IDF cosine and BM25 coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest

from index.lexical import Lexical, fit_lexical
from index.terms import content_stems, terms, words


def lexical(*texts: str) -> Lexical:
    """An index of texts."""
    return Lexical(fit_lexical([terms(text) for text in texts]), len(texts))


def test_a_code_is_one_word():
    """ERR-4012 is never half of ERR-4013."""
    assert words("Fix ERR-4012's fault, it’s due") == ["fix", "err-4012", "s", "fault", "it's", "due"]


def test_content_words_are_stems_without_function_words():
    """Endings and small words do not count, and each stem counts once."""
    assert content_stems("How do I return the returned items?") == ["return", "item"]


def test_cosine_is_that_of_the_formula():
    """Two texts with one shared term of two: cosine by hand."""
    index = Lexical(fit_lexical([["a", "b"], ["a", "c"]]), 2)
    common, rare = math.log(3 / 3) + 1, math.log(3 / 2) + 1
    length = math.hypot(common, rare)
    cosine, _ = index.score({"a": common / length, "b": rare / length})
    assert cosine == pytest.approx([1.0, common**2 / length**2], abs=1e-6)


def test_coverage_counts_words_nobody_wrote():
    """An unknown word lowers every entry's coverage."""
    index = lexical("return an item", "track a parcel")
    _, alone = index.score(index.weights("return"))
    _, with_unknown = index.score(index.weights("return zyxw"))
    assert alone[0] > with_unknown[0] > 0


def test_typos_still_match():
    """Pieces of words survive a slip."""
    index = lexical("change the delivery address", "pay an invoice")
    cosine, _ = index.score(index.weights("chnge delivry adress"))
    assert cosine[0] > 0.2
    assert cosine[0] > 3 * cosine[1]


def test_nothing_known_scores_nothing():
    """A text without any known term gets zeros, not an error."""
    index = lexical("return an item")
    cosine, coverage = index.score(index.weights("жзщ"))
    assert np.array_equal(cosine, [0.0])
    assert np.array_equal(coverage, [0.0])
