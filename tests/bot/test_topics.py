from __future__ import annotations

from pathlib import Path

import pytest

from bot.topics import topics_of
from index.corpus import read_corpus


@pytest.mark.parametrize(
    ("path", "text", "topic", "title"),
    [
        ("faqs/returns.md", "# Returns and gifts\n\n## How?\n\nSo.\n", "returns", "Returns and gifts"),
        ("faqs/returns.md", "---\ntitle: Sending back\n---\n# Returns\n\n## How?\n\nSo.\n", "returns", "Sending back"),
        ("faqs/gift_cards.md", "## How?\n\nSo.\n", "gift-cards", "Gift cards"),
        ("sops/verify.md", "# Check who it is\n\n## Steps\n\n1. Ask.\n", "verify", "Check who it is"),
        ("team/on-call.md", "# First day\n\nCome in.\n\n## Lunch\n\nAt one.\n", "team/on-call", "on call"),
    ],
)
def test_a_document_is_a_topic(tmp_path: Path, path: str, text: str, topic: str, title: str) -> None:
    """It is named by its title, else its first heading, else its file; never by one of its questions."""
    (tmp_path / path).parent.mkdir()
    (tmp_path / path).write_text(text)
    entries = read_corpus(tmp_path).entries
    assert [(found.id, found.title, found.entries) for found in topics_of(entries)] == [(topic, title, entries)]


def test_topics_stand_in_order_of_title(tmp_path: Path) -> None:
    """Capital letters do not count, and entries keep the order of their document."""
    for name, title in (("a", "Returns"), ("b", "delivery"), ("c", "Account")):
        (tmp_path / f"{name}.md").write_text(f"---\nkind: faq\n---\n# {title}\n\n## Z?\n\nSo.\n\n## A?\n\nSo.\n")
    found = topics_of(read_corpus(tmp_path).entries)
    assert [(topic.title, [entry.title for entry in topic.entries]) for topic in found] == [(name, ["Z?", "A?"]) for name in ("Account", "delivery", "Returns")]
