from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.links import Links, leads_elsewhere, links_of, place_of, public_path
from index.corpus import read_corpus
from index.records import Entry
from tests.fakes import KNOWLEDGE


@pytest.fixture(scope="module")
def entries() -> tuple[Entry, ...]:
    """Of this repository's documents, public and internal."""
    return read_corpus(KNOWLEDGE).entries


@pytest.mark.parametrize(
    ("entry_id", "path"),
    [
        ("returns#how-long", "/faq/returns/how-long"),
        ("verify-identity", "/faq/verify-identity"),
        ("handbook/on call#first-day", "/faq/handbook/on%20call/first-day"),
        ("handbook/c##intro", "/faq/handbook/c%23/intro"),
        ("faq#wie-lange-läuft-das", "/faq/faq/wie-lange-l%C3%A4uft-das"),
    ],
)
def test_an_entry_has_one_path(entry_id: str, path: str) -> None:
    """Document, then heading; what is no part of a path is encoded, so that it comes back as it was."""
    assert public_path(entry_id) == path
    assert unquote(path) == f"/faq/{place_of(entry_id)}"


def test_every_public_entry_is_found_at_its_place_and_no_other(entries: tuple[Entry, ...]) -> None:
    """Place and entry lead to each other; an internal entry has none."""
    links = Links(entries)
    found = {entry.id: links.entry(place_of(entry.id)) for entry in entries}
    assert found == {entry.id: entry if entry.audience == "public" else None for entry in entries}


_TARGETS = [
    ("account.md", "/faq/account"),
    ("./account.md#nothing-of-that-name", "/faq/account"),
    ("returns.md#How-do-I-send-something-back", "/faq/returns/how-do-i-send-something-back"),
    ("#how-do-i-return-a-gift", "/faq/returns/how-do-i-return-a-gift"),
    ("/faqs/returns.md", "/faq/returns"),
    ("../faqs/../faqs/refunds.md", "/faq/refunds"),
    ("/faq", "/faq"),
    ("/faq/returns/", "/faq/returns"),
    ("/faq/returns/how-do-i-return-a-gift", "/faq/returns/how-do-i-return-a-gift"),
    ("//shop.example/x", "https://shop.example/x"),
    ("HTTPS://shop.example", "HTTPS://shop.example"),
    ("../sops/verify-identity.md", None),
    ("/faq/verify-identity", None),
    ("../sops/no-such-file.md", None),
    ("../../../etc/passwd", None),
    ("/faq/../ask", None),
    ("/ask", None),
    ("///x", None),
    ("https:x", None),
    ("http://[half", None),
    ("file:///etc/passwd", None),
    ("javascript:alert(1)", None),
    ("mailto:", None),
    ("..", None),
]


@pytest.mark.parametrize(("target", "leads_to"), _TARGETS)
def test_a_link_leads_to_a_public_page_or_nowhere(entries: tuple[Entry, ...], target: str, leads_to: str | None) -> None:
    """Files, headings and pages of this server are checked, other websites are kept; internal and gone are the same."""
    assert Links(entries).resolve(target, "faqs/returns.md") == leads_to


@given(st.text() | st.lists(st.sampled_from([*(target for target, _ in _TARGETS), "/", "#", "..", "%2e", "%2F", "\\", "\n", "@", ":", "?"])).map("".join))
def test_no_link_leads_anywhere_else(target: str) -> None:
    """Whatever the target, it is a page that exists, or names in full what it leads to."""
    links = links_of(_PUBLIC)
    found = links.resolve(target, "faqs/returns.md")
    assert found is None or leads_elsewhere(found) or found == "/faq" or links.entry(found[5:]) or links.topic(found[5:])


_PUBLIC = tuple(entry for entry in read_corpus(Path(KNOWLEDGE)).entries if entry.audience == "public")


def test_links_are_made_once_a_generation(entries: tuple[Entry, ...]) -> None:
    """The same tuple gives the same links; an equal one of another generation does not."""
    assert links_of(entries) is links_of(entries)
    assert links_of(entries) is not links_of((*entries,))
