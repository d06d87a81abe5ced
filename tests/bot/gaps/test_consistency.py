"""Whatever people do in whatever order, no question is lost, doubled or miscounted."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import func, select

from bot.database import Database
from bot.errors import GapRefused
from bot.gaps.tables import gap_questions, gaps
from tests.bot.gaps.support import World, entry

MATTERS = ("scooter battery swap", "gift voucher balance", "tandem weekend rental", "child seat mount", "open on sunday")
WHICH = st.integers(0, 20)


class Gaps(RuleBasedStateMachine):
    """People ask, sopbot looks after the gaps, leads decide, documents come and go."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._database = Database(Path(self._folder.name) / "sopbot.db")
        self._database.migrate()
        self._world = World(self._database)
        self._asked: set[str] = set()
        self._waiting: set[str] = set()

    def teardown(self) -> None:
        """Clear up."""
        self._database.close()
        self._folder.cleanup()

    @rule(matter=st.sampled_from(MATTERS), tail=st.sampled_from(["", " price", " please now", " price today shop"]), asker=st.sampled_from(["", "anna", "ben"]))
    def ask(self, matter: str, tail: str, asker: str) -> None:
        """Somebody asks what nothing answers."""
        self._waiting.add(self._world.ask(matter + tail, asker, outcome="no_answer"))

    @rule()
    def look_after(self) -> None:
        """Everything that waits is in a gap afterwards."""
        self._world.look_after()
        self._asked |= self._waiting
        self._waiting = set()

    @rule(which=WHICH, other=WHICH)
    def merge(self, which: int, other: int) -> None:
        """Two gaps become one."""
        first, second = self._pick(which), self._pick(other)
        if first and second and first != second:
            self._world.act.merge(first, [second], "lee")
            assert self._world.gaps.one(second).id == self._world.gaps.one(first).id

    @rule(which=WHICH, data=st.data())
    def split(self, which: int, data: Any) -> None:
        """Some questions get a gap of their own, or it is refused."""
        gap = self._pick(which)
        if gap:
            own = [question.query_id for question in self._world.gaps.questions(gap)]
            wanted = data.draw(st.lists(st.sampled_from(own), max_size=len(own), unique=True)) if own else []
            try:
                new = self._world.act.split(gap, wanted, "lee")
            except GapRefused:
                assert len(wanted) in (0, len(own))
            else:
                assert {question.query_id for question in self._world.gaps.questions(new)} == set(wanted)

    @rule(which=WHICH, what=st.sampled_from(["assign", "snooze", "not_ours", "dismiss", "reopen"]))
    def decide(self, which: int, what: str) -> None:
        """Somebody decides."""
        gap, act = self._pick(which), self._world.act
        if gap and what == "assign":
            act.assign(gap, "dana", "lee")
        elif gap and what == "snooze":
            act.snooze(gap, self._world.now + timedelta(hours=1), "lee")
        elif gap:
            getattr(act, what)(gap, "lee")

    @rule(known=st.sets(st.sampled_from(MATTERS)))
    def rebuild(self, known: set[str]) -> None:
        """Other documents serve; what is closed is answered by them."""
        self._world.rebuild(*(entry(f"entry-{number}", matter) for number, matter in enumerate(sorted(known))), entry("other", "when do you open"))
        self.look_after()
        for gap in self._world.gaps.listed("closed", 200):
            assert all(question.passes for question in self._world.gaps.questions(gap.id))

    @invariant()
    def every_question_is_in_one_gap_and_counted(self) -> None:
        """The counts that are kept are those of the questions."""
        with self._database.read() as connection:
            held = dict(connection.execute(select(gap_questions.c.question_id, gap_questions.c.gap_id)).all())
            counted = dict(connection.execute(select(gaps.c.id, gaps.c.questions)).all())
            people = dict(connection.execute(select(gaps.c.id, gaps.c.people)).all())
            distinct = select(gap_questions.c.gap_id, func.count(gap_questions.c.asker.distinct())).where(gap_questions.c.asker != "")
            known = dict(connection.execute(distinct.group_by(gap_questions.c.gap_id)).all())
            facets = dict(connection.execute(select(gaps.c.id, gaps.c.facets).where(gaps.c.questions > 0)).all())
        assert set(held) == self._asked
        assert {gap: (sum(facet["signals"].values()), facet["audiences"]["internal"]) for gap, facet in facets.items()} == {
            gap: (count, count) for gap, count in Counter(held.values()).items()
        }
        assert {gap: count for gap, count in counted.items() if count} == Counter(held.values())
        assert {gap: count for gap, count in people.items() if count} == known

    def _pick(self, which: int) -> int | None:
        with self._database.read() as connection:
            ids = connection.execute(select(gaps.c.id).where(gaps.c.status != "merged").order_by(gaps.c.id)).scalars().all()
        return ids[which % len(ids)] if ids else None


TestGaps = Gaps.TestCase
TestGaps.settings = settings(max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
