"""What the tests of gaps share: a small index whose vectors come from words, and a world in which people ask."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np

from bot.answer import Answer, NoAnswer, OutcomeName, Thresholds, decide
from bot.database import Database
from bot.gaps.actions import GapActions
from bot.gaps.reading import GapList
from bot.gaps.records import Gap
from bot.gaps.telling import Tell
from bot.gaps.upkeep import Done, Upkeep
from bot.log_records import StoredQuestion
from bot.query_log import QueryLog
from index.embedding import Vectors
from index.records import Audience, Entry, Lines
from index.whitening import unit
from tests.bot.conftest import NOON, PEPPER
from tests.fakes import WordIndex, words

DIM = 256


class GapIndex(WordIndex):
    """Finds by words in common, and embeds a question as the sum of one fixed vector for each of its words."""

    __slots__ = ()

    @property
    def encoder(self) -> str:
        """The same for all of these."""
        return "word-sums"

    def vectors(self, questions: Sequence[str]) -> Vectors:
        """Unit rows."""
        rows = [sum((_vector(word) for word in sorted(words(question))), start=np.zeros(DIM)) for question in questions]
        return unit(np.array(rows).reshape(len(questions), DIM))


def _vector(word: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(DIM)


def entry(entry_id: str, *questions: str, body: str = "Do this.", audience: Audience = "internal") -> Entry:
    """An entry that answers these questions."""
    return Entry(entry_id, "faq", entry_id.replace("-", " "), audience, f"faqs/{entry_id}.md", entry_id, Lines(1, 5), "v1", questions=questions, body=body)


@dataclass(slots=True)
class World:
    """People ask, an index answers, time passes."""

    database: Database
    tell: Tell | None = None
    index: GapIndex = field(default_factory=lambda: GapIndex((entry("opening-hours", "when do you open"),)))
    now: datetime = NOON
    upkeep: Upkeep = field(init=False)
    log: QueryLog = field(init=False)
    gaps: GapList = field(init=False)
    act: GapActions = field(init=False)

    def __post_init__(self) -> None:
        self.upkeep = self.another_process()
        self.log = QueryLog(self.database, PEPPER, now=lambda: self.now)
        self.gaps = GapList(self.database, lambda: self.now)
        self.act = GapActions(self.database, lambda: self.now)

    def another_process(self) -> Upkeep:
        """Somebody else who looks after the same gaps."""
        return Upkeep(self.database, self, Thresholds(), self.tell, lambda: self.now, lambda: date(2026, 11, 20))

    def get(self) -> GapIndex:
        """The index that is current."""
        return self.index

    def rebuild(self, *entries: Entry) -> None:
        """Let a new generation with these entries serve."""
        self.index = GapIndex(entries, f"{int(self.index.generation) + 1:06d}")

    def ask(self, text: str, asker: str = "", audience: Audience = "internal", channel: str = "", outcome: OutcomeName | None = None) -> str:
        """Ask, a minute later; returns the question's id."""
        self.now += timedelta(minutes=1)
        decided = decide(self.index.search(text, audience, 10), Thresholds(), date(2026, 11, 20))
        answer = decided.entry.id if isinstance(decided, Answer) else ""
        offered = () if isinstance(decided, NoAnswer | Answer) else tuple(one.entry_id for one in decided.suggestions)
        name = outcome or decided.name
        return self.log.store(StoredQuestion(text, name, answer, offered, decided.confidence, self.index.generation, "slack", audience, channel, asker))

    def look_after(self, later: timedelta = timedelta(0)) -> Done:
        """Let the upkeep run, some time later."""
        self.now += later
        done = self.upkeep.run()
        assert done is not None
        return done

    def texts(self, gap: Gap | int) -> list[str]:
        """The questions of a gap, in order of the alphabet."""
        return sorted(question.text for question in self.gaps.questions(gap if isinstance(gap, int) else gap.id))
