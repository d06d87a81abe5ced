"""The values that figures are made of."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Literal

By = Literal["day", "week", "month"]
_Z = 1.959964
"""Of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, such as 12 of 15; of a whole that is 0 nothing can be said."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None when the whole is 0."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Between which the share lies with 95 % confidence (Wilson's score interval, 1927); wide when the whole is small."""
        if not self.whole:
            return None
        n, p = self.whole, self.part / self.whole
        middle, width = (p + _Z**2 / (2 * n)) / (1 + _Z**2 / n), _Z / (1 + _Z**2 / n) * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        return max(0.0, min(p, middle - width)), min(1.0, max(p, middle + width))  # rounding must not leave the share outside


@dataclass(frozen=True, slots=True)
class Period:
    """A range of days in UTC, both ends included."""

    since: date
    until: date

    def __post_init__(self) -> None:
        if self.since > self.until:
            raise ValueError(f"The period begins on {self.since}, after its end on {self.until}.")

    @property
    def days(self) -> int:
        """How many."""
        return (self.until - self.since).days + 1


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of questions; a question counts once, by what was said last."""

    answers: int = 0
    suggestions: int = 0
    no_answers: int = 0
    chosen: int = 0
    helpful: int = 0
    unhelpful: int = 0
    first_right: int = 0
    first_wrong: int = 0

    def __add__(self, other: Totals) -> Totals:
        return Totals(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def questions(self) -> int:
        """All that were asked."""
        return self.answers + self.suggestions + self.no_answers

    @property
    def answered(self) -> Share:
        """Of all questions."""
        return Share(self.answers, self.questions)

    @property
    def offered(self) -> Share:
        """Of all questions."""
        return Share(self.suggestions, self.questions)

    @property
    def not_found(self) -> Share:
        """Of all questions."""
        return Share(self.no_answers, self.questions)

    @property
    def helped(self) -> Share:
        """Of those about which somebody said something."""
        return Share(self.helpful, self.helpful + self.unhelpful)

    @property
    def picked(self) -> Share:
        """Of those that were offered several entries."""
        return Share(self.chosen, self.suggestions)

    @property
    def first_answer_right(self) -> Share:
        """Of the answers about which it is known."""
        return Share(self.first_right, self.first_right + self.first_wrong)

    @property
    def silent(self) -> Share:
        """Of answers and suggestions: nobody said anything."""
        shown = self.answers + self.suggestions
        return Share(shown - self.helpful - self.unhelpful, shown)


@dataclass(frozen=True, slots=True)
class Slice:
    """The questions that have something in common."""

    name: str
    """A channel's id, a front end, an audience; for a stretch of time, its first day as YYYY-MM-DD."""
    totals: Totals


@dataclass(frozen=True, slots=True)
class EntryFigures:
    """How one entry is used, and what is wrong with it."""

    entry_id: str
    title: str
    """As the index has it now; the id when the entry is gone."""
    nearest: int
    """Questions for which it ranked first, whatever came of them."""
    answered: int
    chosen: int
    replaced: int
    helpful: int
    unhelpful: int
    wrong_steps: int

    @property
    def used(self) -> int:
        """Questions answered with it, at once or by choice."""
        return self.answered + self.chosen

    @property
    def trouble(self) -> int:
        """Signs that something is wrong with it, or with when it is shown."""
        return self.unhelpful + self.wrong_steps + self.replaced

    @property
    def missed(self) -> int:
        """Questions to which it was nearest, yet which it did not answer by itself."""
        return max(0, self.nearest - self.answered)


@dataclass(frozen=True, slots=True)
class ChecklistFigures:
    """How the checklists of one entry were walked through."""

    entry_id: str
    title: str
    started: int
    finished: int
    done: int
    """Steps with a tick."""
    skipped: int
    """Steps left out with a reason."""
    left: int
    """Steps neither done nor skipped."""

    @property
    def completion(self) -> Share:
        """Of the checklists that were started."""
        return Share(self.finished, self.started)

    @property
    def compliance(self) -> Share:
        """Steps done, of all steps of the checklists that were started."""
        return Share(self.done, self.done + self.skipped + self.left)


@dataclass(frozen=True, slots=True)
class GapFigures:
    """Gaps that were opened and closed."""

    opened: int
    closed: int
    days_to_close: tuple[float, ...] = ()
    """Days from the first question to the closing, of each gap closed in the period."""
    open_now: int = 0
    """Gaps that wait for a document today, whatever the period."""

    @property
    def median_days(self) -> float | None:
        """Half of the gaps took at most so long; None when none was closed."""
        ordered = sorted(self.days_to_close)
        if not ordered:
            return None
        middle = len(ordered) // 2
        return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of a period."""

    period: Period
    by: By
    totals: Totals
    over_time: tuple[Slice, ...]
    """Without gaps: a stretch of time in which nothing was asked is there, with zeros."""
    by_front_end: tuple[Slice, ...]
    by_channel: tuple[Slice, ...]
    """Channel "" is of questions that name none."""
    by_audience: tuple[Slice, ...]
    entries: tuple[EntryFigures, ...]
    """Most used first."""
    checklists: tuple[ChecklistFigures, ...] | None = None
    """Most started first; None when nothing keeps checklists."""
    gaps: GapFigures | None = None
    """None when nothing keeps gaps."""


def start_of(day: date, by: By) -> date:
    """The first day of the stretch of time that a day lies in; weeks begin on Monday."""
    if by == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if by == "month" else day


def starts(period: Period, by: By) -> tuple[date, ...]:
    """The first day of every stretch of time that a period touches, in order."""
    found = [start_of(period.since, by)]
    while (following := _next(found[-1], by)) <= period.until:
        found.append(following)
    return tuple(found)


def _next(start: date, by: By) -> date:
    if by == "month":
        return (start + timedelta(days=31)).replace(day=1)
    return start + timedelta(days=7 if by == "week" else 1)


@dataclass(frozen=True, slots=True)
class Titles:
    """Entry ids -> titles."""

    of: Callable[[str], str | None] = field(default=lambda entry_id: None)
    """None for an entry that is gone."""

    def __call__(self, entry_id: str) -> str:
        """The title, or the id when the entry is gone."""
        return self.of(entry_id) or entry_id
