"""Documents past their review date, as their files stand now."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.authoring.knowledge_folder import KnowledgeFolder
from bot.authoring.late import LateDocument, late_documents
from index.corpus import read_corpus

TODAY = date(2026, 11, 22)
LATE = "---\ntitle: {}\nowner: Ada\nreview_by: 2026-09-01\n---\n\n# {}\n\n## A\n\nOne.\n\n## B\n\nTwo.\n"


def test_each_document_once_with_what_its_file_says_now(tmp_path: Path) -> None:
    """One that is renewed says until when; one whose file is gone or late still counts as it is indexed."""
    (tmp_path / "faqs").mkdir()
    for name in ("gone", "late", "renewed"):
        (tmp_path / "faqs" / f"{name}.md").write_text(LATE.format(name, name))
    entries = read_corpus(tmp_path).entries
    assert len(entries) == 6
    (tmp_path / "faqs" / "gone.md").unlink()
    (tmp_path / "faqs" / "renewed.md").write_text(LATE.format("renewed", "renewed").replace("2026-09-01", "2027-03-01"))
    due = date(2026, 9, 1)
    assert late_documents(entries, KnowledgeFolder(tmp_path), TODAY) == (
        LateDocument("faqs/gone.md", "gone", "Ada", due, None),
        LateDocument("faqs/late.md", "late", "Ada", due, None),
        LateDocument("faqs/renewed.md", "renewed", "Ada", due, date(2027, 3, 1)),
    )
