"""The one way to ask: searched, decided, stored, with the real index."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.answer import Answer, PastReview, Thresholds
from bot.ask import Asker, Question
from bot.database import Database
from bot.query_log import QueryLog, recent_questions
from bot.question_text import QuestionRefused
from index.current import CurrentIndex
from index.errors import GenerationError
from index.records import Audience

REFUND = "how do I handle a refund complaint"


@pytest.fixture
def asker(starter_data: Path, log: QueryLog) -> Asker:
    """Asks the starter knowledge base."""
    return Asker(CurrentIndex(starter_data), log, Thresholds())


def test_a_question_is_answered_and_stored_with_its_outcome(asker: Asker, log: QueryLog) -> None:
    """What was shown and what is stored agree; the asker is stored as a hash."""
    asked = asker.ask(Question(f"  {REFUND}  ", "internal", "terminal", asker="U1", channel="chat"))
    assert isinstance(asked.outcome, Answer)
    assert asked.outcome.entry.id == "handle-refund-complaint"
    stored = log.question(asked.query_id)
    assert stored is not None
    assert (stored.text, stored.outcome, stored.entry_id, stored.generation) == (REFUND, "answer", "handle-refund-complaint", asked.generation)
    assert stored.confidence == pytest.approx(asked.outcome.confidence)
    assert stored.asker not in ("", "U1")


def test_each_question_is_stored_also_when_its_hits_are_remembered(asker: Asker, log: QueryLog) -> None:
    """The second one has an id of its own and the same outcome; who asks and how does not matter."""
    first = asker.ask(Question(REFUND, "internal", "terminal"))
    again = asker.ask(Question(f" {REFUND} ", "internal", "slack", asker="U1"))
    assert (first.repeated, again.repeated) == (False, True)
    assert (again.outcome, again.hits) == (first.outcome, first.hits)
    stored = log.question(again.query_id)
    assert stored
    assert (stored.text, stored.front_end, again.query_id != first.query_id) == (REFUND, "slack", True)


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_what_asking_would_lead_to_is_told_without_storing(audience: Audience, asker: Asker, log: QueryLog) -> None:
    """For each audience the very outcome that asking has; only asking is stored."""
    question = Question(REFUND, audience, "slack")
    outcome = asker.outcome(question)
    assert log.most_asked("internal", 5) == ()
    assert asker.ask(question).outcome == outcome
    assert isinstance(outcome, Answer) == (audience == "internal")


def test_the_public_gets_public_entries_only(asker: Asker, log: QueryLog) -> None:
    """The same question as the public finds no procedure; asked, chosen or searched for, it knows of no other entry, and is stored as theirs."""
    question = Question(REFUND, "public", "http")
    asked = asker.ask(question)
    chosen = asker.choose(question, "refunds#when-will-i-get-my-refund", asked.query_id)
    assert chosen
    found = asker.search(REFUND, "public", 5)[1]
    entries = [*(hit.entry for hit in (*asked.hits, *chosen.hits, *found)), *asked.seen, *chosen.seen]
    assert len(entries) > 10
    assert {entry.audience for entry in entries} == {"public"}
    stored = log.question(asked.query_id)
    assert stored
    assert stored.audience == "public"


@pytest.mark.parametrize("text", ["what is the capital of France", "reset the VPN router"])
def test_what_no_document_covers_is_said(asker: Asker, database: Database, text: str) -> None:
    """No answer, and the question is there for whoever looks after the documents."""
    asked = asker.ask(Question(text, "internal", "terminal"))
    assert asked.outcome.name == "no_answer"
    assert recent_questions(database, 5) == ((text, "internal"),)


@pytest.mark.parametrize(("text", "says"), [("", "is empty"), (" ?! ", "is empty"), ("x" * 8_001, "8,001 characters")])
def test_a_question_that_cannot_be_asked_is_refused_and_not_stored(asker: Asker, log: QueryLog, text: str, says: str) -> None:
    """Blank or far too long: one sentence that says what to do."""
    with pytest.raises(QuestionRefused, match=says):
        asker.ask(Question(text, "internal", "terminal"))
    assert log.most_asked("internal", 5) == ()


def test_a_choice_is_answered_and_remembered(asker: Asker, log: QueryLog) -> None:
    """Choosing a suggestion gives that entry, and counts for it; an entry that the chooser may not see is not given."""
    question = Question("refund", "internal", "slack")
    asked = asker.ask(question)
    chosen = asker.choose(question, "refund-not-received", asked.query_id)
    assert chosen
    assert isinstance(chosen.outcome, Answer)
    assert chosen.outcome.entry.id == "refund-not-received"
    assert ("refund-not-received", 1) in log.most_asked("internal", 5)
    assert asker.choose(Question("refund", "public", "slack"), "refund-not-received", asked.query_id) is None


@pytest.mark.parametrize(("policy", "expected"), [("warn", "answer"), ("demote", "suggestions"), ("withhold", "no_answer")])
def test_entries_past_their_review_date_go_by_the_policy(starter_data: Path, log: QueryLog, policy: PastReview, expected: str) -> None:
    """Asked, chosen and searched for alike; the question and what came of it are stored either way."""
    day = date(2030, 1, 1)  # every document is late
    index = CurrentIndex(starter_data, withheld_from=(lambda: day) if policy == "withhold" else None)
    asker = Asker(index, log, Thresholds(), today=lambda: day, past_review=policy)
    question = Question(REFUND, "internal", "terminal")
    asked = asker.ask(question)
    assert asked.outcome.name == expected
    stored = log.question(asked.query_id)
    assert stored is not None
    assert stored.outcome == expected
    chosen = asker.choose(question, "handle-refund-complaint", asked.query_id)
    assert (chosen is None) == (policy == "withhold")
    assert bool(asker.search(REFUND, "internal", 5)[1]) == (policy != "withhold")


def test_a_search_goes_by_the_policy_too(starter_data: Path, log: QueryLog) -> None:
    """While somebody types, a procedure past its date stands behind a current entry that is near."""
    index = CurrentIndex(starter_data)
    firsts = {
        policy: Asker(index, log, Thresholds(), today=lambda: date(2027, 3, 1), past_review=policy)
        .search("customer forgot password", "internal", 5)[1][0]
        .entry
        for policy in ("warn", "demote", "withhold")
    }
    assert firsts["warn"].id == "help-with-login"
    assert firsts["demote"].id == firsts["withhold"].id == "account#i-have-forgotten-my-password-how-do-i-reset-it"


def test_what_is_withheld_is_not_given_by_an_index_that_has_it(starter_data: Path, log: QueryLog) -> None:
    """Whoever asks is not to depend on how the index was opened."""
    asker = Asker(CurrentIndex(starter_data), log, Thresholds(), today=lambda: date(2030, 1, 1), past_review="withhold")
    question = Question(REFUND, "internal", "terminal")
    asked = asker.ask(question)
    assert asked.outcome.name == "no_answer"
    assert asker.choose(question, "handle-refund-complaint", asked.query_id) is None


def test_half_a_character_and_zero_bytes_do_no_harm(asker: Asker) -> None:
    """Broken clients send them."""
    assert asker.ask(Question("refund \ud83d complaint \0", "internal", "http")).hits


def test_without_an_index_nothing_is_stored(tmp_path: Path, database: Database, log: QueryLog) -> None:
    """The error says how to make one."""
    with pytest.raises(GenerationError, match="sopbot index build"):
        Asker(CurrentIndex(tmp_path), log, Thresholds()).ask(Question("refund", "internal", "terminal"))
    assert recent_questions(database, 5) == ()
