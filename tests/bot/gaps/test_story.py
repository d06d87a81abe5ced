"""The whole loop with the real model: asked and not answered, a document is written, the same questions prove it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.answer import Thresholds
from bot.ask import Asker, Question
from bot.database import Database
from bot.gaps.actions import GapActions
from bot.gaps.nearest import nearest
from bot.gaps.reading import GapList
from bot.gaps.upkeep import Upkeep
from bot.query_log import QueryLog
from index.build import build_index
from index.current import CurrentIndex
from index.export import DEFAULT_MODEL
from tests.bot.conftest import PEPPER
from tests.conftest import ROOT

ASKED = (
    "do you buy used bikes",
    "can I trade in my old bicycle",
    "will you take my old bike in part exchange",
    "I want to sell you my second-hand bike",
    "is there a trade-in scheme for bikes",
    "how much would I get for my old bike",
    "part exchange my bike for a new one",
    "do you accept used bicycles as part payment",
    "what do you pay for second hand bikes",
    "swap my old bike for a discount on a new one",
)
HALF = ASKED[:5]
ENTRY = "trade-in#do-you-take-old-bikes-in-part-exchange"
TODAY = date(2026, 11, 22)
ANSWER = "Yes. Bring your old bike to any store and we look at it for free; you get a voucher for what it is worth towards a new one."


class Shop:
    """The starter knowledge base in a folder of its own, people who ask, a lead, and time that passes."""

    def __init__(self, data: Path, folder: Path) -> None:
        self.knowledge, self.data = folder / "knowledge", folder / "data"
        shutil.copytree(ROOT / "knowledge", self.knowledge)
        shutil.copytree(data, self.data, symlinks=True)
        self.now = datetime(2026, 11, 22, 9, tzinfo=UTC)
        self.told: list[tuple[str, str]] = []
        self.database = Database(folder / "sopbot.db")
        self.database.migrate()
        self.index = CurrentIndex(self.data)
        self.asker = Asker(self.index, QueryLog(self.database, PEPPER, now=lambda: self.now), Thresholds(), lambda: TODAY)
        self.upkeep = Upkeep(self.database, self.index, Thresholds(), self.tell, lambda: self.now, lambda: TODAY)
        self.gaps, self.act = GapList(self.database, lambda: self.now), GapActions(self.database, lambda: self.now)

    def tell(self, query_id: str, entry_id: str) -> bool:
        """Remember who was told."""
        self.told.append((query_id, entry_id))
        return True

    def ask(self, number: int, text: str) -> str:
        """A person asks, the odd ones as customers, and gets no answer."""
        self.now += timedelta(minutes=5)
        asked = self.asker.ask(Question(text, "public" if number % 2 else "internal", "slack", f"person {number}", "chat"))
        assert asked.outcome.name != "answer"
        return asked.query_id

    def rebuild(self, questions: Sequence[str] = ()) -> None:
        """A document with these questions, or none, and a new index; the server notices it an hour later."""
        document = self.knowledge / "faqs" / "trade-in.md"
        document.unlink(missing_ok=True)
        if questions:
            asked = "".join(f"- {question}\n" for question in questions)
            head = "---\ntitle: Trade-in\naudience: public\n---\n\n# Trade-in\n\n## Do you take old bikes in part exchange?\n\nAlso asked:\n\n"
            document.write_text(f"{head}{asked}\n{ANSWER}\n")
        build_index(self.knowledge, self.data, DEFAULT_MODEL)
        self.now += timedelta(hours=1)
        self.upkeep.run()

    def lacking(self, gap: int) -> set[str]:
        """The questions that the gap names as not answered."""
        return {question.text for question in self.gaps.questions(gap) if not question.passes}


@pytest.mark.timeout(900)  # three builds with the real model, on whatever machine
def test_ten_people_one_gap_closed_by_evidence(starter_data: Path, tmp_path: Path) -> None:
    """Ten wordings make one gap, which only a document that answers all ten closes; who wanted to know is told once."""
    shop = Shop(starter_data, tmp_path)
    ids = {text: shop.ask(number, text) for number, text in enumerate(ASKED)}
    followers = [ids[ASKED[0]], ids[ASKED[9]]]
    for query_id in followers:
        shop.act.want_to_know(query_id)
    shop.now += timedelta(minutes=31)
    shop.upkeep.run()
    (gap,) = shop.gaps.listed()
    assert (gap.questions, gap.people, gap.title in ASKED, gap.channels) == (10, 10, True, {"chat": 10})
    assert gap.audiences == {"internal": 5, "public": 5}
    near = nearest(shop.gaps.questions(gap.id), shop.index.get(), Thresholds())
    assert len(near) == 3
    assert not [entry for entry in near if "is shown as the answer" in entry.why_not]

    shop.rebuild(HALF)
    left_out = shop.lacking(gap.id)
    assert left_out
    assert not left_out & set(HALF)
    assert (shop.gaps.one(gap.id).status, shop.told) == ("open", [])

    shop.rebuild(ASKED)
    assert (shop.lacking(gap.id), shop.gaps.one(gap.id).status) == (set(), "closed")
    assert {question.answered_by for question in shop.gaps.questions(gap.id)} == {ENTRY}
    assert sorted(shop.told) == sorted((query_id, ENTRY) for query_id in followers)

    shop.rebuild()
    assert (shop.gaps.one(gap.id).status, len(shop.told)) == ("open", 2)
    assert [event.action for event in shop.gaps.events(gap.id)] == ["opened", "closed", "reopened"]
    shop.database.close()
