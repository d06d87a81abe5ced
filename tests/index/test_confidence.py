"""Evidence, measures of a knowledge base, and probabilities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from index.confidence import SIGNALS, Evidence, Measured, measure
from index.confidence_weights import CONFIDENCE, LEAD
from index.whitening import entry_means, unit

VECTORS = np.eye(4, dtype=np.float32)[[0, 0, 1, 2]]
OWNERS = np.array([0, 0, 1, 2])
KINDS = np.array(["question", "question", "title", "title"])
BACKGROUND = np.eye(4, dtype=np.float32)[[3, 3, 3, 0]]
FALLING = np.array([0.9, 0.6, 0.3], np.float32)
EVIDENCE = Evidence(
    vector=np.array([0.8, 0.6, 0, 0], np.float32),
    entry=0,
    best=0.8,
    centroid=0.8,
    words=0.5,
    covered=0.5,
    probe=0.4,
    signals=np.tile(FALLING, (len(SIGNALS), 1)),
    rival=np.array([False, True, True]),
    elsewhere=np.array([False, False, False]),
)


def with_signals(*values: float) -> Evidence:
    """The evidence with other parts of the scores."""
    return replace(EVIDENCE, signals=np.tile(np.array(values, np.float32), (len(SIGNALS), 1)))


def measured_with(background: np.ndarray, chunks: int = len(VECTORS)) -> Measured:
    """A base of the first so many chunks, all of FAQs."""
    vectors, owners = VECTORS[:chunks], OWNERS[:chunks]
    entries = int(owners[-1]) + 1
    return measure(vectors, vectors, unit(entry_means(vectors, owners, entries)), owners, KINDS[:chunks], np.array(["faq"] * entries), background)


@pytest.fixture
def measured():
    """Three entries, the first with two chunks that are the same."""
    return measured_with(BACKGROUND)


def test_what_is_answered_here_is_no_background(measured):
    """The background line that a chunk answers is left out; where hardly any would be left, all stay."""
    assert len(measured.background) == 3
    few = measured_with(BACKGROUND[1:])
    assert len(few.background) == 3


def test_background_is_seen_from_the_middle(measured):
    """What chunks and background share says nothing: the question's difference from the mean is compared with the line's."""
    centre = np.array([2, 1, 1, 3]) / 7
    line, question = np.array([0, 0, 0, 1]) - centre, np.array([0.8, 0.6, 0, 0]) - centre
    expected = line @ question / np.linalg.norm(line) / np.linalg.norm(question)
    assert measured.figures(EVIDENCE)["like the background"] == pytest.approx(expected, abs=1e-6)
    assert measured.figures(replace(EVIDENCE, vector=BACKGROUND[0]))["like the background"] == pytest.approx(1.0)


def test_a_line_near_to_what_is_written_counts_less():
    """What is said beside the knowledge base is a stronger sign of something else than what nearly stands in it."""
    beside, near = (np.array([[cosine, 0, 0, (1 - cosine**2) ** 0.5]] * 3, np.float32) for cosine in (0.0, 0.6))
    far_off, close = (measured_with(lines) for lines in (beside, near))
    # Asked in the very words of the line.
    assert far_off.figures(replace(EVIDENCE, vector=beside[0]))["like the background"] == pytest.approx(1.0)
    assert close.figures(replace(EVIDENCE, vector=near[0]))["like the background"] == pytest.approx(1.0 - 0.35 * 0.6)


def test_own_similarity_is_higher_where_chunks_agree(measured):
    """The entry whose chunks are alike expects more of a question."""
    assert measured.own[0] > measured.own[1] == measured.own[2]


@pytest.mark.parametrize("change", [{"best": 0.7}, {"centroid": 0.7}, {"words": 0.3}, {"covered": 0.2}, {"probe": 0.1}])
def test_less_evidence_is_less_confidence(measured, change):
    """Every kind of evidence counts in its own direction."""
    assert measured.judge(replace(EVIDENCE, **change)).confidences[0] < measured.judge(EVIDENCE).confidences[0]


def test_a_first_hit_far_off_its_middle_is_less_likely(measured):
    """Even where another entry's centroid is as near as before."""
    further_off = np.where(np.array(SIGNALS)[:, None] == "centroid", EVIDENCE.signals - np.float32(0.2), EVIDENCE.signals)
    astray = replace(EVIDENCE, signals=further_off)
    assert astray.centroid == EVIDENCE.centroid
    assert measured.judge(astray).confidences[0] < measured.judge(EVIDENCE).confidences[0]


def test_others_follow_the_first(measured):
    """Probabilities fall with the scores, and the lead rises with the distance to the next."""
    judged = measured.judge(EVIDENCE)
    assert judged.confidences == sorted(judged.confidences, reverse=True)
    assert all(0 <= one <= 1 for one in judged.confidences)
    narrow = measured.judge(with_signals(0.9, 0.88, 0.3))
    assert narrow.lead < judged.lead
    assert narrow.confidences[1] > judged.confidences[1]


def test_a_lone_entry_leads():
    """Nothing else can be meant."""
    alone = measured_with(BACKGROUND, 2)
    judged = alone.judge(replace(with_signals(0.9), rival=np.array([False]), elsewhere=np.array([False])))
    assert judged.lead == 1.0
    assert len(judged.confidences) == 1


def test_what_may_be_right_as_well_does_not_lower_the_lead(measured):
    """A close entry that is no rival takes nothing from the lead, and is still likely itself."""
    beside = replace(with_signals(0.9, 0.89, 0.6, 0.3), rival=np.array([False, False, True, True]), elsewhere=np.zeros(4, bool))
    judged = measured.judge(beside)
    assert judged.lead == measured.judge(EVIDENCE).lead
    assert judged.confidences[1] > judged.confidences[2]


def test_what_is_about_another_code_is_not_offered(measured):
    """However alike its words are."""
    judged = measured.judge(replace(with_signals(0.9, 0.89, 0.3), rival=np.array([False, False, True]), elsewhere=np.array([False, True, False])))
    assert judged.confidences[1:] == [0.0, 0.0]


def test_a_base_whose_questions_are_hard_to_find_is_less_sure(measured):
    """The same evidence means less where the base's own questions are taken for each other's."""
    hard = replace(measured, found=measured.found - np.float32(3))
    assert hard.judge(EVIDENCE).confidences[0] < measured.judge(EVIDENCE).confidences[0]
    assert hard.judge(EVIDENCE).lead < measured.judge(EVIDENCE).lead


def test_shipped_weights_have_the_signs_they_must():
    """Evidence for an entry never counts against it; likeness to the background does."""
    assert CONFIDENCE["like the background"] < 0
    assert all(weight >= 0 for name, weight in (CONFIDENCE | LEAD).items() if name != "like the background")
