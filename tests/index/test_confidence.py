"""Evidence, measures of a knowledge base, and probabilities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from index.confidence import Evidence, measure, soft_margin
from index.confidence_weights import CONFIDENCE, LEAD

VECTORS = np.eye(4, dtype=np.float32)[[0, 0, 1, 2]]
OWNERS = np.array([0, 0, 1, 2])
BACKGROUND = (np.eye(4, dtype=np.float32)[[3, 3, 3, 0]], np.eye(4, dtype=np.float32)[[3, 3, 3]])
EVIDENCE = Evidence(
    vector=np.array([0.8, 0.6, 0, 0], np.float32),
    entry=0,
    best=0.8,
    centroid=0.8,
    words=0.5,
    covered=0.5,
    probe=0.4,
    scores=np.array([3.0, 2.0, 1.0], np.float32),
    rivals=np.array([2.0, 1.0], np.float32),
    words_margin=0.2,
)


@pytest.fixture
def measured():
    """Three entries, the first with two chunks that are the same."""
    return measure(VECTORS, VECTORS, OWNERS, np.array([0, 1]), 3, BACKGROUND)


def test_what_is_answered_here_is_no_background(measured):
    """The background line that a chunk answers is left out."""
    assert len(measured.off_topic) == 3
    assert measured.figures(EVIDENCE)["like small talk"] == pytest.approx(0.0)


def test_own_similarity_is_higher_where_chunks_agree(measured):
    """The entry whose chunks are alike expects more of a question."""
    assert measured.own[0] > measured.own[1] == measured.own[2]


def test_own_questions_found_again(measured):
    """Both left-out questions find their entry: log-odds of (2 + 0.8 x 5) / (2 + 5)."""
    assert float(measured.found) == pytest.approx(np.log(6 / 1))


@pytest.mark.parametrize("change", [{"best": 0.7}, {"centroid": 0.7}, {"words": 0.3}, {"covered": 0.2}, {"probe": 0.1}])
def test_less_evidence_is_less_confidence(measured, change):
    """Every kind of evidence counts in its own direction."""
    assert measured.judge(replace(EVIDENCE, **change)).confidences[0] < measured.judge(EVIDENCE).confidences[0]


def test_others_follow_the_first(measured):
    """Probabilities fall with the scores, and the lead rises with the margin."""
    judged = measured.judge(EVIDENCE)
    assert judged.confidences == sorted(judged.confidences, reverse=True)
    assert all(0 <= one <= 1 for one in judged.confidences)
    narrow = measured.judge(replace(EVIDENCE, scores=np.array([2.1, 2.0, 1.0], np.float32)))
    assert narrow.lead < judged.lead
    assert narrow.confidences[1] > judged.confidences[1]


def test_a_lone_entry_leads():
    """Nothing else can be meant."""
    alone = measure(VECTORS[:2], VECTORS[:2], OWNERS[:2], np.array([0]), 1, BACKGROUND)
    judged = alone.judge(replace(EVIDENCE, scores=np.array([3.0], np.float32), rivals=np.array([], np.float32)))
    assert judged.lead == 1.0
    assert len(judged.confidences) == 1


def test_many_close_rivals_are_worse_than_one():
    """The soft margin counts them all; one rival far behind hardly counts."""
    assert soft_margin(3.0, np.array([2.0])) == pytest.approx(1.0)
    assert soft_margin(3.0, np.array([2.0, 2.0])) == pytest.approx(1.0 - np.log(2) / 10)
    assert soft_margin(3.0, np.array([2.0, -5.0])) == pytest.approx(1.0)


def test_what_may_be_right_as_well_does_not_lower_the_lead(measured):
    """A close entry that is no rival takes nothing from the lead, and is still likely itself."""
    beside = replace(EVIDENCE, scores=np.array([3.0, 2.9, 2.0, 1.0], np.float32))
    judged = measured.judge(beside)
    assert judged.lead == measured.judge(EVIDENCE).lead
    assert judged.confidences[1] > judged.confidences[2]


def test_shipped_weights_have_the_signs_they_must():
    """Evidence for an entry never counts against it; likeness to the background does."""
    background = {"like small talk", "like another trade"}
    assert all(weight < 0 for name, weight in CONFIDENCE.items() if name in background)
    assert all(weight >= 0 for name, weight in (CONFIDENCE | LEAD).items() if name not in background)
