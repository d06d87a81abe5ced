"""Small knowledge folders to check."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from index.corpus import read_corpus
from index.lint.check import lint
from index.lint.finding import Finding
from index.lint.options import LintOptions

TODAY = date(2026, 11, 22)
FACTS = {"owner": "Ann", "touchpoint": "keys", "channels": "[chat]", "reviewed_on": "2026-10-01", "review_by": "2027-04-01"}


def sop(
    title: str = "Handle a lost key",
    steps: str = "1. Look in the drawer.",
    reply: str = "We found it, {{customer_name}}.",
    below: str = "",
    **facts: str | None,
) -> str:
    """A procedure without any fault but those that are put in; a fact of None is left out."""
    lines = "\n".join(f"{key}: {value}" for key, value in (FACTS | facts).items() if value is not None)
    return (
        f"---\n{lines}\n---\n# {title}\n\n## Purpose\n\nTo help.\n\n## Scope\n\nKeys.\n\n## Steps\n\n{steps}\n\n## Escalation\n\nTo Ann.\n\n"
        f"## Replies\n\n### Live chat\n\n> {reply}\n{below}"
    )


def faq(question: str, answer: str, also: tuple[str, ...] = (), **facts: str | None) -> str:
    """A FAQ with one question."""
    lines = "\n".join(f"{key}: {value}" for key, value in (FACTS | {"audience": "public", "channels": None} | facts).items() if value is not None)
    asked = "Also asked:\n\n" + "".join(f"- {text}\n" for text in also) + "\n" if also else ""
    return f"---\n{lines}\n---\n# Answers\n\n## {question}\n\n{asked}{answer}\n"


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files by their paths."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def check(folder: Path, files: dict[str, str], **options: Any) -> list[Finding]:
    """The findings in a folder with these files."""
    return list(lint(read_corpus(write(folder, files)), LintOptions(TODAY, **options)))
