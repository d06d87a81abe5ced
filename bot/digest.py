"""What happened to questions, gaps and documents since the last time -> one value, for any front end that tells people regularly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from bot.answer import first_of_each_document, is_stale
from bot.figures.records import EntryFigures, Period, Totals
from bot.figures.store import Figures
from bot.gaps.reading import GapList
from bot.gaps.records import Gap
from index.records import Entry

MOST_LISTED = 20
"""Of each kind; whoever shows a digest has room for less."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Names internal documents and questions: for internal people only."""

    since: datetime
    until: datetime
    """Not in it any more."""
    totals: Totals
    """Of the days, in UTC, from the one on which it begins to the one before it ends."""
    used: tuple[EntryFigures, ...]
    """Entries that answered in those days, most used first."""
    opened: tuple[Gap, ...]
    """Gaps that are new, and not closed yet; the most urgent first, as in the next two."""
    opened_count: int
    """How many there are, also of those that are not listed."""
    closed: tuple[Gap, ...]
    closed_count: int
    reopened: tuple[Gap, ...]
    """Older gaps that were closed, and are open again."""
    reopened_count: int
    open_now: int
    """Gaps that wait for a document now."""
    late: tuple[Entry, ...]
    """One of each document that was past its review date at the end; those that came to be so since the beginning first."""
    late_count: int
    newly_late: int
    """How many of them were not past it at the beginning."""

    @property
    def is_quiet(self) -> bool:
        """Nothing has happened."""
        return not (self.totals.questions or self.used or self.opened_count or self.closed_count or self.reopened_count or self.newly_late)


class OpenIndex(Protocol):
    """One generation; `index.search.Index` is one."""

    def past_review(self, today: date) -> tuple[Entry, ...]:
        """Entries past their review date, the longest first."""


class IndexNow(Protocol):
    """Gives the generation that is current; `index.current.CurrentIndex` is one."""

    def get(self) -> OpenIndex:
        """Raises GenerationError when there is none."""


class Digests:
    """Makes digests; safe to share between threads.

    Args:
        figures: of questions and entries.
        gaps: all there are.
        index: knows which documents there are.
    """

    def __init__(self, figures: Figures, gaps: GapList, index: IndexNow) -> None:
        self._figures = figures
        self._gaps = gaps
        self._index = index

    def between(self, since: datetime, until: datetime) -> Digest:
        """What happened in a time.

        Args:
            since: aware; when it begins.
            until: aware; when it ends.

        Raises:
            GenerationError: there is no index.
            LogUnavailable: the database cannot be used.
        """
        first, last = since.astimezone(UTC).date(), until.astimezone(UTC).date() - timedelta(days=1)
        report = self._figures.report(Period(first, last)) if first <= last else None
        opened, opened_count = self._gaps.changed("opened", since, until, MOST_LISTED)
        closed, closed_count = self._gaps.changed("closed", since, until, MOST_LISTED)
        reopened, reopened_count = self._gaps.changed("reopened", since, until, MOST_LISTED)
        late = first_of_each_document(self._index.get().past_review(until.date()))
        new = [entry for entry in late if not is_stale(entry, since.date())]
        return Digest(
            since=since,
            until=until,
            totals=report.totals if report else Totals(),
            used=tuple(entry for entry in report.entries if entry.used)[:MOST_LISTED] if report else (),
            opened=opened,
            opened_count=opened_count,
            closed=closed,
            closed_count=closed_count,
            reopened=reopened,
            reopened_count=reopened_count,
            open_now=self._gaps.count(),
            late=tuple([*new, *(entry for entry in late if is_stale(entry, since.date()))][:MOST_LISTED]),
            late_count=len(late),
            newly_late=len(new),
        )
