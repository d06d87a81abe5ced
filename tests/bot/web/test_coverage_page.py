"""The coverage page as a browser without scripts gets it: the matrix, and where each of its cells leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from bot.database import Database
from bot.log_records import StoredQuestion
from index.corpus import read_corpus
from tests.bot.gaps.support import GapIndex
from tests.bot.web.test_review import Desk, open_desk

CARE = """---
title: Care for a battery
touchpoint: Care & more
review_by: 2026-09-01
---

# Care for a battery

## Steps

1. Wipe it.

## Replies

### Live chat

> Wipe <it> gently.
"""


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Desk]:
    """Ada's desk, with one document more; customers came near it twice, and were answered once."""
    with open_desk(database, tmp_path) as desk:
        (desk.knowledge / "sops/care.md").write_text(CARE)
        desk.held.index = GapIndex(read_corpus(desk.knowledge).entries)
        for outcome, entry in (("answer", "care"), ("no_answer", "")):
            desk.log.store(StoredQuestion("wipe?", outcome, entry, (), 0.9, "000001", "http", "public", "chat", "", "care"))  # type: ignore[arg-type]
        yield desk


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_matrix_counts_and_its_cells_lead_on(desk: Desk) -> None:
    """A filled cell to its entries, an empty one to a draft with touchpoint and channel filled in; what is missed most stands above."""
    html = desk.get("/coverage")
    rows = [_text(row) for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)]
    assert rows == ["Touchpoint Asked Missed Entries Live chat", "Care & more 2 1 1 1 late 1 1 late", "no touchpoint 0 0 2 1 late +"]
    assert "Care & more 1 of 2 questions not answered at once · 1 entry" in _text(html)
    links = {unescape(name): unescape(address) for address, name in re.findall(r'href="([^"]+)" aria-label="([^"]+)"', html)}
    listed = _text(desk.get(links["1 of Care & more by Live chat"]))
    assert re.search(r"Care for a battery sops/care\.md, lines 9–\d+ · the team only", listed)
    assert "Wipe <it> gently." in listed
    assert "Past its review date: due by 1 September 2026." in listed
    assert "nearest to 2 questions, used for 1, trouble 0" in listed
    draft = desk.get(links["+ Draft a document for no touchpoint by Live chat"])
    assert (re.findall(r'value="(\w+)" checked', draft), 'name="touchpoint" value=""' in draft) == (["chat"], True)
    assert 'name="touchpoint" value="Care &amp; more"' in desk.get(links["Draft a document for Care & more"])


def test_public_entries_lead_to_their_page(desk: Desk) -> None:
    """Others have none; a touchpoint without entries is told as such."""
    html = desk.get("/coverage/entries?touchpoint=no+touchpoint")
    assert '<a href="/faq/hours/when-do-you-open">When do you open?</a>' in html
    assert "Change a battery</a>" not in html
    assert "There is none." in desk.get("/coverage/entries?touchpoint=Made+up&channel=made-up")


def test_the_period_is_chosen_by_links(desk: Desk) -> None:
    """What an address cannot mean is the usual period."""
    assert re.findall(r'href="([^"]+)" aria-current="page">[\w ]+days', desk.get("/coverage?days=x")) == ["/coverage?days=90"]
    assert re.findall(r'href="([^"]+)" aria-current="page">A year', desk.get("/coverage?days=365")) == ["/coverage?days=365"]
