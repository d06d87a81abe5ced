"""Everything grouped anew: gaps keep who they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import delete, select

from bot.gaps.tables import gap_events, gap_progress, gap_questions, gaps
from bot.tables import questions
from index.embedding import Vectors
from index.whitening import unit
from tests.bot.gaps.support import GapIndex, World

SWAP, VOUCHER = "scooter battery swap", "gift voucher balance"


class OtherEncoder(GapIndex):
    """The same with another model: its vectors have nothing to do with the first one's."""

    __slots__ = ()

    @property
    def encoder(self) -> str:
        """Another one."""
        return "turned"

    def vectors(self, questions: Sequence[str]) -> Vectors:
        """Turned, and seen from elsewhere."""
        return unit(np.roll(super().vectors(questions), 7, axis=1) + 0.05)


def test_a_gap_keeps_its_number_as_questions_join(world: World) -> None:
    """Forty questions later it is still the same gap, opened when it was."""
    world.ask(SWAP)
    world.ask(VOUCHER)
    world.look_after()
    before = {gap.title: (gap.id, gap.opened_at) for gap in world.gaps.listed()}
    for number in range(20):
        world.ask(f"{SWAP} tail{number}", outcome="no_answer")
        world.ask(f"{VOUCHER} tail{number}", outcome="no_answer")
        if number % 3 == 0:
            world.look_after()
    world.look_after()
    after = {gap.id: (gap.questions, gap.opened_at) for gap in world.gaps.listed()}
    assert after == {gap_id: (21, opened) for gap_id, opened in before.values()}


def test_two_gaps_that_turn_out_to_be_one_become_the_older(world: World) -> None:
    """What links them comes later; the younger number leads to the older one, and the history says so."""
    world.ask("alpha beta gamma delta", outcome="no_answer")
    world.look_after()
    world.ask("delta epsilon zeta", outcome="no_answer")
    world.look_after()
    old, young = sorted(gap.id for gap in world.gaps.listed())
    for text in ("beta gamma delta epsilon", "gamma delta epsilon zeta", "alpha beta gamma delta epsilon", "alpha gamma delta epsilon zeta"):
        world.ask(text, outcome="no_answer")
        world.look_after()
    assert [(gap.id, gap.questions) for gap in world.gaps.listed()] == [(old, 6)]
    assert world.gaps.one(young).id == old
    with world.database.read() as connection:
        merged = connection.execute(select(gaps.c.status, gaps.c.merged_into).where(gaps.c.id == young)).one()
    assert tuple(merged) == ("merged", old)


def test_with_another_encoder_the_gaps_stay_and_take_in_more(world: World) -> None:
    """Old questions are embedded anew; a new one joins the gap it belongs to."""
    for text in (SWAP, f"{SWAP} price", VOUCHER, f"{VOUCHER} left"):
        world.ask(text, outcome="no_answer")
    world.look_after()
    before = {gap.id: world.texts(gap) for gap in world.gaps.listed()}
    world.index = OtherEncoder(world.index.all_entries, "000002")
    world.look_after()
    assert {gap.id: world.texts(gap) for gap in world.gaps.listed()} == before
    with world.database.read() as connection:
        assert set(connection.execute(select(gap_questions.c.encoder)).scalars()) == {"turned"}
    world.ask(f"{SWAP} how", outcome="no_answer")
    world.look_after()
    assert sorted(gap.questions for gap in world.gaps.listed()) == [2, 3]
    assert {gap.id for gap in world.gaps.listed()} == set(before)


def test_what_somebody_decides_while_grouping_goes_on_wins(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Grouping that began before is thrown away, and done again the next time."""
    world.ask(SWAP)
    world.look_after()
    (gap,) = world.gaps.listed()
    world.ask(f"{SWAP} price", outcome="no_answer")
    from bot.gaps import regrouping

    real = regrouping.group

    def slow(vectors: Vectors, firm: np.ndarray) -> np.ndarray:
        world.act.assign(gap.id, "Dana", "lee")
        return np.arange(len(real(vectors, firm)))

    monkeypatch.setattr(regrouping, "group", slow)
    assert world.look_after().moved == 0
    monkeypatch.undo()
    world.look_after()
    assert [(one.id, one.questions, one.assignee) for one in world.gaps.listed()] == [(gap.id, 2, "Dana")]


def test_deleted_questions_leave_no_trace_in_the_counts(world: World) -> None:
    """After questions were deleted, gaps without any go, and the others count what is left."""
    world.ask(SWAP, "anna")
    world.ask(SWAP, "ben")
    lone = world.ask(VOUCHER, "ben")
    world.look_after()
    with world.database.write() as connection:
        connection.execute(delete(questions).where((questions.c.id == lone) | (questions.c.asker == world.log._hashed("anna"))))
    world.rebuild(*world.index.all_entries)
    world.look_after()
    assert [(gap.questions, gap.people, world.texts(gap)) for gap in world.gaps.listed()] == [(1, 1, [SWAP])]


def test_a_gap_whose_questions_no_longer_hang_together_is_split(world: World) -> None:
    """What linked them was deleted: the gap goes on with one part, the other gets a number of its own, and the history says why."""
    links = ("beta gamma delta epsilon", "gamma delta epsilon zeta", "alpha beta gamma delta epsilon", "alpha gamma delta epsilon zeta")
    for text in ("alpha beta gamma delta", "delta epsilon zeta", *links):
        world.ask(text, outcome="no_answer")
        world.look_after()
    (whole,) = world.gaps.listed()
    with world.database.write() as connection:
        connection.execute(delete(questions).where(questions.c.text.in_(links)))
    world.ask(VOUCHER, outcome="no_answer")
    world.look_after()
    parts = {gap.id: set(world.texts(gap)) for gap in world.gaps.listed() if gap.title != VOUCHER}
    assert sorted(parts.values(), key=sorted) == [{"alpha beta gamma delta"}, {"delta epsilon zeta"}]
    assert whole.id in parts
    (new,) = set(parts) - {whole.id}
    with world.database.read() as connection:
        events = connection.execute(select(gap_events.c.action, gap_events.c.detail).where(gap_events.c.gap_id == new)).all()
    assert [tuple(event) for event in events] == [("opened", "split off by grouping")]


def test_a_large_log_is_grouped_anew_after_a_tenth_more(world: World) -> None:
    """Above two hundred wordings a single question joins at once, and the rest waits until enough is new."""
    for number in range(230):
        world.ask(f"thing{number} stuff{number} matter{number}")
    world.look_after()
    for extra in (1, 30):
        for number in range(extra):
            world.ask(f"thing{number} stuff{number} matter{number} again{extra}", outcome="no_answer")
        world.look_after(timedelta(minutes=1))
        with world.database.read() as connection:
            waiting = connection.execute(select(gap_progress.c.count).where(gap_progress.c.name == "since_regroup")).scalar_one()
        assert waiting == (1 if extra == 1 else 0)
    assert world.gaps.count() == 230
