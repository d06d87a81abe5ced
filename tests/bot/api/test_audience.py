"""Over all entries and all titles as questions: no byte of an internal document leaves without an internal key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bot.answer import Thresholds
from bot.api.app import create_app
from bot.ask import Asker
from bot.database import Database
from bot.keys import KeyStore
from bot.metrics import Metrics
from bot.query_log import QueryLog
from bot.rebuild import Rebuilder
from bot.settings import Settings
from index.current import CurrentIndex
from index.records import Entry


@pytest.fixture
def index(starter_data: Path) -> CurrentIndex:
    """The starter knowledge base."""
    return CurrentIndex(starter_data)


@pytest.fixture
def keys(database: Database) -> KeyStore:
    """Keys in the test's database."""
    return KeyStore(database)


@pytest.fixture
def client(index: CurrentIndex, database: Database, log: QueryLog, keys: KeyStore, tmp_path: Path) -> Iterator[TestClient]:
    """A client of the real application; everything is answered, however unsure, so that leaks would show."""
    asker = Asker(index, log, Thresholds(answer=0.0, suggest=0.0, lead=0.0))
    with TestClient(create_app(asker, index, keys, database, log, Settings(data_dir=tmp_path, rate_limit=""), Metrics(index), Rebuilder())) as client:
        yield client


def secrets_of(entry: Entry) -> Iterator[str]:
    """Pieces of an internal entry that no public document holds."""
    yield from (entry.id, entry.title, *entry.questions)
    yield from (step.text for step in entry.steps)
    yield from (reply.body for reply in entry.replies)
    yield from (part.text for part in (entry.purpose, entry.scope, entry.roles, entry.tools, entry.escalation) if part)


@pytest.mark.parametrize("key", ["none", "public"])
def test_no_internal_byte_reaches_the_public(client: TestClient, index: CurrentIndex, keys: KeyStore, key: str) -> None:
    """Every title and every question, asked and searched, gives public entries and nothing of the others."""
    everything = index.get().entries("internal")
    public = index.get().entries("public")
    shared = " ".join(f"{entry.id} {entry.title} {entry.heading} {' '.join(entry.questions)} {entry.body}" for entry in public)
    secrets = {secret for entry in everything if entry.audience == "internal" for secret in secrets_of(entry) if secret not in shared}
    assert len(secrets) > 1000
    headers = {} if key == "none" else {"Authorization": f"Bearer {keys.create('public', 'test').key_text}"}
    questions = [text for entry in everything for text in (entry.title, *entry.questions[:1])]
    for question in questions:
        responses = [
            client.post("/v1/ask", json={"question": question, "limit": 10}, headers=headers),
            client.get("/v1/search", params={"q": question, "limit": 50}, headers=headers),
        ]
        for response in responses:
            assert response.status_code == 200
            leaked = [secret for secret in secrets if secret in response.text]
            assert leaked == [], (question, leaked)


def test_an_internal_key_sees_procedures(client: TestClient, keys: KeyStore) -> None:
    """The same question with an internal key gives the SOP: the test above could fail."""
    headers = {"Authorization": f"Bearer {keys.create('internal', 'test').key_text}"}
    answer = client.post("/v1/ask", json={"question": "how do I handle a refund complaint"}, headers=headers).json()
    assert answer["answer"]["entry_id"] == "handle-refund-complaint"
