"""What an author wrote down word for word is answered from where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from index.own_words import own_words_first
from index.records import Chunk, Entry, Hit, Kind, Lines
from index.search import Index, open_index


@pytest.fixture(scope="module")
def index(starter_data: Path) -> Index:
    """The starter knowledge base."""
    return open_index(starter_data)


def hit(entry_id: str, said: str, kind: Kind = "sop") -> Hit:
    """An entry found by one of its questions, and not sure at all."""
    entry = Entry(entry_id, kind, f"About {entry_id}", "internal", "a.md", "A", Lines(1, 9), "0", questions=(said,))
    return Hit(entry, 0.4, 0.0, 1.0, Chunk(entry_id, "question", said))


def test_every_title_and_question_leads_to_its_entry(index: Index) -> None:
    """Over the whole starter knowledge base, for the team and for customers: first, sure, and ahead; a FAQ with the words of a procedure next."""
    for audience in ("internal", "public"):
        for entry in index.entries(audience):
            for text in (entry.title, *entry.questions):
                first, second = index.search(text, audience, 10)[:2]
                both = first.entry.kind == "sop" and entry.kind == "faq" and text in first.entry.questions  # then the FAQ is behind it
                assert (first.confidence >= 0.97, first.lead) == (True, 1.0), text
                assert (second if both else first).entry.id == entry.id, text


@pytest.mark.parametrize(("typed", "same"), [("WHERE is my refund??", True), ("where is my refnud", True), ("where is my refund today", False)])
def test_people_type_it_as_they_like(index: Index, typed: str, same: bool) -> None:
    """Capital letters, punctuation and a slip of the fingers do not count; one word more, and it is another question."""
    assert ("word for word" in index.search(typed, "internal", 10)[0].reasons) == same


def test_the_others_follow_in_their_order() -> None:
    """The entry comes forward, and says so; nothing else changes."""
    hits = (replace(hit("a", "how to pay"), confidence=0.9, lead=0.7), hit("b", "how to repay"), hit("c", "how to pay me"))
    first, *rest = own_words_first("How to repay?", hits)
    assert (first.entry.id, first.confidence, first.lead, first.reasons["word for word"]) == ("b", 0.97, 1.0, 1.0)
    assert rest == [replace(hits[0], lead=0.0), hits[2]]


def test_a_question_of_two_procedures_stays_undecided() -> None:
    """Nobody but the team can say which is meant; a FAQ beside a procedure is right too, and no reason to doubt: the procedure leads."""
    two = (hit("a", "pay"), hit("b", "pay"))
    assert own_words_first("pay", two) == two
    procedure, faq = hit("a", "pay"), hit("b", "pay", kind="faq")
    for ranked in ((procedure, faq), (faq, procedure)):
        first, second = own_words_first("pay", ranked)
        assert (first.entry.id, first.lead, second.entry.id, second.lead) == ("a", 1.0, "b", 0.0)


def test_a_step_in_the_same_words_is_no_question() -> None:
    """What a procedure says to do may be said by many."""
    step = replace(hit("a", "pay"), chunk=Chunk("a", "step", "pay", Lines(3, 3)))
    assert own_words_first("pay", (step,)) == (step,)
