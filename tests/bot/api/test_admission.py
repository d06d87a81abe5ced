from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.api import context
from bot.database import Database
from bot.query_log import QueryLog
from bot.settings import Settings
from tests.bot.api.conftest import Serving, serve
from tests.fakes import HeldIndex, WordIndex, knowledge_index


@dataclass(slots=True)
class GatedIndex(HeldIndex):
    """An index that gives answers only once its gate is open."""

    gate: threading.Event = field(default_factory=threading.Event)
    entered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def get(self) -> WordIndex:
        """Wait, then the index."""
        self.entered.release()
        assert self.gate.wait(20)
        return HeldIndex.get(self)


def ask(serving: Serving, headers: dict[str, str] | None = None) -> tuple[int, str | None]:
    """Status and Retry-After of a question."""
    response = serving.client.post("/v1/ask", json={"question": "when will I get my refund"}, headers=headers)
    return response.status_code, response.headers.get("retry-after")


def test_what_is_beyond_capacity_is_refused_at_once(database: Database, log: QueryLog, tmp_path: Path) -> None:
    """Two in work, the third gets 503 with when to come back; both go on to their answers, and then there is room again."""
    index = GatedIndex(knowledge_index().index)
    with serve(index, database, log, Settings(data_dir=tmp_path, requests_at_once=2)) as serving, ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(ask, serving) for _ in range(2)]
        for _ in waiting:
            assert index.entered.acquire(timeout=10)
        assert ask(serving) == (503, "1")
        assert serving.client.get("/healthz").status_code == 200  # a probe is never turned away
        index.gate.set()
        assert [done.result() for done in waiting] == [(200, None)] * 2
        assert ask(serving) == (200, None)


def test_a_request_that_takes_too_long_is_given_up(database: Database, log: QueryLog, tmp_path: Path) -> None:
    """It gets 503, and its place is free again."""
    index = GatedIndex(knowledge_index().index)
    with serve(index, database, log, Settings(data_dir=tmp_path, requests_at_once=1, request_seconds=0.2)) as serving:
        assert ask(serving) == (503, "5")
        index.gate.set()
        assert ask(serving) == (200, None)


def test_an_address_that_asks_too_often_is_told_when_to_come_back(database: Database, log: QueryLog, tmp_path: Path) -> None:
    """429 after the allowance; a good key goes on, a bad one does not get around it."""
    with serve(knowledge_index(), database, log, Settings(data_dir=tmp_path, rate_limit="3/minute")) as serving:
        assert [ask(serving)[0] for _ in range(3)] == [200] * 3
        status, retry = ask(serving)
        assert (status, 1 <= int(retry or 0) <= 60) == (429, True)
        assert ask(serving, serving.key("public"))[0] == 200
        assert ask(serving, {"X-API-Key": "sop_made_up"})[0] == 429


def test_a_header_that_nobody_reads_is_no_way_around_the_limit(database: Database, log: QueryLog, tmp_path: Path) -> None:
    """The FAQ pages look at no key: whoever sends one there, good or made up, is counted by address as everybody is."""
    with serve(knowledge_index(), database, log, Settings(data_dir=tmp_path, rate_limit="2/minute")) as serving:
        sent = ({"Authorization": "made up"}, {"X-API-Key": "made up"}, serving.key("internal"))
        assert [serving.client.get("/faq?q=refund", headers=headers).status_code for headers in sent] == [200, 200, 429]


def test_an_address_that_sends_several_keys_too_often_is_turned_away(database: Database, log: QueryLog, tmp_path: Path) -> None:
    """Sending two at once is no way to try keys without end."""
    with serve(knowledge_index(), database, log, Settings(data_dir=tmp_path, rate_limit="2/minute")) as serving:
        assert [ask(serving, {"X-API-Key": "sop_one", "Authorization": "Bearer sop_two"})[0] for _ in range(3)] == [401, 401, 429]


