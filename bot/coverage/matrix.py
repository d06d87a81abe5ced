"""Entries, and figures of each -> a matrix of touchpoints and channels. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from bot.answer import is_stale
from bot.figures.records import EntryFigures
from index.records import CHANNELS, Entry

NO_TOUCHPOINT = "no touchpoint"


@dataclass(frozen=True, slots=True)
class Cell:
    """One touchpoint on one channel."""

    entries: int
    """Entries with at least one scripted reply for the channel."""
    replies: int
    past_review: int
    """Of these entries, those past their review date."""


@dataclass(frozen=True, slots=True)
class Row:
    """One touchpoint."""

    touchpoint: str
    entries: int
    """Entries of any kind."""
    past_review: int
    asked: int
    """Questions whose nearest entry is of this touchpoint."""
    answered: int
    """Of these, those answered at once."""
    cells: dict[str, Cell]
    """By channel; a channel without any reply is not there."""

    @property
    def missed(self) -> int:
        """Questions that came near, and were not answered at once."""
        return max(0, self.asked - self.answered)

    @property
    def asked_per_entry(self) -> float:
        """Questions that one entry has to bear."""
        return self.asked / self.entries if self.entries else float(self.asked)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The matrix."""

    channels: tuple[str, ...]
    """Every channel that any entry has a reply for, in the order of `CHANNELS`."""
    rows: tuple[Row, ...]
    """Asked most first."""
    gone: int
    """Questions whose nearest entry is not in the index any more."""

    @property
    def thinnest(self) -> tuple[Row, ...]:
        """Touchpoints that people ask about and that answer least: most missed first, those without a miss left out."""
        return tuple(sorted((row for row in self.rows if row.missed), key=lambda row: (-row.missed, row.touchpoint)))


def cover(entries: Iterable[Entry], figures: Iterable[EntryFigures], today: date) -> Coverage:
    """Make the matrix.

    Args:
        entries: all that the index has.
        figures: of each entry that was asked for in some period.
        today: the date against which review dates count.

    Returns:
        A row for every touchpoint that an entry names; entries that name none stand together under `NO_TOUCHPOINT`.
    """
    groups: defaultdict[str, list[Entry]] = defaultdict(list)
    touchpoint_of: dict[str, str] = {}
    for entry in entries:
        touchpoint = entry.touchpoint.strip() or NO_TOUCHPOINT
        groups[touchpoint].append(entry)
        touchpoint_of[entry.id] = touchpoint
    asked: defaultdict[str, int] = defaultdict(int)
    answered: defaultdict[str, int] = defaultdict(int)
    gone = 0
    for figure in figures:
        of = touchpoint_of.get(figure.entry_id)
        if of is None:
            gone += figure.nearest
            continue
        asked[of] += figure.nearest
        answered[of] += min(figure.answered, figure.nearest)
    rows = [
        Row(name, len(found), sum(is_stale(entry, today) for entry in found), asked[name], answered[name], _cells(found, today))
        for name, found in groups.items()
    ]
    rows.sort(key=lambda row: (-row.asked, row.touchpoint == NO_TOUCHPOINT, row.touchpoint))
    used = {channel for row in rows for channel in row.cells}
    return Coverage(tuple(channel for channel in CHANNELS if channel in used), tuple(rows), gone)


def to_json(coverage: Coverage) -> dict[str, Any]:
    """The matrix as a JSON object."""
    return {
        "channels": {channel: CHANNELS[channel] for channel in coverage.channels},
        "touchpoints": [
            {
                "touchpoint": row.touchpoint,
                "entries": row.entries,
                "past_review": row.past_review,
                "asked": row.asked,
                "answered": row.answered,
                "missed": row.missed,
                "asked_per_entry": round(row.asked_per_entry, 2),
                "channels": {channel: asdict(cell) for channel, cell in row.cells.items()},
            }
            for row in coverage.rows
        ],
        "thinnest": [row.touchpoint for row in coverage.thinnest],
        "asked_of_entries_that_are_gone": coverage.gone,
    }


def _cells(entries: Sequence[Entry], today: date) -> dict[str, Cell]:
    cells = {}
    for channel in CHANNELS:
        having = [(entry, count) for entry in entries if (count := sum(reply.channel == channel for reply in entry.replies))]
        if having:
            cells[channel] = Cell(len(having), sum(count for _, count in having), sum(is_stale(entry, today) for entry, _ in having))
    return cells
