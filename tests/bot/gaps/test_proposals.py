"""Choices and helpful marks become proposed wordings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import UnknownGap
from bot.gaps.proposals import Proposals
from tests.bot.gaps.support import World

LATER = timedelta(minutes=11)


@pytest.fixture
def proposals(world: World) -> Proposals:
    """Of that world."""
    return Proposals(world.database, lambda: world.now)


def _choose(world: World, text: str, audience: str = "internal") -> None:
    world.log.store_choice(world.ask(text, outcome="suggestions", audience=audience), "opening-hours")  # type: ignore[arg-type]


def test_a_wording_is_proposed_once_however_often_it_is_chosen(world: World, proposals: Proposals) -> None:
    """Capitals and spaces make no difference; each choice counts once, whatever the number of looks."""
    for text in ("Open on Sunday?", "open  on sunday?", "open at easter"):
        _choose(world, text)
    for _ in range(3):
        world.look_after(LATER)
    assert [(one.entry_id, one.text, one.chosen) for one in proposals.listed()] == [
        ("opening-hours", "Open on Sunday?", 2),
        ("opening-hours", "open at easter", 1),
    ]


def test_helpful_marks_count_beside_choices(world: World, proposals: Proposals) -> None:
    """Unless the wording found its entry for sure already; an entry that was chosen gets the mark."""
    chosen = world.ask("open on sunday", outcome="suggestions")
    world.log.store_choice(chosen, "opening-hours")
    world.log.store_feedback(chosen, helpful=True)
    world.log.store_feedback(world.ask("when do you open please", outcome="answer"), helpful=True)
    world.look_after(LATER)
    assert [(one.text, one.chosen, one.helpful) for one in proposals.listed()] == [("open on sunday", 1, 1), ("when do you open please", 0, 1)]
    world.log.store_feedback(world.ask("when do you open"), helpful=True)
    world.look_after(LATER)
    assert len(proposals.listed()) == 2


def test_what_teaches_nothing_is_not_proposed(world: World, proposals: Proposals) -> None:
    """A question that the entry has, an entry that is gone, a whole message."""
    _choose(world, "When do you OPEN")
    _choose(world, "open " * 60)
    world.log.store_choice(world.ask("open on sunday", outcome="suggestions"), "no-such-entry")
    world.look_after(LATER)
    assert proposals.listed() == ()


def test_a_person_decides_and_declined_stays_declined(world: World, proposals: Proposals) -> None:
    """Who decided is kept; further choices do not bring it back."""
    _choose(world, "open on sunday", "public")
    world.look_after(LATER)
    (proposal,) = proposals.listed()
    assert proposal.audience == "public"
    declined = proposals.decide(proposal.id, False, "dana")
    assert (declined.status, declined.decided_by, declined.decided_at) == ("declined", "dana", world.now)
    _choose(world, "open on sunday")
    world.look_after(LATER)
    assert (proposals.listed(), [one.chosen for one in proposals.listed("declined")]) == ((), [2])
    assert proposals.decide(proposal.id, True, "lee").status == "accepted"
    with pytest.raises(UnknownGap, match="There is no proposal 99"):
        proposals.decide(99, True, "lee")
