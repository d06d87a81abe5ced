"""How much a gap weighs."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gaps.weight import HALF_LIFE, NOTHING, urgency, weigh
from tests.bot.conftest import NOON


def test_a_person_counts_once_and_further_questions_a_quarter() -> None:
    """One person now is 1; the same person again 1/4 more; somebody not known 1/2."""
    assert urgency(weigh([("anna", NOON)]), NOON) == pytest.approx(1)
    assert urgency(weigh([("anna", NOON), ("anna", NOON)]), NOON) == pytest.approx(1.25)
    assert urgency(weigh([("", NOON), ("", NOON)]), NOON) == pytest.approx(1)


def test_ten_people_outweigh_one_who_asks_ten_times() -> None:
    """Many people come first."""
    assert weigh([(str(number), NOON) for number in range(10)]) > weigh([("anna", NOON)] * 10)


def test_a_fortnight_halves() -> None:
    """What was asked two weeks ago weighs half, four weeks ago a quarter."""
    assert urgency(weigh([("anna", NOON)]), NOON + HALF_LIFE) == pytest.approx(0.5)
    assert urgency(weigh([("anna", NOON)]), NOON + 2 * HALF_LIFE) == pytest.approx(0.25)


@given(st.lists(st.tuples(st.sampled_from(["", "anna", "ben", "cleo"]), st.integers(0, 400)), min_size=1, max_size=30))
def test_the_sum_is_what_the_formula_says(asked: list[tuple[str, int]]) -> None:
    """Kept as a logarithm, it comes to the same as adding up."""
    now = NOON + timedelta(days=400)
    times = sorted(((asker, NOON + timedelta(days=day)) for asker, day in asked), key=lambda one: one[1])
    total, seen = 0.0, set[str]()
    for asker, moment in times:
        total += (0.5 if not asker else 0.25 if asker in seen else 1.0) * 2 ** (-((now - moment) / HALF_LIFE))
        seen.add(asker)
    assert urgency(weigh(times), now) == pytest.approx(total, rel=1e-6)


def test_without_questions_it_is_nothing() -> None:
    """An empty gap stands last."""
    assert weigh([]) == NOTHING
    assert urgency(NOTHING, datetime(2040, 1, 1, tzinfo=NOON.tzinfo)) == pytest.approx(0, abs=1e-12)
