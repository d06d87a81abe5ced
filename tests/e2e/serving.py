"""A data folder and settings -> `sopbot serve` as an operator starts it, ready, on a free port."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests import started

COMMAND = Path(sys.executable).parent / "sopbot"
_PATIENCE_SECONDS = 120.0


def copy_index(data: Path, folder: Path) -> None:
    """Give a new data folder the index of another, so that each server writes to a database of its own."""
    shutil.copytree(data / "generations", folder / "generations")
    shutil.copy(data / "CURRENT", folder / "CURRENT")


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextlib.contextmanager
def serving(folder: Path, command: Path = COMMAND, **settings: str) -> Iterator[str]:
    """Run `sopbot serve` in a data folder until the block ends.

    Args:
        folder: the data folder; also where the server starts, so that no `sopbot.toml` of the developer counts.
        command: the `sopbot` to run.
        settings: environment variables, such as `SOPBOT_CORS_ORIGINS`.

    Yields:
        The server's address, without a slash at its end, once `/readyz` says that it can answer.
    """
    port = free_port()
    environment = started.environment(folder, SOPBOT_DATA_DIR=str(folder), SOPBOT_PORT=str(port)) | settings
    log = folder / "server.log"
    with log.open("wb") as lines:
        process = subprocess.Popen([command, "serve"], cwd=folder, env=environment, stdout=lines, stderr=subprocess.STDOUT)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(process, address, log)
            yield address
        finally:
            process.terminate()
            process.wait(30)


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/readyz", timeout=5):  # noqa: S310  # our own http address
            return
        time.sleep(0.1)
    raise AssertionError(f"The server did not become ready. It said:\n{log.read_text(errors='replace')[-4000:]}")
