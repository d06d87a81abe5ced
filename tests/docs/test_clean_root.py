"""What scripts/clean_root takes for granted about the documents is so; it runs their commands itself, in a Debian of its own."""

from __future__ import annotations

import re

import pytest

from scripts.clean_root import plan
from tests.docs.pages import PAGES, ROOT, typed_commands

_COMMANDS = [line.text for page in PAGES for line in typed_commands(page)]
_PATTERNS = [pattern for table in (plan.IN_PART, plan.LEFT_OUT, plan.STATUS, plan.PUT_IN, plan.PRINTED, plan.FOLDERS) for pattern, *_ in table]


def test_all_kinds_of_commands_are_found() -> None:
    """In blocks, behind a prompt, in help that a page shows, in running text; continued lines whole."""
    wanted = ["make run", 'sopbot ask --channel "live chat"', "sopbot review split", ".venv/bin/python scripts/soak.py --minutes"]
    assert [begin for begin in wanted if not any(text.startswith(begin) for text in _COMMANDS)] == []
    asked = next(text for text in _COMMANDS if "Bearer sop_…" in text and "/v1/ask" in text)
    assert asked.endswith('"channel": "chat"}\'')


@pytest.mark.parametrize("pattern", _PATTERNS)
def test_no_exception_is_left_over(pattern: str) -> None:
    """What is put in, shortened, left out or expected otherwise stands in a document."""
    assert any(re.search(pattern, text) for text in _COMMANDS)


def test_pages_that_suppose_something_are_there() -> None:
    """By the names under which their readers' preparations are listed."""
    assert [page for page in plan.BEFORE if not (ROOT / page).is_file()] == []


def test_blanks_are_filled_in() -> None:
    """With what a reader has, or with what was printed last before."""
    printed = "sop_first\nKeep it now\nsop_second-key\n"
    assert plan.filled_in('curl -H "Authorization: Bearer sop_…"', printed) == (
        'curl -H "Authorization: Bearer sop_second-key"',
        'typed as: curl -H "Authorization: Bearer sop_second-key"',
    )
    assert plan.filled_in("sopbot lint", printed) == ("sopbot lint", "")
