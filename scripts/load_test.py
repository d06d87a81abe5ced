"""How the server behaves beyond its capacity: `python scripts/load_test.py [--seconds 20] [--times 2]`.

Starts `sopbot serve` on a copy of the current index, asks one question after the other to learn how many a second one core
answers, then sends that many times more on schedule, whether or not earlier ones are done. Every request must be answered, or
refused at once with 429 or 503 and a Retry-After; the script ends with 1 when one is not.
"""

from __future__ import annotations

from locust import FastHttpUser, constant_throughput, task  # first: it makes sockets cooperative

# isort: split
import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import gevent
from locust.env import Environment

QUESTIONS = ("when will I get my refund", "can I cancel my order", "my parcel is late", "what does ERR-4012 mean", "do you sell surfboards")
PER_USER = 2.0
"""Requests a second that each simulated user sends."""
PATIENCE_SECONDS = 30.0


def question(number: int) -> str:
    """One that nobody has asked before: repeated ones are answered from memory, and would say nothing of the capacity."""
    return f"{QUESTIONS[number % len(QUESTIONS)]}, order {uuid.uuid4().hex[:8]}"


@dataclass
class Seen:
    """What became of the requests."""

    answered: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    """Seconds each."""
    failed: Counter[str] = field(default_factory=Counter)


class Asking(FastHttpUser):
    """Asks on schedule."""

    wait_time = constant_throughput(PER_USER)
    connection_timeout = network_timeout = PATIENCE_SECONDS
    max_retries = 0
    seen = Seen()

    @task
    def ask(self) -> None:
        """Ask, and note what comes of it."""
        started = time.perf_counter()
        asked = len(self.seen.answered) + len(self.seen.refused)
        response = self.client.post("/v1/ask", json={"question": question(asked)})
        seconds = time.perf_counter() - started
        headers = response.headers
        if response.status_code == 200:
            self.seen.answered.append(seconds)
        elif response.status_code in {429, 503} and headers is not None and headers.get("Retry-After"):
            self.seen.refused.append(seconds)
        else:
            self.seen.failed[str(response.status_code)] += 1


def main() -> int:
    """Run both parts and print what was seen."""
    parser = argparse.ArgumentParser(description="Load the server beyond its capacity and see what it does.")
    parser.add_argument("--data", type=Path, default=Path("data"), help="data folder with an index (default: data)")
    parser.add_argument("--seconds", type=float, default=20.0, help="length of the load (default: 20)")
    parser.add_argument("--times", type=float, default=2.0, help="load as a multiple of what one core answers (default: 2)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(given.data / "generations", Path(folder) / "generations")
        shutil.copy(given.data / "CURRENT", folder)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        settings = {"SOPBOT_DATA_DIR": folder, "SOPBOT_PORT": str(port), "SOPBOT_RATE_LIMIT": ""}
        command = [str(Path(sys.executable).parent / "sopbot"), "serve"]
        server = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL)
        try:
            return measure(f"http://127.0.0.1:{port}", given.seconds, given.times)
        finally:
            server.terminate()
            server.wait(30)


def measure(address: str, seconds: float, times: float) -> int:
    """Both parts against a running server; 0 when it behaved."""
    until_ready(address)
    alone = one_at_a_time(address)
    users = max(1, round(times * alone / PER_USER))
    environment = Environment(user_classes=[Asking], host=address)
    runner = environment.create_local_runner()
    runner.start(users, spawn_rate=min(users, 100))
    gevent.sleep(seconds)
    runner.quit()
    seen = Asking.seen
    print(f"One at a time          {alone:7.0f} answers a second")
    print(f"Sent                   {users * PER_USER:7.0f} requests a second for {seconds:g} s, {times:g} times that")
    print(f"Answered               {len(seen.answered) / seconds:7.0f} a second; median {ms(seen.answered, 50)}, p99 {ms(seen.answered, 99)}")
    print(f"Refused (429, 503)     {len(seen.refused) / seconds:7.0f} a second; median {ms(seen.refused, 50)}, p99 {ms(seen.refused, 99)}")
    print(f"Anything else          {sum(seen.failed.values()):7d} {dict(seen.failed) or ''}")
    return 1 if seen.failed or not seen.answered else 0


def one_at_a_time(address: str, seconds: float = 5.0) -> float:
    """Answers a second when each question waits for the one before."""
    count, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        body = f'{{"question": "{question(count)}"}}'.encode()
        asking = urllib.request.Request(f"{address}/v1/ask", body, {"Content-Type": "application/json"})
        urllib.request.urlopen(asking, timeout=PATIENCE_SECONDS).read()
        count += 1
    return count / seconds


def until_ready(address: str) -> None:
    """Wait for the server."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=5)
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"The server at {address} did not become ready within a minute.")


def ms(seconds: list[float], percent: int) -> str:
    """A percentile in milliseconds, or a dash."""
    if len(seconds) < 2:
        return "–"
    return f"{1000 * statistics.quantiles(seconds, n=100, method='inclusive')[percent - 1]:.0f} ms"


if __name__ == "__main__":
    sys.exit(main())
