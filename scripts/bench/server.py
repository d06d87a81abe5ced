"""`sopbot serve` on a free port, with a key, until it is no longer needed."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from .child import ROOT, quiet_environment
from .sopbot_served import KEY, PORT

_READY_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Server:
    """A running server.

    Attributes:
        pid: of its process.
        environment: what tells a client where it is.
    """

    pid: int
    environment: dict[str, str]

    def memory_mb(self) -> float:
        """Resident memory of the server and of whatever it has started."""
        server = psutil.Process(self.pid)
        return float(sum(one.memory_info().rss for one in (server, *server.children(recursive=True))) / 1e6)


def settings_for(data: Path) -> dict[str, str]:
    """The whole environment of a `sopbot` command that works on this data folder, with nothing left to chance."""
    ours = {name: value for name, value in quiet_environment().items() if not name.startswith(("SOPBOT_", "SLACK_"))}
    return ours | {"SOPBOT_DATA_DIR": str(data), "SOPBOT_RATE_LIMIT": "", "SOPBOT_KEY_RATE_LIMIT": "", "SOPBOT_LOG_LEVEL": "ERROR", "PYTHONPATH": str(ROOT)}


@contextmanager
def serving(data: Path) -> Iterator[Server]:
    """Serve a data folder over HTTP, with Slack's events endpoint beside it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = settings_for(data) | {"SOPBOT_PORT": str(port), "SLACK_BOT_TOKEN": "xoxb-of-no-workspace", "SLACK_SIGNING_SECRET": "of no app"}
    keys = [sys.executable, "-m", "bot", "keys", "create", "--scope", "internal"]
    key = subprocess.run(keys, env=settings, cwd=data, check=True, capture_output=True, text=True).stdout.split()[0]
    with subprocess.Popen([sys.executable, "-m", "bot", "serve"], env=settings, cwd=data, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(port, process)
            yield Server(process.pid, {PORT: str(port), KEY: key})
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _READY_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"sopbot serve did not become ready (status {process.poll()}).")
