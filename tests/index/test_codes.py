"""Codes and quantities that belong to other entries."""

from __future__ import annotations

import pytest

from index.codes import Codes, entry_codes, fit_codes
from index.records import Entry, Lines

TITLES = ("What does ERR-4012 mean?", "What does ERR-4013 mean?", "Return within 30 days", "Return after 60 days", "Track parcel WF-1234567 or another")


@pytest.fixture
def codes() -> Codes:
    """Five entries; the last has a sample order number in a question, and no code in its title."""
    entries = [Entry(f"e{place}", "faq", title, "public", "a.md", title, Lines(1, 1), "") for place, title in enumerate(TITLES[:4])]
    entries.append(Entry("e4", "faq", "Track a parcel", "public", "a.md", "Track a parcel", Lines(1, 1), "", questions=(TITLES[4],)))
    said = [*TITLES[:4], f"Track a parcel\n{TITLES[4]}"]
    return Codes(fit_codes([entry_codes(entry, text) for entry, text in zip(entries, said, strict=True)]), 5)


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("ERR-4012 on my display", [1]),
        ("err 4013", [0]),
        ("it says 4013", [0]),
        ("ERR4012", [1]),
        ("ERR-4099 on my display", [0, 1]),
        ("can I return it after 60 days", [2]),
        ("within 30 days?", [3]),
        ("can I return it after 45 days", []),
        ("where is WF-7654321", []),
        ("how do I return something", []),
    ],
)
def test_entries_about_another_code(codes: Codes, question: str, others: list[int]):
    """Only entries that name another code of the same kind are about something else."""
    found = codes.about_others(question)
    assert ([] if found is None else found.nonzero()[0].tolist()) == others


@pytest.mark.parametrize(
    ("question", "unheard"),
    [("ERR-4099", True), ("err 4099 on WF-7654321", True), ("ERR-4012", False), ("WF-7654321, within 30 days?", False), ("after 45 days", False)],
)
def test_a_code_that_nobody_has(codes: Codes, question: str, unheard: bool):
    """Of a kind that titles name: a customer's order number is new every time."""
    assert codes.nobody_has(question) == unheard