def test_a_key_has_an_allowance_of_its_own(database: Database, log: QueryLog, tmp_path: Path) -> None:
    """One key's use takes nothing from another's."""
    with serve(knowledge_index(), database, log, Settings(data_dir=tmp_path, key_rate_limit="2/minute")) as serving:
        first, second = serving.key("public"), serving.key("public")
        assert [ask(serving, first)[0] for _ in range(3)] == [200, 200, 429]
        assert ask(serving, second)[0] == 200


def test_the_address_that_a_trusted_proxy_names_counts(database: Database, log: QueryLog, tmp_path: Path) -> None:
    """Visitors behind one proxy are told apart; what anybody else says of himself is not believed."""
    visitors = [{"X-Forwarded-For": address} for address in ("203.0.113.7", "203.0.113.8")]
    with serve(knowledge_index(), database, log, Settings(data_dir=tmp_path, rate_limit="1/minute")) as serving:
        assert [ask(serving, visitor)[0] for visitor in visitors * 2] == [200, 200, 429, 429]
    with serve(knowledge_index(), database, log, Settings(data_dir=tmp_path, rate_limit="1/minute", trusted_proxies=[])) as serving:
        assert [ask(serving, visitor)[0] for visitor in visitors] == [200, 429]


def test_a_body_that_does_not_arrive_is_given_up(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that sends half of what it promised is told so, and holds nothing for longer."""
    monkeypatch.setattr(context, "BODY_SECONDS", 0.2)
    with socket.create_connection(("127.0.0.1", serving.port), timeout=10) as connection:
        connection.sendall(b"POST /v1/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{")
        told = b"".join(iter(lambda: connection.recv(4096), b""))
    assert told.startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize(("origin", "allowed"), [("https://shop.example", True), ("https://elsewhere.example", False)])
def test_browsers_may_call_from_the_pages_that_are_listed(serving: Serving, origin: str, allowed: bool) -> None:
    """The listed origin is named in the answer, another is not, and cookies are for neither."""
    asking = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    preflight = serving.client.options("/v1/ask", headers=asking)
    answer = serving.client.get("/v1/faq", headers={"Origin": origin})
    assert preflight.status_code == (200 if allowed else 400)
    for response in (preflight, answer):
        assert (response.headers.get("access-control-allow-origin") == origin) is allowed
        assert "access-control-allow-credentials" not in response.headers


def test_a_refusal_can_be_read_by_the_page_that_called(database: Database, log: QueryLog, tmp_path: Path) -> None:
    """The widget sees 429 and when to come back, not a network error."""
    settings = Settings(data_dir=tmp_path, rate_limit="1/minute", cors_origins=["https://shop.example"])
    with serve(knowledge_index(), database, log, settings) as serving:
        _, refused = (serving.client.get("/v1/faq", headers={"Origin": "https://shop.example"}) for _ in range(2))
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (429, "https://shop.example")
    assert "Retry-After" in refused.headers["access-control-expose-headers"]


def test_large_answers_are_compressed_for_who_can_read_that(serving: Serving) -> None:
    """With gzip when asked for, plain otherwise, the same document."""
    squeezed, plain = (serving.client.get("/v1/faq", headers={"Accept-Encoding": encoding}) for encoding in ("gzip", "identity"))
    assert (squeezed.headers.get("content-encoding"), plain.headers.get("content-encoding")) == ("gzip", None)
    assert squeezed.json() == plain.json()
    assert int(squeezed.headers["content-length"]) < len(plain.content) / 3


def test_a_browser_gets_a_page_where_a_program_gets_a_document(serving: Serving) -> None:
    """The same 404, in words, with a way on; below /v1 always as a document."""
    page = serving.client.get("/nothing", headers={"Accept": "text/html,*/*"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing at this address" in page.text
    assert serving.client.get("/v1/nothing", headers={"Accept": "text/html,*/*"}).headers["content-type"] == "application/problem+json"
