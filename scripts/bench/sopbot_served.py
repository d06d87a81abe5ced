"""sopbot over HTTP with everything on: a key, audiences, the database, metrics, Slack; on a connection that stays open."""

from __future__ import annotations

import http.client
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a process that only answers loads nothing to read documents with
    from .material import Material

PORT, KEY = "BENCH_PORT", "BENCH_KEY"
"""Variables that tell this client where the server is."""


class Client:
    """Asks a server on this machine, on a connection that stays open."""

    server_pid: int | None = None
    """Of the server, where this process has started it."""

    def prepare(self) -> None:
        """See `Contender`."""

    def build(self, material: Material, folder: Path) -> None:
        """It serves what others build."""

    def connect(self, port: int, key: str = "") -> None:
        """Open the connection; call it before asking."""
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})

    def ask(self, question: str) -> str:
        """Ask, and read the whole answer."""
        body = json.dumps({"question": question}).encode()
        try:
            self._connection.request("POST", "/v1/ask", body, self._headers)
            response = self._connection.getresponse()
        except (ConnectionError, http.client.HTTPException):  # the server has closed what was idle for long
            self._connection.close()
            self._connection.request("POST", "/v1/ask", body, self._headers)
            response = self._connection.getresponse()
        said = json.loads(response.read())
        if response.status != 200:
            raise RuntimeError(f"the server said {response.status}: {said}")
        if said["answer"]:
            return str(said["answer"]["entry_id"])
        return str(said["suggestions"][0]["entry_id"]) if said["suggestions"] else ""

    ask_again = ask


class Measured(Client):
    """See `Contender`. This process is the client; the server is one of its own."""

    def __init__(self, encoder: Path, model: Path) -> None: ...

    def open(self, folder: Path) -> None:  # noqa: ARG002
        """See `Contender`."""
        self.connect(int(os.environ[PORT]), os.environ[KEY])
