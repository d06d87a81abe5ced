"""Slips of the fingers."""

from __future__ import annotations

import pytest

from index.bags import Bags
from index.spelling import Spelling, fit_spelling

KNOWN = {"hotel", "broken", "starch"}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("refnd", "refund"),
        ("my refudn", "my refund"),
        ("refunnd?", "refund?"),
        ("where is my delivary", "where is my delivery"),
        ("refund", "refund"),
        ("refunds", "refunds"),
        ("broken", "broken"),
        ("bloke", "bloke"),
        ("ERR-4012x", "ERR-4012x"),
        ("cefund", "cefund"),
        ("zyxwvu", "zyxwvu"),
    ],
)
def test_corrected(typed: str, read: str):
    """One slip is put right, unless the word is known, short, a plural, or begins with another letter."""
    spelling = Spelling(**fit_spelling(Bags.counted([{"refund": 2, "delivery": 1, "broke": 1, "search": 1}, {"err-4012": 1}])))
    assert spelling.corrected(typed, KNOWN.__contains__) == read
