"""Personal data that people send over HTTP -> nowhere on disk; tests/bot/slack has the same for Slack."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from bot.database import Database
from bot.query_log import QueryLog
from bot.settings import Settings
from index.corpus import read_corpus
from tests.bot.api.conftest import Serving, serve
from tests.bot.conftest import PEPPER
from tests.fakes import KNOWLEDGE, HeldIndex, WordIndex
from tests.personal_data import Message, messages

MESSAGES = messages(500)
PUBLIC = "account#why-is-my-account-locked"


def leaks(folder: Path, logged: str, sent: list[Message]) -> list[tuple[str, str]]:
    """Kind and secret of whatever can be read in any file of a folder, SQLite's log among them, or in the log."""
    on_disk = b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    forms = [(message.kind, form) for message in sent for secret in message.secrets for form in {secret, json.dumps(secret)[1:-1]}]
    return [(kind, form) for kind, form in forms if form.encode() in on_disk or form in logged]


def ask(serving: Serving, message: Message) -> None:
    """A question and feedback, with the message wherever there is room for text."""
    asked = serving.client.post("/v1/ask", json={"question": message.text})
    assert asked.status_code == 200
    query_id = asked.json()["query_id"]
    said = {"query_id": query_id, "helpful": False, "reason": "other", "comment": message.text, "step": message.secrets[0][:16]}
    assert serving.client.post("/v1/feedback", json=said).status_code == 201


def test_five_hundred_messages_over_http_leave_nothing_on_disk(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither database, its log, the server's log nor the folder of the index holds an address, number or name; the questions are there."""
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "bot")
    for client in ("httpx", "httpcore"):
        caplog.set_level(logging.WARNING, client)  # the client of this test logs the addresses that it calls
    database = Database(tmp_path / "sopbot.db")
    database.migrate()
    index = HeldIndex(WordIndex(read_corpus(KNOWLEDGE).entries[:8]))
    with serve(index, database, QueryLog(database, PEPPER), Settings(data_dir=tmp_path, rate_limit="")) as serving:
        for message in MESSAGES:
            ask(serving, message)
        for message in MESSAGES[:22]:
            assert serving.client.get("/v1/search", params={"q": message.text}).status_code == 200
            assert serving.client.post("/v1/choices", json={"question": message.text, "entry_id": PUBLIC}).status_code == 200
        assert leaks(tmp_path, caplog.text, MESSAGES) == []  # while the server runs, with what SQLite has not yet put into the file
    database.close()
    assert leaks(tmp_path, caplog.text, MESSAGES) == []
    assert b"ERR-4012" in (tmp_path / "sopbot.db").read_bytes()
