"""The base asked its own questions."""

from __future__ import annotations

import numpy as np
import pytest

from index.findable import found_again
from index.whitening import entry_means, unit

AXES = np.eye(4, dtype=np.float32)
PRIOR = 0.8 * 5


def log_odds(found: int, asked: int) -> float:
    """Of this many found again, with the prior."""
    share = (found + PRIOR) / (asked + 5)
    return float(np.log(share / (1 - share)))


def ask(vectors: list[int], owners: list[int], kinds: list[str], families: list[str]) -> float:
    """Chunks along the axes named."""
    whitened, numbers = AXES[vectors], np.array(owners)
    return found_again(whitened, unit(entry_means(whitened, numbers, len(families))), numbers, np.array(kinds), np.array(families))


def test_questions_with_a_like_one_are_found():
    """Two entries that ask for one thing in two ways each."""
    assert ask([0, 0, 1, 1], [0, 0, 1, 1], ["question"] * 4, ["sop", "sop"]) == pytest.approx(log_odds(4, 4))


def test_a_question_that_only_another_entry_asks_alike_is_not_found():
    """The second entry's question along the first axis goes to the first entry; the first's own find each other."""
    assert ask([0, 0, 1, 0], [0, 0, 1, 1], ["question", "question", "passage", "question"], ["sop", "sop"]) == pytest.approx(log_odds(2, 3))


def test_an_entry_of_another_kind_is_no_rival():
    """A FAQ that says the same does not keep the procedure from being found, as both may answer."""
    chunks = ([0, 1, 0], [0, 0, 1], ["question", "step", "passage"])
    assert ask(*chunks, ["sop", "sop"]) == pytest.approx(log_odds(0, 1))
    assert ask(*chunks, ["sop", "faq"]) == pytest.approx(log_odds(1, 1))


def test_steps_do_not_find_their_own_title():
    """They repeat it, so a procedure without questions would always seem easy to find."""
    assert ask([0, 0, 1, 2], [0, 0, 0, 1], ["title", "step", "passage", "passage"], ["sop", "sop"]) == pytest.approx(log_odds(0, 1))
    assert ask([0, 0, 1, 2], [0, 0, 0, 1], ["title", "reply", "passage", "passage"], ["sop", "sop"]) == pytest.approx(log_odds(1, 1))


def test_what_cannot_be_measured_is_assumed():
    """Entries of a single chunk have nothing left to be found by."""
    assert ask([0, 1], [0, 1], ["title", "title"], ["faq", "faq"]) == pytest.approx(log_odds(0, 0))


def test_titles_are_asked_where_questions_are_few():
    """From twenty questions on, only those."""
    few = ask([0, 0, 1, 1], [0, 0, 1, 1], ["title", "question", "title", "question"], ["faq", "faq"])
    assert few == pytest.approx(log_odds(4, 4))
    many = ask([0] * 21 + [1, 0], [0] * 21 + [1, 1], ["question"] * 21 + ["passage", "title"], ["faq", "faq"])
    assert many == pytest.approx(log_odds(21, 21))
