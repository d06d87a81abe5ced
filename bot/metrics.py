"""What happens -> counters, and what is the case -> gauges, as Prometheus reads them. No text of a question is among them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import generate_latest

from bot.ask import Asked, Question
from bot.errors import LogUnavailable
from index.current import CurrentIndex
from index.errors import IndexLibraryError

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The figures of one server process; safe to share between threads.

    Args:
        index: its generation's age and number of entries are told.
        gaps: how many gaps are open; asked at each scrape.
        now: the clock; aware times.
    """

    def __init__(self, index: CurrentIndex, gaps: Callable[[], int] = lambda: 0, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._registry = registry = CollectorRegistry()
        self._index = index
        self._gaps = gaps
        self._now = now
        ProcessCollector(registry=registry)
        self._requests = Counter("sopbot_http_requests", "HTTP requests", ["method", "route", "status"], registry=registry)
        self._durations = Histogram("sopbot_http_request_seconds", "Time to serve an HTTP request", ["route"], buckets=_SECONDS, registry=registry)
        self._questions = Counter("sopbot_questions", "Questions asked and stored", ["front_end", "audience", "outcome"], registry=registry)
        self._repeated = Counter("sopbot_questions_repeated", "Questions whose hits were remembered from the same question", registry=registry)
        self._answering = Histogram("sopbot_answer_seconds", "Time from question to outcome, storing included", buckets=_SECONDS, registry=registry)
        age = Gauge("sopbot_generation_age_seconds", "Time since the index that serves was built; NaN without one", registry=registry)
        age.set_function(self._age)
        entries = Gauge("sopbot_entries", "Entries in the index that serves", ["audience"], registry=registry)
        entries.labels("internal").set_function(lambda: self._entries("internal"))
        entries.labels("public").set_function(lambda: self._entries("public"))
        self._well = Gauge("sopbot_well", "1 when a part is well, 0 when it is not, though questions may be answered", ["part"], registry=registry)
        self.watch("index", self._index_is_well)
        Gauge("sopbot_gaps_open", "Groups of questions that no document answers", registry=registry).set_function(self._open_gaps)

    def watch(self, part: str, well: Callable[[], bool]) -> None:
        """Tell at each scrape whether a part is well: 1, or 0 when it is not."""
        self._well.labels(part).set_function(well)

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an HTTP request by the pattern of its address, never by the address itself."""
        self._requests.labels(method, route, str(status)).inc()
        self._durations.labels(route).observe(seconds)

    def count_question(self, question: Question, asked: Asked) -> None:
        """Count a question, from whichever front end."""
        self._questions.labels(question.front_end, question.audience, asked.outcome.name).inc()
        self._repeated.inc(asked.repeated)
        self._answering.observe(asked.took_ms / 1000)

    def exposed(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry)

    def _age(self) -> float:
        try:
            return (self._now() - self._index.get().created).total_seconds()
        except IndexLibraryError:
            return float("nan")

    def _index_is_well(self) -> bool:
        try:
            self._index.get()
        except IndexLibraryError:
            return False
        return not self._index.problem

    def _open_gaps(self) -> float:
        try:
            return self._gaps()
        except LogUnavailable:  # the other figures are needed most when the database is away
            return float("nan")

    def _entries(self, audience: str) -> float:
        try:
            return len(self._index.get().entries("public" if audience == "public" else "internal"))
        except IndexLibraryError:
            return 0
