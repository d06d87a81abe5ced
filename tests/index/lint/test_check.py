"""Checks of whole folders: the starter documents, a build's gate, contradictions, and what an index adds."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from index.corpus import Corpus, read_corpus
from index.lint.check import lint, lint_errors
from index.lint.options import LintOptions
from index.records import Entry
from index.search import open_index
from tests.index.lint.support import TODAY, faq, sop, write

ROOT = Path(__file__).parent.parent.parent.parent
OPTIONS = LintOptions(TODAY)


@pytest.fixture(scope="module")
def starter() -> Corpus:
    """The starter documents."""
    return read_corpus(ROOT / "knowledge")


def test_the_starter_documents_are_clean(starter: Corpus, starter_data: Path) -> None:
    """Nothing but the one procedure whose review date has passed, kept to show what that looks like."""
    found = lint(starter, OPTIONS, open_index(starter_data))
    assert [(finding.rule, finding.path) for finding in found] == [("past-review", "sops/cross-sell-and-upsell.md")]


def test_a_build_is_stopped_by_errors_only(tmp_path: Path) -> None:
    """The gate gives what is an error by its own level or by setting, and runs no other rule."""
    corpus = read_corpus(write(tmp_path, {"sops/a.md": sop(owner=None, review_by="2026-01-01"), "sops/b.md": "# B\n"}))
    assert [finding.rule for finding in lint_errors(corpus, OPTIONS)] == ["unreadable"]
    strict = replace(OPTIONS, levels={"past-review": "error", "missing-owner": "warning"})
    assert [(finding.path, finding.rule) for finding in lint_errors(corpus, strict)] == [("sops/a.md", "past-review"), ("sops/b.md", "unreadable")]


def test_a_contradiction_names_both_places(tmp_path: Path) -> None:
    """The answer for customers and the procedure say different days for the same thing."""
    files = {
        "faqs/a.md": faq("When do I get my refund?", "We send your refund within five business days of your item reaching us."),
        "sops/a.md": sop("Handle a refund", steps="1. Open it.\n2. Send the refund **within 7 business days** of the item reaching us."),
    }
    (finding,) = lint(read_corpus(write(tmp_path, files)), OPTIONS)
    assert (finding.rule, finding.path, finding.line) == ("contradiction", "faqs/a.md", 12)
    assert "'five business days'" in finding.message
    assert "(sops/a.md:21) says '7 business days'" in finding.message


@pytest.mark.parametrize(
    ("answer", "step"),
    [
        ("We send your refund within 5 business days.", "Send the refund within five business days."),
        ("We send your refund within 5 business days.", "Send the refund within 5 business days, and the voucher refund within 7 business days."),
        ("Goodwill is up to £50 here.", "Goodwill above £250 goes to the team lead here."),
        ("Your refund takes 5 business days.", "A refund takes 5 hours."),
        ("We answer your email within 24 hours.", "Answer the email within 1 day, and read the parcel's label within 3 minutes."),
    ],
)
def test_figures_that_agree_or_do_not_compare_are_no_contradiction(tmp_path: Path, answer: str, step: str) -> None:
    """The same value in words, both values in one place, opposite bounds, another unit."""
    corpus = read_corpus(write(tmp_path, {"faqs/a.md": faq("When?", answer), "sops/a.md": sop("Handle it", steps=f"1. {step}")}))
    assert lint(corpus, OPTIONS) == ()


def test_contradictions_put_into_the_starter_documents_are_found(starter: Corpus) -> None:
    """Of 36 figures that an answer shares with a procedure of its touchpoint, changed one at a time, at least 9 are told.

    Many of the 36 only happen to be equal; without a change nothing is told, which the first test holds.
    """
    shared = {(entry.touchpoint, figure) for entry in starter.entries if entry.kind == "sop" for figure in _figures(entry)}
    tried = told = 0
    for entry in starter.entries:
        for figure in _figures(entry) if entry.kind == "faq" else ():
            if (entry.touchpoint, figure) in shared:
                tried += 1
                told += _told(starter, entry, figure)
    assert tried == 36
    assert told >= 9


def _figures(entry: Entry) -> list[str]:
    """Money and times in digits, each once, as written."""
    return list(dict.fromkeys(re.findall(r"£\d[\d.,]*\d|\b\d+ (?:business |working )?(?:days|hours|minutes)|\b\d+ km", entry.body)))


def _told(corpus: Corpus, entry: Entry, figure: str) -> bool:
    other = re.sub(r"\d[\d.,]*", "77", figure)
    changed = structs.replace(entry, passages=tuple(structs.replace(part, text=part.text.replace(figure, other)) for part in entry.passages))
    entries = tuple(changed if one is entry else one for one in corpus.entries)
    found = lint_errors(replace(corpus, entries=entries), replace(OPTIONS, levels={"contradiction": "error"}))
    return any(f"'{other}'" in finding.message for finding in found)


def test_an_entry_that_its_own_question_does_not_find_is_told(starter: Corpus, starter_data: Path) -> None:
    """With an index, each entry is asked for; one whose question belongs to another is named with what comes instead."""
    index = open_index(starter_data)
    entry = index.entry("thank-for-a-compliment", "internal")
    assert entry
    lost = structs.replace(entry, title="where is my refund")
    asked = replace(starter, entries=tuple(lost if one.id == entry.id else one for one in starter.entries))
    found = [finding for finding in lint(asked, OPTIONS, index) if finding.rule == "hard-to-find"]
    assert [finding.path for finding in found] == ["sops/thank-for-a-compliment.md"]
    assert "Asked 'where is my refund', sopbot offers" in found[0].message
    assert not [finding for finding in lint(asked, OPTIONS) if finding.rule == "hard-to-find"]
