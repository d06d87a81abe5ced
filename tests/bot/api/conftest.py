"""The HTTP interface on a real server, on a free port of this machine."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx
import pytest
import uvicorn

from bot.answer import Thresholds
from bot.api.app import create_app
from bot.ask import Asker
from bot.database import Database
from bot.keys import KeyStore, Scope
from bot.metrics import Metrics
from bot.query_log import QueryLog
from bot.rebuild import Rebuilder
from bot.settings import Settings
from tests.fakes import HeldIndex, knowledge_index


@dataclass(frozen=True, slots=True)
class Serving:
    """A running server and what it stands on."""

    client: httpx.Client
    index: HeldIndex
    keys: KeyStore
    log: QueryLog
    database_path: Path
    port: int

    def key(self, scope: Scope) -> dict[str, str]:
        """Headers with a new key."""
        return {"Authorization": f"Bearer {self.keys.create(scope, 'test').key_text}"}


@contextmanager
def serve(index: HeldIndex, database: Database, log: QueryLog, settings: Settings, rebuilder: Rebuilder | None = None) -> Iterator[Serving]:
    """A running server that answers from an index, with settings of its own."""
    keys = KeyStore(database)
    asker = Asker(index.as_current(), log, Thresholds(answer=0.5, suggest=0.2), today=lambda: date(2026, 11, 20))
    figures = Metrics(index.as_current())
    asker.told = figures.count_question
    app = create_app(asker, index.as_current(), keys, database, log, settings, figures, rebuilder or Rebuilder())
    listening = socket.create_server(("127.0.0.1", 0))
    port: int = listening.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none", proxy_headers=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10) as client:
            yield Serving(client, index, keys, log, settings.database_path, port)
    finally:  # a test that fails must not leave a thread for which pytest waits for ever
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture
def serving(database: Database, log: QueryLog, tmp_path: Path) -> Iterator[Serving]:
    """A server that answers from this repository's documents, without limits."""
    settings = Settings(data_dir=tmp_path, cors_origins=["https://shop.example"], rate_limit="", key_rate_limit="")
    with serve(knowledge_index(), database, log, settings) as serving:
        yield serving
