from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bot.api.conftest import Serving

PUBLIC_QUESTION = "How long do I have to send something back?"
INTERNAL_QUESTION = "Handle a refund complaint"


def test_a_public_question_is_answered_without_a_key(serving: Serving) -> None:
    """A FAQ answers whoever asks, with its source."""
    response = serving.client.post("/v1/ask", json={"question": PUBLIC_QUESTION})
    document = response.json()
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert (document["outcome"], document["answer"]["kind"], document["answer"]["citation"]["path"]) == ("answer", "faq", "faqs/returns.md")
    (best,) = serving.index.get().search(PUBLIC_QUESTION, "public", 1)
    assert (document["answer"]["entry_id"], document["confidence"], document["generation"]) == (best.entry.id, round(best.confidence, 4), "000001")


def test_the_question_is_stored_masked_before_it_is_answered(serving: Serving) -> None:
    """The id that the client gets names a stored question."""
    question = f"{PUBLIC_QUESTION} my mail is jane@example.com"
    document = serving.client.post("/v1/ask", json={"question": question, "channel": "Live chat"}).json()
    found = serving.log.question(document["query_id"])
    assert found is not None
    assert (found.text, found.front_end, found.audience, found.channel, found.outcome, found.asker) == (
        f"{PUBLIC_QUESTION} my mail is [email]", "http", "public", "chat", document["outcome"], "",
    )  # fmt: skip


def test_a_key_is_counted_as_one_asker(serving: Serving) -> None:
    """Questions with the same key have the same hash, other keys another."""
    first, second = serving.key("internal"), serving.key("internal")
    ids = [serving.client.post("/v1/ask", json={"question": PUBLIC_QUESTION}, headers=key).json()["query_id"] for key in (first, first, second)]
    askers = [found.asker for found in map(serving.log.question, ids) if found]
    assert askers[0] == askers[1] != askers[2]


def test_an_internal_key_reads_procedures(serving: Serving) -> None:
    """The team gets every step, and the replies of the channel it asked for first."""
    answer = serving.client.post("/v1/ask", json={"question": INTERNAL_QUESTION, "channel": "SMS"}, headers=serving.key("internal")).json()["answer"]
    entry = serving.index.get().entry("handle-refund-complaint", "internal")
    assert entry is not None
    assert (answer["entry_id"], answer["replies"][0]["channel"]) == (entry.id, "sms")
    assert [step["text"] for step in answer["steps"]] == [step.text for step in entry.steps]


@pytest.mark.parametrize("channel", [None, "", "  ", "email", "E-mail", " live CHAT "])
def test_channels_go_by_id_and_by_name(serving: Serving, channel: str | None) -> None:
    """No channel, its id, and what people call it all work."""
    assert serving.client.post("/v1/ask", json={"question": PUBLIC_QUESTION, "channel": channel}).status_code == 200


def test_an_unknown_channel_is_told_with_the_known_ones(serving: Serving) -> None:
    """A channel that does not exist is not passed over in silence."""
    response = serving.client.post("/v1/ask", json={"question": PUBLIC_QUESTION, "channel": "telegraph"})
    document = response.json()
    assert (response.status_code, document["errors"][0]["field"]) == (422, "channel")
    assert document["detail"].startswith("There is no such channel. Channels are: Email, Website form, Phone")


def test_no_document_is_said_plainly(serving: Serving) -> None:
    """A question that nothing covers has outcome no_answer, no answer and no suggestions, and is stored."""
    document = serving.client.post("/v1/ask", json={"question": "zebra xylophone"}).json()
    assert (document["outcome"], document["answer"], document["suggestions"], document["confidence"]) == ("no_answer", None, [], 0.0)
    assert serving.log.question(document["query_id"]) is not None


