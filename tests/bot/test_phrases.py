"""The words that every front end shares."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from msgspec.structs import replace

from bot import phrases
from bot.answer import Answer
from index.records import Entry, Lines

ENTRY = Entry(
    "a", "sop", "Find a key", "internal", "sops/a.md", "Find a key", Lines(9, 34), "v1",
    owner="Priya Nair, Front Desk", reviewed_on=date(2026, 1, 5), review_by=date(2026, 7, 5),
)  # fmt: skip


def test_dates_shares_and_counts_read_as_people_write_them() -> None:
    """Days without zeros in front, times in UTC, whole percents, one thing in the singular, thousands set off."""
    assert phrases.day(date(2026, 10, 5)) == "5 October 2026"
    assert phrases.minute(datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))) == "31 December 2025, 23:30 UTC"
    assert [phrases.percent(share) for share in (0, 0.945, 1)] == ["0%", "94%", "100%"]
    assert [phrases.counted(number, "question") for number in (0, 1, 1200)] == ["0 questions", "1 question", "1,200 questions"]
    assert [phrases.counted(number, "entry", "entries") for number in (1, 2)] == ["1 entry", "2 entries"]
    assert [phrases.often(*asked) for asked in ((1, 0), (1, 1), (1200, 12))] == ["asked once", "asked once by 1 person", "asked 1,200 times by 12 people"]


def test_an_answer_says_where_it_comes_from() -> None:
    """How sure, which lines, whose, how old; past its review date, the next one is not announced."""
    assert phrases.source(Answer(ENTRY, 0.93, stale=False)) == [
        "Very likely right (93%)", "sops/a.md, lines 9–34", "Owner: Priya Nair, Front Desk", "Reviewed 5 January 2026", "Next review by 5 July 2026",
    ]  # fmt: skip
    assert phrases.source(Answer(ENTRY, 0.93, stale=True))[-1] == "Reviewed 5 January 2026"
    bare = replace(ENTRY, lines=Lines(3, 3), owner="", reviewed_on=None, review_by=None)
    assert phrases.source(Answer(bare, 0.4, stale=False)) == ["Unsure (40%)", "sops/a.md, line 3"]


def test_past_its_review_date_an_answer_says_whom_to_ask() -> None:
    """The owner, or a team lead where none is named."""
    assert phrases.past_review(ENTRY) == "This was due for review by 5 July 2026. Before you rely on it, check with Priya Nair, Front Desk."
    assert phrases.past_review(replace(ENTRY, owner="")).endswith("check with a team lead.")
