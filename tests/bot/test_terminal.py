"""Outcomes as people read them in a terminal."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console
from rich.table import Table

from bot.answer import Answer, NoAnswer, Outcome, Suggestion, Suggestions
from bot.ask import Asked
from bot.terminal import console, show, show_why
from index.entries import read_entries
from index.markdown import parse_document
from index.records import Chunk, Hit, Lines

DOCUMENT = """---
owner: Priya Nair
reviewed_on: 2026-01-05
review_by: 2026-07-05
---

# Find a lost key

## Purpose

Give it back **quickly**.

## Steps

### Look

1. Look in the drawer **within 2 hours**, and while you are there look behind it too, since keys fall down.
   1. If it is there, keep it.

### Tell

2. Tell the owner.

## Replies

### Live chat

> We found it, {{name}}.

### Email

**Subject:** Your key

> Hello {{name}}
"""


def shown(outcome: Outcome, channel: str = "") -> str:
    """What is printed, without white space at line ends."""
    file = StringIO()
    show(Asked("q1", outcome, (), channel, "000001", 1.0), Console(file=file, width=80, highlight=False))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())


def an_answer(*, stale: bool) -> Answer:
    """The document above as an answer."""
    document, _ = parse_document("sops/find-a-lost-key.md", DOCUMENT.encode())
    (entry,), _ = read_entries(document)
    return Answer(entry, 0.93, stale)


def test_a_procedure_is_whole_and_fits_eighty_columns() -> None:
    """Purpose, phases, numbered steps, the reply for the channel that was asked for, source, warning, confidence."""
    assert (
        shown(an_answer(stale=True), "chat")
        == """Find a lost key
Past its review date. This was due for review by 5 July 2026. Before you rely on
it, check with Priya Nair.
Give it back quickly.

Look
 1. Look in the drawer within 2 hours, and while you are there look behind it
    too, since keys fall down.
     1.1 If it is there, keep it.
Tell
 2. Tell the owner.

Reply – Live chat
  We found it, {{name}}.

More replies (--channel): Email

Very likely right (93%) · sops/find-a-lost-key.md, lines 9–34 · Owner: Priya
Nair · Reviewed 5 January 2026"""
    )


def test_an_email_has_its_subject_and_a_missing_channel_is_said() -> None:
    """The subject stands above the text; a channel without a reply is named, not silently swapped."""
    answer = an_answer(stale=False)
    assert "Reply – Email\n  Subject: Your key\n\n  Hello {{name}}" in shown(answer, "email")
    assert "There is no reply for Phone." in shown(answer, "phone")
    assert "Past its review date" not in shown(answer)


def test_suggestions_and_no_answer() -> None:
    """Titles with how likely they are; a plain no, and what becomes of the question."""
    titles = (Suggestion("a", "Find a lost key", 0.41), Suggestion("b", "Cut a new key", 0.3))
    assert (
        shown(Suggestions(titles, 0.41))
        == "Did you mean one of these?\n  - Find a lost key (41%)\n  - Cut a new key (30%)\nAsk again with one of these titles."
    )
    assert shown(NoAnswer(0.02)).startswith("No document covers this.\nYour question is stored")


FAQ = "# Keys\n\n## Where do I get a new key?\n\nAt the **desk**.\n"


def test_a_faq_is_its_answer_with_what_else_may_be_meant() -> None:
    """No steps, no replies; other titles that are likely too, below."""
    (entry,), _ = read_entries(parse_document("faqs/keys.md", FAQ.encode())[0])
    assert shown(Answer(entry, 0.7, False, (Suggestion("a", "Find a lost key", 0.41),))).startswith(
        "Where do I get a new key?\n\nAt the desk.\n\nPerhaps also\n  - Find a lost key (41%)\n\nProbably right (70%) · faqs/keys.md, line 5"
    )


def test_why_shows_the_first_five_hits_with_what_decided() -> None:
    """How likely, what matched and where, and the figures behind; a long text is shown in part."""
    (entry,), _ = read_entries(parse_document("faqs/keys.md", FAQ.encode())[0])
    chunks = [Chunk(entry.id, "title", entry.title), *(Chunk(entry.id, "passage", "word " * 100, Lines(5, 5)) for _ in range(9))]
    hits = tuple(Hit(entry, 0.7 - number / 20, 0.0, 1.0, chunk, {"words": 0.25}) for number, chunk in enumerate(chunks))
    file = StringIO()
    show_why(Asked("q1", NoAnswer(0.1), hits, "", "000007", 1.25), Console(file=file, width=200, highlight=False))
    printed = file.getvalue()
    assert "Why: no_answer, index 000007, 1.2 ms" in printed
    assert " 70.0%  Where do I get a new key?  (keys#where-do-i-get-a-new-key)" in printed
    assert "title: Where do I get a new key?" in printed
    assert printed.count("passage, line 5: word word") == 4
    assert printed.count("…") == 4
    assert printed.count("words 0.25") == 5


def test_square_brackets_in_a_title_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """In text and in tables: they are the author's, and no names of colours."""
    table = Table("Title")
    table.add_row("Reset the [bold] device [/b]")
    out = console()
    out.print("Sign in [/b]")
    out.print(table)
    shown = capsys.readouterr().out
    assert "Sign in [/b]" in shown
    assert "Reset the [bold] device [/b]" in shown
