"""What the public is told does not depend on what is internal: two servers, one of which has never seen an internal document.

Whatever is asked without a key, or with a public one, both must answer alike, to the byte. That covers titles, ids, paths,
owners, counts and confidences at once, and needs no list of what must not be said.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from bot.database import Database
from bot.keys import KeyStore, Scope
from index.build import build_index
from index.corpus import read_corpus
from index.export import DEFAULT_MODEL
from index.records import Entry
from tests.conftest import ROOT
from tests.e2e.serving import copy_index, serving

_OPEN = {  # everything is answered, however unsure, so that a leak would show; nobody is turned away
    "SOPBOT_ANSWER_THRESHOLD": "0",
    "SOPBOT_LEAD_THRESHOLD": "0",
    "SOPBOT_SUGGEST_THRESHOLD": "0",
    "SOPBOT_RATE_LIMIT": "",
    "SOPBOT_KEY_RATE_LIMIT": "",
}
_EVERY = 1 if os.environ.get("SOPBOT_EVERY_TEXT") else 8
"""Of the steps, replies and other ways of asking, each eighth is asked over HTTP; every title is. With the variable set, all are, in every way."""
_PAGE = {"Accept": "text/html"}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and keys for it."""

    client: httpx.Client
    public: dict[str, str]
    internal: dict[str, str]


@dataclass(frozen=True, slots=True)
class Both:
    """A server that knows internal documents, and one that never saw any."""

    knowing: Server
    innocent: Server

    def ask(self, request: Callable[[Server], httpx.Response]) -> tuple[object, object]:
        """Send the same to both."""
        with ThreadPoolExecutor(2) as threads:
            knowing, innocent = threads.map(lambda server: _told(request(server)), (self.knowing, self.innocent))
        return knowing, innocent


