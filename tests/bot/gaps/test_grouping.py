"""Vectors -> groups by meaning."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score, v_measure_score

from bot.gaps.grouping import Labels, group, keep_identity, most_central
from bot.gaps.space import placed
from index.background import background_lines
from index.dataset import read_dataset
from index.embedding import OnnxEncoder, Vectors
from index.whitening import unit

EVAL = Path(__file__).parents[4] / "shared" / "eval"
LOOSE = -1
SCOOTER = (
    "do you repair electric scooters",
    "can I get my e-scooter fixed",
    "is scooter repair something you offer",
    "my electric scooter is broken, do you mend those",
)
GIFT = ("how much is left on my gift card", "check gift card balance", "what is the balance of my gift voucher", "can I see how much money my gift card has")
TANDEM = ("can I rent a tandem", "do you hire out tandem bikes", "tandem rental price for a weekend", "is it possible to rent a tandem bicycle")


def _loose(vectors: Vectors) -> Labels:
    return group(vectors, np.full(len(vectors), LOOSE))


def _random(seed: int, count: int, centres: int) -> Vectors:
    draw = np.random.default_rng(seed)
    middle = draw.standard_normal((centres, 24))
    return unit(middle[draw.integers(0, centres, count)] + 0.35 * draw.standard_normal((count, 24)))


@pytest.fixture(scope="module")
def encoder(encoder_path: Path) -> OnnxEncoder:
    """The real model."""
    return OnnxEncoder(encoder_path)


@pytest.fixture(scope="module")
def middle(encoder: OnnxEncoder) -> Vectors:
    """Where its vectors crowd."""
    off_topic, support = background_lines()
    return np.asarray(encoder.encode_documents([*off_topic, *support]).mean(axis=0))


def test_ways_of_asking_one_thing_come_together(encoder: OnnxEncoder, middle: Vectors) -> None:
    """Twelve questions about three things, in four wordings each, are three groups, without anybody saying how many."""
    asked = [question for four in zip(SCOOTER, GIFT, TANDEM, strict=True) for question in four]
    labels = _loose(placed(encoder.encode_documents(asked), middle)).tolist()
    assert labels[0:3] * 4 == labels
    assert len(set(labels)) == 3


def test_nothing_and_one_thing() -> None:
    """No vectors are no groups, one vector is one."""
    assert _loose(np.empty((0, 4), dtype=np.float32)).tolist() == []
    assert _loose(np.array([[1, 0]], dtype=np.float32)).tolist() == [0]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60), st.integers(1, 9))
def test_groups_do_not_depend_on_the_order(seed: int, count: int, centres: int) -> None:
    """The same vectors in another order make the same groups."""
    vectors = _random(seed, count, centres)
    order = np.random.default_rng(seed + 1).permutation(count)
    assert adjusted_rand_score(_loose(vectors)[order], _loose(vectors[order])) == pytest.approx(1.0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60), st.integers(1, 5), st.data())
def test_decided_groups_stay_whole_and_apart(seed: int, count: int, centres: int, data: st.DataObject) -> None:
    """Whatever is decided comes back as it was; the others join it or make groups with numbers of their own."""
    firm = np.array(data.draw(st.lists(st.integers(LOOSE, 2), min_size=count, max_size=count)))
    labels = group(_random(seed, count, centres), firm)
    decided = firm >= 0
    assert labels[decided].tolist() == firm[decided].tolist()
    assert labels.min() >= 0


def test_a_question_joins_the_decided_group_that_it_is_like(encoder: OnnxEncoder, middle: Vectors) -> None:
    """Two gaps on one thing, kept apart by a person, stay two; a new question about another decided gap joins that."""
    vectors = placed(encoder.encode_documents([*SCOOTER, *GIFT]), middle)
    labels = group(vectors, np.array([0, 0, 1, 1, 2, 2, 2, LOOSE])).tolist()
    assert labels == [0, 0, 1, 1, 2, 2, 2, 2]


def test_identity_goes_to_the_group_with_the_largest_share() -> None:
    """A split group lives on where most of its questions are; joined ones as the larger; equal shares as the older."""
    assert keep_identity([7, 7, 7, LOOSE], [0, 0, 1, 1]) == {0: 7}
    assert keep_identity([3, 5, 5, 5], [0, 0, 0, 0]) == {0: 5}
    assert keep_identity([5, 3], [0, 0]) == {0: 3}


@given(st.lists(st.tuples(st.integers(LOOSE, 5), st.integers(0, 5)), max_size=40))
def test_each_group_is_continued_at_most_once(pairs: list[tuple[int, int]]) -> None:
    """No two new groups take the same name, and a name comes from a question that both share."""
    continued = keep_identity([old for old, _ in pairs], [new for _, new in pairs])
    assert len(set(continued.values())) == len(continued)
    assert {(old, new) for new, old in continued.items()} <= set(pairs)
    unchanged = keep_identity([old for old, _ in pairs if old >= 0], [old for old, _ in pairs if old >= 0])
    assert unchanged == {old: old for old, _ in pairs if old >= 0}


def test_the_most_central_is_the_one_most_like_all() -> None:
    """Between two others is the middle one."""
    assert most_central(unit(np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]))) == 1


@pytest.mark.skipif(not (EVAL / "clinc150").is_dir(), reason="the evaluation data is not on this machine")
def test_better_than_k_means_with_the_true_k_and_hdbscan(encoder: OnnxEncoder, middle: Vectors) -> None:
    """On 1,500 questions of 150 intents, both figures are above those of either, without being told how many intents there are."""
    asked = read_dataset(EVAL / "clinc150").in_scope[::3]
    right = [min(question.right) for question in asked]
    raw = encoder.encode_documents([question.text for question in asked])
    ours = _loose(placed(raw, middle))
    for other in (KMeans(len(set(right)), random_state=0).fit_predict(raw), HDBSCAN(copy=True).fit_predict(raw)):
        assert adjusted_rand_score(right, ours) > adjusted_rand_score(right, other)
        assert v_measure_score(right, ours) > v_measure_score(right, other)
