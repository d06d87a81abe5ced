"""A small knowledge base with its data folder, and servers as operators start them."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FAQ = "---\naudience: public\n---\n# Keys\n\n## Where is my lost key?\n\nLook in drawer {0}.\n\n## How do I pay?\n\nPay by card at desk {0}.\n"
QUESTION = "where is my lost key"


def write_documents(knowledge: Path, number: int) -> None:
    """Every answer names a number, so that one can tell which version it comes from."""
    (knowledge / "faqs").mkdir(parents=True, exist_ok=True)
    (knowledge / "faqs" / "keys.md").write_text(FAQ.format(number))
    (knowledge / "faqs" / "bikes.md").write_text(FAQ.replace("key", "bike").replace("Keys", "Bikes").format(number))


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """Two documents, version 1."""
    write_documents(tmp_path / "knowledge", 1)
    return tmp_path / "knowledge"


@pytest.fixture
def data(tmp_path: Path, encoder_path: Path) -> Path:
    """An empty data folder that has the exported model."""
    folder = tmp_path / "data"
    (folder / "cache").mkdir(parents=True)
    (folder / "cache" / "encoders").symlink_to(encoder_path.parent)
    return folder


@dataclass(frozen=True, slots=True)
class Server:
    """A running `sopbot serve`."""

    process: subprocess.Popen[bytes]
    port: int

    def ask(self, question: str = QUESTION, timeout: float = 30.0) -> dict[str, Any]:
        """The answer to a question over a connection of its own.

        Raises:
            OSError: the server does not answer, or with an error status.
        """
        body = json.dumps({"question": question}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/v1/ask", body, {"Content-Type": "application/json"})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=timeout) as response:
            answer: dict[str, Any] = json.loads(response.read())
            return answer

    def until(self, condition: Callable[[dict[str, Any]], object], question: str = QUESTION, within: float = 60.0) -> dict[str, Any]:
        """Ask again and again until the answer is as wished."""
        deadline = time.monotonic() + within
        while True:
            answer = None
            with contextlib.suppress(OSError):
                answer = self.ask(question)
            if answer is not None and condition(answer):
                return answer
            assert self.process.poll() is None, f"the server has ended with {self.process.returncode}"
            assert time.monotonic() < deadline, answer
            time.sleep(0.02)


@contextlib.contextmanager
def serving(knowledge: Path, data: Path, *options: str, **popen: Any) -> Iterator[Server]:
    """`sopbot serve`, answering."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {"SOPBOT_DATA_DIR": str(data), "SOPBOT_KNOWLEDGE_DIR": str(knowledge), "SOPBOT_PORT": str(port), "SOPBOT_LOG_LEVEL": "WARNING"}
    settings["SOPBOT_RATE_LIMIT"] = ""  # all that is asked comes from one address
    output = (data.parent / f"serve-{port}.log").open("wb")
    process = subprocess.Popen([sys.executable, "-m", "bot", "serve", *options], env=os.environ | settings, stdout=output, stderr=output, **popen)
    try:
        server = Server(process, port)
        server.until(lambda answer: True)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(40)
        finally:
            process.kill()
            process.wait()
            output.close()