@pytest.fixture(scope="module")
def both(starter_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Two servers, started as an operator would."""
    folder = tmp_path_factory.mktemp("audience")
    for name in ("knowing", "innocent"):
        (folder / name).mkdir()
    copy_index(starter_data, folder / "knowing")
    for path in sorted({entry.path for entry in _entries() if entry.audience == "public"}):
        (folder / "documents" / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "knowledge" / path, folder / "documents" / path)
    (folder / "innocent" / "cache").symlink_to(starter_data / "cache")
    build_index(folder / "documents", folder / "innocent", DEFAULT_MODEL)
    with ExitStack() as stack:
        yield Both(*(_server(stack, folder / name) for name in ("knowing", "innocent")))


def _server(stack: ExitStack, folder: Path) -> Server:
    address = stack.enter_context(serving(folder, **_OPEN))
    client = stack.enter_context(httpx.Client(base_url=address, trust_env=False, timeout=30))
    database = Database(folder / "sopbot.db")
    stack.callback(database.close)
    keys = KeyStore(database)

    def headers(scope: Scope) -> dict[str, str]:
        return {"Authorization": f"Bearer {keys.create(scope, 'test').key_text}"}

    return Server(client, headers("public"), headers("internal"))


def _entries() -> tuple[Entry, ...]:
    return read_corpus(ROOT / "knowledge").entries


def _internal() -> list[Entry]:
    return [entry for entry in _entries() if entry.audience == "internal"]


def _told(response: httpx.Response) -> tuple[int, dict[str, str], str]:
    """What a client learns from a response, without what differs between any two: ids, times, the name of the build."""
    passing = ("date", "x-request-id", "etag", "content-length")
    headers = {name: value for name, value in response.headers.items() if name not in passing}
    body = re.sub(r"\b[0-9a-f]{32}\b", "(id)", response.text)
    body = re.sub(r'"took_ms":[\d.]+', '"took_ms":0', body)
    return response.status_code, headers, body.replace(str(response.url.port), "(port)")


def _texts(entry: Entry) -> list[str]:
    """All that somebody might paste: ways of asking, steps, replies, and the parts of a procedure."""
    parts = (entry.purpose, entry.scope, entry.roles, entry.tools, entry.escalation, entry.tone, entry.metrics)
    return [
        *entry.questions,
        *(step.text for step in entry.steps),
        *(reply.body for reply in entry.replies),
        *(part.text for part in parts if part),
        entry.owner,
        entry.path,
    ]


def _ask(text: str) -> Callable[[Server], httpx.Response]:
    return lambda server: server.client.post("/v1/ask", json={"question": text, "limit": 10, "channel": "chat"})


def _ask_with_key(text: str) -> Callable[[Server], httpx.Response]:
    return lambda server: server.client.post("/v1/ask", json={"question": text, "limit": 10, "client": "widget"}, headers=server.public)


def _search(text: str) -> Callable[[Server], httpx.Response]:
    return lambda server: server.client.get("/v1/search", params={"q": text[:1500], "limit": 50})


def _search_with_key(text: str) -> Callable[[Server], httpx.Response]:
    return lambda server: server.client.get("/v1/search", params={"q": text[:1500], "limit": 50}, headers=server.public)


def _ask_page(text: str) -> Callable[[Server], httpx.Response]:
    return lambda server: server.client.get("/faq", params={"q": text[:1500]}, headers=_PAGE)


def _lost(text: str) -> Callable[[Server], httpx.Response]:
    return lambda server: server.client.get(f"/faq/{quote(text[:200])}", headers=_PAGE)


def _get(address: str) -> Callable[[Server], httpx.Response]:
    return lambda server: server.client.get(address)


def _get_with_key(address: str) -> Callable[[Server], httpx.Response]:
    return lambda server: server.client.get(address, headers=server.public)


def _open(address: str) -> Callable[[Server], httpx.Response]:
    return lambda server: server.client.get(address, headers=_PAGE)


_WAYS = (_ask, _search, _ask_page, _ask_with_key, _search_with_key, _lost)


def test_whatever_is_asked_the_answer_does_not_depend_on_internal_documents(both: Both) -> None:
    """Titles in every way there is, and all other texts of all entries by turns, get the same answer from both servers."""
    titles = [(entry.title, way) for entry in _internal() for way in _WAYS]
    others = [text for entry in _entries() for text in _texts(entry)][::_EVERY]
    ways = (lambda number: _WAYS) if _EVERY == 1 else (lambda number: (_WAYS[number % len(_WAYS)],))
    asked = titles + [(text, way) for number, text in enumerate(others) for way in ways(number)]
    assert len(asked) > 450
    statuses: dict[int, int] = {}
    for text, way in asked:
        knowing, innocent = both.ask(way(text))
        assert knowing == innocent, (text, way.__name__)
        status = knowing[0]  # type: ignore[index]
        statuses[status] = statuses.get(status, 0) + 1
    assert set(statuses) <= {200, 404, 308}
    assert statuses[200] > 350


def test_with_an_internal_key_the_two_servers_differ(both: Both) -> None:
    """The tests of this file could fail: the same comparison tells the servers apart for whoever is inside."""
    told = both.ask(lambda server: server.client.post("/v1/ask", json={"question": "how do I handle a refund complaint"}, headers=server.internal))
    assert told[0] != told[1]
    assert "handle-refund-complaint" in str(told[0])


_ADDRESSES = ["/", "/docs", "/openapi.json", "/healthz", "/readyz", "/metrics", "/robots.txt", "/widget.js", "/widget/demo", "/ask", "/v1/faq", "/nothing"]


def test_every_public_address_is_the_same(both: Both) -> None:
    """Lists, pages, the sitemap, health, figures, documentation: as a program, as a browser, and with a public key."""
    places = re.findall(r"<loc>http://[^/]+([^<]+)</loc>", both.innocent.client.get("/faq/sitemap.xml").text)
    public = [f"/v1/entries/{entry.id.replace('#', '%23')}" for entry in _entries() if entry.audience == "public"]
    assert (len(places), len(public)) == (91, 81)
    for address in [*_ADDRESSES, "/faq/sitemap.xml", *places, *public]:
        for way in (_get, _get_with_key, _open):
            knowing, innocent = both.ask(way(address))
            assert knowing == innocent, (address, way.__name__)


def test_an_internal_id_is_like_one_that_is_made_up(both: Both) -> None:
    """Reading, choosing and judging an internal entry fail in the same way, to the byte, as for an entry that never was."""
    server = both.knowing
    query_id = server.client.post("/v1/ask", json={"question": "refund"}).json()["query_id"]
    for entry in _internal():
        made_up = f"{entry.id[::-1]}"
        for headers in ({}, server.public):
            assert _all_about(server, entry.id, query_id, headers) == _all_about(server, made_up, query_id, headers), entry.id
    assert {status for status, _, _ in _all_about(server, "verify-identity", query_id, {})} == {404}


def _all_about(server: Server, entry_id: str, query_id: str, headers: dict[str, str]) -> list[tuple[int, dict[str, str], str]]:
    """What the public learns of an entry by its id, in every way that takes one."""
    client = server.client
    return [
        _told(response)
        for response in (
            client.get(f"/v1/entries/{entry_id}", headers=headers),
            client.post("/v1/choices", json={"question": "refund", "entry_id": entry_id}, headers=headers),
            client.post("/v1/choices", json={"query_id": query_id, "entry_id": entry_id}, headers=headers),
            client.post("/v1/feedback", json={"entry_id": entry_id, "helpful": True}, headers=headers),
            client.post("/v1/feedback", json={"entry_id": entry_id, "query_id": query_id, "helpful": True}, headers=headers),
            client.post("/faq/feedback", data={"entry_id": entry_id, "helpful": "yes"}, headers=headers),
            client.post("/faq/choice", data={"entry_id": entry_id, "query_id": query_id}, headers=headers),
        )
    ]
