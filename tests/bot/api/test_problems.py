from __future__ import annotations

import logging
import socket
import sqlite3
from typing import Any

import httpx
import pytest

from tests.bot.api.conftest import Serving

PATHS = [
    "/healthz", "/metrics", "/readyz", "/v1/ask", "/v1/choices", "/v1/entries/{entry_id}", "/v1/faq", "/v1/feedback", "/v1/index/rebuild", "/v1/index/webhook", "/v1/search",
]  # fmt: skip


def problem(response: httpx.Response) -> tuple[int, int, str]:
    """Status, status in the document, and title, of a well-formed problem document."""
    document: dict[str, Any] = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert set(document) <= {"type", "title", "status", "detail", "request_id", "errors"}
    assert (document["type"], document["request_id"]) == ("about:blank", response.headers["x-request-id"])
    assert document["detail"].endswith(".")
    return response.status_code, document["status"], document["title"]


def test_an_unknown_address_is_a_problem(serving: Serving) -> None:
    """404 says where to look."""
    response = serving.client.get("/v1/nothing")
    assert problem(response) == (404, 404, "Not Found")
    assert response.json()["detail"] == "There is nothing at this address. See / for what there is."


def test_a_wrong_method_is_a_problem_that_names_the_right_one(serving: Serving) -> None:
    """405 keeps the Allow header."""
    response = serving.client.get("/v1/ask")
    assert (problem(response), response.headers["allow"]) == ((405, 405, "Method Not Allowed"), "POST")


def test_a_body_above_the_limit_is_a_problem(serving: Serving) -> None:
    """64 kB are read; one byte more is refused, with its length declared or not."""
    fits = b'{"question": "refund"' + b" " * (64 * 1024 - 22) + b"}"
    assert len(fits) == 64 * 1024
    headers = {"Content-Type": "application/json"}
    assert serving.client.post("/v1/ask", content=fits, headers=headers).status_code == 200
    for content in (fits + b" ", iter([fits, b" "])):
        assert problem(serving.client.post("/v1/ask", content=content, headers=headers))[0] == 413


def test_a_database_that_does_not_answer_is_told_in_words_that_fit(serving: Serving) -> None:
    """Of a question that it was not stored; of anything else that it could not be done."""
    other = sqlite3.connect(serving.database_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        asked = serving.client.post("/v1/ask", json={"question": "refund"})
        given = serving.client.post("/v1/feedback", json={"entry_id": "returns#how-long-do-i-have-to-return-something", "helpful": True})
    finally:
        other.close()
    assert [(one.status_code, one.json()["detail"].split(",")[0]) for one in (asked, given)] == [
        (503, "The question could not be stored"),
        (503, "The database does not answer at the moment"),
    ]


def test_a_body_that_is_too_large_is_told_the_limit_of_its_address(serving: Serving) -> None:
    """A Git host may send more than whoever asks."""
    large = b" " * (1024 * 1024 + 1)
    told = [serving.client.post(path, content=large).json()["detail"] for path in ("/v1/ask", "/v1/index/webhook")]
    assert told == [f"The request is larger than {limit} kB. Send a smaller one." for limit in ("64", "1,024")]


def test_a_declared_length_above_the_limit_is_refused_before_it_is_sent(serving: Serving) -> None:
    """The server answers from the header alone and does not wait for a gigabyte."""
    with socket.create_connection(("127.0.0.1", serving.port), timeout=5) as connection:
        connection.sendall(b"POST /v1/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n{")
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


def test_a_defect_is_a_problem_without_its_text(serving: Serving, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """500 tells the request's id and nothing else; the log has the same id and the traceback."""

    def broken(*_: object) -> None:
        raise RuntimeError("password hunter2 at /srv/app.py")

    monkeypatch.setattr(type(serving.index), "get", broken)
    with caplog.at_level(logging.ERROR):
        response = serving.client.post("/v1/ask", json={"question": "refund"}, headers={"X-Request-ID": "trace-1"})
    assert problem(response) == (500, 500, "Internal Server Error")
    assert ("hunter2" in response.text, "hunter2" in caplog.text, "request trace-1 failed: POST '/v1/ask'" in caplog.text) == (False, True, True)


def test_what_does_not_fit_is_not_sent_back(serving: Serving) -> None:
    """A value that is refused may be a secret pasted into the wrong field."""
    response = serving.client.post("/v1/ask", json={"question": ["hunter2"], "limit": "hunter2"})
    assert (problem(response)[0], "hunter2" in response.text) == (422, False)


def test_bytes_that_are_no_text_are_a_problem(serving: Serving) -> None:
    """A body that cannot be decoded is the client's mistake, not a defect."""
    response = serving.client.post("/v1/ask", content=b'{"question": "\xff"}', headers={"Content-Type": "application/json"})
    assert (problem(response)[0], response.json()["detail"]) == (400, "The request's body cannot be read. Send JSON in UTF-8.")


@pytest.mark.parametrize(("sent", "kept"), [("trace-1.A_b", True), ("a" * 64, True), ("a" * 65, False), ("a b", False), ("a;b", False), ("", False)])
def test_a_request_id_is_kept_or_made(serving: Serving, sent: str, kept: bool) -> None:
    """The client's id comes back; one that could spoil a log gives way to 32 digits of our own."""
    given = serving.client.get("/healthz", headers={"X-Request-ID": sent}).headers["x-request-id"]
    assert (given == sent) == kept
    assert kept or len(bytes.fromhex(given)) == 16


def test_no_cache_keeps_an_answer(serving: Serving) -> None:
    """The same address answers differently with a key and after a rebuild, so what is kept must be asked about each time."""
    paths = ("/v1/search?q=refund", "/nothing", "/healthz")
    assert [serving.client.get(path).headers["cache-control"] for path in paths] == ["no-cache", "no-store", "no-store"]
    assert serving.client.get("/v1/search?q=refund", headers=serving.key("internal")).headers["cache-control"] == "private, no-cache"


def test_the_description_names_every_problem_and_the_keys(serving: Serving) -> None:
    """OpenAPI lists the errors as problem documents, both ways to send a key, and examples."""
    document = serving.client.get("/openapi.json").json()
    ask = document["paths"]["/v1/ask"]["post"]
    errors = {status: list(response["content"]) for status, response in ask["responses"].items() if status != "200"}
    assert errors == {status: ["application/problem+json"] for status in ("400", "401", "408", "413", "422", "429", "500", "503")}
    assert ask["security"] == [{"HTTPBearer": []}, {"APIKeyHeader": []}]
    assert document["components"]["schemas"]["AskRequest"]["examples"][0]["question"] == "how long do I have to send something back?"
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert sorted(document["paths"]) == PATHS
