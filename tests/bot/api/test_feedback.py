from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from tests.bot.api.conftest import Serving

PUBLIC = "returns#how-long-do-i-have-to-return-something"
QUESTION = "How long do I have to send something back?"


def rows(serving: Serving, table: str) -> list[dict[str, Any]]:
    """What is stored."""
    with sqlite3.connect(serving.database_path) as connection:
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY rowid")]  # noqa: S608 - our own names
    connection.close()
    return found


def test_feedback_about_an_answer_is_stored_masked(serving: Serving) -> None:
    """With its reason, the person's words without personal data, and the entry that was shown."""
    asked = serving.client.post("/v1/ask", json={"question": QUESTION}).json()
    given = {"query_id": asked["query_id"], "helpful": False, "reason": "unclear", "comment": "write to jane@example.com", "step": "2.1"}
    response = serving.client.post("/v1/feedback", json=given)
    assert (response.status_code, response.json()) == (201, {"stored": True})
    (stored,) = rows(serving, "feedback")
    told = (stored["question_id"], stored["helpful"], stored["reason"], stored["comment"], stored["step"], stored["entry_id"])
    assert told == (asked["query_id"], 0, "unclear", "write to [email]", "2.1", asked["answer"]["entry_id"])


def test_feedback_about_an_entry_that_was_browsed_needs_no_question(serving: Serving) -> None:
    """It is stored with the entry alone."""
    assert serving.client.post("/v1/feedback", json={"entry_id": PUBLIC, "helpful": True}).status_code == 201
    (stored,) = rows(serving, "feedback")
    assert (stored["question_id"], stored["entry_id"], stored["helpful"]) == (None, PUBLIC, 1)


@pytest.mark.parametrize("about", [{"query_id": "nope"}, {"entry_id": "nope"}, {"entry_id": "handle-refund-complaint"}])
def test_feedback_about_what_is_not_there_is_refused(serving: Serving, about: dict[str, str]) -> None:
    """404, the same for an internal entry as for none, and nothing is stored."""
    assert serving.client.post("/v1/feedback", json=about | {"helpful": True}).status_code == 404
    assert rows(serving, "feedback") == []


@pytest.mark.parametrize(
    ("given", "field"),
    [({"helpful": True}, "body"), ({"entry_id": PUBLIC}, "helpful"), ({"entry_id": PUBLIC, "helpful": False, "reason": "boring"}, "reason")],
)
def test_feedback_that_says_too_little_or_nonsense_is_refused(serving: Serving, given: dict[str, Any], field: str) -> None:
    """422 that names the field."""
    response = serving.client.post("/v1/feedback", json=given)
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, field)


def test_a_choice_among_suggestions_is_stored_with_their_question(serving: Serving) -> None:
    """The entry comes back as the answer, under the id of the question."""
    asked = serving.client.post("/v1/ask", json={"question": QUESTION}).json()
    document = serving.client.post("/v1/choices", json={"query_id": asked["query_id"], "entry_id": PUBLIC}).json()
    assert (document["query_id"], document["outcome"], document["answer"]["entry_id"]) == (asked["query_id"], "answer", PUBLIC)
    assert [(row["question_id"], row["entry_id"]) for row in rows(serving, "choices")] == [(asked["query_id"], PUBLIC)]


def test_a_choice_while_typing_stores_the_question_first(serving: Serving) -> None:
    """What was typed is a question of the widget's, and the choice belongs to it."""
    document = serving.client.post("/v1/choices", json={"question": "send back", "entry_id": PUBLIC, "client": "widget"}).json()
    found = serving.log.question(document["query_id"])
    assert found is not None
    assert (found.text, found.front_end) == ("send back", "widget")
    assert [(row["question_id"], row["entry_id"]) for row in rows(serving, "choices")] == [(document["query_id"], PUBLIC)]


@pytest.mark.parametrize("entry_id", ["handle-refund-complaint", "nope"])
def test_an_entry_that_is_not_there_cannot_be_chosen(serving: Serving, entry_id: str) -> None:
    """404 without a key for internal entries as for made-up ones; no question and no choice is stored."""
    assert serving.client.post("/v1/choices", json={"question": "refund", "entry_id": entry_id}).status_code == 404
    assert (rows(serving, "choices"), rows(serving, "questions")) == ([], [])


def test_a_choice_needs_exactly_one_of_question_and_id(serving: Serving) -> None:
    """Neither and both are told."""
    for given in ({}, {"question": "refund", "query_id": "0"}):
        response = serving.client.post("/v1/choices", json={"entry_id": PUBLIC, **given})
        assert (response.status_code, "send either query_id or question" in response.json()["detail"]) == (422, True)


def test_a_choice_for_an_unknown_question_is_told(serving: Serving) -> None:
    """404, and nothing is stored."""
    response = serving.client.post("/v1/choices", json={"entry_id": PUBLIC, "query_id": "nope"})
    assert (response.status_code, response.json()["detail"]) == (404, "There is no such question.")
