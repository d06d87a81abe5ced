"""A server under load while the index is rebuilt again and again: failed requests, mixed answers, latency, memory; and a picture.

    python scripts/soak.py --minutes 60 --rebuild-every 10 --picture soak.png

Every document says which build it belongs to, so that an answer of one generation with the text of another is noticed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil

_QUESTION = "is the soak test running"
_OTHERS = ("where is my refund", "how do I book a repair", "can I return a helmet", "cancel my order please")
_DOCUMENT = "---\naudience: public\n---\n# Soak\n\n## Is the soak test running?\n\nYes, in build {}.\n"


@dataclass(slots=True)
class Soaked:
    """What a run showed. Times in seconds since its start, latencies in milliseconds, memory in MB."""

    requests: int = 0
    failed: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    switches: int = 0
    median_ms: float = 0.0
    p99_ms: float = 0.0
    memory_growth_mb: float = 0.0
    """Private memory: median of the last third less that of the second third."""
    latencies: list[tuple[float, float]] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    builds: list[float] = field(default_factory=list)


def main() -> None:
    """Read the arguments, run, print, draw; ends with 1 when a request failed or an answer was mixed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--rebuild-every", type=float, default=5.0, help="seconds")
    parser.add_argument("--clients", type=int, default=2)
    parser.add_argument("--knowledge", type=Path, default=Path("knowledge"))
    parser.add_argument("--encoders", type=Path, help="folder of exported models, so that none is exported")
    parser.add_argument("--picture", type=Path)
    arguments = parser.parse_args()
    soaked = soak(arguments.minutes * 60, arguments.rebuild_every, arguments.clients, arguments.knowledge, arguments.encoders)
    print(json.dumps({name: value for name, value in asdict(soaked).items() if name not in ("latencies", "memory", "builds")}, indent=1))
    if arguments.picture:
        draw(soaked, arguments.picture)
    sys.exit(1 if soaked.failed or soaked.mixed else 0)


def soak(seconds: float, rebuild_every: float, clients: int, knowledge: Path, encoders: Path | None) -> Soaked:
    """Run it.

    Args:
        seconds: how long, from the first answer.
        rebuild_every: seconds between the starts of two builds, or as fast as they go.
        clients: how many ask at once, each on connections of its own.
        knowledge: documents to serve.
        encoders: see `--encoders`.

    Returns:
        The figures.
    """
    with tempfile.TemporaryDirectory(prefix="sopbot-soak-") as scratch:
        folder = Path(scratch)
        shutil.copytree(knowledge, folder / "knowledge")
        (folder / "knowledge" / "golden.jsonl").unlink(missing_ok=True)
        (folder / "data" / "cache").mkdir(parents=True)
        if encoders:
            (folder / "data" / "cache" / "encoders").symlink_to(encoders.resolve())
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        environment = os.environ | {
            "SOPBOT_DATA_DIR": str(folder / "data"),
            "SOPBOT_KNOWLEDGE_DIR": str(folder / "knowledge"),
            "SOPBOT_PORT": str(port),
            "SOPBOT_LOG_LEVEL": "WARNING",
            "SOPBOT_RATE_LIMIT": "",  # all that is asked comes from one address
        }
        build = [sys.executable, "-m", "bot", "index", "build"]
        _edit(folder, 1)
        subprocess.run(build, env=environment, check=True, capture_output=True)
        with subprocess.Popen([sys.executable, "-m", "bot", "serve"], env=environment, stdout=subprocess.DEVNULL) as server:
            try:
                return _run(seconds, rebuild_every, clients, folder, build, environment, server.pid, port)
            finally:
                server.terminate()


def _run(seconds: float, rebuild_every: float, clients: int, folder: Path, build: Sequence[str], environment: dict[str, str], pid: int, port: int) -> Soaked:
    soaked, done, seen = Soaked(), threading.Event(), set[str]()
    _first(port)
    started = time.monotonic()

    def ask() -> None:
        number = 0
        while not done.is_set():
            number += 1
            question = _QUESTION if number % 2 else _OTHERS[number // 2 % len(_OTHERS)]
            begun = time.monotonic()
            try:
                answer = _ask(port, question)
            except OSError as error:
                soaked.failed.append(f"{begun - started:.1f} s: {error}")
                continue
            soaked.latencies.append((begun - started, (time.monotonic() - begun) * 1000))
            seen.add(answer["generation"])
            expected = f"Yes, in build {int(answer['generation'])}."
            if question == _QUESTION and (not answer["answer"] or answer["answer"]["body_markdown"].strip() != expected):
                soaked.mixed.append(f"generation {answer['generation']} said {answer['answer'] and answer['answer']['body_markdown']!r}")

    def watch_memory() -> None:
        process = psutil.Process(pid)
        while not done.wait(0.25):
            soaked.memory.append((time.monotonic() - started, process.memory_full_info().uss / 1e6))

    threads = [threading.Thread(target=ask) for _ in range(clients)] + [threading.Thread(target=watch_memory)]
    for thread in threads:
        thread.start()
    number = 1
    try:
        while time.monotonic() - started < seconds:
            begun = time.monotonic()
            number += 1
            _edit(folder, number)
            subprocess.run(build, env=environment, check=True, capture_output=True)
            soaked.builds.append(time.monotonic() - started)
            done.wait(max(0.0, rebuild_every - (time.monotonic() - begun)))
    finally:
        done.set()
        for thread in threads:
            thread.join()
    soaked.requests, soaked.switches = len(soaked.latencies) + len(soaked.failed), len(seen) - 1
    milliseconds = [latency for _, latency in soaked.latencies]
    soaked.median_ms, soaked.p99_ms = (round(float(value), 1) for value in np.quantile(milliseconds, (0.5, 0.99)))
    thirds = np.array_split(np.array([megabytes for _, megabytes in soaked.memory]), 3)
    soaked.memory_growth_mb = round(float(np.median(thirds[2]) - np.median(thirds[1])), 1)
    return soaked


def _edit(folder: Path, number: int) -> None:
    (folder / "knowledge" / "faqs" / "soak.md").write_text(_DOCUMENT.format(number), encoding="utf-8")


def _first(port: int) -> None:
    while True:
        try:
            _ask(port, _QUESTION)
            return
        except OSError:
            time.sleep(0.05)


def _ask(port: int, question: str) -> dict[str, Any]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/ask", json.dumps({"question": question}).encode(), {"Content-Type": "application/json"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as response:
        answer: dict[str, Any] = json.loads(response.read())
        return answer


def draw(soaked: Soaked, path: Path) -> None:
    """Latency of every request and memory over time, with a line at each build's end."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (above, below) = plt.subplots(2, 1, figsize=(10, 6), sharex=True, constrained_layout=True)
    above.plot(*zip(*soaked.latencies, strict=True), ",", color="tab:blue")
    above.set(yscale="log", ylabel="one question, ms", title=f"{soaked.requests:,} requests, {len(soaked.failed)} failed, {soaked.switches} new indexes")
    below.plot(*zip(*soaked.memory, strict=True), color="tab:green")
    below.set(ylim=(0, None), ylabel="private memory, MB", xlabel="seconds; grey lines: a new index")
    for axis in (above, below):
        for moment in soaked.builds:
            axis.axvline(moment, color="0.85", linewidth=0.5, zorder=0)
    figure.savefig(path, dpi=110)
    plt.close(figure)


if __name__ == "__main__":
    main()
