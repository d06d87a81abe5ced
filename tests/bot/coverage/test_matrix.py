from __future__ import annotations

import struct
from datetime import date
from pathlib import Path

from bot.coverage.matrix import NO_TOUCHPOINT, Cell, Coverage, cover, to_json
from bot.coverage.plot import draw_coverage
from bot.figures.records import EntryFigures
from index.records import Entry, Lines, Reply

TODAY = date(2026, 11, 22)


def entry(entry_id: str, touchpoint: str, channels: tuple[str, ...] = (), review_by: date | None = None) -> Entry:
    """An entry with a reply for each channel named."""
    replies = tuple(Reply(channel, "", "", "Hello", (), Lines(1, 1)) for channel in channels)
    return Entry(entry_id, "sop", entry_id, "internal", "x.md", "X", Lines(1, 9), "v", touchpoint=touchpoint, replies=replies, review_by=review_by)


def figure(entry_id: str, nearest: int, answered: int) -> EntryFigures:
    """How often an entry was nearest, and answered."""
    return EntryFigures(entry_id, entry_id, nearest, answered, 0, 0, 0, 0, 0)


def covered() -> Coverage:
    """Two touchpoints, an entry without any, and one that is gone."""
    entries = [
        entry("a", "refunds", ("chat", "email", "chat"), date(2026, 11, 21)),
        entry("b", "refunds", ("email",), TODAY),
        entry("c", "orders"),
        entry("d", " "),
    ]
    return cover(entries, [figure("a", 5, 5), figure("b", 4, 1), figure("c", 30, 10), figure("gone", 7, 7)], TODAY)


def test_cells_count_entries_replies_and_what_is_past_review() -> None:
    """An entry with two replies for a channel is one entry; the review date itself is not past."""
    coverage = covered()
    refunds = next(row for row in coverage.rows if row.touchpoint == "refunds")
    assert coverage.channels == ("email", "chat")
    assert refunds.cells == {"email": Cell(2, 2, 1), "chat": Cell(1, 2, 1)}
    assert (refunds.entries, refunds.past_review) == (2, 1)


def test_rows_are_asked_most_first() -> None:
    """A question counts for the touchpoint of its nearest entry, answered or not; of gone entries only the number is known."""
    coverage = covered()
    assert [(row.touchpoint, row.asked, row.answered, row.missed) for row in coverage.rows] == [
        ("orders", 30, 10, 20),
        ("refunds", 9, 6, 3),
        (NO_TOUCHPOINT, 0, 0, 0),
    ]
    assert coverage.gone == 7
    assert coverage.rows[0].asked_per_entry == 30.0


def test_the_thinnest_are_those_missed_most() -> None:
    """A touchpoint about which nothing was missed is not among them."""
    assert [row.touchpoint for row in covered().thinnest] == ["orders", "refunds"]


def test_json_has_the_matrix() -> None:
    """With the channels' names."""
    told = to_json(covered())
    assert told["channels"] == {"email": "Email", "chat": "Live chat"}
    assert told["touchpoints"][1]["channels"]["chat"] == {"entries": 1, "replies": 2, "past_review": 1}
    assert told["thinnest"] == ["orders", "refunds"]


def test_the_matrix_is_drawn_into_a_png(tmp_path: Path) -> None:
    """Also when no entry has a reply."""
    for name, coverage in (("a.png", covered()), ("b.png", cover([entry("c", "orders")], [], TODAY))):
        draw_coverage(coverage, tmp_path / name)
        head = (tmp_path / name).read_bytes()[:24]
        assert (head[:8], struct.unpack(">II", head[16:24])[0]) == (b"\x89PNG\r\n\x1a\n", 1400)
