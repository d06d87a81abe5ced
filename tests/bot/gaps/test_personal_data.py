from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from bot.database import Database
from bot.gaps.personal_data import GapData
from bot.gaps.space import wording_of
from bot.gaps.tables import gap_questions, gaps, question_proposals
from bot.privacy.holders import QuestionData
from bot.privacy.keeper import Keeper
from tests.bot.conftest import PEPPER
from tests.bot.gaps.support import World

pytestmark = pytest.mark.both_databases
HERS, HIS = "swap my purple tandem battery", "swap my tandem battery"


@pytest.fixture
def world(database: Database) -> World:
    """Ada and Ben ask for the same thing; Ada also asks for something else, looks after the gap, and her words are proposed."""
    world = World(database)
    world.ask(HERS, "page:ada", outcome="no_answer")
    world.ask(HIS, "page:ben", outcome="no_answer")
    world.ask("is the velodrome heated", "page:ada", outcome="no_answer")
    world.look_after()
    shared = next(gap for gap in world.gaps.listed() if gap.questions == 2)
    world.act.assign(shared.id, "ada", "ada")
    with database.write() as connection:
        connection.execute(gaps.update().where(gaps.c.id == shared.id).values(title=HERS))
        for text in (HERS, HIS):
            connection.execute(insert(question_proposals), _proposal(text, world))
    return world


def _proposal(text: str, world: World) -> dict[str, object]:
    told = {"entry_id": "opening-hours", "wording": wording_of(text), "text": text, "audience": "internal", "chosen": 1, "helpful": 0}
    return told | {"status": "declined", "proposed_at": world.now, "decided_by": "ada", "decided_at": world.now}


def _keeper(world: World) -> Keeper:
    return Keeper(world.database, (GapData(), QuestionData()), PEPPER, now=lambda: world.now)


def _texts(world: World) -> str:
    """Everything readable in the gaps' tables."""
    with world.database.read() as connection:
        return repr([connection.execute(select(table)).all() for table in (gaps, question_proposals)]) + repr(
            [world.gaps.events(gap.id) for gap in world.gaps.listed()]
        )


def test_whoever_is_erased_leaves_no_word_and_no_name_in_gaps(world: World) -> None:
    """The shared gap goes on with the other's question as its title, hers alone is gone, and nobody's work is called hers."""
    _keeper(world).erase("ada")
    (gap,) = world.gaps.listed()
    assert (gap.title, gap.questions, gap.people, gap.assignee) == (HIS, 1, 1, "")
    found = _texts(world)
    assert [word for word in ("purple", "velodrome", "ada") if word in found] == []
    assert HIS in found


def test_others_keep_theirs(world: World) -> None:
    """Erasing somebody else changes neither her gaps nor what she did."""
    _keeper(world).erase("ben")
    assert sorted(gap.title for gap in world.gaps.listed()) == ["is the velodrome heated", HERS]
    assert {gap.assignee for gap in world.gaps.listed()} == {"ada", ""}


def test_somebody_gets_what_they_did(world: World) -> None:
    """Events and gaps in hand, and nothing of others."""
    exported = _keeper(world).export("ada")
    assert [row["action"] for row in exported["gap_events"]] == ["assigned"]
    assert [row["title"] for row in exported["gaps_in_hand"]] == [HERS]
    assert _keeper(world).export("ben")["gap_events"] == []


def test_what_is_old_leaves_gaps_with_their_titles(world: World) -> None:
    """After the time set, no question, gap, event or proposal is left; before it, all are."""
    keeper = _keeper(world)
    keeper.purge(30)
    assert len(world.gaps.listed()) == 2
    world.now += timedelta(days=31)
    keeper.purge(30)
    with world.database.read() as connection:
        assert [connection.execute(select(table)).all() for table in (gaps, gap_questions, question_proposals)] == [[], [], []]
