"""What counts as asked and not answered, and where it goes."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import insert, select, update

from bot.gaps.records import SignalKind
from bot.gaps.tables import gap_progress, gap_questions
from bot.gaps.upkeep import Done
from bot.tables import questions
from tests.bot.conftest import NOON
from tests.bot.gaps.support import World, entry

HALF_AN_HOUR = timedelta(minutes=31)


def test_unanswered_questions_with_the_same_words_are_one_gap(world: World) -> None:
    """Capitals and spaces make no difference; another matter is another gap."""
    for text in ("scooter battery swap", "Scooter  battery SWAP", "gift voucher balance"):
        world.ask(text)
    assert world.look_after().taken_in == 3
    assert [(gap.title.lower().split(), gap.questions) for gap in world.gaps.listed()] == [
        (["scooter", "battery", "swap"], 2),
        (["gift", "voucher", "balance"], 1),
    ]


def test_answered_questions_are_no_gap(world: World) -> None:
    """What got an answer, and no complaint, is left alone."""
    world.ask("when do you open", outcome="answer")
    assert (world.look_after().taken_in, world.gaps.listed()) == (0, ())


def test_suggestions_count_when_nobody_chose_for_half_an_hour(world: World) -> None:
    """Not before; and not when something was chosen."""
    world.ask("open on sunday", outcome="suggestions")
    chosen = world.ask("open at easter", outcome="suggestions")
    world.log.store_choice(chosen, "opening-hours")
    assert world.look_after().taken_in == 0
    assert world.look_after(HALF_AN_HOUR).taken_in == 1
    assert [(gap.title, gap.signals) for gap in world.gaps.listed()] == [("open on sunday", {"not_chosen": 1})]


def test_a_choice_that_comes_late_takes_the_question_out_again(world: World) -> None:
    """Somebody chose after an hour: nothing is missing, and the empty gap goes."""
    late = world.ask("open on sunday", outcome="suggestions")
    world.look_after(HALF_AN_HOUR)
    world.log.store_choice(late, "opening-hours")
    world.look_after()
    assert world.gaps.listed() == ()
    assert world.look_after(timedelta(days=1)).taken_in == 0


@pytest.mark.parametrize(
    ("reason", "step", "kind", "detail"),
    [("outdated", "", "not_helpful", "outdated"), ("", "2.1", "wrong_step", "2.1"), ("missing", "", "not_helpful", "missing")],
)
def test_complaints_about_answers_count_with_their_kind(world: World, reason: str, step: str, kind: SignalKind, detail: str) -> None:
    """Also days after the question; the entry that was shown is kept with it, and what was written."""
    asked = world.ask("when do you open", outcome="answer")
    world.look_after(timedelta(days=3))
    world.log.store_feedback(asked, helpful=False, reason=reason, step=step, comment="mail me at jo@example.com")
    world.look_after()
    (gap,) = world.gaps.listed()
    (question,) = world.gaps.questions(gap.id)
    assert [(signal.kind, signal.detail) for signal in question.signals] == [(kind, detail)]
    assert (question.blamed_entry, question.comments) == ("opening-hours", ("mail me at [email]",))


def test_a_question_may_count_for_two_reasons(world: World) -> None:
    """It is one question with both signals."""
    asked = world.ask("scooter battery swap")
    world.look_after()
    world.log.store_feedback(asked, helpful=False, reason="missing")
    assert world.look_after().taken_in == 0
    (gap,) = world.gaps.listed()
    assert (gap.questions, gap.signals) == (1, {"no_answer": 1, "not_helpful": 1})


def test_thanks_and_more_detail_are_no_complaints(world: World) -> None:
    """A helpful mark, and what somebody adds to a question, open nothing."""
    asked = world.ask("when do you open", outcome="answer")
    world.log.store_feedback(asked, helpful=True)
    world.log.store_feedback(asked, helpful=False, reason="detail", comment="on bank holidays")
    assert (world.look_after().taken_in, world.gaps.listed()) == (0, ())


def test_what_is_stored_late_is_found(world: World) -> None:
    """A question with an earlier time than the last look, stored by a slow process, is taken in."""
    world.ask("gift voucher balance")
    world.look_after()
    late = world.ask("scooter battery swap")
    with world.database.write() as connection:
        connection.execute(update(questions).where(questions.c.id == late).values(asked_at=world.now - timedelta(minutes=5)))
    assert world.look_after().taken_in == 1


def test_more_than_one_lot_is_taken_in_and_nothing_twice(world: World) -> None:
    """Five hundred questions, of which the look is repeated: each is in one gap, once."""
    for number in range(500):
        world.ask(f"matter{number % 7} alpha{number % 7} beta{number % 7}")
    assert [world.look_after().taken_in, world.look_after().taken_in] == [500, 0]
    assert sorted(gap.questions for gap in world.gaps.listed()) == [71, 71, 71, 71, 72, 72, 72]


def test_a_process_that_lost_its_turn_writes_nothing(world: World) -> None:
    """Another one took over: nothing is stored twice, and the other does the work."""
    world.ask("scooter battery swap")
    before = world.index.vectors
    world.look_after()
    world.ask("gift voucher balance")

    class Slow(type(world.index)):  # type: ignore[misc]  # takes so long to embed that its turn is taken over
        __slots__ = ()

        def vectors(self, asked: list[str]) -> object:
            with world.database.write() as connection:
                connection.execute(
                    update(gap_progress).where(gap_progress.c.name == "turn").values(holder="another", held_until=world.now + timedelta(minutes=1))
                )
            return before(asked)

    quick = world.index
    world.index = Slow(quick.all_entries, quick.generation)
    assert world.upkeep.run() is None
    world.index = quick
    with world.database.read() as connection:
        assert len(connection.execute(select(gap_questions)).all()) == 1
    world.now += timedelta(minutes=2)
    assert cast(Done, world.another_process().run()).taken_in == 1


def test_only_one_process_at_a_time_until_its_turn_is_over(world: World) -> None:
    """A killed process holds up the others for three minutes, not for ever."""
    with world.database.write() as connection:
        connection.execute(insert(gap_progress), {"name": "turn", "count": 0, "holder": "killed", "held_until": NOON + timedelta(minutes=3)})
    assert world.upkeep.run() is None
    world.now = NOON + timedelta(minutes=4)
    assert world.upkeep.run() is not None


def test_a_new_question_opens_a_closed_gap_again(world: World) -> None:
    """Its gap keeps its number."""
    world.ask("scooter battery swap")
    world.look_after()
    (gap,) = world.gaps.listed()
    world.rebuild(entry("scooter-battery", "scooter battery swap"))
    world.look_after()
    assert world.gaps.one(gap.id).status == "closed"
    world.ask("scooter battery swap price", outcome="no_answer")
    world.look_after()
    assert (world.gaps.one(gap.id).status, world.gaps.one(gap.id).questions) == ("open", 2)
    assert [event.action for event in world.gaps.events(gap.id)] == ["opened", "closed", "reopened"]


def test_a_clock_that_ran_ahead_hides_nothing(world: World) -> None:
    """After it is put right, what is asked is taken in at once."""
    world.look_after(timedelta(hours=5))
    world.now -= timedelta(hours=5)
    world.ask("scooter battery swap")
    assert world.look_after().taken_in == 1