def test_suggestions_are_as_many_as_asked_for(serving: Serving) -> None:
    """The limit cuts the list, best first."""
    ask = {"question": "refund complaint customer unhappy"}
    key = serving.key("internal")
    three = serving.client.post("/v1/ask", json=ask, headers=key).json()
    one = serving.client.post("/v1/ask", json=ask | {"limit": 1}, headers=key).json()
    assert (three["outcome"], len(three["suggestions"])) == ("suggestions", 3)
    assert one["suggestions"] == three["suggestions"][:1]


@pytest.mark.parametrize("question", ["", "   ", "?!…", "\x00"])
def test_an_empty_question_is_refused_with_an_example(serving: Serving, question: str) -> None:
    """Nothing to search for is told in words, and not stored."""
    response = serving.client.post("/v1/ask", json={"question": question})
    assert (response.status_code, response.json()["detail"][:50]) == (422, "The question is empty. Ask in a few words, for exa")


def test_a_question_too_long_is_refused_with_the_limit(serving: Serving) -> None:
    """8,000 characters are read; one more is told."""
    assert serving.client.post("/v1/ask", json={"question": "a" * 8000}).status_code == 200
    response = serving.client.post("/v1/ask", json={"question": "a" * 8001})
    assert (response.status_code, "at most 8,000" in response.json()["detail"]) == (422, True)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{}", "question"),
        (b'{"question": 7}', "question"),
        (b'{"question": null}', "question"),
        (b'{"question": "x", "limit": 0}', "limit"),
        (b'{"question": "x", "limit": 11}', "limit"),
        (b'{"question": "x", "limit": "many"}', "limit"),
        (b'{"question": "x", "audience": "internal"}', "audience"),
        (b"[]", "body"),
        (b"{", "body"),
        (b"", "body"),
    ],
)
def test_a_request_that_does_not_fit_names_the_field(serving: Serving, body: bytes, field: str) -> None:
    """422 says which field and why; the client's values are not sent back."""
    response = serving.client.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    document = response.json()
    assert (response.status_code, document["status"], [error["field"] for error in document["errors"]]) == (422, 422, [field])


def test_half_a_character_does_no_harm(serving: Serving) -> None:
    """JSON can hold half of a surrogate pair; the question is answered and stored without it."""
    body = b'{"question": "How long do I have to send something back? \\ud83d"}'
    document = serving.client.post("/v1/ask", content=body, headers={"Content-Type": "application/json"}).json()
    found = serving.log.question(document["query_id"])
    assert found is not None
    assert (document["outcome"], found.text) == ("answer", f"{PUBLIC_QUESTION} ?")


def test_no_index_is_503(serving: Serving) -> None:
    """Without a usable index the client is told to come back, and no path of the server is shown."""
    serving.index.index = None
    response = serving.client.post("/v1/ask", json={"question": PUBLIC_QUESTION})
    assert (response.status_code, response.headers["retry-after"], "secret-path" in response.text) == (503, "5", False)


def test_a_question_that_cannot_be_stored_is_not_answered(serving: Serving) -> None:
    """A locked database gives 503 without the answer: nothing is lost unseen."""
    other = sqlite3.connect(serving.database_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        response = serving.client.post("/v1/ask", json={"question": PUBLIC_QUESTION})
    finally:
        other.close()
    assert (response.status_code, response.json()["detail"]) == (503, "The question could not be stored, so it is not answered. Try again later.")
    assert "sopbot.db" not in response.text


def test_many_askers_at_once_all_get_their_own_answer(serving: Serving) -> None:
    """Sixty-four questions over sixteen connections: each answered, each stored under its own id."""

    def ask(number: int) -> tuple[int, str, str]:
        response = serving.client.post("/v1/ask", json={"question": f"{PUBLIC_QUESTION} {number}"})
        document = response.json()
        found = serving.log.question(document["query_id"])
        return response.status_code, document["answer"]["citation"]["path"], found.text if found else ""

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ask, range(64))) == [(200, "faqs/returns.md", f"{PUBLIC_QUESTION} {number}") for number in range(64)]
