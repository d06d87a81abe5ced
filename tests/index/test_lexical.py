"""Terms, TF-IDF cosine and BM25 coverage."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from index.bags import Bags
from index.lexical import Lexical, fit_lexical
from index.terms import Weighed, content_stems, terms, words

KNOWLEDGE = Path(__file__).parent.parent.parent / "knowledge"


def lexical(*texts: str) -> Lexical:
    """An index of texts."""
    return Lexical(fit_lexical(Bags.counted(Counter(terms(text)) for text in texts)), len(texts))


def test_a_code_is_one_word():
    """ERR-4012 is never half of ERR-4013."""
    assert words("Fix ERR-4012's fault, it’s due") == ["fix", "err-4012", "s", "fault", "it's", "due"]


def test_content_words_are_stems_without_function_words():
    """Endings and small words do not count, and each stem counts once."""
    assert content_stems("How do I return the returned items?") == ["return", "item"]


def test_cosine_is_that_of_the_formula():
    """Two texts with one shared term of two: cosine by hand."""
    index = Lexical(fit_lexical(Bags.counted([{"a": 1, "b": 1}, {"a": 1, "c": 1}])), 2)
    common, rare = math.log(3 / 3) + 1, math.log(3 / 2) + 1
    length = math.hypot(common, rare)
    cosine, _ = index.score(Weighed(("a", "b"), np.array([0, 1]), np.array([common, rare]) / length))
    assert cosine == pytest.approx([1.0, common**2 / length**2], abs=1e-6)


def test_coverage_counts_words_nobody_wrote():
    """An unknown word lowers every entry's coverage."""
    index = lexical("return an item", "track a parcel")
    _, alone = index.score(index.weigh("return"))
    _, with_unknown = index.score(index.weigh("return zyxw"))
    assert alone[0] > with_unknown[0] > 0


def test_typos_still_match():
    """Pieces of words survive a slip."""
    index = lexical("change the delivery address", "pay an invoice")
    cosine, _ = index.score(index.weigh("chnge delivry adress"))
    assert cosine[0] > 0.2
    assert cosine[0] > 3 * cosine[1]


def test_nothing_known_scores_nothing():
    """A text without any known term gets zeros, not an error."""
    index = lexical("return an item")
    cosine, coverage = index.score(index.weigh("жзщ"))
    assert np.array_equal(cosine, [0.0])
    assert np.array_equal(coverage, [0.0])


def test_weights_are_those_of_scikit_learn_and_bm25s():
    """TF-IDF and BM25 agree with the libraries on real documents, term by term."""
    import bm25s
    from sklearn.feature_extraction.text import TfidfVectorizer

    from index.corpus import read_corpus
    from index.lexical import entry_terms

    bags = [entry_terms(entry) for entry in read_corpus(KNOWLEDGE).entries[:40]]
    arrays = fit_lexical(Bags.counted(Counter(bag) for bag in bags))
    vectorizer = TfidfVectorizer(analyzer=list, sublinear_tf=True)
    matrix = vectorizer.fit_transform(bags)
    assert arrays["vocabulary"].tolist() == vectorizer.get_feature_names_out().tolist()
    columns = np.repeat(np.arange(len(arrays["vocabulary"])), np.diff(arrays["starts"]))
    assert arrays["tfidf"] == pytest.approx(np.asarray(matrix[arrays["rows"], columns]).ravel(), abs=1e-6)
    assert matrix.nnz == len(columns)
    assert arrays["tfidf_idf"] == pytest.approx(vectorizer.idf_, abs=1e-6)
    model = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
    numbers = vectorizer.vocabulary_
    model.index(bm25s.tokenization.Tokenized(ids=[[numbers[term] for term in bag] for bag in bags], vocab=dict(numbers)), show_progress=False)
    for number in range(0, len(numbers), 97):
        scores = model.get_scores_from_ids([number])
        mine = np.zeros(len(bags))
        column = slice(arrays["starts"][number], arrays["starts"][number + 1])
        mine[arrays["rows"][column]] = arrays["bm25"][column]
        assert mine == pytest.approx(scores, abs=1e-5)
