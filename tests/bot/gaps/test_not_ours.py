"""Questions that are out of scope: refused, and no gaps."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answer import Thresholds
from bot.ask import Asker, Question
from bot.database import Database
from bot.gaps.actions import GapActions
from bot.gaps.not_ours import NotOurs
from bot.gaps.reading import GapList
from bot.gaps.upkeep import Upkeep
from bot.query_log import QueryLog
from index.current import CurrentIndex
from tests.bot.conftest import PEPPER
from tests.bot.gaps.support import World

FIRST = "can I buy a surfboard or a kayak from you"
SURE = "how do I handle a refund complaint"
OTHERS = (SURE, "how long is a gift card valid", "what do you sell", "refund")


class Place:
    """The starter knowledge base, with people who ask."""

    def __init__(self, data: Path, database: Database) -> None:
        log = QueryLog(database, PEPPER)
        self.seconds = 0.0
        index = CurrentIndex(data)
        self.asker = Asker(index, log, Thresholds())
        self.asker.refusal = NotOurs(database, lambda: self.seconds)
        self.upkeep = Upkeep(database, index, Thresholds())
        self.log, self.last = log, ""
        self.gaps, self.act = GapList(database), GapActions(database)

    def ask(self, text: str) -> str:
        """The outcome's name, as long after the last decision as it may take to be heard of."""
        self.seconds += 10
        asked = self.asker.ask(Question(text, "internal", "terminal"))
        self.last = asked.query_id
        return asked.outcome.name


@pytest.fixture
def place(starter_data: Path, database: Database) -> Place:
    """Nothing is refused yet."""
    return Place(starter_data, database)


def _refuse(place: Place, text: str) -> int:
    place.ask(text)
    place.upkeep.run()
    (gap,) = place.gaps.listed()
    place.act.not_ours(gap.id, "dana")
    return gap.id


def test_such_questions_are_refused_and_counted_where_the_first_ones_are(place: Place) -> None:
    """The same wording, and one that means the same, get no answer and make no gap; another matter goes on as before."""
    gap = _refuse(place, FIRST)
    refusal, place.asker.refusal = place.asker.refusal, None
    before = [place.ask(text) for text in OTHERS]
    place.asker.refusal = refusal
    assert [place.ask(FIRST.upper()), place.ask("can I buy a kayak or a surfboard from you")] == ["no_answer", "no_answer"]
    assert [place.ask(text) for text in OTHERS] == before
    place.upkeep.run()
    assert (place.gaps.one(gap).status, place.gaps.one(gap).questions) == ("not_ours", 3)
    assert all("surfboard" not in one.title for one in place.gaps.listed())


def test_the_very_wording_is_refused_whatever_the_documents_say(place: Place) -> None:
    """Also an answer that is sure; a near wording keeps its sure answer, but gets no suggestions."""
    sure, near_it = "how do I handle a refund complaint", "how do I handle a refund complaint?"
    unsure, near_unsure = "refund", "a refund"
    assert [place.ask(text) for text in (sure, near_it, unsure, near_unsure)] == ["answer", "answer", "suggestions", "suggestions"]
    place.log.store_feedback(place.last, helpful=False, reason="missing")
    for text in (sure, unsure):
        place.ask(text)
        place.log.store_feedback(place.last, helpful=False, reason="missing")
    place.upkeep.run()
    for gap in place.gaps.listed():
        place.act.not_ours(gap.id, "dana")
    assert [place.ask(text) for text in (sure, near_it, unsure, near_unsure)] == ["no_answer", "answer", "no_answer", "no_answer"]


def test_taking_it_back_is_heard_of(place: Place) -> None:
    """After reopening, the question is answered as any other."""
    place.ask(SURE)
    place.log.store_feedback(place.last, helpful=False, reason="missing")
    place.upkeep.run()
    (gap,) = place.gaps.listed()
    place.act.not_ours(gap.id, "dana")
    assert place.ask(SURE) == "no_answer"
    place.act.reopen(gap.id, "dana")
    assert place.ask(SURE) == "answer"


def test_a_complaint_about_an_answer_is_never_swept_under_it(world: World) -> None:
    """What is answered and does not help is a gap, also when it reads like something that is not ours."""
    world.ask("scooter battery swap")
    world.look_after()
    world.act.not_ours(world.gaps.listed()[0].id, "dana")
    asked = world.ask("scooter battery swap", outcome="answer")
    world.log.store_feedback(asked, helpful=False, reason="outdated")
    world.look_after()
    assert [gap.signals for gap in world.gaps.listed()] == [{"not_helpful": 1}]


def test_a_database_that_is_away_is_not_waited_for_with_each_question(tmp_path: Path, starter_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried once in a while; nothing is refused meanwhile."""
    (tmp_path / "broken.db").write_bytes(b"this is no database, and never was one" * 40)
    database = Database(tmp_path / "broken.db")
    tried: list[None] = []
    read = Database.read
    monkeypatch.setattr(Database, "read", lambda self: (tried.append(None), read(self))[1])
    seconds = [0.0]
    check, index = NotOurs(database, lambda: seconds[0]), CurrentIndex(starter_data).get()
    assert [check.same(FIRST, index) for _ in range(5)] == [False] * 5
    assert len(tried) == 1
    seconds[0] += 60
    check.same(FIRST, index)
    assert len(tried) == 2
    database.close()
