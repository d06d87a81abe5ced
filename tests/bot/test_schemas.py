from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.answer import Answer, NoAnswer, Outcome, Suggestion, Suggestions
from bot.ask import Asked
from bot.schemas import AskRequest, response_from
from index.records import Entry
from tests.fakes import KNOWLEDGE, knowledge_index

ENTRIES = {entry.id: entry for entry in knowledge_index().get().all_entries}
SOP = ENTRIES["handle-refund-complaint"]


def asked(outcome: Outcome, channel: str = "") -> Asked:
    """A question with that outcome."""
    return Asked("q1", outcome, (), channel, "000007", 12.3456)


def source(path: str, first: int, last: int) -> str:
    """Lines of a document, as they stand in the file."""
    return "\n".join(Path(KNOWLEDGE, path).read_text(encoding="utf-8").split("\n")[first - 1 : last])


def test_the_answer_document_has_exactly_the_documented_fields() -> None:
    """Fields at every level are those that clients may rely on, in order."""
    document = json.loads(response_from(asked(Answer(SOP, 0.9, stale=True))).model_dump_json())
    answer = document["answer"]
    assert list(document) == ["query_id", "outcome", "confidence", "answer", "suggestions", "generation", "took_ms"]
    assert list(answer) == ["entry_id", "kind", "title", "purpose", "steps", "replies", "escalation", "body_markdown", "body_html", "citation", "url"]
    assert list(answer["steps"][0]) == ["number", "level", "text", "deadline", "heading"]
    assert list(answer["replies"][0]) == ["channel", "situation", "subject", "body", "placeholders"]
    assert list(answer["citation"]) == ["path", "heading", "lines", "version", "owner", "reviewed_on", "review_by", "stale"]


def test_an_answer_carries_the_whole_procedure_word_for_word() -> None:
    """Every step, sub-step and reply of the source is there, in order, unchanged."""
    answer = response_from(asked(Answer(SOP, 0.9, stale=False))).answer
    assert answer is not None
    assert len(answer.steps) > 10
    assert [(step.number, step.level, step.text, step.deadline, step.heading) for step in answer.steps] == [
        (s.number, s.level, s.text, s.deadline or None, s.heading) for s in SOP.steps
    ]
    assert [(reply.channel, reply.situation, reply.subject, reply.body, tuple(reply.placeholders)) for reply in answer.replies] == [
        (r.channel, r.situation, r.subject or None, r.body, r.placeholders) for r in SOP.replies
    ]
    citation = answer.citation
    assert answer.body_markdown == source(citation.path, *citation.lines)
    assert SOP.purpose is not None
    assert answer.purpose == SOP.purpose.text == source(SOP.path, SOP.purpose.lines.first, SOP.purpose.lines.last)
    assert "<li>" in answer.body_html


def test_a_citation_says_where_who_and_how_old() -> None:
    """Path, heading, lines, owner and review dates are those of the document."""
    document = json.loads(response_from(asked(Answer(SOP, 0.9, stale=True))).model_dump_json())
    citation = document["answer"]["citation"]
    assert citation == {
        "path": "sops/handle-refund-complaint.md",
        "heading": "Handle a refund complaint",
        "lines": [SOP.lines.first, SOP.lines.last],
        "version": SOP.version,
        "owner": SOP.owner,
        "reviewed_on": str(SOP.reviewed_on),
        "review_by": str(SOP.review_by),
        "stale": True,
    }


def test_replies_for_the_channel_come_first() -> None:
    """The channel asked for leads, all its replies in their order; the others follow in theirs."""
    answer = response_from(asked(Answer(SOP, 0.9, stale=False), channel="chat")).answer
    assert answer is not None
    chat = [reply.body for reply in SOP.replies if reply.channel == "chat"]
    others = [reply.body for reply in SOP.replies if reply.channel != "chat"]
    assert len(chat) > 1
    assert [reply.body for reply in answer.replies] == chat + others


def test_a_faq_answer_has_null_where_it_has_nothing() -> None:
    """The purpose and escalation of an entry without them are null, lists are empty."""
    faq: Entry = next(entry for entry in ENTRIES.values() if entry.kind == "faq" and not entry.steps)
    answer = response_from(asked(Answer(faq, 0.9, stale=False))).answer
    assert answer is not None
    assert (answer.kind, answer.purpose, answer.escalation, answer.steps, answer.replies) == ("faq", None, None, [], [])


def test_a_document_without_review_dates_has_null_dates() -> None:
    """What a document does not say is null."""
    faq = next(entry for entry in ENTRIES.values() if entry.kind == "faq")
    plain = Entry(faq.id, "section", faq.title, "public", faq.path, faq.heading, faq.lines, faq.version)
    answer = response_from(asked(Answer(plain, 0.9, stale=False))).answer
    assert answer is not None
    assert (answer.citation.reviewed_on, answer.citation.review_by, answer.citation.owner) == (None, None, "")


@pytest.mark.parametrize(
    ("outcome", "limit", "offered"),
    [
        (
            Suggestions((Suggestion("a", "A", 0.41239), Suggestion("b", "B", 0.3), Suggestion("c", "C", 0.2)), 0.41239),
            3,
            [("a", 0.4124), ("b", 0.3), ("c", 0.2)],
        ),
        (Suggestions((Suggestion("a", "A", 0.4), Suggestion("b", "B", 0.3)), 0.4), 1, [("a", 0.4)]),
        (Answer(SOP, 0.9, False, (Suggestion("b", "B", 0.3),)), 3, [("b", 0.3)]),
        (NoAnswer(0.1), 3, []),
    ],
)
def test_suggestions_are_those_of_the_outcome(outcome: Outcome, limit: int, offered: list[tuple[str, float]]) -> None:
    """Best first, no more than asked for, with four decimals; beside an answer they are the others."""
    response = response_from(asked(outcome), limit)
    assert [(s.entry_id, s.confidence) for s in response.suggestions] == offered
    assert (response.outcome, response.answer is not None, response.took_ms, response.generation) == (outcome.name, isinstance(outcome, Answer), 12.3, "000007")


def test_dates_are_dates() -> None:
    """A program that uses the models gets dates, not text."""
    answer = response_from(asked(Answer(SOP, 0.9, stale=False))).answer
    assert answer is not None
    assert answer.citation.review_by == SOP.review_by
    assert isinstance(answer.citation.review_by, date)


def test_a_misspelt_field_is_refused() -> None:
    """A request with a field that does not exist is not half understood."""
    with pytest.raises(ValueError, match="chanel"):
        AskRequest.model_validate({"question": "x", "chanel": "chat"})


def test_links_between_documents_lead_to_public_pages() -> None:
    """In what is sent as HTML, a link to a public document is the path of its page, and one to an internal document is its text."""
    public = replace(ENTRIES["returns#how-do-i-return-a-gift"], body="See [refunds](refunds.md) and [us](../sops/refund-refused.md).")
    seen = (*ENTRIES.values(), public)
    answer = response_from(Asked("q1", Answer(public, 0.9, stale=False), (), "", "000007", 1.0, seen)).answer
    assert answer is not None
    assert answer.body_html == '<p>See <a href="/faq/refunds">refunds</a> and us.</p>\n'
    assert answer.body_markdown == public.body
