"""A worker process as its parent sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

ROOT = Path(__file__).resolve().parents[2]


class Child:
    """One contender in a process of its own.

    Args:
        name: of the contender.
        encoder: see `Contender`.
        model: see `Contender`.
        environment: variables beside this process's own.
    """

    def __init__(self, name: str, encoder: Path, model: Path, environment: dict[str, str] | None = None) -> None:
        self.name = name
        self.server: int | None = None
        """Id of the process that works for it, where it has started one."""
        command = [sys.executable, "-m", "scripts.bench.worker", name, str(encoder), str(model)]
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=quiet_environment() | (environment or {}), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()
        self._said.close()

    def send(self, do: str, **what: Any) -> None:
        """Give an order."""
        print(json.dumps({"do": do, **what}), file=self._process.stdin, flush=True)

    def receive(self) -> Any:
        """What came of the oldest order.

        Raises:
            RuntimeError: the process ended; the message has its last words.
        """
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            self._said.seek(0)
            raise RuntimeError(f"{self.name} ended: {self._said.read()[-2000:]}")
        return json.loads(line)

    def do(self, do: str, **what: Any) -> Any:
        """Give an order and wait for what comes of it."""
        self.send(do, **what)
        return self.receive()

    @property
    def pid(self) -> int:
        """Id of the process."""
        return self._process.pid

    def memory_mb(self) -> float:
        """Resident memory of the process, or of the one that works for it."""
        return float(psutil.Process(self.server or self.pid).memory_info().rss / 1e6)


def quiet_environment() -> dict[str, str]:
    """Variables for every process: nothing is fetched, and nothing draws bars."""
    return os.environ | {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "TOKENIZERS_PARALLELISM": "false", "TRANSFORMERS_VERBOSITY": "error"}
