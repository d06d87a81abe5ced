"""Question -> search -> decide -> log: the one way to ask, for every front end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.answer import Answer, NoAnswer, Outcome, PastReview, Thresholds, answer_with, decide, in_order, is_stale
from bot.log_records import StoredQuestion
from bot.query_log import QueryLog
from bot.question_text import checked
from index.current import CurrentIndex
from index.records import Audience, Entry, Hit
from index.search import SEARCH_LIMIT, Index


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks, and who is allowed to read what."""

    text: str
    audience: Audience
    front_end: str
    """A key of `bot.phrases.FRONT_ENDS`; for a new one, add its name there."""
    asker: str = ""
    """Who asks, as the front end knows them; stored as a keyed hash only."""
    channel: str = ""
    """Channel the reply is meant for, a key of `CHANNELS`; empty when not said."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked and stored."""

    query_id: str
    outcome: Outcome
    hits: tuple[Hit, ...]
    channel: str
    generation: str
    took_ms: float
    """Milliseconds from the question to the outcome, storing included."""
    seen: tuple[Entry, ...] = ()
    """All entries that whoever asked may see, in the generation that answered: links in an answer lead to these."""
    repeated: bool = False
    """Whether the hits were remembered from the same question a moment ago."""


class Refusal(Protocol):
    """Knows questions that somebody declared to be out of scope; `bot.gaps.not_ours.NotOurs` is one."""

    def same(self, text: str, index: Index) -> bool:
        """Whether this very question is."""

    def near(self, text: str, index: Index) -> bool:
        """Whether one that means nearly the same is."""


class Asker:
    """Asks the index that is current at the moment, and stores every question.

    Args:
        index: gives the generation to ask.
        log: where questions are stored.
        thresholds: where outcomes begin.
        today: the date against which review dates count; front ends read it here.
        told: hears of every question that was answered and stored, for counting; must be quick and must not raise.
        past_review: what becomes of entries past their review date.
    """

    def __init__(
        self,
        index: CurrentIndex,
        log: QueryLog,
        thresholds: Thresholds,
        today: Callable[[], date] = date.today,
        told: Callable[[Question, Asked], None] = lambda question, asked: None,
        past_review: PastReview = "warn",
    ) -> None:
        self._index = index
        self._log = log
        self._thresholds = thresholds
        self.today = today
        self.told = told
        self._past_review: PastReview = past_review
        self.refusal: Refusal | None = None
        """Questions that get no answer though a document seems to fit."""

    @property
    def thresholds(self) -> Thresholds:
        """Where outcomes begin."""
        return self._thresholds

    @property
    def past_review(self) -> PastReview:
        """What becomes of entries past their review date."""
        return self._past_review

    def ask(self, question: Question) -> Asked:
        """Answer a question.

        Returns:
            The outcome; the question is stored by then.

        Raises:
            QuestionRefused: the text is blank or longer than `MAX_QUESTION_CHARACTERS`.
            GenerationError: there is no usable index.
        """
        started = time.perf_counter()
        text = checked(question.text)
        index = self._index.get()
        hits, repeated = index.found(text, question.audience, SEARCH_LIMIT)
        outcome = self._decided(hits, text, index)
        query_id = self._store(question, text, outcome, hits, index.generation)
        took_ms = (time.perf_counter() - started) * 1000
        asked = Asked(query_id, outcome, hits, question.channel, index.generation, took_ms, index.entries(question.audience), repeated)
        self.told(question, asked)
        return asked

    def outcome(self, question: Question) -> Outcome:
        """What asking would lead to; nothing is stored, for words of which it is not known whether they ask anything.

        Raises:
            QuestionRefused: the text is blank or longer than `MAX_QUESTION_CHARACTERS`.
            GenerationError: there is no usable index.
        """
        text = checked(question.text)
        index = self._index.get()
        return self._decided(index.found(text, question.audience, SEARCH_LIMIT)[0], text, index)

    def choose(self, question: Question, entry_id: str, of_query: str = "") -> Asked | None:
        """Answer with an entry that somebody chose among suggestions.

        Args:
            question: the question that was asked, with the audience of whoever chose.
            entry_id: what was chosen.
            of_query: id of the question whose suggestions were shown; the choice is stored with it. Left out when the
                choice was made while typing: then the question is asked, and stored, first.

        Returns:
            The answer, or None when that entry is not (or no longer) there for this audience.
        """
        started = time.perf_counter()
        index = self._index.get()
        hit = index.hit(checked(question.text), entry_id, question.audience)
        if hit is None or (self._past_review == "withhold" and is_stale(hit.entry, self.today())):
            return None
        of_query = of_query or self.ask(question).query_id
        self._log.store_choice(of_query, entry_id)
        took_ms = (time.perf_counter() - started) * 1000
        seen = index.entries(question.audience)
        return Asked(of_query, answer_with(hit, self.today()), (hit,), question.channel, index.generation, took_ms, seen)

    def search(self, text: str, audience: Audience, limit: int) -> tuple[Index, tuple[Hit, ...]]:
        """Ranked entries for a search field; not stored, since nobody has asked yet.

        Returns:
            The generation that was searched, and its hits, best first.

        Raises:
            QuestionRefused: the text is blank or too long.
            GenerationError: there is no usable index.
        """
        index = self._index.get()
        return index, tuple(in_order(index.found(checked(text), audience, limit)[0], self.today(), self._past_review))

    def _decided(self, hits: tuple[Hit, ...], text: str, index: Index) -> Outcome:
        return self._refused(decide(hits, self._thresholds, self.today(), self._past_review), text, index)

    def _refused(self, outcome: Outcome, text: str, index: Index) -> Outcome:
        """No answer for what is out of scope: whatever fits for the very question, suggestions for one near it."""
        if self.refusal is None or isinstance(outcome, NoAnswer):
            return outcome
        refused = self.refusal.same(text, index) or (not isinstance(outcome, Answer) and self.refusal.near(text, index))
        return NoAnswer(outcome.confidence) if refused else outcome

    def _store(self, question: Question, text: str, outcome: Outcome, hits: tuple[Hit, ...], generation: str) -> str:
        entry_id = outcome.entry.id if isinstance(outcome, Answer) else ""
        offered = () if isinstance(outcome, NoAnswer) else tuple(s.entry_id for s in (outcome.also if isinstance(outcome, Answer) else outcome.suggestions))
        return self._log.store(
            StoredQuestion(
                text=text,
                outcome=outcome.name,
                entry_id=entry_id,
                offered=offered,
                confidence=outcome.confidence,
                generation=generation,
                front_end=question.front_end,
                audience=question.audience,
                channel=question.channel,
                asker=question.asker,
                nearest=hits[0].entry.id if hits else "",
            )
        )
