"""A document that is still right: two lines change, by the interval that it has."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.review_dates import next_review, renew
from bot.errors import EditRefused

ROOT = Path(__file__).parent.parent.parent.parent
TODAY = date(2026, 11, 22)
REST = "---\n# A\n\n## Steps\n\n1. Look.\n"


@pytest.mark.parametrize("path", [path.relative_to(ROOT / "knowledge").as_posix() for path in sorted((ROOT / "knowledge").glob("*s/*.md"))])
def test_only_the_two_dates_change(path: str) -> None:
    """Of each starter document: two lines go, two come, half a year from today."""
    edit = renew(path, (ROOT / "knowledge" / path).read_bytes(), TODAY)
    changed = [line for line in edit.diff.splitlines()[2:] if line[0] in "+-"]
    assert [line[:13] for line in changed] == ["-reviewed_on:", "-review_by: 2", "+reviewed_on:", "+review_by: 2"]
    assert changed[2:] == ["+reviewed_on: 2026-11-22", "+review_by: 2027-05-22"]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("reviewed_on: '2026-01-31'  # by Ann\nreview_by: \"2026-04-30\"\n", "reviewed_on: '2026-11-22'  # by Ann\nreview_by: \"2027-02-22\"\n"),
        ("reviewed_on: 2026-01-01\nreview_by: 2026-01-11\n", "reviewed_on: 2026-11-22\nreview_by: 2026-12-02\n"),
        ("review_by:   # soon\nowner: Ann\n", "review_by: 2027-05-22  # soon\nowner: Ann\nreviewed_on: 2026-11-22\n"),
        ("title: A\nowner: Ann\ntags: [b]\n", "title: A\nowner: Ann\nreviewed_on: 2026-11-22\nreview_by: 2027-05-22\ntags: [b]\n"),
    ],
)
def test_the_author_s_form_stays(facts: str, expected: str) -> None:
    """Quotation marks and comments stay; what is missing comes where one looks for it."""
    assert renew("sops/a.md", f"---\n{facts}{REST}".encode(), TODAY).data.decode() == f"---\n{expected}{REST}"


def test_a_document_without_facts_gets_both_dates() -> None:
    """On top of the file."""
    assert renew("sops/a.md", REST[4:].encode(), TODAY, 12).data.decode() == "---\nreviewed_on: 2026-11-22\nreview_by: 2027-11-22\n---\n\n" + REST[4:]


def test_twice_a_day_is_refused() -> None:
    """There would be nothing to save."""
    data = renew("sops/a.md", f"---\ntitle: A\n{REST}".encode(), TODAY).data
    with pytest.raises(EditRefused, match="reviewed today already; the next review is due by 2027-05-22"):
        renew("sops/a.md", data, TODAY)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 60), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_interval_stays(reviewed_on: date, months: int, today: date) -> None:
    """Months stay months whatever their length; the next review is always to come."""
    due = next_review(reviewed_on, next_review(None, None, reviewed_on, months), today, 99)
    assert due == next_review(None, None, today, months)
    assert due > today
