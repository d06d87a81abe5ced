"""What people decide about gaps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import GapRefused, UnknownGap
from bot.gaps.words import state
from tests.bot.gaps.support import World, entry

DAY = timedelta(days=1)


@pytest.fixture
def two(world: World) -> tuple[int, int]:
    """A gap of three questions and one of two."""
    for text in ("scooter battery swap", "scooter battery swap price", "swap scooter battery", "gift voucher balance", "balance gift voucher"):
        world.ask(text, outcome="no_answer", asker=text[:3])
    world.look_after()
    first, second = world.gaps.listed()
    return first.id, second.id


def test_assigning_is_stored_and_searched_by(world: World, two: tuple[int, int]) -> None:
    """A gap in somebody's hands is found by their name; the history says who put it there."""
    world.act.assign(two[0], "Dana", "lee")
    assert [gap.id for gap in world.gaps.listed(assignee="Dana")] == [two[0]]
    assert [(event.who, event.action, event.detail) for event in world.gaps.events(two[0])][-1] == ("lee", "assigned", "Dana")
    world.act.assign(two[0], "", "lee")
    assert world.gaps.listed(assignee="Dana") == ()


def test_a_gap_put_off_comes_back_by_itself(world: World, two: tuple[int, int]) -> None:
    """It is out of the list until its day."""
    world.act.snooze(two[0], world.now + DAY, "lee")
    assert ([gap.id for gap in world.gaps.listed()], [gap.id for gap in world.gaps.listed("snoozed")]) == ([two[1]], [two[0]])
    world.now += DAY
    assert ([gap.id for gap in world.gaps.listed()], world.gaps.count("snoozed")) == ([*two], 0)
    assert {state(gap) for gap in (*world.gaps.listed(), world.gaps.one(two[0]))} == {"open"}  # and not put off until a day that is past
    with pytest.raises(GapRefused, match="is not in the future"):
        world.act.snooze(two[0], world.now, "lee")


def test_joined_gaps_are_one_and_stay_one(world: World, two: tuple[int, int]) -> None:
    """The old number leads to the new gap; grouping does not take them apart."""
    world.act.merge(two[1], [two[0], two[0]], "lee")
    assert [event.action for event in world.gaps.events(two[1])] == ["opened", "took in"]
    assert (world.gaps.one(two[0]).id, world.gaps.one(two[1]).questions, world.gaps.one(two[1]).people) == (two[1], 5, 4)
    world.ask("another matter altogether", outcome="no_answer")
    world.look_after()
    assert [gap.questions for gap in world.gaps.listed()] == [5, 1]
    with pytest.raises(GapRefused, match="cannot be joined with itself"):
        world.act.merge(two[1], [two[0]], "lee")


def test_split_gaps_stay_apart(world: World, two: tuple[int, int]) -> None:
    """Questions that mean the same stay in two gaps when a person put them there, also as more come."""
    price = next(question.query_id for question in world.gaps.questions(two[0]) if question.text.endswith("price"))
    new = world.act.split(two[0], [price], "lee")
    assert (world.texts(new), world.texts(two[0])) == (["scooter battery swap price"], ["scooter battery swap", "swap scooter battery"])
    for _ in range(3):
        world.ask("scooter battery swap price", outcome="no_answer")
    world.look_after()
    assert world.texts(new) == ["scooter battery swap price"] * 4
    assert world.texts(two[0]) == ["scooter battery swap", "swap scooter battery"]


def test_splitting_needs_some_questions_of_the_gap(world: World, two: tuple[int, int]) -> None:
    """None, all and foreign ones are refused, with what to do."""
    own = [question.query_id for question in world.gaps.questions(two[0])]
    for wanted in ([], own):
        with pytest.raises(GapRefused, match="Name some of the 3 questions"):
            world.act.split(two[0], wanted, "lee")
    with pytest.raises(GapRefused, match=f"Gap {two[0]} has no question nope"):
        world.act.split(two[0], [own[0], "nope"], "lee")


def test_a_settled_gap_can_be_taken_up_again(world: World, two: tuple[int, int]) -> None:
    """Whatever was decided, reopening puts it back into the list."""
    world.act.dismiss(two[0], "lee", "said in the shop")
    world.act.not_ours(two[1], "lee")
    assert world.gaps.listed() == ()
    for gap in two:
        world.act.reopen(gap, "lee")
    assert [gap.id for gap in world.gaps.listed()] == [*two]


@pytest.mark.both_databases
def test_a_number_that_no_gap_has(world: World) -> None:
    """One sentence that says where to look, whatever number of digits it has."""
    with pytest.raises(UnknownGap, match="There is no gap 99999999999999999999"):
        world.gaps.one(99999999999999999999)
    for act in (lambda: world.act.assign(99, "Dana", "lee"), lambda: world.gaps.one(99), lambda: world.gaps.questions(99), lambda: world.gaps.events(99)):
        with pytest.raises(UnknownGap, match="There is no gap 99"):
            act()


@pytest.mark.both_databases
def test_search_reads_titles_and_questions(world: World, two: tuple[int, int]) -> None:
    """All words must stand somewhere in the gap; signs that SQL knows mean themselves."""
    assert [gap.id for gap in world.gaps.listed(search="PRICE scooter")] == [two[0]]
    assert world.gaps.listed(search="scooter voucher") == ()
    assert world.gaps.listed(search="%") == ()
    assert world.gaps.listed(search="scooter\0voucher \ud800") == ()  # which no database takes


def test_the_list_says_who_asked_what_where(world: World) -> None:
    """Counts by signal, channel, audience; most urgent first."""
    world.ask("gift voucher balance", "anna", "public", "chat")
    world.ask("gift voucher balance", "ben", "internal", "email")
    world.ask("scooter battery swap", "ben")
    world.look_after()
    first, second = world.gaps.listed()
    assert (first.title, first.people, first.channels, first.audiences) == ("gift voucher balance", 2, {"chat": 1, "email": 1}, {"internal": 1, "public": 1})
    assert (first.signals, first.urgency > second.urgency, second.urgency == pytest.approx(1, abs=0.01)) == ({"no_answer": 2}, True, True)
    assert world.gaps.count() == 2
    world.rebuild(entry("scooter", "scooter battery swap"))
    world.look_after()
    assert [gap.title for gap in world.gaps.listed()] == ["gift voucher balance"]
