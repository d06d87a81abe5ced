"""The floor of HTTP: the encoder behind uvicorn, without search, keys, database or metrics. No server in Python answers faster."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

from .child import ROOT
from .sopbot_served import Client

_READY_SECONDS = 60


class Measured(Client):
    """See `Contender`. This process is the client; it starts the server, which ends with it."""

    def __init__(self, encoder: Path, model: Path) -> None:  # noqa: ARG002
        self._encoder = encoder

    def open(self, folder: Path) -> None:  # noqa: ARG002
        """See `Contender`."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "scripts.bench.encoder_app", str(self._encoder), str(port)]
        self._server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self.server_pid = self._server.pid
        end = time.monotonic() + _READY_SECONDS
        while time.monotonic() < end and self._server.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
            except OSError:
                time.sleep(0.05)
            else:
                self.connect(port)
                return
        raise RuntimeError(f"the encoder's server did not become ready (status {self._server.poll()})")
