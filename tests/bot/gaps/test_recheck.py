"""Gaps close by evidence, and open again by evidence."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from bot.answer import PastReview, Thresholds
from bot.gaps.tables import gap_rechecks
from bot.gaps.upkeep import Upkeep
from bot.tables import questions
from tests.bot.gaps.support import World, entry

SWAP = "scooter battery swap"
PRICE = "scooter battery swap price today now"


def _one_gap(world: World) -> int:
    world.look_after()
    (gap,) = world.gaps.listed()
    return gap.id


def _lacking(world: World, gap: int) -> list[str]:
    return sorted(question.text for question in world.gaps.questions(gap) if question.passes is False)


def test_a_gap_closes_only_when_all_of_its_questions_are_answered(world: World) -> None:
    """A document that answers one of two leaves it open and names the other; with the other question it closes."""
    world.ask(SWAP)
    world.ask(PRICE)
    gap = _one_gap(world)
    world.rebuild(entry("battery", SWAP))
    done = world.look_after().rechecked
    assert done
    assert (done.asked, done.closed, done.still_open) == (2, (), (gap,))
    assert (world.gaps.one(gap).status, _lacking(world, gap)) == ("open", [PRICE])
    world.rebuild(entry("battery", SWAP, PRICE))
    done = world.look_after().rechecked
    assert done
    assert done.closed == (gap,)
    assert (world.gaps.one(gap).status, world.gaps.one(gap).closed_at, _lacking(world, gap)) == ("closed", world.now, [])


@pytest.mark.parametrize(("past_review", "status"), [("warn", "closed"), ("withhold", "open"), ("demote", "open")])
def test_a_document_past_its_review_date_closes_a_gap_only_where_it_would_answer(world: World, past_review: PastReview, status: str) -> None:
    """What whoever asks does not get as an answer is no answer here either."""
    world.ask(SWAP)
    gap = _one_gap(world)
    world.rebuild(replace(entry("battery", SWAP), review_by=date(2026, 1, 1)))
    assert Upkeep(world.database, world, Thresholds(), today=lambda: date(2026, 11, 20), past_review=past_review).recheck_gap(gap)
    assert world.gaps.one(gap).status == status


def test_a_later_index_that_breaks_it_opens_it_again(world: World) -> None:
    """The history names the question that lost its answer; another good index closes it again."""
    world.ask(SWAP)
    gap = _one_gap(world)
    world.rebuild(entry("battery", SWAP))
    world.look_after()
    world.rebuild(entry("opening-hours", "when do you open"))
    done = world.look_after().rechecked
    assert done
    assert (done.reopened, world.gaps.one(gap).status) == ((gap,), "open")
    assert world.gaps.events(gap)[-1].detail == f"not answered any more: {SWAP}"
    world.rebuild(entry("battery", SWAP))
    world.look_after()
    assert [event.action for event in world.gaps.events(gap)] == ["opened", "closed", "reopened", "closed"]


def test_only_the_intended_entry_closes(world: World) -> None:
    """Another entry that answers is not what the gap waits for."""
    world.ask(SWAP)
    gap = _one_gap(world)
    world.act.intend(gap, "scooter-service", "dana")
    world.rebuild(entry("battery", SWAP))
    world.look_after()
    (question,) = world.gaps.questions(gap)
    assert (world.gaps.one(gap).status, question.answered_by, question.passes) == ("open", "battery", False)
    world.rebuild(entry("scooter-service", SWAP))
    world.look_after()
    assert world.gaps.one(gap).status == "closed"


@pytest.mark.parametrize(
    ("then", "status"),
    [
        (entry("battery", SWAP, body="Old words."), "open"),
        (entry("battery", SWAP, "one more question", body="Old words."), "open"),
        (entry("battery", SWAP, body="New words."), "closed"),
        (entry("scooter-service", SWAP, body="Old words."), "closed"),
    ],
)
def test_a_complaint_needs_other_words_than_those_complained_about(world: World, then: object, status: str) -> None:
    """The same answer as then is no evidence; one that says something else, or another entry, is."""
    world.rebuild(entry("battery", SWAP, body="Old words."))
    asked = world.ask(SWAP)
    world.log.store_feedback(asked, helpful=False, reason="outdated")
    gap = _one_gap(world)
    world.rebuild(then)  # type: ignore[arg-type]
    world.look_after()
    assert world.gaps.one(gap).status == status


def test_questions_are_asked_as_who_asked_them(world: World) -> None:
    """What the public asked is not answered by an internal entry."""
    world.ask(SWAP, audience="public")
    gap = _one_gap(world)
    world.rebuild(entry("battery", SWAP, audience="internal"))
    world.look_after()
    assert world.gaps.one(gap).status == "open"
    world.rebuild(entry("battery", SWAP, audience="public"))
    world.look_after()
    assert world.gaps.one(gap).status == "closed"


def test_asking_again_logs_no_question(world: World) -> None:
    """What people asked stays what people asked."""
    world.ask(SWAP)
    _one_gap(world)
    world.rebuild(entry("battery", SWAP))
    world.look_after()
    with world.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(questions)).scalar_one() == 1


def test_each_generation_is_checked_once_by_whoever_comes_first(world: World) -> None:
    """Also when another process still holds the older generation: they do not check in turns."""
    other = world.another_process()
    world.ask(SWAP)
    _one_gap(world)
    old = world.index
    other.run()
    world.rebuild(entry("battery", SWAP))
    new = world.index
    for index, upkeep in ((new, world.upkeep), (old, other), (new, world.upkeep), (new, other), (old, world.another_process())):
        world.index = index
        upkeep.run()
    with world.database.read() as connection:
        checked = connection.execute(select(gap_rechecks.c.generation).order_by(gap_rechecks.c.id)).scalars().all()
    assert checked == ["000001", "000002", "000001"]  # the last process started with the old one: that is a rollback


def test_a_gap_that_is_put_off_closes_too(world: World) -> None:
    """Nobody has to look at it again."""
    world.ask(SWAP)
    gap = _one_gap(world)
    world.act.snooze(gap, world.now + timedelta(days=3), "dana")
    world.rebuild(entry("battery", SWAP))
    world.look_after()
    assert world.gaps.one(gap).status == "closed"


def test_what_is_settled_is_not_asked_again(world: World) -> None:
    """Not ours and nothing to do stay so whatever the documents say."""
    world.ask(SWAP)
    world.ask("gift voucher balance")
    world.look_after()
    first, second = world.gaps.listed()
    world.act.not_ours(first.id, "dana")
    world.act.dismiss(second.id, "dana", "said in the shop")
    world.rebuild(entry("battery", SWAP, PRICE), entry("voucher", "gift voucher balance"))
    done = world.look_after().rechecked
    assert done
    assert (done.asked, done.closed) == (0, ())
    assert [world.gaps.one(gap.id).status for gap in (first, second)] == ["not_ours", "dismissed"]
